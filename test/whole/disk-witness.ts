/** One device on one connection, led by hand: says one thing at a time and tells what was answered. */
import { connect, type Socket } from 'node:net';
import type { Awaited, DeviceRecord, Speech } from '../../src/sim/speech.ts';
import type { SpeechName } from '../../src/sim/speeches.ts';
import { speechOf } from '../../src/sim/speeches.ts';
import { pause, until } from './program.ts';

export class Witness {
  readonly imei: string;
  readonly #speech: Speech;
  readonly #socket: Socket;
  #heard: Buffer = Buffer.alloc(0);
  #serial = 0;
  /** The connection ended, whoever ended it. */
  isGone = false;

  constructor(port: number, imei: string, protocol: SpeechName) {
    this.imei = imei;
    this.#speech = speechOf(protocol);
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk) => {
      this.#heard = Buffer.concat([this.#heard, chunk]);
    });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.isGone = true;
    });
  }

  login(): Promise<void> {
    const serial = ++this.#serial;
    return this.#ask(this.#speech.login(this.imei, serial), { kind: 'login', serial, records: 0 });
  }

  /** Resolves at once for a protocol without heartbeats. */
  async heartbeat(): Promise<void> {
    const serial = ++this.#serial;
    const bytes = this.#speech.heartbeat(serial);
    if (bytes !== null) await this.#ask(bytes, { kind: 'heartbeat', serial, records: 0 });
  }

  /** Resolves when the record is acknowledged. */
  report(record: DeviceRecord): Promise<void> {
    const serial = ++this.#serial;
    const bytes = this.#speech.records([record], serial, false);
    return this.#ask(bytes, { kind: 'records', serial, records: 1 });
  }

  /** Sends a record, and listens in vain for so long: null, or what was answered after all. */
  async reportInVain(record: DeviceRecord, forMs: number): Promise<string | null> {
    this.#socket.write(this.#speech.records([record], ++this.#serial, false));
    await pause(forMs);
    return this.#heard.length === 0 ? null : this.#heard.toString('hex');
  }

  leave(): void {
    this.#socket.destroy();
  }

  async #ask(bytes: Buffer, awaited: Awaited): Promise<void> {
    this.#socket.write(bytes);
    const what = `${this.imei} is answered its ${awaited.kind}`;
    await until(what, () => this.#isAnswered(awaited), { everyMs: 10, withinMs: 5000 });
  }

  #isAnswered(awaited: Awaited): boolean {
    if (this.isGone) throw new Error(`${this.imei} lost its connection waiting for the answer to its ${awaited.kind}`);
    const heard = this.#speech.hear(this.#heard, awaited);
    if (heard === null) return false;
    this.#heard = this.#heard.subarray(heard.used);
    return heard.meaning === 'accepted';
  }
}
