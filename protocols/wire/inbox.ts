/**
 * The one buffer of a connection: chunks go in as they come, frames come out whole.
 * It has one ceiling, takes linear time for any chunking, and is empty-handed while the connection is idle.
 */
import type { MalformedCode, Protocol } from '../protocol.ts';

const CAPACITY_MIN = 256;
const NOTHING = Buffer.alloc(0);

export type Unit =
  /** One frame, the caller's to keep: a copy, or a view of a chunk that was given away. */
  | { readonly kind: 'frame'; readonly frame: Buffer }
  /** Bytes that belonged to no frame; a copy. */
  | { readonly kind: 'junk'; readonly bytes: Buffer; readonly code: MalformedCode }
  | { readonly kind: 'lost'; readonly code: MalformedCode; readonly message: string };

export class Inbox {
  readonly #bytesMax: number;
  #bytes: Buffer = NOTHING;
  /** The buffer is a chunk that was given to us: read in place, never written to. */
  #isGiven = false;
  #start = 0;
  #end = 0;
  /** Bytes that must be there before asking the framer again is of any use. */
  #needed = 1;

  /** `bytesMax`: the most that may wait here; at least the protocol's `frameBytesMax` plus one chunk. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes waiting. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** What waits, as a view that is good until the next `push` or `next`. */
  get waiting(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /**
   * Takes the chunk in. False, and nothing taken, when that would pass the ceiling. `isGiven`: nobody will write to the
   * chunk again, so it need not be copied; it is let go of as soon as it holds no whole frame.
   */
  push(chunk: Buffer, isGiven = false): boolean {
    if (this.size + chunk.length > this.#bytesMax) return false;
    if (isGiven && this.size === 0) {
      this.#bytes = chunk;
      this.#end = chunk.length;
      this.#isGiven = true;
      return true;
    }
    if (this.#isGiven || this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
    return true;
  }

  /** Takes out the next unit, or null when more bytes are wanted. `isOver`: none will come. */
  next(protocol: Protocol, isOver = false): Unit | null {
    if (this.size === 0 || (this.size < this.#needed && !isOver)) return null;
    const framing = protocol.frame(this.#bytes, this.#start, this.#end, isOver);
    switch (framing.kind) {
      case 'frame':
        return { kind: 'frame', frame: this.#take(framing.start, framing.end) };
      case 'junk':
        return { kind: 'junk', bytes: this.#take(framing.start, framing.end), code: framing.code };
      case 'wait':
        this.#needed = framing.needed;
        if (this.#isGiven) this.#makeRoom(0);
        return null;
      case 'lost':
        return framing;
    }
  }

  #take(start: number, end: number): Buffer {
    const isWhole = start === 0 && end === this.#bytes.length;
    const view = isWhole ? this.#bytes : this.#bytes.subarray(start, end);
    const taken = this.#isGiven ? view : Buffer.from(view);
    this.#consume(end);
    return taken;
  }

  #consume(end: number): void {
    this.#start = end;
    this.#needed = 1;
    if (end < this.#end) return;
    this.#bytes = NOTHING;
    this.#isGiven = false;
    this.#start = 0;
    this.#end = 0;
  }

  /** Moves what waits to the front of the same buffer while that is ours and at most half full, else of another: each byte moves a bounded number of times. */
  #makeRoom(bytes: number): void {
    const wanted = this.size + bytes;
    const isRoomy = !this.#isGiven && wanted <= this.#bytes.length / 2;
    const target = isRoomy ? this.#bytes : Buffer.allocUnsafe(this.#capacityFor(wanted));
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#end = this.size;
    this.#start = 0;
    this.#bytes = target;
    this.#isGiven = false;
  }

  #capacityFor(wanted: number): number {
    let capacity = CAPACITY_MIN;
    while (capacity < wanted) capacity *= 2;
    return capacity;
  }
}
