/** Frames back from the journal, decoded by their protocol and judged as at their receipt; the last ones are kept. */
import type Database from 'better-sqlite3';
import { protocolNamed } from '../../protocols/index.ts';
import { judgeFix } from '../model/fix.ts';
import { offsetOf, rowOf } from './entries.ts';
import { readFrame } from './journal.ts';
import type { StoredFix, StoredFrame } from './store.ts';

/** Charged per record beside the raw bytes: about what a decoded record takes. */
const RECORD_BYTES = 300;

export class FrameReader {
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #bytesMax: number;
  /** Decoded frames by address; the least recently used one is first. */
  readonly #decoded = new Map<number, { readonly fixes: readonly StoredFix[]; readonly bytes: number }>();
  #bytes = 0;

  constructor(db: Database.Database, bytesMax: number) {
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
    this.#bytesMax = bytesMax;
  }

  /** null = retention has dropped it. */
  frame(address: number): StoredFrame | null {
    const body = this.#body.get(rowOf(address));
    return body === undefined ? null : readFrame(body, offsetOf(address));
  }

  /** The kept records of a frame, in wire order. */
  fixes(address: number): readonly StoredFix[] {
    const known = this.#decoded.get(address);
    if (known !== undefined) {
      this.#decoded.delete(address);
      this.#decoded.set(address, known);
      return known.fixes;
    }
    const frame = this.frame(address);
    if (frame === null) return [];
    const fixes = decodeFixes(frame);
    this.#remember(address, fixes, frame.raw.length + fixes.length * RECORD_BYTES);
    return fixes;
  }

  /** Retention takes the frame out. */
  forget(address: number): void {
    this.#bytes -= this.#decoded.get(address)?.bytes ?? 0;
    this.#decoded.delete(address);
  }

  #remember(address: number, fixes: readonly StoredFix[], bytes: number): void {
    this.#decoded.set(address, { fixes, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#decoded) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#decoded.delete(oldest);
      this.#bytes -= freed;
    }
  }
}

function decodeFixes(frame: StoredFrame): StoredFix[] {
  const message = protocolNamed(frame.protocol).decode(frame.raw);
  if (message.kind === 'malformed') return [];
  return message.records
    .filter((_, i) => frame.kept === null || frame.kept[i] === true)
    .map((record) => ({ ...judgeFix(record, frame.receivedMs), protocol: frame.protocol }));
}
