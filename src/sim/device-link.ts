/**
 * One simulated tracker on a real TCP connection. It keeps every record until the gateway has acknowledged it, sends
 * the oldest first, one frame at a time, and after a lost connection says again what was not answered.
 */
import { connect, type Socket } from 'node:net';
import { Histogram } from './histogram.ts';
import type { Random } from './random.ts';
import type { Awaited, DeviceRecord, Order, Speech } from './speech.ts';

/** What a fleet has counted; links add to it. Records recorded = acknowledged + dropped + still waiting. */
export class FleetTally {
  recorded = 0;
  /** Records that left a device at least once, and those that left it once more. */
  sent = 0;
  repeated = 0;
  acknowledged = 0;
  /** Overwritten in a full memory. */
  dropped = 0;
  connects = 0;
  disconnects = 0;
  /** Logins answered by a refusal or by closing the connection. */
  refusals = 0;
  /** From a frame's departure to its answer. */
  readonly latency = new Histogram();
}

export interface Patience {
  /** A frame not answered for so long: the connection is given up. */
  readonly answerMs: number;
  /** Between two attempts to connect: doubled each time, with jitter. */
  readonly backoffMsMin: number;
  readonly backoffMsMax: number;
  readonly heartbeatMs: number;
  /** Records the device's memory holds; then the oldest is overwritten. */
  readonly memoryRecords: number;
}

export const PATIENCE: Patience = {
  answerMs: 10_000,
  backoffMsMin: 100,
  backoffMsMax: 3_000,
  heartbeatMs: 180_000,
  memoryRecords: 20_000,
};

export interface LinkOptions {
  readonly imei: string;
  readonly speech: Speech;
  readonly host: string;
  readonly port: number;
  readonly stopwatch: () => number;
  readonly random: Random;
  readonly tally: FleetTally;
  readonly patience?: Partial<Patience>;
  readonly recordOnAcknowledged?: (record: DeviceRecord) => void;
  /** What it makes of a command: `answer` at once, later, on its next connection, or never. Without it: done. */
  readonly commandOnHeard?: (text: string, answer: (text: string) => void) => void;
  readonly wireOnBytes?: (direction: 'sent' | 'received' | 'connected', bytes: Buffer) => void;
}

/** The gateway's answers are a few bytes; more than this unread is not a gateway. */
const HEARD_BYTES_MAX = 4096;
/** Answers to commands that wait for a connection; more are forgotten. */
const REPLIES_MAX = 16;
const NO_BYTES = Buffer.alloc(0);

export class DeviceLink {
  readonly #options: LinkOptions;
  readonly #patience: Patience;
  /** Oldest first. The first #inFlight are on their way, the first #known have left at least once. */
  readonly #memory: DeviceRecord[] = [];
  #inFlight = 0;
  #known = 0;
  #socket: Socket | null = null;
  #awaited: Awaited | null = null;
  #isLoggedIn = false;
  #isWanted = false;
  #knowsTime = false;
  #heard: Buffer = NO_BYTES;
  #replies: ((serial: number) => Buffer)[] = [];
  #serial = 0;
  #failures = 0;
  #departedMs = 0;
  #heartbeatMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#patience = { ...PATIENCE, ...options.patience };
  }

  /** Records not acknowledged. */
  get waiting(): number {
    return this.#memory.length;
  }

  get isOnline(): boolean {
    return this.#isLoggedIn;
  }

  /** Puts a record into the device's memory and, when there is a connection, on its way. */
  keep(record: DeviceRecord): void {
    const { tally } = this.#options;
    if (this.#memory.length >= this.#patience.memoryRecords) this.#overwrite();
    this.#memory.push(this.#options.speech.asSent(record));
    tally.recorded++;
    this.#speak();
  }

  /** Connects, and from now on stays connected as well as it can. */
  start(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#heartbeatMs = this.#options.stopwatch();
    // A connection still closing from the last stop comes back by itself.
    if (this.#socket === null) this.#connect();
  }

  /** Drives out of coverage, or is switched off: no goodbye on the wire, the memory stays. */
  stop(): void {
    this.#isWanted = false;
    this.#lost();
    this.#socket?.destroy();
  }

  #overwrite(): void {
    this.#memory.splice(this.#inFlight, 1);
    if (this.#known > this.#inFlight) this.#known--;
    this.#options.tally.dropped++;
  }

  #connect(): void {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    this.#heard = NO_BYTES;
    this.#await(null);
    this.#timer = setTimeout(() => socket.destroy(), this.#patience.answerMs);
    socket.on('connect', () => this.#socketOnConnect());
    socket.on('data', (chunk) => this.#socketOnData(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#socketOnClose());
  }

  #socketOnConnect(): void {
    const { imei, speech, tally, wireOnBytes } = this.#options;
    tally.connects++;
    wireOnBytes?.('connected', NO_BYTES);
    const serial = this.#nextSerial();
    this.#say(speech.login(imei, serial), { kind: 'login', serial, records: 0 });
  }

  #socketOnData(chunk: Buffer): void {
    this.#options.wireOnBytes?.('received', chunk);
    this.#heard = this.#heard.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#heard, chunk]);
    let isUnderstood = this.#heard.length <= HEARD_BYTES_MAX;
    while (isUnderstood) {
      const order = this.#isLoggedIn ? this.#options.speech.order(this.#heard) : null;
      if (order === 'more') break;
      if (order !== null) {
        this.#obey(order);
        continue;
      }
      if (this.#awaited === null) break;
      const heard = this.#options.speech.hear(this.#heard, this.#awaited);
      if (heard === null) break;
      this.#heard = this.#heard.subarray(heard.used);
      if (heard.meaning === 'accepted') this.#answered(this.#awaited);
      // A refused login or a wrong count: hang up, wait a while, begin again.
      isUnderstood = heard.meaning !== 'refused';
    }
    if (!isUnderstood) this.#socket?.destroy();
  }

  #obey(order: Order): void {
    this.#heard = this.#heard.subarray(order.used);
    const { commandOnHeard } = this.#options;
    const answer = (text: string) => {
      if (this.#replies.length < REPLIES_MAX) this.#replies.push((serial) => order.answer(text, serial));
      this.#reply();
    };
    if (commandOnHeard === undefined) answer(`${order.text}: OK`);
    else commandOnHeard(order.text, answer);
  }

  /** Nothing is waited for after an answer to a command. */
  #reply(): void {
    if (!this.#isLoggedIn) return;
    for (const encode of this.#replies.splice(0)) {
      const bytes = encode(this.#nextSerial());
      this.#options.wireOnBytes?.('sent', bytes);
      this.#socket?.write(bytes);
    }
  }

  #socketOnClose(): void {
    this.#lost();
    this.#socket = null;
    if (!this.#isWanted) return;
    const { backoffMsMin, backoffMsMax } = this.#patience;
    const delayMs = Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(this.#failures++, 16));
    this.#timer = setTimeout(() => this.#connect(), delayMs * (0.5 + this.#options.random() / 2));
  }

  /** The connection is no use any more; what was on its way is said again on the next. */
  #lost(): void {
    if (this.#isLoggedIn) this.#options.tally.disconnects++;
    else if (this.#awaited?.kind === 'login' && this.#isWanted) this.#options.tally.refusals++;
    this.#isLoggedIn = false;
    this.#inFlight = 0;
    this.#await(null);
  }

  #answered(awaited: Awaited): void {
    const { recordOnAcknowledged, stopwatch, tally } = this.#options;
    this.#await(null);
    if (awaited.kind === 'login') {
      this.#isLoggedIn = true;
      this.#reply();
    }
    if (awaited.kind === 'time') this.#knowsTime = true;
    if (awaited.kind === 'records') {
      tally.latency.add(stopwatch() - this.#departedMs);
      tally.acknowledged += awaited.records;
      this.#known -= awaited.records;
      this.#inFlight = 0;
      for (const record of this.#memory.splice(0, awaited.records)) recordOnAcknowledged?.(record);
    }
    if (awaited.kind === 'records' || this.#memory.length === 0) this.#failures = 0;
    this.#speak();
  }

  /** Says the next thing there is to say, when nothing is waiting for its answer. */
  #speak(): void {
    if (!this.#isLoggedIn || this.#awaited !== null) return;
    if (!this.#knowsTime && this.#ask('time')) return;
    this.#knowsTime = true;
    if (this.#options.stopwatch() - this.#heartbeatMs >= this.#patience.heartbeatMs) {
      this.#heartbeatMs = this.#options.stopwatch();
      if (this.#ask('heartbeat')) return;
    }
    if (this.#memory.length > 0) this.#send();
  }

  /** false = the protocol has no such message. */
  #ask(kind: 'time' | 'heartbeat'): boolean {
    const { speech } = this.#options;
    const serial = this.#nextSerial();
    const bytes = kind === 'time' ? speech.timeRequest(serial) : speech.heartbeat(serial);
    if (bytes === null) return false;
    this.#say(bytes, { kind, serial, records: 0 });
    return true;
  }

  #send(): void {
    const { speech, stopwatch, tally } = this.#options;
    const records = this.#memory.slice(0, speech.recordsMax);
    const again = Math.min(records.length, this.#known);
    tally.repeated += again;
    tally.sent += records.length - again;
    this.#known = Math.max(this.#known, records.length);
    this.#inFlight = records.length;
    this.#departedMs = stopwatch();
    const serial = this.#nextSerial();
    const bytes = speech.records(records, serial, this.#memory.length > records.length);
    this.#say(bytes, { kind: 'records', serial, records: records.length });
  }

  #say(bytes: Buffer, awaited: Awaited): void {
    this.#options.wireOnBytes?.('sent', bytes);
    this.#await(awaited);
    this.#socket?.write(bytes);
  }

  #await(awaited: Awaited | null): void {
    clearTimeout(this.#timer);
    this.#awaited = awaited;
    if (awaited !== null) this.#timer = setTimeout(() => this.#socket?.destroy(), this.#patience.answerMs);
  }

  /** 1..65535, round and round. */
  #nextSerial(): number {
    this.#serial = (this.#serial % 0xffff) + 1;
    return this.#serial;
  }
}
