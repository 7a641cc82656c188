/** Sealed parts of tracks: rows of sorted index entries, one tracker each, that memory no longer has to hold. */
import type Database from 'better-sqlite3';
import {
  before,
  type Entries,
  entryAt,
  fromBlob,
  type Head,
  headOf,
  indexableMs,
  merge,
  mergeHeads,
  NO_HEAD,
  only,
  STRIDE,
  toBlob,
} from './entries.ts';

/** A segment without its entries. */
export interface SegmentBounds {
  readonly segment: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a segment is, and how far it reaches. */
export interface SealedSegment {
  readonly trackerId: number;
  readonly segment: number;
  readonly toMs: number;
  readonly receivedToMs: number;
}

interface HeadRow {
  readonly newestMs: number | null;
  readonly aheadMs: string;
  readonly lastReceivedMs: number;
}

type TimeKey = [trackerId: number, limitMs: number, toMs: number, segment: number];

const BOUNDS = 'SELECT segment, from_ms AS fromMs, to_ms AS toMs FROM track_segment';

export class Segments {
  readonly #entries: Database.Statement<[number, number], Buffer>;
  readonly #last: Database.Statement<[number], { segment: number; entries: Buffer }>;
  readonly #within: Database.Statement<[number, number, number], SegmentBounds>;
  readonly #received: Database.Statement<[number, number, number], SegmentBounds>;
  readonly #earlier: Database.Statement<TimeKey, SegmentBounds>;
  readonly #later: Database.Statement<TimeKey, SegmentBounds>;
  readonly #after: Database.Statement<[number, number], SealedSegment>;
  readonly #delete: Database.Statement<[number, number]>;
  readonly #deleteAll: Database.Statement<[number]>;
  readonly #put: Database.Statement<[number, number, number, number, number, number, Buffer]>;
  readonly #head: Database.Statement<[number], HeadRow>;
  readonly #putHead: Database.Statement<[number, number | null, string, number]>;
  readonly #entriesMax: number;

  constructor(db: Database.Database, entriesMax: number) {
    this.#entriesMax = entriesMax;
    this.#entries = db
      .prepare<[number, number], Buffer>('SELECT entries FROM track_segment WHERE tracker_id = ? AND segment = ?')
      .pluck();
    this.#last = db.prepare(
      'SELECT segment, entries FROM track_segment WHERE tracker_id = ? ORDER BY segment DESC LIMIT 1',
    );
    this.#within = db.prepare(`${BOUNDS} WHERE tracker_id = ? AND to_ms >= ? AND from_ms <= ? ORDER BY from_ms`);
    this.#received = db.prepare(
      `${BOUNDS} WHERE tracker_id = ? AND received_to_ms >= ? AND received_from_ms <= ? ORDER BY segment`,
    );
    this.#earlier = db.prepare(
      `${BOUNDS} WHERE tracker_id = ? AND from_ms < ? AND (to_ms, segment) < (?, ?)
       ORDER BY to_ms DESC, segment DESC LIMIT 1`,
    );
    this.#later = db.prepare(
      `${BOUNDS} WHERE tracker_id = ? AND from_ms < ? AND (to_ms, segment) > (?, ?)
       ORDER BY to_ms, segment LIMIT 1`,
    );
    this.#after = db.prepare(
      `SELECT tracker_id AS trackerId, segment, to_ms AS toMs, received_to_ms AS receivedToMs FROM track_segment
       WHERE (tracker_id, segment) > (?, ?) ORDER BY tracker_id, segment LIMIT 1`,
    );
    this.#delete = db.prepare('DELETE FROM track_segment WHERE tracker_id = ? AND segment = ?');
    this.#deleteAll = db.prepare('DELETE FROM track_segment WHERE tracker_id = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO track_segment VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#head = db.prepare(
      `SELECT newest_ms AS newestMs, ahead_ms AS aheadMs, last_received_ms AS lastReceivedMs
       FROM track_head WHERE tracker_id = ?`,
    );
    this.#putHead = db.prepare('INSERT OR REPLACE INTO track_head VALUES (?, ?, ?, ?)');
  }

  /** Segments that may hold a record of [fromMs, toMs], by their beginning. */
  within(trackerId: number, fromMs: number, toMs: number): SegmentBounds[] {
    return this.#within.all(trackerId, indexableMs(fromMs), indexableMs(toMs));
  }

  /** Segments that may hold a frame received in [fromMs, toMs]. */
  received(trackerId: number, fromMs: number, toMs: number): SegmentBounds[] {
    return this.#received.all(trackerId, indexableMs(fromMs), indexableMs(toMs));
  }

  /** Of the segments that begin before `limitMs` the one that ends last; with `than`, the next one by this order. */
  earlier(trackerId: number, limitMs: number, than: SegmentBounds | null): SegmentBounds | null {
    const [toMs, segment] = than === null ? [Infinity, 0] : [than.toMs, than.segment];
    return this.#earlier.get(trackerId, limitMs, toMs, segment) ?? null;
  }

  /** Of the segments that begin before `limitMs` the one that ends first after `afterMs`; with `than`, the next one. */
  later(trackerId: number, limitMs: number, afterMs: number, than: SegmentBounds | null): SegmentBounds | null {
    const [toMs, segment] = than === null ? [afterMs, Infinity] : [than.toMs, than.segment];
    return this.#later.get(trackerId, limitMs, toMs, segment) ?? null;
  }

  entries(trackerId: number, segment: number): Entries {
    const blob = this.#entries.get(trackerId, segment);
    return blob === undefined ? [] : fromBlob(blob);
  }

  /** The next segment in the order of trackers, then of sealing; null = there is none. */
  after(trackerId: number, segment: number): SealedSegment | null {
    return this.#after.get(trackerId, segment) ?? null;
  }

  /** Drops the entries of frames that are gone, in the transaction of the caller. */
  retain(
    { trackerId, segment }: Pick<SealedSegment, 'trackerId' | 'segment'>,
    exists: (address: number) => boolean,
  ): void {
    const entries = this.entries(trackerId, segment);
    const retained = only(entries, exists);
    if (retained.length === entries.length) return;
    if (retained.length === 0) this.#delete.run(trackerId, segment);
    else this.#putSegment(trackerId, segment, retained);
  }

  head(trackerId: number): Head {
    const row = this.#head.get(trackerId);
    if (row === undefined) return NO_HEAD;
    return {
      newestMs: row.newestMs ?? -Infinity,
      aheadMs: JSON.parse(row.aheadMs) as number[],
      lastReceivedMs: row.lastReceivedMs,
    };
  }

  /**
   * Adds what memory holds of a track, in the transaction of the caller. `firstRow` is the journal row memory begins
   * at: entries from there on in a segment stem from an earlier attempt of which the end was lost, and give way.
   * A last segment that is not full is filled up first, or a quiet tracker would have a row for each sealing.
   */
  seal(trackerId: number, entries: readonly number[], firstRow: number): void {
    const last = this.#last.get(trackerId);
    const sealed = last === undefined ? [] : before(fromBlob(last.entries), firstRow);
    const isFull = sealed.length >= this.#entriesMax * STRIDE;
    const all = isFull ? entries : merge(sealed, entries);
    this.#putAll(trackerId, (last?.segment ?? 0) + (isFull ? 1 : 0), all);
    this.#putHeadOf(trackerId, mergeHeads(this.head(trackerId), headOf(entries)));
  }

  /** The whole track, in the transaction of the caller. */
  replace(trackerId: number, entries: readonly number[]): void {
    const { lastReceivedMs } = this.head(trackerId);
    this.#deleteAll.run(trackerId);
    this.#putAll(trackerId, 0, entries);
    this.#putHeadOf(trackerId, mergeHeads({ ...NO_HEAD, lastReceivedMs }, headOf(entries)));
  }

  #putAll(trackerId: number, firstSegment: number, entries: readonly number[]): void {
    let segment = firstSegment;
    for (let start = 0; start < entries.length; start += this.#entriesMax * STRIDE) {
      this.#putSegment(trackerId, segment++, entries.slice(start, start + this.#entriesMax * STRIDE));
    }
  }

  #putSegment(trackerId: number, segment: number, entries: readonly number[]): void {
    let toMs = -Infinity;
    let receivedFromMs = Infinity;
    let receivedToMs = -Infinity;
    for (let i = 0; i < entries.length; i += STRIDE) {
      const entry = entryAt(entries, i);
      toMs = Math.max(toMs, entry.toMs);
      receivedFromMs = Math.min(receivedFromMs, entry.receivedMs);
      receivedToMs = Math.max(receivedToMs, entry.receivedMs);
    }
    this.#put.run(trackerId, segment, entries[0]!, toMs, receivedFromMs, receivedToMs, toBlob(entries));
  }

  #putHeadOf(trackerId: number, { newestMs, aheadMs, lastReceivedMs }: Head): void {
    if (lastReceivedMs === -Infinity) return;
    this.#putHead.run(trackerId, newestMs === -Infinity ? null : newestMs, JSON.stringify(aheadMs), lastReceivedMs);
  }
}
