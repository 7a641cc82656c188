/** What retention (store/retention.ts) would take out of the journal with some settings, without taking it out. */
import type Database from 'better-sqlite3';
import { addressOf } from './entries.ts';
import type { FrameReader } from './frame-reader.ts';
import { AHEAD_MS, type FrameHeader, type JournalRow } from './journal.ts';
import type { Needs } from './needs.ts';
import type { RetentionLimits } from './retention.ts';
import type { Accepts } from './store.ts';

export interface PreviewLimits extends Pick<RetentionLimits, 'fixesKeptMs' | 'messagesKeptMs' | 'lateDataHorizonMs'> {
  readonly accepts: Accepts;
}

/** Frames with records, and those without, which are messages. */
interface Share {
  readonly frames: number;
  readonly fixes: number;
  readonly messages: number;
  readonly bytes: number;
}

export interface TrackerShare extends Share {
  readonly trackerId: number;
}

export interface RetentionPreview {
  readonly total: Share;
  /** Every tracker that would lose something, most bytes first. */
  readonly byTracker: readonly TrackerShare[];
  /** Old frames that stay, because a task is still judged by them or a tracker is last known by them. */
  readonly neededFrames: number;
  /** All that the journal holds, old and new. */
  readonly journalBytes: number;
  /** Receipt of the oldest and of the newest frame that would go; null = none would. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

interface Parts {
  readonly db: Database.Database;
  readonly frames: FrameReader;
  readonly needs: Needs;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: Share = { frames: 0, fixes: 0, messages: 0, bytes: 0 };
const ROWS_AT_ONCE = 64;

export function previewRetention(
  { db, frames, needs }: Parts,
  limits: PreviewLimits,
  nowMs: number,
  onProgress: (progress: number) => void,
): RetentionPreview {
  const byTracker = new Map<number, Writable<TrackerShare>>();
  const found = { neededFrames: 0, journalBytes: 0, fromMs: Infinity, toMs: -Infinity };
  const fixesFromMs = nowMs - limits.fixesKeptMs - AHEAD_MS;
  const messagesFromMs = nowMs - limits.messagesKeptMs;
  for (const { row, progress } of rowsOf(db)) {
    found.journalBytes += row.body.length;
    const headers = [...frames.readings.headers(row)];
    for (const [i, header] of headers.entries()) {
      const isMessage = header.spans.length === 0;
      if (header.receivedMs >= (isMessage ? messagesFromMs : fixesFromMs) || header.receivedMs > nowMs) continue;
      if (!isMessage && isNeeded(needs, header, nowMs - limits.lateDataHorizonMs)) {
        found.neededFrames += 1;
        continue;
      }
      const share = shareOf(byTracker, header.trackerId);
      // Frames of a row lie one behind the other, whatever was taken out before.
      share.bytes += lengthAt(row.body, headers, i);
      found.fromMs = Math.min(found.fromMs, header.receivedMs);
      found.toMs = Math.max(found.toMs, header.receivedMs);
      if (isMessage) {
        share.messages += 1;
      } else {
        share.frames += 1;
        share.fixes += frames.fixes(header.trackerId, addressOf(row.id, header.offset)).length;
      }
    }
    onProgress(progress);
  }
  const shares = [...byTracker.values()].sort((a, b) => b.bytes - a.bytes || a.trackerId - b.trackerId);
  return {
    total: shares.reduce(sum, NOTHING),
    byTracker: shares,
    neededFrames: found.neededFrames,
    journalBytes: found.journalBytes,
    fromMs: shares.length === 0 ? null : found.fromMs,
    toMs: shares.length === 0 ? null : found.toMs,
  };
}

function* rowsOf(db: Database.Database): Generator<{ readonly row: JournalRow; readonly progress: number }> {
  const last = db.prepare<[], number>('SELECT ifnull(max(id), 0) FROM journal').pluck().get()!;
  const some = db.prepare<[number], JournalRow>(
    `SELECT id, body FROM journal WHERE id > ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let after = 0; ; ) {
    const rows = some.all(after);
    for (const row of rows) yield { row, progress: row.id / last };
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)!.id;
  }
}

function isNeeded(needs: Needs, header: FrameHeader, horizonFromMs: number): boolean {
  if (!needs.knows(header.trackerId)) needs.learn(header.trackerId, horizonFromMs);
  return needs.needs(header);
}

/** The journal says the length of each frame in its first four bytes. */
function lengthAt(body: Buffer, headers: readonly FrameHeader[], index: number): number {
  let at = 0;
  for (let i = 0; i < index && i < headers.length; i++) at += body.readUInt32LE(at);
  return body.readUInt32LE(at);
}

function shareOf(byTracker: Map<number, Writable<TrackerShare>>, trackerId: number): Writable<TrackerShare> {
  let share = byTracker.get(trackerId);
  if (share === undefined) {
    share = { trackerId, ...NOTHING };
    byTracker.set(trackerId, share);
  }
  return share;
}

function sum(a: Share, b: Share): Share {
  return {
    frames: a.frames + b.frames,
    fixes: a.fixes + b.fixes,
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
  };
}
