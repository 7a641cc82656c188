/**
 * One UDP port. The only door to node:dgram. A datagram says itself whose it is; the address it comes from is where the
 * answer goes, and proves nothing.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Datagram, Protocol } from '../../protocols/protocol.ts';
import type { Admission, Settled } from '../intake/intake.ts';
import { countReason } from '../model/tally.ts';
import { profileOf } from './acquaintance.ts';
import { normalAddress } from './address.ts';
import { countRecordsRefused, explanation } from './faults.ts';
import { guessForeign } from './guess.ts';
import type { Household } from './household.ts';
import type { BoundAddress } from './listener.ts';
import { Presence } from './presence.ts';
import { decide, decideAdmission } from './session.ts';
import { type Reading, Submission } from './submission.ts';

export interface DatagramOptions {
  /** For logs and the ready line. */
  readonly name: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** One that reads datagrams. */
  readonly protocol: Protocol;
}

type DatagramHousehold = Pick<Household, 'intake' | 'now' | 'tally' | 'log' | 'limits' | 'complaints' | 'framePace'>;

/** What came, and where the answer goes. */
interface Arrival {
  readonly read: Datagram;
  readonly from: RemoteInfo;
  readonly receivedMs: number;
}

/** What a stalled commit may leave waiting in the system; it gives what it allows. */
const RECEIVE_BUFFER_BYTES = 4 << 20;
const SECOND_MS = 1_000;
/** Devices that were let in, so that no flood of strangers keeps them out. */
const GUESTS_MAX = 100_000;

export class DatagramPort {
  readonly #options: DatagramOptions;
  readonly #house: DatagramHousehold;
  readonly #socket: Socket;
  readonly #guests = new Set<string>();
  /** Nothing ends a talk over UDP but silence, as long as would end a connection. */
  readonly #presence: Presence;
  #strangersLeft: number;
  #secondMs = 0;
  #unsettled = 0;
  #hasRoom = true;
  /** Set while closing: called when all is settled. */
  #settledAll: (() => void) | null = null;
  #closingMs = 0;

  /** `presenceOnChanged`: a tracker is heard, or has not been for long. */
  constructor(
    options: DatagramOptions,
    house: DatagramHousehold,
    presenceOnChanged: (trackerId: number) => void = () => {},
  ) {
    this.#options = options;
    this.#house = house;
    this.#strangersLeft = house.limits.strangeDatagramsPerSecondMax;
    this.#presence = new Presence(house.limits.idleTimeoutMs, presenceOnChanged);
    const type = options.host.includes(':') ? 'udp6' : 'udp4';
    this.#socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES });
  }

  /** Rejects with the system's error, which names address and port. */
  listen(): Promise<BoundAddress> {
    const { name, host, port } = this.#options;
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', reject);
        socket.on('error', (error) => this.#house.log.error({ err: error }, 'cannot receive datagrams'));
        socket.on('message', (bytes, from) => this.socketOnMessage(bytes, from));
        const bound = socket.address();
        resolve({ name, host: bound.address, port: bound.port });
      });
    });
  }

  socketOnMessage(bytes: Buffer, from: RemoteInfo): void {
    const { tally } = this.#house;
    tally.bytesReceived += bytes.length;
    if (this.#settledAll !== null) return;
    const read = this.#options.protocol.datagram!(bytes);
    if ('imei' in read) {
      tally.framesReceived += 1;
      this.#datagramOnRead({ read, from, receivedMs: this.#house.now() });
      return;
    }
    const guess = guessForeign(bytes, this.#options.protocol);
    this.#refuse(guess?.reason ?? read.code, from, bytes, guess?.message ?? read.message);
  }

  /** Nothing waits but what was read: a device that is not answered sends again. */
  #datagramOnRead(arrival: Arrival): void {
    const { read, from } = arrival;
    const isStranger = !this.#guests.has(read.imei);
    if (!this.#hasRoom || this.#unsettled >= this.#house.limits.unsettledDatagramsMax) {
      countReason(this.#house.tally.framesRefused, 'no_room');
    } else if (isStranger && this.#strangersLeft === 0) {
      countReason(this.#house.tally.framesRefused, 'strangers');
    } else {
      if (isStranger) this.#strangersLeft -= 1;
      this.#unsettled += 1;
      this.#house.intake
        .admit(read.imei, this.#options.protocol.name, normalAddress(from.address))
        .then((admission) => this.#admissionOnDecided(arrival, admission, isStranger))
        .catch((error: unknown) => {
          this.#fail(error);
          this.#settleOne();
        });
    }
  }

  #admissionOnDecided(arrival: Arrival, admission: Admission, isStranger: boolean): void {
    const { frame, imei } = arrival.read;
    const welcome = decideAdmission(imei, admission, false);
    const { protocol } = this.#options;
    const tracker = welcome.kind === 'welcome' ? this.#house.intake.tracker(welcome.session.trackerId) : null;
    const profile = profileOf(tracker);
    const decoded = protocol.decode(frame, profile);
    if (welcome.kind === 'turn_away') {
      countReason(this.#house.tally.loginsRefused, welcome.reason);
      countRecordsRefused(this.#house.tally, welcome.reason, decoded);
      this.#complain(welcome.reason, arrival.from, frame, `datagram refused: IMEI ${imei}`);
      this.#guests.delete(imei);
      this.#settleOne();
      return;
    }
    if (isStranger) this.#greet(imei);
    this.#presence.hear(welcome.session.trackerId);
    if (!this.#house.framePace.take(welcome.session.trackerId)) {
      countReason(this.#house.tally.framesRefused, 'too_fast');
      countRecordsRefused(this.#house.tally, 'too_fast', decoded);
      this.#settleOne();
      return;
    }
    const decision = decide(welcome.session, decoded);
    if (decision.kind === 'submit') {
      if (decoded.kind === 'malformed') this.#refuse(decoded.code, arrival.from, frame, decoded.message);
      this.#submit(arrival, decision.trackerId, { protocol, frame, decoded, profile });
      return;
    }
    const reason = 'reason' in decision ? decision.reason : decoded.kind;
    countRecordsRefused(this.#house.tally, reason, decoded);
    this.#refuse(reason, arrival.from, frame, explanation(decoded));
    this.#settleOne();
  }

  /** It has taken the place of a stranger for the time of one question. */
  #greet(imei: string): void {
    this.#strangersLeft += 1;
    if (this.#guests.size >= GUESTS_MAX) this.#guests.clear();
    this.#guests.add(imei);
  }

  #submit({ read, from, receivedMs }: Arrival, trackerId: number, reading: Reading): void {
    const { intake } = this.#house;
    const submitter = {
      submissionOnSettled: (submission: Submission, settled: Settled) => {
        try {
          this.#acknowledge(submission, settled, read, from);
        } catch (error) {
          this.#fail(error);
          this.#settleOne();
        }
      },
    };
    const submission = new Submission(submitter, trackerId, receivedMs, reading);
    if (intake.submit(submission, submission)) return;
    this.#hasRoom = false;
    intake.whenRoom(() => {
      this.#hasRoom = true;
    });
  }

  /** It is settled when its answer has left, or when none is due. */
  #acknowledge(submission: Submission, settled: Settled, read: Datagram, from: RemoteInfo): void {
    const { spoken, raw, decoded, isReceipt } = submission;
    const isDue = settled === 'durable' || !isReceipt;
    if (!isDue || spoken.reply(raw, decoded, { nowMs: this.#house.now() }) === null) {
      this.#settleOne();
      return;
    }
    this.#socket.send(read.reply(read.recordsStated), from.port, from.address, (error) => {
      if (error) this.#house.log.debug({ err: error, address: from.address }, 'socket error');
      this.#settleOne();
    });
    if (settled === 'durable') this.#house.tally.acknowledged += 1;
  }

  #refuse(reason: string, from: RemoteInfo, bytes: Uint8Array, message: string): void {
    countReason(this.#house.tally.framesRefused, reason);
    this.#complain(reason, from, bytes, message);
  }

  #complain(reason: string, { address }: RemoteInfo, bytes: Uint8Array, message: string): void {
    const details = { reason, address: normalAddress(address), protocol: this.#options.protocol.name };
    this.#house.complaints.write(details, bytes, message);
  }

  /** No throw crosses a socket: a fault of ours costs one datagram. */
  #fail(error: unknown): void {
    this.#house.log.error({ err: error }, 'fault in a datagram: it is dropped');
  }

  #settleOne(): void {
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#settledAll?.();
  }

  isOnline(trackerId: number): boolean {
    return this.#presence.has(trackerId);
  }

  /** Until its next datagram. */
  forget(trackerId: number): void {
    this.#presence.forget(trackerId);
  }

  /** Time passes, told by the gateway's one beat. */
  age(elapsedMs: number): void {
    this.#presence.age(elapsedMs);
    this.#secondMs += elapsedMs;
    if (this.#secondMs >= SECOND_MS) {
      this.#secondMs = 0;
      this.#strangersLeft = this.#house.limits.strangeDatagramsPerSecondMax;
    }
    if (this.#settledAll === null) return;
    this.#closingMs += elapsedMs;
    if (this.#closingMs > this.#house.limits.closingMs) this.#settledAll();
  }

  /** Reads nothing more, lets what was read be settled and answered, then closes. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#settledAll = resolve;
      if (this.#unsettled === 0) resolve();
    });
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve());
    });
  }
}
