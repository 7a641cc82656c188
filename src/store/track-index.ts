/**
 * Which frames hold a tracker's records, by device time. What was committed lately is in memory; `sealSlice` moves it
 * into segments behind the line, some trackers at a time. After a crash memory is rebuilt from the journal rows after
 * `meta.sealed_to`; a segment may then hold some of the same entries, and memory wins (Track.firstRow).
 */
import type Database from 'better-sqlite3';
import {
  addressOf,
  before,
  type Entries,
  entryAt,
  type Head,
  headOf,
  insertFrame,
  mergeHeads,
  NO_HEAD,
  rowOf,
  STRIDE,
} from './entries.ts';
import { type FrameHeader, type JournalRow, readHeaders } from './journal.ts';
import type { Meta } from './meta.ts';
import type { Readings } from './readings.ts';
import type { SegmentBounds, Segments } from './segments.ts';

export interface IndexLimits {
  /** Entries in memory that start a sealing of all tracks. Bounds memory (32 bytes each) and recovery time. */
  readonly sealAfterEntries: number;
  /** Entries in memory of one tracker that start a sealing of this one. */
  readonly trackEntriesMax: number;
  /** Trackers and entries that one slice handles at most; a track is never divided. */
  readonly sliceTrackers: number;
  readonly sliceEntries: number;
}

/** The part of a track that is in memory. */
interface Track {
  /** The journal row of its first frame: all earlier frames of the tracker are in segments. */
  readonly firstRow: number;
  readonly entries: number[];
}

/** A sealing of all tracks: when it ends, everything up to journal row `toRow` is in segments. */
interface Sealing {
  readonly toRow: number;
  readonly trackerIds: readonly number[];
  next: number;
}

const EMPTY: Entries = [];

export class TrackIndex {
  readonly #db: Database.Database;
  readonly #meta: Meta;
  readonly #limits: IndexLimits;
  readonly #readings: Readings;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #tracks = new Map<number, Track>();
  readonly #large = new Set<number>();
  readonly segments: Segments;
  #sealing: Sealing | null = null;
  #entries = 0;
  #lastRow = 0;
  #sealedTo = 0;

  /** Rebuilds memory from the headers in the journal; records are decoded only of trackers whose frames read otherwise. */
  constructor(db: Database.Database, meta: Meta, segments: Segments, readings: Readings, limits: IndexLimits) {
    this.#db = db;
    this.#meta = meta;
    this.#limits = limits;
    this.segments = segments;
    this.#readings = readings;
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
    const sealedTo = meta.number('sealed_to') ?? 0;
    this.#sealedTo = sealedTo;
    this.#lastRow = sealedTo;
    const rows = db.prepare<[number], JournalRow>('SELECT id, body FROM journal WHERE id > ? ORDER BY id');
    for (const row of rows.iterate(sealedTo)) this.absorb(row.id, readings.headers(row));
  }

  /** The number of the next journal row; numbers are never used again, whatever retention deletes. */
  get nextRow(): number {
    return this.#lastRow + 1;
  }

  /** Up to this journal row memory holds nothing that segments do not. */
  get sealedTo(): number {
    return this.#sealedTo;
  }

  /** Entries in memory. */
  get entries(): number {
    return this.#entries;
  }

  /** Takes in the frames of a journal row that is committed. */
  absorb(row: number, headers: Iterable<FrameHeader>): void {
    for (const header of headers) {
      let track = this.#tracks.get(header.trackerId);
      if (track === undefined) {
        track = { firstRow: row, entries: [] };
        this.#tracks.set(header.trackerId, track);
      }
      const length = track.entries.length;
      insertFrame(track.entries, row, header);
      this.#entries += (track.entries.length - length) / STRIDE;
      if (track.entries.length > this.#limits.trackEntriesMax * STRIDE) this.#large.add(header.trackerId);
    }
    this.#lastRow = row;
  }

  /** What memory holds of a track. */
  recent(trackerId: number): Entries {
    return this.#tracks.get(trackerId)?.entries ?? EMPTY;
  }

  /** The journal row from which on all of a track is in memory. */
  firstRow(trackerId: number): number {
    return this.#tracks.get(trackerId)?.firstRow ?? Infinity;
  }

  /** What a segment adds to `recent`. */
  sealed(trackerId: number, bounds: SegmentBounds): Entries {
    return before(this.segments.entries(trackerId, bounds.segment), this.firstRow(trackerId));
  }

  head(trackerId: number): Head {
    const track = this.#tracks.get(trackerId);
    return mergeHeads(this.segments.head(trackerId), track === undefined ? NO_HEAD : headOf(track.entries));
  }

  /** The last journal row. */
  get lastRow(): number {
    return this.#lastRow;
  }

  /**
   * Lays a track anew by how its frames read by now: all of it goes into segments, in the transaction of the caller.
   * Returns what puts memory back should that not be committed. Takes 10 us a frame where the journal is all its own, 20
   * to 50 among 100 to 300 trackers: rewriting the rows of all these would cost 16 KiB of log for each of its frames.
   */
  reread(trackerId: number): () => void {
    const track = this.#tracks.get(trackerId);
    const entries: number[] = [];
    for (const [row, addresses] of this.#addressesByRow(trackerId)) {
      const body = this.#body.get(row);
      if (body === undefined) continue;
      for (const header of readHeaders(body, trackerId)) {
        if (!addresses.has(addressOf(row, header.offset))) continue;
        insertFrame(entries, row, this.#readings.reread(row, body, header));
      }
    }
    this.segments.replace(trackerId, entries);
    return this.#letGo(trackerId, track);
  }

  #addressesByRow(trackerId: number): (readonly [number, ReadonlySet<number>])[] {
    const byRow = new Map<number, Set<number>>();
    const bounds = this.segments.within(trackerId, -Infinity, Infinity);
    for (const entries of [...bounds.map((each) => this.sealed(trackerId, each)), this.recent(trackerId)]) {
      for (let i = 0; i < entries.length; i += STRIDE) {
        const { address } = entryAt(entries, i);
        const row = rowOf(address);
        const addresses = byRow.get(row);
        if (addresses === undefined) byRow.set(row, new Set([address]));
        else addresses.add(address);
      }
    }
    return [...byRow].sort(([a], [b]) => a - b);
  }

  #letGo(trackerId: number, track: Track | undefined): () => void {
    if (track === undefined) return () => undefined;
    const isLarge = this.#large.delete(trackerId);
    this.#tracks.delete(trackerId);
    this.#entries -= track.entries.length / STRIDE;
    return () => {
      this.#tracks.set(trackerId, track);
      this.#entries += track.entries.length / STRIDE;
      if (isLarge) this.#large.add(trackerId);
    };
  }

  /** One bounded step of sealing, in a transaction of its own; true = more is waiting. */
  sealSlice(): boolean {
    if (this.#entries >= this.#limits.sealAfterEntries) this.beginSealing();
    const sealing = this.#sealing;
    if (sealing === null) return this.#sealLarge();
    const end = this.#sliceEnd(sealing);
    this.#seal(sealing.trackerIds.slice(sealing.next, end), end === sealing.trackerIds.length ? sealing.toRow : null);
    sealing.next = end;
    if (end === sealing.trackerIds.length) this.#sealing = null;
    return this.#sealing !== null || this.#large.size > 0;
  }

  /** Has the next slices seal all tracks, however small they are. */
  beginSealing(): void {
    this.#sealing ??= { toRow: this.#lastRow, trackerIds: [...this.#tracks.keys()], next: 0 };
  }

  /** The same at once with what memory holds of one track, which is not much. */
  sealTrack(trackerId: number): void {
    if (this.#tracks.has(trackerId)) this.#seal([trackerId], null);
  }

  #sliceEnd({ trackerIds, next }: Sealing): number {
    const mostEnd = Math.min(trackerIds.length, next + this.#limits.sliceTrackers);
    let end = next;
    let entries = 0;
    while (end < mostEnd && entries < this.#limits.sliceEntries) {
      entries += this.recent(trackerIds[end++]!).length / STRIDE;
    }
    return end;
  }

  #sealLarge(): boolean {
    const [trackerId] = this.#large;
    if (trackerId === undefined) return false;
    this.#seal([trackerId], null);
    return this.#large.size > 0;
  }

  /** Memory lets go only of what is committed. */
  #seal(trackerIds: readonly number[], sealedTo: number | null): void {
    this.#db.transaction(() => {
      for (const trackerId of trackerIds) {
        const track = this.#tracks.get(trackerId);
        if (track !== undefined) this.segments.seal(trackerId, track.entries, track.firstRow);
      }
      if (sealedTo !== null) this.#meta.put('sealed_to', sealedTo);
    })();
    if (sealedTo !== null) this.#sealedTo = sealedTo;
    for (const trackerId of trackerIds) {
      this.#entries -= this.recent(trackerId).length / STRIDE;
      this.#tracks.delete(trackerId);
      this.#large.delete(trackerId);
    }
  }
}
