/**
 * A connection without a network: bytes lie on it until the world moves them, in segments that mind no frame. Either end
 * may be gone without the other knowing.
 */
import { Duplex } from 'node:stream';
import type { Random } from '../../src/sim/random.ts';
import { chance, whole } from './dice.ts';

/** What a real socket would let lie unread before it stops the sender. */
const UNREAD_BYTES_MAX = 65_536;

export class Wire {
  /** The gateway's end. */
  readonly socket: Duplex;
  #toGateway: Buffer[] = [];
  #toDevice: Buffer[] = [];
  /** Completes the gateway's writes once the device has taken them. */
  #written: (() => void)[] = [];
  #isHungUp = false;
  #hasSaidGoodbye = false;
  /** As the device sees it: the gateway has ended the connection, or the network has. */
  isOver = false;
  /** Out of coverage: nothing moves, and neither end is told. */
  isStalled = false;
  /** The device has forgotten this connection. */
  isForsaken = false;

  constructor() {
    this.socket = new Duplex({
      allowHalfOpen: true,
      read: () => {},
      write: (chunk: Buffer, _, done) => {
        this.#toDevice.push(Buffer.from(chunk));
        this.#written.push(done);
      },
      final: (done) => {
        this.isOver = true;
        done();
      },
      destroy: (error, done) => {
        this.isOver = true;
        done(error);
      },
    });
    this.socket.on('error', () => {});
  }

  get isDone(): boolean {
    return this.socket.destroyed;
  }

  /** The device sends. */
  say(bytes: Buffer): void {
    if (!this.#isHungUp) this.#toGateway.push(bytes);
  }

  /** What has come for the device. */
  hear(): Buffer {
    if (this.isStalled) return Buffer.alloc(0);
    const heard = Buffer.concat(this.#toDevice);
    this.#toDevice = [];
    for (const done of this.#written.splice(0)) done();
    return heard;
  }

  /** The device closes its side, or both sides agree that it is over. */
  hangUp(): void {
    this.#isHungUp = true;
    this.isForsaken = true;
    this.hear();
  }

  /** Both ends are told; what was on the way is lost. */
  cut(): void {
    this.#drop();
    this.socket.destroy();
  }

  /** The gateway's process is gone: its end does nothing any more, the device is told. */
  gatewayOnDeath(): void {
    this.#drop();
    this.socket.removeAllListeners();
  }

  /** Some of what the device has sent reaches the gateway: one segment split anywhere, or several in one. */
  move(random: Random): void {
    if (this.isStalled || this.isDone) return;
    if (this.#toGateway.length > 0 && this.socket.readableLength < UNREAD_BYTES_MAX) {
      const all = Buffer.concat(this.#toGateway);
      const length = chance(random, 0.7) ? all.length : whole(random, 1, all.length);
      this.#toGateway = length < all.length ? [all.subarray(length)] : [];
      this.socket.push(all.subarray(0, length));
    }
    if (this.#isHungUp && this.#toGateway.length === 0) this.#sayGoodbye();
  }

  #sayGoodbye(): void {
    if (!this.#hasSaidGoodbye) this.socket.push(null);
    this.#hasSaidGoodbye = true;
    // Answers to a device that no longer listens.
    this.hear();
  }

  #drop(): void {
    this.isOver = true;
    this.#isHungUp = true;
    this.#toGateway = [];
    this.#toDevice = [];
    this.#written = [];
  }
}
