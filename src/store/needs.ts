/**
 * What retention has to leave, however old (engine rules, section 4): the fixes that a task is judged by which is open
 * or open to late evidence, the last one before its span included, and what every tracker was last known by.
 */
import type Database from 'better-sqlite3';
import type { RowChanges } from '../model/command.ts';
import { AHEAD_MS, type FrameHeader } from './journal.ts';
import type { Accepts } from './store.ts';
import type { JournalTracks } from './tracks.ts';

/** Kept before the last fix that is needed: with `engine.exit-margin`, what it says may hang on those before it. */
const KEPT_BEFORE_MS = 24 * 60 * 60_000;
/** Searched for an acceptable fix where hygiene is set; without one so near nothing of the tracker is deleted. */
const ACCEPTED_WITHIN_MS = 60 * 60_000;
const RECORDS_MAX = 10_000;

export class Needs {
  readonly #earliestStart: Database.Statement<[number, number], number | null>;
  readonly #trackerOf: Database.Statement<[number], number | null>;
  readonly #tracks: JournalTracks;
  readonly #accepts: Accepts;
  /** By tracker, device time. Grows out of date towards keeping more, but for what `forget` is told of. */
  readonly #fromMs = new Map<number, number>();

  /** `accepts`: which valid fixes are evidence. */
  constructor(db: Database.Database, tracks: JournalTracks, accepts: Accepts) {
    // No later than S: a restart is left out of account.
    this.#earliestStart = db
      .prepare<[number, number], number | null>(
        `SELECT min(max(from_ms, ifnull(given_ms, from_ms))) FROM tasks
         WHERE tracker_id = ? AND deleted_ms IS NULL AND (is_settled = 0 OR asked_ms >= ?)`,
      )
      .pluck();
    this.#trackerOf = db.prepare<[number], number | null>('SELECT tracker_id FROM tasks WHERE id = ?').pluck();
    this.#tracks = tracks;
    this.#accepts = accepts;
  }

  knows(trackerId: number): boolean {
    return this.#fromMs.has(trackerId);
  }

  /** Device time from which on this tracker's valid fixes are needed. `horizonFromMs`: now - the late-data horizon. */
  learn(trackerId: number, horizonFromMs: number): void {
    const startMs = this.#earliestStart.get(trackerId, horizonFromMs) ?? Infinity;
    const beforeStartMs = startMs === Infinity ? Infinity : this.#before(trackerId, startMs);
    const fromMs = Math.min(startMs, beforeStartMs, this.#before(trackerId, Infinity));
    this.#fromMs.set(trackerId, fromMs - KEPT_BEFORE_MS);
  }

  needs({ trackerId, spans, receivedMs, hasValidFix }: FrameHeader): boolean {
    if (!hasValidFix) return false;
    const fromMs = this.fromMs(trackerId);
    for (let i = 1; i < spans.length; i += 2) {
      if (spans[i]! >= fromMs && spans[i]! <= receivedMs + AHEAD_MS) return true;
    }
    return false;
  }

  /** Of a tracker that is known. */
  fromMs(trackerId: number): number {
    return this.#fromMs.get(trackerId)!;
  }

  /** Rows that have been committed: they may move the beginning of a span back. */
  forget({ createdTasks, editedTasks, judgedTasks, foundTasks }: RowChanges): void {
    if (this.#fromMs.size === 0) return;
    const trackerIds = [...createdTasks, ...judgedTasks, ...foundTasks].map(({ tenure }) => tenure.trackerId);
    for (const { id } of editedTasks) trackerIds.push(this.#trackerOf.get(id) ?? null);
    for (const trackerId of trackerIds) if (trackerId !== null) this.#fromMs.delete(trackerId);
  }

  /** Its fixes lie elsewhere in time now. */
  forgetTracker(trackerId: number): void {
    this.#fromMs.delete(trackerId);
  }

  clear(): void {
    this.#fromMs.clear();
  }

  /** Device time of the last accepted fix before an instant; Infinity = there is no valid one. */
  #before(trackerId: number, instantMs: number): number {
    const nearestMs = this.#tracks.latestValidBefore(trackerId, instantMs, null);
    if (nearestMs === null) return Infinity;
    const accepts = this.#accepts;
    if (accepts === null) return nearestMs;
    const near = this.#tracks.fixes(trackerId, nearestMs - ACCEPTED_WITHIN_MS, nearestMs, RECORDS_MAX);
    return near.findLast((fix) => fix.invalidity === null && accepts(fix))?.position.timeMs ?? -Infinity;
  }
}
