/**
 * One device's connection: the seam between its bytes and the line.
 * socketOnData -> reader -> frame -> decode -> decide -> submit -> (commit) -> acknowledge
 */
import type { Duplex } from 'node:stream';
import type { Protocol } from '../../protocols/protocol.ts';
import { countReason } from '../model/tally.ts';
import { zoneText } from '../model/tracker.ts';
import { Owed } from './answers.ts';
import { answerIn } from './dispatcher.ts';
import { countRecordsRefused, explanation, Faults } from './faults.ts';
import type { Guest, Household } from './household.ts';
import { Link, type LinkOwner } from './link.ts';
import { Patience } from './patience.ts';
import { type Arrival, Reader } from './reader.ts';
import { Reception } from './reception.ts';
import { Replies } from './replies.ts';
import { decide } from './session.ts';
import { type Reading, Submission } from './submission.ts';

const NO_BYTES = Buffer.alloc(0);

export class Connection implements LinkOwner, Guest {
  readonly address: string;
  readonly #house: Household;
  readonly #link: Link;
  readonly #faults: Faults;
  readonly #reader: Reader;
  readonly #reception: Reception;
  readonly #replies: Replies;
  readonly #patience: Patience;
  #receivedMs = 0;
  #isWithoutRoom = false;
  /** The tracker of its last session. */
  #openedAs: number | null = null;
  #isKnownHasty = false;

  constructor(stream: Duplex, address: string, protocol: Protocol | 'auto', house: Household) {
    this.address = address;
    this.#house = house;
    this.#faults = new Faults(house, () => this.#who());
    this.#link = new Link(stream, house.limits.unsentBytesMax, house.turns, this);
    this.#reader = new Reader(protocol);
    this.#replies = new Replies(house, this.#link);
    this.#patience = new Patience(house.limits);
    const onOpened = this.#sessionOnOpened.bind(this);
    this.#reception = new Reception({ house, guest: this, link: this.#link, faults: this.#faults, onOpened });
  }

  // In: bytes to the line.

  socketOnData(chunk: Buffer): void {
    this.#house.tally.bytesReceived += chunk.length;
    this.#receivedMs = this.#house.now();
    this.#capture('say', chunk);
    if (this.#reader.push(chunk)) this.#readFrames();
    else this.retire('buffer');
  }

  socketOnWrite(bytes: Buffer): void {
    this.#capture('answer', bytes);
  }

  /** Somebody wants to know what this tracker says. */
  #capture(direction: 'say' | 'answer', bytes: Buffer): void {
    const { session } = this.#reception;
    if (session.kind === 'open') this.#house.captures.note(session.trackerId, direction, bytes);
  }

  linkOnTurn(): void {
    this.#readFrames();
  }

  /** Reads all that has come, unless the connection is held: then the socket is not read until a turn goes on here. */
  #readFrames(): void {
    while (this.#link.phase === 'live') {
      if (this.#isHeld()) {
        this.#link.pause();
        this.#tellHaste();
        return;
      }
      const arrival = this.#reader.next(this.#link.isPeerDone, this.#reception.isStranger);
      if (arrival === null) {
        this.#awaitMore();
        return;
      }
      this.#arrivalOnRead(arrival);
    }
  }

  #arrivalOnRead(arrival: Arrival): void {
    switch (arrival.kind) {
      case 'frame':
        this.#frameOnRead(arrival.frame, this.#reader.protocol!);
        break;
      case 'junk':
        if (!this.#faults.skip(arrival.code, arrival.bytes)) this.retire('junk');
        break;
      case 'lost':
        this.#faults.note(arrival.code, this.#reader.waiting, arrival.message);
        this.retire('lost_framing');
        break;
      case 'foreign':
        this.#faults.complain(arrival.guess.reason, arrival.bytes, arrival.guess.message);
        this.retire(arrival.guess.reason);
        break;
      case 'unknown':
        this.#giveUp('unknown_protocol', 'first bytes of no known protocol');
        break;
    }
  }

  #frameOnRead(frame: Buffer, protocol: Protocol): void {
    const { tally } = this.#house;
    tally.framesReceived += 1;
    const { profile, acquaintance, session } = this.#reception;
    if (session.kind === 'open') this.#house.framePace.take(session.trackerId);
    const decoded = protocol.decode(frame, profile);
    const reading = { protocol, frame, decoded, profile, acquaintance };
    if (this.isDismissed) {
      this.#dismiss(reading);
      return;
    }
    const decision = decide(session, decoded);
    switch (decision.kind) {
      case 'ignore':
        this.#progress();
        break;
      case 'admit':
        this.#patience.renew();
        this.#reception.admit(reading, decision.imei);
        break;
      case 'submit':
        this.#submit(reading, decision.trackerId);
        break;
      case 'refuse':
        countRecordsRefused(tally, decision.reason, decoded);
        if (!this.#faults.refuse(decision.reason, frame, explanation(decoded))) this.retire('malformed');
        break;
      case 'turn_away':
        this.#reception.turnAway(reading, this.#link.answers.owe(new Owed(false)), decision.reason);
        break;
    }
  }

  get isDismissed(): boolean {
    const { session } = this.#reception;
    return session.kind === 'open' && this.#house.intake.tracker(session.trackerId)?.imei !== session.imei;
  }

  get isHolding(): boolean {
    const { sessionHoldMs } = this.#house.limits;
    return sessionHoldMs > 0 && !this.isDismissed && !this.#patience.isOver(sessionHoldMs);
  }

  /** Nothing is acknowledged: at its next login it is an unknown device, and may send it again. */
  #dismiss({ frame, decoded }: Reading): void {
    countReason(this.#house.tally.framesRefused, 'dismissed');
    countRecordsRefused(this.#house.tally, 'dismissed', decoded);
    this.#faults.complain('dismissed', frame, `not the device of its tracker any more: ${explanation(decoded)}`);
    this.retire('dismissed');
  }

  /** A login is answered at once; a frame that only names its device is one like those that follow it. */
  #sessionOnOpened(reading: Reading, owed: Owed, trackerId: number): void {
    this.#patience.beginSession();
    this.#faults.forgive();
    this.#captureLogin(trackerId, reading.frame);
    if (reading.decoded.kind === 'login') {
      this.#replies.answer(reading, owed);
    } else {
      this.#link.answers.give(owed, null);
      this.#submit(reading, trackerId);
    }
  }

  /** With what came behind it in the same read. A device that logs in again is already heard. */
  #captureLogin(trackerId: number, frame: Buffer): void {
    const { captures } = this.#house;
    const isKnown = this.#openedAs === trackerId;
    this.#openedAs = trackerId;
    if (isKnown || !captures.has(trackerId)) return;
    captures.note(trackerId, 'connect', NO_BYTES);
    captures.note(trackerId, 'say', Buffer.concat([frame, this.#reader.waiting]));
  }

  #submit(reading: Reading, trackerId: number): void {
    const { frame, decoded, protocol } = reading;
    const { intake } = this.#house;
    if (decoded.kind === 'malformed') this.#faults.note(decoded.code, frame, decoded.message);
    this.#progress();
    const answer = answerIn(decoded, protocol, trackerId, intake);
    const submission = new Submission(this.#replies, trackerId, this.#receivedMs, reading, answer);
    this.#watchClock(submission);
    this.#watchPlace(submission);
    this.#link.answers.owe(submission);
    if (!intake.submit(submission, submission)) this.#awaitRoom();
  }

  #watchClock(submission: Submission): void {
    const suspicion = this.#house.clockWatch.watch(submission);
    if (suspicion === null) return;
    const details = { ...this.#who(), ahead: zoneText(suspicion.aheadMinutes), frames: suspicion.frames };
    this.#house.log.warn(details, 'the clock of a tracker seems to be set to a time zone');
  }

  #watchPlace({ trackerId, fixes }: Submission): void {
    const newest = fixes.at(-1);
    const jump = newest === undefined ? null : this.#house.jumpWatch.note(trackerId, newest);
    if (jump === null) return;
    const message = 'a tracker moved faster than anything can: another device may speak under its number';
    this.#house.log.warn({ ...this.#who(), ...jump }, message);
  }

  // Out: commands. Answers leave by replies.ts.

  get protocol(): Protocol | null {
    return this.#reader.protocol;
  }

  get isSettled(): boolean {
    return this.#patience.isSettled;
  }

  transmit(bytes: Buffer): boolean {
    return this.#replies.transmit(bytes);
  }

  // Waiting, and the end.

  #isHeld(): boolean {
    return this.#reception.isAdmitting || this.#link.isPeerSlow || this.#isHeldByUs();
  }

  #isHeldByUs(): boolean {
    const { unsettledFramesMax } = this.#house.limits;
    return this.#isWithoutRoom || this.#link.answers.length >= unsettledFramesMax || this.#isHasty();
  }

  /** It has said more than its share: what it sends waits on its side until some of that is earned back. */
  #isHasty(): boolean {
    const { session } = this.#reception;
    return session.kind === 'open' && this.#house.framePace.isSpent(session.trackerId);
  }

  /** Once for a connection: it may go on for as long as that lives. */
  #tellHaste(): void {
    if (this.#isKnownHasty || !this.#isHasty()) return;
    this.#isKnownHasty = true;
    const details = { ...this.#who(), framesPerSecond: this.#house.limits.framesPerSecondMax };
    this.#house.log.warn(details, 'a device sends more than limits.frames-per-second: it is read at that pace');
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
    const { isStranger } = this.#reception;
    if (isStranger && this.#reader.size > this.#house.limits.strangerBytesMax) this.retire('buffer');
    else if (this.#link.isPeerDone) this.retire(isStranger && this.#reader.isProbe ? 'port_scan' : null);
    else this.#link.resume();
  }

  /** A good frame: deadlines, and the patience with broken ones, start afresh. */
  #progress(): void {
    if (this.#reception.isStranger) return;
    this.#patience.renew();
    this.#faults.forgive();
  }

  age(elapsedMs: number): void {
    const { loginDeadlineMs, idleTimeoutMs, closingMs } = this.#house.limits;
    const { isStranger, isAdmitting } = this.#reception;
    this.#patience.age(elapsedMs, isStranger);
    const isHeld = this.#isHeld();
    if (this.#reader.age(!isHeld) || (this.#link.isPaused && !isHeld)) this.#link.callTurn();
    if (this.#link.phase !== 'live') {
      if (this.#patience.isOver(closingMs)) this.#link.destroy();
    } else if (isStranger || isAdmitting) {
      if (this.#patience.isOver(loginDeadlineMs)) this.#giveUp('login_deadline', 'no login in time');
    } else if (this.#isHeldByUs()) {
      this.#patience.renew(); // The device is not silent: we do not listen.
    } else if (this.#patience.isOver(idleTimeoutMs)) {
      this.retire('idle');
    }
  }

  retire(reason: string | null): void {
    if (this.#link.phase !== 'live') return;
    if (reason !== null) countReason(this.#house.tally.connectionsRefused, reason);
    this.#patience.renew();
    this.#reception.leave();
    this.#link.end();
  }

  /** Whoever it was, it is not a tracker we know how to talk to: what it sent says what it was. */
  #giveUp(reason: string, message: string): void {
    if (this.#reader.size > 0) this.#faults.complain(reason, this.#reader.waiting, message);
    this.retire(reason);
  }

  socketOnClose(): void {
    this.#reception.leave();
  }

  socketOnError(error: Error): void {
    this.#house.log.debug({ err: error, ...this.#who() }, 'socket error');
  }

  linkOnFault(error: unknown): void {
    this.#house.log.error({ err: error, ...this.#who() }, 'fault in a connection: it is closed');
    countReason(this.#house.tally.connectionsRefused, 'fault');
  }

  #who(): object {
    return { address: this.address, protocol: this.#reader.protocol?.name ?? null, imei: this.#reception.imei };
  }
}
