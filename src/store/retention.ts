/**
 * Taking out of the journal what is older than the settings say, behind the line and in slices, oldest first. By
 * receipt: messages without records after `messagesKeptMs`, frames with records after `fixesKeptMs`, but never what a
 * task is still judged by (store/needs.ts). A row shrinks to the frames that stay, which keep their address; then the segments
 * lose the entries of what is gone. Every slice is one transaction, only sealed rows are touched, and nothing is
 * remembered that a restart would have to know, so it may end anywhere and goes on where it was.
 */
import type Database from 'better-sqlite3';
import { addressOf, offsetOf, rowOf } from './entries.ts';
import type { FrameReader } from './frame-reader.ts';
import { AHEAD_MS, cutRow, type FrameHeader, type JournalRow, readHeaders } from './journal.ts';
import type { Meta } from './meta.ts';
import type { Needs } from './needs.ts';
import type { SealedSegment } from './segments.ts';
import type { TrackIndex } from './track-index.ts';

export interface RetentionLimits {
  /** Age by receipt from which frames with records, and messages without, are taken out; Infinity = never. */
  readonly fixesKeptMs: number;
  readonly messagesKeptMs: number;
  /** The engine's: how long a closed task is open to late evidence. */
  readonly lateDataHorizonMs: number;
  /** What one slice does at most: reads so many rows, finds out what so many trackers need, or cleans so many segments. */
  readonly sliceRows: number;
  readonly sliceNeeds: number;
  readonly sliceSegments: number;
}

/** Between the end of one round and the next. */
const PAUSE_MS = 60 * 60_000;
/** How often a round begins with the first row again: what was needed then may not be any more. */
const AFRESH_MS = 24 * 60 * 60_000;

/** In this order. */
const PHASES = ['fixes', 'messages', 'segments'] as const;

export class Retention {
  readonly #db: Database.Database;
  readonly #meta: Meta;
  readonly #index: TrackIndex;
  readonly #frames: FrameReader;
  readonly #needs: Needs;
  readonly #limits: RetentionLimits;
  readonly #rows: Database.Statement<[number, number, number], JournalRow>;
  readonly #firstUnsealed: Database.Statement<[number], JournalRow>;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #shrink: Database.Statement<[Buffer, number]>;
  readonly #delete: Database.Statement<[number]>;
  #phase: (typeof PHASES)[number] = 'fixes';
  /** The last row of which the old fixes are gone. */
  #fixesTo = 0;
  #trackerTo = 0;
  #segmentTo = 0;
  #restedMs = -Infinity;
  #afreshMs = -Infinity;

  constructor(
    db: Database.Database,
    meta: Meta,
    index: TrackIndex,
    frames: FrameReader,
    needs: Needs,
    limits: RetentionLimits,
  ) {
    this.#frames = frames;
    this.#db = db;
    this.#meta = meta;
    this.#index = index;
    this.#needs = needs;
    this.#limits = limits;
    this.#rows = db.prepare('SELECT id, body FROM journal WHERE id > ? AND id <= ? ORDER BY id LIMIT ?');
    this.#firstUnsealed = db.prepare('SELECT id, body FROM journal WHERE id > ? ORDER BY id LIMIT 1');
    this.#body = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
    this.#shrink = db.prepare('UPDATE journal SET body = ? WHERE id = ?');
    this.#delete = db.prepare('DELETE FROM journal WHERE id = ?');
  }

  /** One bounded step, in a transaction of its own; true = more is waiting. */
  slice(nowMs: number): boolean {
    // Also where the clock was set back.
    if (Math.abs(nowMs - this.#restedMs) < PAUSE_MS) return false;
    if (Math.abs(nowMs - this.#afreshMs) >= AFRESH_MS) {
      this.#afreshMs = nowMs;
      this.#fixesTo = 0;
    }
    try {
      if (this.#db.transaction(() => this.#advance(nowMs))()) return true;
    } catch (error) {
      // What it went over is there as before.
      this.#afreshMs = -Infinity;
      this.#beginRound();
      throw error;
    }
    this.#restedMs = nowMs;
    this.#beginRound();
    return false;
  }

  #beginRound(): void {
    this.#phase = 'fixes';
    this.#trackerTo = 0;
    this.#segmentTo = 0;
    this.#needs.clear();
  }

  /** Goes on where the last slice ended; false = the round is over. */
  #advance(nowMs: number): boolean {
    for (const phase of PHASES.slice(PHASES.indexOf(this.#phase))) {
      this.#phase = phase;
      if (this.#step(nowMs)) return true;
    }
    return false;
  }

  #step(nowMs: number): boolean {
    switch (this.#phase) {
      case 'fixes':
        return this.#sweepFixes(nowMs);
      case 'messages':
        return this.#sweepMessages(nowMs);
      case 'segments':
        return this.#cleanSegments(nowMs);
    }
  }

  #sweepFixes(nowMs: number): boolean {
    const { at, isMore } = this.#sweep(this.#fixesTo, this.#fixesFromMs(nowMs), nowMs);
    this.#fixesTo = at;
    return isMore;
  }

  /** Rows stay for as long as their fixes do, so this one remembers how far it has come. */
  #sweepMessages(nowMs: number): boolean {
    const sweptTo = this.#meta.number('messages_swept_to') ?? 0;
    const { at, isMore } = this.#sweep(sweptTo, nowMs - this.#limits.messagesKeptMs, nowMs);
    if (at > sweptTo) this.#meta.put('messages_swept_to', at);
    return isMore;
  }

  /** Goes over sealed rows up to the first one that is not old. A receipt in the future is a clock's fault, and passed. */
  #sweep(after: number, oldMs: number, nowMs: number): { readonly at: number; readonly isMore: boolean } {
    const { sliceRows, sliceNeeds } = this.#limits;
    const rows = this.#rows.all(after, this.#index.sealedTo, sliceRows);
    let at = after;
    let learnable = sliceNeeds;
    for (const { id, body } of rows) {
      const headers = [...this.#frames.readings.headers({ id, body })];
      if (!isOld(headers, oldMs, nowMs)) return { at, isMore: false };
      const expired = headers.filter((header) => header.receivedMs < this.#keptFromMs(header, nowMs));
      for (const { trackerId, spans } of expired) {
        if (spans.length === 0 || this.#needs.knows(trackerId)) continue;
        if (learnable-- === 0) return { at, isMore: true };
        this.#needs.learn(trackerId, nowMs - this.#limits.lateDataHorizonMs);
      }
      this.#takeOut(id, body, expired);
      at = id;
    }
    if (rows.length === sliceRows) return { at, isMore: true };
    return { at, isMore: this.#sealOld(oldMs, nowMs) };
  }

  #takeOut(id: number, body: Buffer, expired: readonly FrameHeader[]): void {
    const takenOut = expired.filter((header) => header.spans.length === 0 || !this.#needs.needs(header));
    // A row that was emptied by an erasure goes as well.
    if (takenOut.length === 0 && body.length > 0) return;
    for (const { offset } of takenOut) this.#frames.forget(addressOf(id, offset));
    const rest = cutRow(body, new Set(takenOut.map(({ offset }) => offset)));
    if (rest.length === 0) this.#delete.run(id);
    else this.#shrink.run(rest, id);
  }

  #keptFromMs({ spans }: FrameHeader, nowMs: number): number {
    return spans.length === 0 ? nowMs - this.#limits.messagesKeptMs : this.#fixesFromMs(nowMs);
  }

  /** A device's clock may be ahead a little: what is deleted is old by its own date, too (engine/expiry.ts). */
  #fixesFromMs(nowMs: number): number {
    return nowMs - this.#limits.fixesKeptMs - AHEAD_MS;
  }

  /** A gateway with few trackers would take months to fill the memory that starts a sealing. */
  #sealOld(oldMs: number, nowMs: number): boolean {
    const row = this.#firstUnsealed.get(this.#index.sealedTo);
    if (row === undefined || !isOld([...readHeaders(row.body)], oldMs, nowMs)) return false;
    this.#index.beginSealing();
    return true;
  }

  /** A tracker's segments are by and large in the order of receipt: the first one that is not old ends its part. */
  #cleanSegments(nowMs: number): boolean {
    const { sliceRows, sliceNeeds, sliceSegments } = this.#limits;
    let learnable = sliceNeeds;
    let cleanable = sliceSegments;
    const offsetsByRow = new Map<number, ReadonlySet<number>>();
    for (let n = 0; n < sliceRows; n++) {
      const segment = this.#index.segments.after(this.#trackerTo, this.#segmentTo);
      if (segment === null) return false;
      const { trackerId } = segment;
      const isOld = segment.receivedToMs < this.#fixesFromMs(nowMs);
      if (isOld) {
        if (!this.#needs.knows(trackerId)) {
          if (learnable-- === 0) return true;
          this.#needs.learn(trackerId, nowMs - this.#limits.lateDataHorizonMs);
        }
        if (!this.#isNeeded(segment)) {
          if (cleanable-- === 0) return true;
          this.#index.segments.retain(segment, (address) => this.#exists(address, offsetsByRow));
        }
      }
      this.#trackerTo = trackerId;
      this.#segmentTo = isOld ? segment.segment : Number.MAX_SAFE_INTEGER;
    }
    return true;
  }

  /** Most of it is still there: not worth looking at. */
  #isNeeded({ trackerId, toMs, receivedToMs }: SealedSegment): boolean {
    return toMs >= this.#needs.fromMs(trackerId) && toMs <= receivedToMs + AHEAD_MS;
  }

  #exists(address: number, offsetsByRow: Map<number, ReadonlySet<number>>): boolean {
    const row = rowOf(address);
    let offsets = offsetsByRow.get(row);
    if (offsets === undefined) {
      const body = this.#body.get(row);
      offsets = new Set(body === undefined ? [] : [...readHeaders(body)].map(({ offset }) => offset));
      offsetsByRow.set(row, offsets);
    }
    return offsets.has(offsetOf(address));
  }
}

function isOld(headers: readonly FrameHeader[], oldMs: number, nowMs: number): boolean {
  return headers.every(({ receivedMs }) => receivedMs < oldMs || receivedMs > nowMs);
}
