/**
 * One device's connection: the seam between its bytes and the line.
 * socketOnData -> inbox -> frame -> decode -> decide -> submit -> (commit) -> acknowledge
 */
import type { Duplex } from 'node:stream';
import { detect, PROTOCOLS } from '../../protocols/index.ts';
import {
  ANY_DEVICE,
  type DeviceProfile,
  type Malformed,
  type Message,
  type Protocol,
} from '../../protocols/protocol.ts';
import { Inbox, type Unit } from '../../protocols/wire/inbox.ts';
import type { Admission, Intake, Settled } from '../intake/intake.ts';
import { countReason, type Tally } from '../model/tally.ts';
import { zoneText } from '../model/tracker.ts';
import { Acquaintance } from './acquaintance.ts';
import { Owed } from './answers.ts';
import { type ClockWatch, sightingOf } from './clock-watch.ts';
import type { Complaints, Log } from './complaints.ts';
import { type Addressee, answerIn, type CommandDoor, type Dispatcher } from './dispatcher.ts';
import { Faults } from './faults.ts';
import { guessForeign } from './guess.ts';
import type { GatewayLimits } from './limits.ts';
import { Link, type LinkOwner } from './link.ts';
import type { Roster } from './roster.ts';
import { decide, decideAdmission, type OpenSession, type Session, STRANGER } from './session.ts';
import { Submission, type Submitter } from './submission.ts';
import type { Turns } from './turns.ts';

/** The part of the line that sockets need. */
export type Door = CommandDoor & Pick<Intake, 'admit' | 'submit' | 'whenRoom' | 'onDeviceCommands' | 'tracker'>;

/** What all connections of a gateway share. */
export interface Household {
  readonly intake: Door;
  readonly now: () => number;
  readonly tally: Tally;
  readonly log: Log;
  readonly limits: GatewayLimits;
  readonly roster: Roster<Connection>;
  readonly complaints: Complaints;
  readonly turns: Turns;
  readonly clockWatch: ClockWatch;
  readonly dispatcher: Dispatcher;
}

/** A frame as it was read. */
interface Read {
  readonly protocol: Protocol;
  readonly frame: Buffer;
  readonly decoded: Message | Malformed;
  readonly profile: DeviceProfile;
}

/** What a connection may hold: the beginning of a frame, and what one read of a socket yields at most. */
const INBOX_BYTES_MAX = Math.max(...PROTOCOLS.map((protocol) => protocol.frameBytesMax)) + 65_536;

/** Who hangs up after so little wanted to know whether the port is open. */
const PROBE_BYTES_MAX = 1;

export class Connection implements LinkOwner, Submitter, Addressee {
  readonly address: string;
  readonly #house: Household;
  readonly #link: Link;
  readonly #inbox = new Inbox(INBOX_BYTES_MAX);
  readonly #faults: Faults;
  #protocol: Protocol | 'auto';
  #session: Session = STRANGER;
  #acquaintance = new Acquaintance(null);
  #bytesReceived = 0;
  #receivedMs = 0;
  /** Nothing has come for a beat. */
  #isQuiet = false;
  /** Time without progress: towards the login, the next frame or the close. */
  #waitedMs = 0;
  #sessionMs = 0;
  #isSettled = false;
  #isAdmitting = false;
  #isWithoutRoom = false;

  constructor(stream: Duplex, address: string, protocol: Protocol | 'auto', house: Household) {
    this.address = address;
    this.#house = house;
    this.#protocol = protocol;
    this.#faults = new Faults(house, () => this.#who());
    this.#link = new Link(stream, house.limits.unsentBytesMax, house.turns, this);
  }

  // In: bytes to the line.

  socketOnData(chunk: Buffer): void {
    this.#house.tally.bytesReceived += chunk.length;
    this.#bytesReceived += chunk.length;
    this.#receivedMs = this.#house.now();
    this.#isQuiet = false;
    // Node hands every chunk out in memory of its own.
    if (this.#inbox.push(chunk, true)) this.#readFrames();
    else this.retire('buffer');
  }

  linkOnTurn(): void {
    this.#readFrames();
  }

  /** Reads all that has come, unless the connection is held: then the socket is not read until a turn goes on here. */
  #readFrames(): void {
    while (this.#link.phase === 'live') {
      if (this.#isHeld()) {
        this.#link.pause();
        return;
      }
      const protocol = this.#spoken();
      const unit = protocol === null ? null : this.#inbox.next(protocol, this.#isOver(protocol));
      if (protocol === null || unit === null) {
        this.#awaitMore();
        return;
      }
      this.#unitOnRead(protocol, unit);
    }
  }

  /** Nothing more will come of what waits, as far as that can be told. */
  #isOver(protocol: Protocol): boolean {
    return protocol.endsInQuiet && (this.#isQuiet || this.#link.isPeerDone);
  }

  /** The protocol of the port; on an auto-detecting one, that of the first bytes. */
  #spoken(): Protocol | null {
    if (this.#protocol !== 'auto') return this.#protocol;
    if (this.#inbox.size === 0) return null;
    const detected = detect(this.#inbox.waiting);
    const isFound = detected !== null && detected !== 'more';
    // What was found behind noise may be within the bytes of something else.
    const isCertain = isFound && detected.recognise(this.#inbox.waiting) === 'yes';
    if (!isCertain && this.#turnForeignAway(this.#inbox.waiting)) return null;
    if (isFound) this.#protocol = detected;
    if (detected === null) this.#giveUp('unknown_protocol', 'first bytes of no known protocol');
    return isFound ? detected : null;
  }

  #unitOnRead(protocol: Protocol, unit: Unit): void {
    switch (unit.kind) {
      case 'frame': {
        const profile = this.#profile();
        this.#frameOnRead({ protocol, frame: unit.frame, decoded: protocol.decode(unit.frame, profile), profile });
        break;
      }
      case 'junk':
        if (this.#turnForeignAway(unit.bytes)) break;
        if (!this.#faults.skip(unit.code, unit.bytes)) this.retire('junk');
        break;
      case 'lost':
        this.#faults.note(unit.code, this.#inbox.waiting, unit.message);
        this.retire('lost_framing');
        break;
    }
  }

  /** As its tracker is at this moment: it may be changed while the device is connected. */
  #profile(): DeviceProfile {
    if (this.#session.kind === 'stranger') return ANY_DEVICE;
    const tracker = this.#house.intake.tracker(this.#session.trackerId);
    return tracker === null ? ANY_DEVICE : this.#acquaintance.profile(tracker);
  }

  #frameOnRead(read: Read): void {
    const { tally } = this.#house;
    const { frame, decoded } = read;
    tally.framesReceived += 1;
    if (this.isDismissed) {
      this.#dismiss(read);
      return;
    }
    const decision = decide(this.#session, decoded);
    switch (decision.kind) {
      case 'ignore':
        this.#progress();
        break;
      case 'admit':
        this.#admit(read, decision.imei);
        break;
      case 'submit':
        this.#submit(read, decision.trackerId);
        break;
      case 'refuse':
        countRecordsRefused(tally, decision.reason, decoded);
        if (!this.#faults.refuse(decision.reason, frame, explanation(decoded))) this.retire('malformed');
        break;
      case 'turn_away':
        this.#turnAway(read, this.#link.answers.owe(new Owed(false)), decision.reason);
        break;
    }
  }

  /** Its tracker has another device by now, or is gone: what comes from this one is nobody's. */
  get isDismissed(): boolean {
    if (this.#session.kind === 'stranger') return false;
    const { imei, trackerId } = this.#session;
    return this.#house.intake.tracker(trackerId)?.imei !== imei;
  }

  /** Nothing is acknowledged: at its next login it is an unknown device, and may send it again. */
  #dismiss({ frame, decoded }: Read): void {
    countReason(this.#house.tally.framesRefused, 'dismissed');
    countRecordsRefused(this.#house.tally, 'dismissed', decoded);
    this.#faults.complain('dismissed', frame, `not the device of its tracker any more: ${explanation(decoded)}`);
    this.retire('dismissed');
  }

  #submit({ protocol, frame, decoded, profile }: Read, trackerId: number): void {
    if (decoded.kind === 'malformed') this.#faults.note(decoded.code, frame, decoded.message);
    this.#progress();
    const isRead = decoded.kind !== 'malformed';
    const answer = isRead ? answerIn(decoded, protocol, trackerId, this.#house.intake) : null;
    const reading = { protocol, frame, decoded, profile, acquaintance: this.#acquaintance };
    const submission = new Submission(this, trackerId, this.#receivedMs, reading, answer);
    this.#watchClock(submission);
    this.#link.answers.owe(submission);
    if (!this.#house.intake.submit(submission, submission)) this.#awaitRoom();
  }

  #watchClock(submission: Submission): void {
    const sighting = sightingOf(submission);
    const suspicion = sighting && this.#house.clockWatch.note(submission.trackerId, sighting);
    if (suspicion === null) return;
    const details = { ...this.#who(), ahead: zoneText(suspicion.aheadMinutes), frames: suspicion.frames };
    this.#house.log.warn(details, 'the clock of a tracker seems to be set to a time zone');
  }

  // Out: answers, once the line has spoken.

  submissionOnSettled(submission: Submission, settled: Settled): void {
    if (this.#link.phase === 'closed') return;
    try {
      this.#acknowledge(submission, settled);
      this.#link.callTurn();
    } catch (error) {
      this.#link.fail(error);
    }
  }

  #acknowledge(submission: Submission, settled: Settled): void {
    const { spoken, raw, decoded } = submission;
    if (settled === 'failed' && submission.isReceipt) {
      this.#link.answers.withhold(submission);
      return;
    }
    const isGiven = this.#answer(spoken, raw, decoded, submission);
    if (isGiven && settled === 'durable') this.#house.tally.acknowledged += 1;
  }

  /** The answer is made when it is given: some carry the time. Returns whether there is one and it is given. */
  #answer(protocol: Protocol, frame: Buffer, decoded: Message | Malformed, owed: Owed): boolean {
    const bytes = protocol.reply(frame, decoded, { nowMs: this.#house.now() });
    return this.#link.answers.give(owed, bytes) && bytes !== null;
  }

  // Out: commands, when their turn has come.

  get protocol(): Protocol | null {
    return this.#protocol === 'auto' ? null : this.#protocol;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  transmit(bytes: Buffer): boolean {
    if (this.#link.phase !== 'live') return false;
    this.#link.answers.give(this.#link.answers.owe(new Owed(false)), bytes);
    this.#link.callTurn();
    return true;
  }

  // Logging in.

  /** Frames behind a login wait until it is decided. */
  #admit(read: Read, imei: string): void {
    this.#isAdmitting = true;
    this.#waitedMs = 0;
    const owed = this.#link.answers.owe(new Owed(false));
    this.#house.intake.admit(imei, read.protocol.name, this.address).then(
      (admission) => this.#link.guard(() => this.#admissionOnDecided(read, owed, imei, admission)),
      (error: unknown) => this.#link.fail(error),
    );
  }

  #admissionOnDecided(read: Read, owed: Owed, imei: string, admission: Admission): void {
    this.#isAdmitting = false;
    const welcome = decideAdmission(imei, admission);
    if (this.#link.phase !== 'live') {
      this.#link.answers.withhold(owed);
    } else if (welcome.kind === 'turn_away') {
      this.#turnAway(read, owed, welcome.reason);
    } else {
      this.#openSession(welcome.session);
      this.#welcome(read, owed, welcome.session.trackerId);
      this.#house.dispatcher.attend(welcome.session.trackerId);
    }
    this.#link.callTurn();
  }

  /** A login is answered at once; a frame that only names its device is one like those that follow it. */
  #welcome(read: Read, owed: Owed, trackerId: number): void {
    const isLogin = read.decoded.kind === 'login';
    this.#acquaintance = new Acquaintance(isLogin ? read.protocol.clockAheadMinutes(read.frame) : null);
    if (isLogin) {
      this.#answer(read.protocol, read.frame, read.decoded, owed);
    } else {
      this.#link.answers.give(owed, null);
      this.#submit(read, trackerId);
    }
  }

  /** The newest session of a tracker wins: mobile links die unnoticed, and the old one may be such a link. */
  #openSession(session: OpenSession): void {
    const { tally, roster, log } = this.#house;
    this.#leaveSession();
    this.#session = session;
    this.#sessionMs = 0;
    this.#isSettled = false;
    this.#progress();
    this.#noteSettled();
    tally.logins += 1;
    const former = roster.takeOver(session.trackerId, this);
    if (former === null) return;
    log.info({ imei: session.imei, from: former.address, to: this.address }, 'session replaced by a newer one');
    former.retire('replaced');
  }

  #leaveSession(): void {
    if (this.#session.kind === 'open') this.#house.roster.release(this.#session.trackerId, this);
    this.#session = STRANGER;
  }

  #turnAway(read: Read, owed: Owed, reason: string): void {
    countReason(this.#house.tally.loginsRefused, reason);
    countRecordsRefused(this.#house.tally, reason, read.decoded);
    this.#faults.complain(reason, read.frame, `login refused: ${explanation(read.decoded)}`);
    this.#link.answers.give(owed, read.protocol.refusal(read.frame));
    this.retire(null);
  }

  // Waiting.

  #isHeld(): boolean {
    return this.#isAdmitting || this.#link.isPeerSlow || this.#isHeldByLine();
  }

  #isHeldByLine(): boolean {
    return this.#isWithoutRoom || this.#link.answers.length >= this.#house.limits.unsettledFramesMax;
  }

  #awaitRoom(): void {
    this.#isWithoutRoom = true;
    this.#house.intake.whenRoom(() => {
      this.#isWithoutRoom = false;
      this.#link.callTurn();
    });
  }

  /** All that has come is read: what is left is the beginning of a frame. */
  #awaitMore(): void {
    if (this.#link.phase !== 'live') return;
    const isStranger = this.#session.kind === 'stranger';
    if (isStranger && this.#inbox.size > this.#house.limits.strangerBytesMax) this.retire('buffer');
    else if (this.#link.isPeerDone)
      this.retire(isStranger && this.#bytesReceived <= PROBE_BYTES_MAX ? 'port_scan' : null);
    else this.#link.resume();
  }

  /** A good frame: deadlines, and the patience with broken ones, start afresh. */
  #progress(): void {
    if (this.#session.kind === 'stranger') return;
    this.#waitedMs = 0;
    this.#faults.forgive();
  }

  /** A Teltonika device that waits for a receipt reads the zeros that a command begins with as one for no record. */
  #noteSettled(): void {
    const { commandQuietMs, commandHoldMs } = this.#house.limits;
    if (this.#waitedMs >= commandQuietMs || this.#sessionMs >= commandHoldMs) this.#isSettled = true;
  }

  /** Time passes, told by the gateway's one beat. */
  age(elapsedMs: number): void {
    const { loginDeadlineMs, idleTimeoutMs, closingMs } = this.#house.limits;
    this.#waitedMs += elapsedMs;
    this.#sessionMs += elapsedMs;
    if (!this.#isSettled && this.#session.kind === 'open') this.#noteSettled();
    this.#listenToQuiet();
    if (this.#link.phase !== 'live') {
      if (this.#waitedMs > closingMs) this.#link.destroy();
    } else if (this.#session.kind === 'stranger' || this.#isAdmitting) {
      if (this.#waitedMs > loginDeadlineMs) this.#giveUp('login_deadline', 'no login in time');
    } else if (this.#isHeldByLine()) {
      this.#waitedMs = 0; // The device is not silent: we do not listen.
    } else if (this.#waitedMs > idleTimeoutMs) {
      this.retire('idle');
    }
  }

  /** After a beat without a byte, though we listened, what waits may be a whole frame. */
  #listenToQuiet(): void {
    if (this.#isQuiet && this.#protocol !== 'auto' && this.#protocol.endsInQuiet) this.#link.callTurn();
    this.#isQuiet = !this.#isHeld();
  }

  // The end.

  /** Reads nothing more, lets what was submitted be settled and answered, then closes. null = for no fault. */
  retire(reason: string | null): void {
    if (this.#link.phase !== 'live') return;
    if (reason !== null) countReason(this.#house.tally.connectionsRefused, reason);
    this.#waitedMs = 0;
    this.#leaveSession();
    this.#link.end();
  }

  /** A stranger whose bytes say what they are need not be waited for. False: they say nothing. */
  #turnForeignAway(bytes: Buffer): boolean {
    const guess = this.#session.kind === 'stranger' ? guessForeign(bytes, this.#protocol) : null;
    if (guess === null) return false;
    this.#faults.complain(guess.reason, bytes, guess.message);
    this.retire(guess.reason);
    return true;
  }

  /** Whoever it was, it is not a tracker we know how to talk to: what it sent says what it was. */
  #giveUp(reason: string, message: string): void {
    if (this.#inbox.size > 0) this.#faults.complain(reason, this.#inbox.waiting, message);
    this.retire(reason);
  }

  socketOnClose(): void {
    this.#leaveSession();
  }

  socketOnError(error: Error): void {
    this.#house.log.debug({ err: error, ...this.#who() }, 'socket error');
  }

  linkOnFault(error: unknown): void {
    this.#house.log.error({ err: error, ...this.#who() }, 'fault in a connection: it is closed');
    countReason(this.#house.tally.connectionsRefused, 'fault');
  }

  #who(): object {
    const protocol = this.#protocol === 'auto' ? null : this.#protocol.name;
    return { address: this.address, protocol, imei: this.#session.kind === 'open' ? this.#session.imei : null };
  }
}

/** Records that never reach the line are counted here, so that received = stored + duplicates + refused. */
export function countRecordsRefused(tally: Tally, reason: string, decoded: Message | Malformed): void {
  const records = decoded.kind === 'malformed' ? 0 : decoded.records.length;
  if (records === 0) return;
  tally.recordsReceived += records;
  countReason(tally.recordsRefused, reason, records);
}

export function explanation(decoded: Message | Malformed): string {
  if (decoded.kind === 'malformed') return decoded.message;
  return decoded.imei === null ? `${decoded.kind} before a login` : `IMEI ${decoded.imei}`;
}
