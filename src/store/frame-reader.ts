/** Frames back from the journal, decoded by their protocol and judged as at their receipt; the last ones are kept. */
import type Database from 'better-sqlite3';
import { offsetOf, rowOf } from './entries.ts';
import { readFrame } from './journal.ts';
import type { Readings } from './readings.ts';
import type { ReceivedFrame, StoredFix, StoredFrame } from './store.ts';

/** Charged per record beside the raw bytes: about what a decoded record takes. */
const RECORD_BYTES = 300;

/** A decoded frame; good for as long as its tracker's frames are read in this way. */
interface Decoded {
  readonly fixes: readonly StoredFix[];
  readonly bytes: number;
  readonly readingKey: string;
}

export class FrameReader {
  readonly readings: Readings;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #bytesMax: number;
  /** Decoded frames by address; the least recently used one is first. */
  readonly #decoded = new Map<number, Decoded>();
  #bytes = 0;

  constructor(db: Database.Database, readings: Readings, bytesMax: number) {
    this.readings = readings;
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
    this.#bytesMax = bytesMax;
  }

  /** null = retention has dropped it. */
  frame(address: number): StoredFrame | null {
    const body = this.#body.get(rowOf(address));
    return body === undefined ? null : readFrame(body, offsetOf(address));
  }

  /** How one of the tracker's frames is read by now. */
  profile(trackerId: number, address: number, frame: StoredFrame): ReceivedFrame['profile'] {
    return this.readings.profile(trackerId, rowOf(address), frame);
  }

  /** The kept records of one of the tracker's frames, in wire order. */
  fixes(trackerId: number, address: number): readonly StoredFix[] {
    const { key } = this.readings.of(trackerId);
    const known = this.#decoded.get(address);
    if (known?.readingKey === key) {
      this.#decoded.delete(address);
      this.#decoded.set(address, known);
      return known.fixes;
    }
    const frame = this.frame(address);
    if (frame === null) return [];
    const fixes = this.readings.fixes(trackerId, rowOf(address), frame);
    this.forget(address);
    this.#remember(address, { fixes, bytes: frame.raw.length + fixes.length * RECORD_BYTES, readingKey: key });
    return fixes;
  }

  /** Retention takes the frame out, or it reads otherwise. */
  forget(address: number): void {
    this.#bytes -= this.#decoded.get(address)?.bytes ?? 0;
    this.#decoded.delete(address);
  }

  #remember(address: number, decoded: Decoded): void {
    this.#decoded.set(address, decoded);
    this.#bytes += decoded.bytes;
    for (const [oldest, { bytes: freed }] of this.#decoded) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#decoded.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
