/**
 * A tracker in a simulated world: it records its day, sends real bytes while it has coverage, and forgets a record only
 * when the gateway has acknowledged it. Everything that field devices do to a gateway, it does.
 */
import { between, pick, type Random } from '../../src/sim/random.ts';
import type { Awaited, Speech } from '../../src/sim/speech.ts';
import { type SpeechName, speechOf } from '../../src/sim/speeches.ts';
import { chance, HOUR, MINUTE, SECOND, whole } from './dice.ts';
import { Journey } from './journey.ts';
import { keyOf, type Recorded, Recorder } from './recorder.ts';
import type { Wire } from './wire.ts';

export interface DeviceOptions {
  readonly imei: string;
  readonly protocol: SpeechName;
  readonly random: Random;
  readonly startMs: number;
  readonly endMs: number;
  /** Reaches the gateway, or null where nobody answers. */
  readonly dial: () => Wire | null;
}

interface Sent {
  readonly awaited: Awaited;
  readonly records: readonly Recorded[];
  readonly sentMs: number;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Frames on the way at once: a Teltonika device counts answers and waits for each. */
const WINDOW: Readonly<Record<SpeechName, number>> = { teltonika: 1, gt06: 4 };
const PATIENCE_MS = 75 * SECOND;
const RETRY_MS = 20 * SECOND;

export class Device {
  readonly imei: string;
  readonly protocol: SpeechName;
  readonly journey: Journey;
  /** Everything it ever recorded. */
  readonly recorded: Recorded[] = [];
  /** Keys of what the gateway has acknowledged. */
  readonly acknowledged = new Set<string>();
  readonly #options: DeviceOptions;
  readonly #random: Random;
  readonly #speech: Speech;
  readonly #recorder: Recorder;
  readonly #outages: Span[];
  #memory: Recorded[] = [];
  #wire: Wire | null = null;
  #isWelcome = false;
  #sent: Sent[] = [];
  #heard = Buffer.alloc(0);
  #serial = 0;
  #retryMs = Number.NEGATIVE_INFINITY;
  #isNewestFirst = false;

  constructor(options: DeviceOptions) {
    const { imei, protocol, random, startMs, endMs } = options;
    this.#options = options;
    this.imei = imei;
    this.protocol = protocol;
    this.#random = random;
    this.#speech = speechOf(protocol);
    this.journey = new Journey(random, startMs, endMs);
    this.#recorder = new Recorder(this.journey, random, this.#speech.asSent, startMs);
    this.#outages = outages(random, startMs, endMs);
  }

  /** Records that are still only here. */
  get backlog(): number {
    return this.#memory.length;
  }

  record(nowMs: number): void {
    const made = this.#recorder.record(nowMs);
    this.recorded.push(...made);
    this.#memory.push(...made);
  }

  /** From now on nothing stands between the device and the gateway. */
  stayInCoverage(): void {
    this.#outages.length = 0;
  }

  act(nowMs: number): void {
    if (!this.#hasCoverage(nowMs)) this.#loseCoverage();
    else if (this.#wire === null) this.#connect(nowMs);
    else this.#converse(this.#wire, nowMs);
  }

  #converse(wire: Wire, nowMs: number): void {
    wire.isStalled = false;
    if (chance(this.#random, 0.004)) {
      // With answers on their way: what they acknowledge comes again.
      this.#abandon(wire);
      return;
    }
    this.#listen(wire);
    if (wire.isOver || this.#isOutOfPatience(nowMs)) this.#leave(nowMs);
    else if (this.#isWelcome) this.#talk(wire, nowMs);
  }

  #hasCoverage(nowMs: number): boolean {
    return !this.#outages.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  }

  /** The link is cut, or left behind half-open, or only stands still until there is coverage again. */
  #loseCoverage(): void {
    const wire = this.#wire;
    if (wire === null || wire.isStalled) return;
    const fate = pick(this.#random, ['cut', 'forsaken', 'stalled'] as const);
    wire.isStalled = fate !== 'cut';
    if (fate === 'cut') wire.cut();
    if (fate === 'forsaken') wire.isForsaken = true;
    if (fate !== 'stalled') this.#forget();
  }

  #connect(nowMs: number): void {
    if (nowMs < this.#retryMs) return;
    this.#wire = this.#options.dial();
    this.#retryMs = nowMs + RETRY_MS;
    if (this.#wire === null) return;
    this.#isNewestFirst = chance(this.#random, 0.4);
    this.#serial = 0;
    this.#say(this.#wire, 'login', (serial) => this.#speech.login(this.imei, serial), [], nowMs);
  }

  /** A watchdog restarts the device, which then opens a second session; or the network cuts the connection. */
  #abandon(wire: Wire): void {
    if (chance(this.#random, 0.5)) wire.cut();
    else wire.isForsaken = true;
    this.#forget();
  }

  /** With or without a word. */
  #leave(nowMs: number): void {
    if (this.#wire !== null && !this.#wire.isOver && chance(this.#random, 0.3)) this.#wire.isForsaken = true;
    else this.#wire?.hangUp();
    this.#retryMs = nowMs + Math.floor(between(this.#random, 0, 2 * RETRY_MS));
    this.#forget();
  }

  #forget(): void {
    this.#wire = null;
    this.#isWelcome = false;
    this.#sent = [];
    this.#heard = Buffer.alloc(0);
  }

  #isOutOfPatience(nowMs: number): boolean {
    const oldest = this.#sent[0];
    return oldest !== undefined && nowMs - oldest.sentMs > PATIENCE_MS;
  }

  #listen(wire: Wire): void {
    this.#heard = Buffer.concat([this.#heard, wire.hear()]);
    while (this.#heard.length > 0) {
      const answer = this.#understand();
      if (answer === null) return;
      this.#heard = this.#heard.subarray(answer.used);
      if (answer.sent !== null) this.#answered(answer.sent);
    }
  }

  /** The next whole answer, and what it is for; null = more bytes are wanted. */
  #understand(): { readonly used: number; readonly sent: Sent | null } | null {
    if (this.#sent.length === 0) return { used: this.#heard.length, sent: null };
    let used = 0;
    for (const sent of this.#sent) {
      const heard = this.#speech.hear(this.#heard, sent.awaited);
      if (heard === null) return null;
      if (heard.meaning === 'accepted') return { used: heard.used, sent };
      used = heard.used;
      if (WINDOW[this.protocol] === 1) break;
    }
    return { used, sent: null };
  }

  #answered(sent: Sent): void {
    this.#sent.splice(this.#sent.indexOf(sent), 1);
    if (sent.awaited.kind === 'login') this.#isWelcome = true;
    if (sent.records.length === 0) return;
    for (const record of sent.records) this.acknowledged.add(keyOf(record));
    this.#memory = this.#memory.filter((record) => !sent.records.includes(record));
  }

  #talk(wire: Wire, nowMs: number): void {
    const whim = this.#random();
    if (whim < 0.003) wire.say(garbage(this.#random));
    if (whim > 0.97) this.#heartbeat(wire, nowMs);
    for (let n = 0; n < WINDOW[this.protocol]; n += 1) this.#sendNext(wire, nowMs);
  }

  #heartbeat(wire: Wire, nowMs: number): void {
    if (this.#speech.heartbeat(0) === null || this.#sent.length > 0) return;
    this.#say(wire, 'heartbeat', (serial) => this.#speech.heartbeat(serial)!, [], nowMs);
  }

  #sendNext(wire: Wire, nowMs: number): void {
    if (this.#sent.length >= WINDOW[this.protocol]) return;
    const waiting = this.#memory.filter((record) => !this.#sent.some((sent) => sent.records.includes(record)));
    if (waiting.length === 0) return;
    const length = whole(this.#random, 1, this.#speech.recordsMax);
    const records = this.#isNewestFirst ? waiting.slice(-length).reverse() : waiting.slice(0, length);
    const isBacklog = nowMs - records[0]!.madeMs > 2 * MINUTE;
    const encode = (serial: number) => this.#speech.records(records, serial, isBacklog);
    this.#say(wire, 'records', encode, records, nowMs);
  }

  #say(
    wire: Wire,
    kind: Awaited['kind'],
    encode: (serial: number) => Buffer,
    records: readonly Recorded[],
    nowMs: number,
  ): void {
    this.#serial += 1;
    const awaited = { kind, serial: this.#serial, records: records.length };
    const bytes = encode(this.#serial);
    if (kind === 'records') this.#sayBadly(wire, bytes);
    else wire.say(bytes);
    this.#sent.push({ awaited, records, sentMs: nowMs });
  }

  /** Twice, or damaged on the way. Logins are spared: one Teltonika digit more or less would be another tracker. */
  #sayBadly(wire: Wire, bytes: Buffer): void {
    const isRepeated = this.protocol === 'gt06' && chance(this.#random, 0.02);
    wire.say(chance(this.#random, 0.005) ? damaged(this.#random, bytes) : bytes);
    if (isRepeated) wire.say(bytes);
  }
}

function outages(random: Random, startMs: number, endMs: number): Span[] {
  return Array.from({ length: whole(random, 3, 8) }, () => {
    const fromMs = between(random, startMs, endMs);
    const lengthMs = chance(random, 0.5) ? between(random, MINUTE, 20 * MINUTE) : between(random, 0, 3 * HOUR);
    return { fromMs, toMs: fromMs + lengthMs };
  });
}

/** One byte is another one: the checksum is wrong, or what was a frame is none. */
function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = whole(random, 0, copy.length - 1);
  copy[at] = copy[at]! ^ whole(random, 1, 255);
  return copy;
}

/** Noise; sometimes it begins like a frame that claims to be long, or too long. */
export function garbage(random: Random): Buffer {
  const noise = Buffer.from(Array.from({ length: whole(random, 1, 60) }, () => whole(random, 0, 255)));
  const heads = ['', '787840', '000000000000012008', '000000007f000000'].map((head) => Buffer.from(head, 'hex'));
  return Buffer.concat([pick(random, heads), noise]);
}
