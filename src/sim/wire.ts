/** A device's end of a TCP connection for a script: say bytes, wait for so many, hang up and see what was left over. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A gateway's answers are short; one that says more than this unasked is cut off. */
const HEARD_BYTES_MAX = 1_048_576;

export class Wire {
  readonly #socket: Socket;
  #heard: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#socketOnData(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#socketOnClose());
  }

  /** Rejects with the system's error when nobody listens there. */
  static async open(host: string, port: number): Promise<Wire> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  say(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next `count` bytes; fewer when the connection ends or `patienceMs` pass before they are there. */
  async hear(count: number, patienceMs: number): Promise<Buffer> {
    await this.#until(() => this.#heard.length >= count, patienceMs);
    const bytes = this.#heard.subarray(0, count);
    this.#heard = this.#heard.subarray(bytes.length);
    return bytes;
  }

  /** Says goodbye, waits for the other end to do so, and returns what it still said. */
  async finish(patienceMs: number): Promise<Buffer> {
    this.#socket.end();
    await this.#until(() => false, patienceMs);
    this.#socket.destroy();
    return this.#heard;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #until(isEnough: () => boolean, patienceMs: number): Promise<void> {
    let isPatient = true;
    const timer = setTimeout(() => {
      isPatient = false;
      this.#wake();
    }, patienceMs);
    while (isPatient && !this.#isOver && !isEnough()) await new Promise<void>((resolve) => (this.#wake = resolve));
    clearTimeout(timer);
  }

  #socketOnData(chunk: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    if (this.#heard.length > HEARD_BYTES_MAX) this.#socket.destroy();
    this.#wake();
  }

  #socketOnClose(): void {
    this.#isOver = true;
    this.#wake();
  }
}
