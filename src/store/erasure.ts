/**
 * Taking what one tracker sent in a period out of the journal before its time: whole frames, as retention does it, and
 * like there nothing that a task is still judged by (store/needs.ts). What is gone is overwritten; the log and backups
 * hold it until they are made anew.
 */
import type Database from 'better-sqlite3';
import { addressOf, entryAt, indexableMs, rowOf, STRIDE } from './entries.ts';
import type { FrameReader } from './frame-reader.ts';
import { cutRow, type FrameHeader } from './journal.ts';
import type { Needs } from './needs.ts';
import type { RetentionLimits } from './retention.ts';
import type { TrackErasure, TrackPeriod } from './store.ts';
import type { TrackIndex } from './track-index.ts';

interface Parts {
  readonly db: Database.Database;
  readonly index: TrackIndex;
  readonly frames: FrameReader;
  readonly needs: Needs;
}

export class JournalErasure implements TrackErasure {
  readonly #parts: Parts;
  readonly #limits: Pick<RetentionLimits, 'lateDataHorizonMs'>;
  readonly #period: TrackPeriod;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #shrink: Database.Statement<[Buffer, number]>;
  readonly #delete: Database.Statement<[number]>;
  /** Still to be gone through; null = not begun. */
  #segments: number[] | null = null;
  #erased = 0;
  #kept = 0;

  constructor(parts: Parts, limits: Pick<RetentionLimits, 'lateDataHorizonMs'>, period: TrackPeriod) {
    const { db } = parts;
    this.#parts = parts;
    this.#limits = limits;
    this.#period = period;
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
    this.#shrink = db.prepare('UPDATE journal SET body = ? WHERE id = ?');
    this.#delete = db.prepare('DELETE FROM journal WHERE id = ?');
  }

  get erased(): number {
    return this.#erased;
  }

  get kept(): number {
    return this.#kept;
  }

  /** One segment of the track; before the first, what memory holds of it becomes one, too. */
  step(nowMs: number): boolean {
    this.#segments ??= this.#begin();
    const segment = this.#segments.pop();
    if (segment === undefined) return false;
    const { db, index, frames, needs } = this.#parts;
    const { trackerId } = this.#period;
    if (!needs.knows(trackerId)) needs.learn(trackerId, nowMs - this.#limits.lateDataHorizonMs);
    const gone = db.transaction(() => this.#clear(index, segment))();
    for (const address of gone) frames.forget(address);
    return this.#segments.length > 0;
  }

  #begin(): number[] {
    const { index } = this.#parts;
    const { trackerId, fromMs, toMs } = this.#period;
    index.sealTrack(trackerId);
    return index.segments.within(trackerId, fromMs, toMs).map(({ segment }) => segment);
  }

  #clear(index: TrackIndex, segment: number): ReadonlySet<number> {
    const { trackerId } = this.#period;
    const gone = new Set<number>();
    for (const [row, addresses] of this.#addressesIn(segment)) {
      const body = this.#body.get(row);
      if (body !== undefined) for (const address of this.#cut(row, body, addresses)) gone.add(address);
    }
    index.segments.retain({ trackerId, segment }, (address) => !gone.has(address));
    return gone;
  }

  /** By journal row. */
  #addressesIn(segment: number): ReadonlyMap<number, ReadonlySet<number>> {
    const { trackerId, fromMs, toMs } = this.#period;
    const entries = this.#parts.index.segments.entries(trackerId, segment);
    const byRow = new Map<number, Set<number>>();
    for (let i = 0; i < entries.length; i += STRIDE) {
      const entry = entryAt(entries, i);
      if (entry.toMs < indexableMs(fromMs) || entry.fromMs > indexableMs(toMs)) continue;
      const row = rowOf(entry.address);
      byRow.set(row, (byRow.get(row) ?? new Set()).add(entry.address));
    }
    return byRow;
  }

  /** Returns the addresses of the frames that are gone. A row that a restart would count from stays, though empty. */
  #cut(row: number, body: Buffer, addresses: ReadonlySet<number>): readonly number[] {
    const { index, frames, needs } = this.#parts;
    const touching = [...frames.readings.headers({ id: row, body })].filter((header) => {
      return addresses.has(addressOf(row, header.offset)) && this.#touches(header);
    });
    const takenOut = touching.filter((header) => !needs.needs(header));
    this.#kept += touching.length - takenOut.length;
    this.#erased += takenOut.length;
    if (takenOut.length === 0) return [];
    const rest = cutRow(body, new Set(takenOut.map(({ offset }) => offset)));
    if (rest.length === 0 && row <= index.sealedTo) this.#delete.run(row);
    else this.#shrink.run(rest, row);
    return takenOut.map(({ offset }) => addressOf(row, offset));
  }

  #touches({ spans, receivedMs }: FrameHeader): boolean {
    const { fromMs, toMs } = this.#period;
    if (spans.length === 0) return receivedMs >= fromMs && receivedMs <= toMs;
    for (let i = 0; i < spans.length; i += 2) if (spans[i]! <= toMs && spans[i + 1]! >= fromMs) return true;
    return false;
  }
}
