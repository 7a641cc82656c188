/** Reading tracks (contract: Tracks): index entries from memory and segments, the frames behind them, their records. */
import { type Entries, type Entry, entryAt, firstFrom, type Head, indexableMs, merge, STRIDE } from './entries.ts';
import type { FrameReader } from './frame-reader.ts';
import { SPAN_MS_MAX } from './journal.ts';
import type { SegmentBounds, Segments } from './segments.ts';
import type { Accepts, ReceivedFrame, StoredFix, StoredFrame, TrackHead, Tracks } from './store.ts';

/** A record with what orders it among those of the same instant: by commit, then as on the wire. */
interface Found {
  readonly fix: StoredFix;
  readonly address: number;
  readonly place: number;
}

/** Where a track's entries are: in memory what was committed lately, in segments the rest. */
export interface TrackEntries {
  readonly segments: Pick<Segments, 'within' | 'received' | 'earlier' | 'later'>;
  recent(trackerId: number): Entries;
  /** What a segment adds to `recent`. */
  sealed(trackerId: number, bounds: SegmentBounds): Entries;
  head(trackerId: number): Head;
}

export class JournalTracks implements Tracks {
  readonly #index: TrackEntries;
  readonly #frames: FrameReader;

  constructor(index: TrackEntries, frames: FrameReader) {
    this.#index = index;
    this.#frames = frames;
  }

  evidence(trackerId: number, fromMs: number, toMs: number, accepts: Accepts = null): StoredFix[] {
    const beforeMs = this.latestValidBefore(trackerId, fromMs, accepts);
    const afterMs = this.#earliestValidAfter(trackerId, toMs, accepts);
    return [
      ...(beforeMs === null ? [] : this.#valid(trackerId, beforeMs, beforeMs, accepts)),
      ...this.#valid(trackerId, fromMs, toMs, accepts),
      ...(afterMs === null ? [] : this.#valid(trackerId, afterMs, afterMs, accepts)),
    ];
  }

  fixes(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFix[] {
    return this.#search(trackerId, fromMs, toMs, limit, { mayHold: (entry) => entry.hasRecords, accepts: () => true });
  }

  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean {
    for (const entry of this.#entries(trackerId, timeMs, timeMs)) {
      if (!entry.hasRecords) continue;
      for (const { position } of this.#frames.fixes(trackerId, entry.address)) {
        if (position.timeMs === timeMs && Buffer.compare(position.content, content) === 0) return true;
      }
    }
    return false;
  }

  newest(trackerId: number): TrackHead {
    const { newestMs, aheadMs } = this.#index.head(trackerId);
    return { newestMs, aheadMs, clocks: this.#frames.readings.of(trackerId).clocks };
  }

  lastReceivedMs(trackerId: number): number | null {
    const { lastReceivedMs } = this.#index.head(trackerId);
    return lastReceivedMs === -Infinity ? null : lastReceivedMs;
  }

  lastValidFix(trackerId: number, accepts: Accepts = null): StoredFix | null {
    const timeMs = this.latestValidBefore(trackerId, Infinity, accepts);
    return timeMs === null ? null : (this.#valid(trackerId, timeMs, timeMs, accepts).at(-1) ?? null);
  }

  frames(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFrame[] {
    const addresses = this.#received(trackerId, fromMs, toMs);
    return addresses.slice(0, limit).flatMap((address) => this.#frames.frame(address) ?? []);
  }

  received(trackerId: number, fromMs: number, toMs: number, limit: number): ReceivedFrame[] {
    const addresses = this.#received(trackerId, fromMs, toMs).reverse();
    return addresses.slice(0, limit).flatMap((address) => {
      const frame = this.#frames.frame(address);
      return frame === null ? [] : { ...frame, profile: this.#frames.profile(trackerId, address, frame) };
    });
  }

  /** Addresses of frames, by their receipt. */
  #received(trackerId: number, fromMs: number, toMs: number): number[] {
    const receivedMsByAddress = new Map<number, number>();
    const segments = this.#index.segments.received(trackerId, fromMs, toMs);
    const lists = [...segments.map((bounds) => this.#index.sealed(trackerId, bounds)), this.#index.recent(trackerId)];
    for (const entries of lists) {
      for (let i = 0; i < entries.length; i += STRIDE) {
        const { address, receivedMs } = entryAt(entries, i);
        if (receivedMs >= fromMs && receivedMs <= toMs) receivedMsByAddress.set(address, receivedMs);
      }
    }
    return [...receivedMsByAddress]
      .sort(([address, ms], [otherAddress, otherMs]) => ms - otherMs || address - otherAddress)
      .map(([address]) => address);
  }

  #valid(trackerId: number, fromMs: number, toMs: number, accepts: Accepts): StoredFix[] {
    return this.#search(trackerId, fromMs, toMs, Infinity, {
      mayHold: (entry) => entry.hasValidFix,
      accepts: (fix) => isAccepted(fix, accepts),
    });
  }

  /** Records in [fromMs, toMs] by device time; reads no further frames once the earliest `limit` are certain. */
  #search(trackerId: number, fromMs: number, toMs: number, limit: number, wanted: Wanted): StoredFix[] {
    let found: Found[] = [];
    let lastMs = toMs;
    let cutAt = limit;
    const seen = new Set<number>();
    for (const entry of this.#entries(trackerId, fromMs, toMs)) {
      if (limit <= 0 || entry.fromMs > indexableMs(lastMs)) break;
      if (!wanted.mayHold(entry) || seen.has(entry.address)) continue;
      seen.add(entry.address);
      this.#frames.fixes(trackerId, entry.address).forEach((fix, place) => {
        const { timeMs } = fix.position;
        if (timeMs >= fromMs && timeMs <= lastMs && wanted.accepts(fix)) {
          found.push({ fix, address: entry.address, place });
        }
      });
      if (found.length < cutAt) continue;
      found = found.sort(byTime).slice(0, limit);
      lastMs = found.at(-1)!.fix.position.timeMs;
      cutAt = limit * 2;
    }
    return found
      .sort(byTime)
      .slice(0, Math.max(0, limit))
      .map(({ fix }) => fix);
  }

  /** Entries that may hold a record of [fromMs, toMs], by their beginning; segments are loaded as they are reached. */
  *#entries(trackerId: number, fromMs: number, toMs: number): Generator<Entry> {
    const low = indexableMs(fromMs);
    const high = indexableMs(toMs);
    let waiting = this.#index.recent(trackerId);
    let next = firstFrom(waiting, low - SPAN_MS_MAX);
    for (const bounds of [...this.#index.segments.within(trackerId, low, high), null]) {
      const untilMs = bounds?.fromMs ?? Infinity;
      for (; next < waiting.length && waiting[next]! < untilMs && waiting[next]! <= high; next += STRIDE) {
        const entry = entryAt(waiting, next);
        if (entry.toMs >= low) yield entry;
      }
      if (bounds === null) return;
      waiting = merge(this.#index.sealed(trackerId, bounds), waiting, next);
      next = 0;
    }
  }

  /** Device time of the newest valid fix before an instant. */
  latestValidBefore(trackerId: number, instantMs: number, accepts: Accepts): number | null {
    const limitMs = indexableMs(Math.ceil(instantMs));
    let bestMs = this.#latestIn(trackerId, this.#index.recent(trackerId), limitMs, -Infinity, accepts);
    let bounds: SegmentBounds | null = null;
    for (;;) {
      bounds = this.#index.segments.earlier(trackerId, limitMs, bounds);
      if (bounds === null || bounds.toMs <= bestMs) break;
      bestMs = this.#latestIn(trackerId, this.#index.sealed(trackerId, bounds), limitMs, bestMs, accepts);
    }
    return bestMs === -Infinity ? null : bestMs;
  }

  /** The same among some entries, if later than `bestMs`; walks back only as far as one could be. */
  #latestIn(trackerId: number, entries: Entries, limitMs: number, bestMs: number, accepts: Accepts): number {
    let latestMs = bestMs;
    for (let i = firstFrom(entries, limitMs) - STRIDE; i >= 0 && entries[i]! + SPAN_MS_MAX > latestMs; i -= STRIDE) {
      const entry = entryAt(entries, i);
      if (!entry.hasValidFix || entry.toMs <= latestMs) continue;
      for (const fix of this.#frames.fixes(trackerId, entry.address)) {
        const { timeMs } = fix.position;
        if (timeMs < limitMs && timeMs > latestMs && isAccepted(fix, accepts)) latestMs = timeMs;
      }
    }
    return latestMs;
  }

  /** Device time of the oldest valid fix after an instant. */
  #earliestValidAfter(trackerId: number, instantMs: number, accepts: Accepts): number | null {
    const limitMs = indexableMs(Math.floor(instantMs));
    let bestMs = this.#earliestIn(trackerId, this.#index.recent(trackerId), limitMs, Infinity, accepts);
    let bounds: SegmentBounds | null = null;
    for (;;) {
      bounds = this.#index.segments.later(trackerId, bestMs, limitMs, bounds);
      if (bounds === null) break;
      bestMs = this.#earliestIn(trackerId, this.#index.sealed(trackerId, bounds), limitMs, bestMs, accepts);
    }
    return bestMs === Infinity ? null : bestMs;
  }

  #earliestIn(trackerId: number, entries: Entries, limitMs: number, bestMs: number, accepts: Accepts): number {
    let earliestMs = bestMs;
    const start = firstFrom(entries, limitMs - SPAN_MS_MAX);
    for (let i = start; i < entries.length && entries[i]! < earliestMs; i += STRIDE) {
      const entry = entryAt(entries, i);
      if (!entry.hasValidFix || entry.toMs <= limitMs) continue;
      for (const fix of this.#frames.fixes(trackerId, entry.address)) {
        const { timeMs } = fix.position;
        if (timeMs > limitMs && timeMs < earliestMs && isAccepted(fix, accepts)) earliestMs = timeMs;
      }
    }
    return earliestMs;
  }
}

/** What a search is after: entries whose frame is worth reading, and records. */
interface Wanted {
  readonly mayHold: (entry: Entry) => boolean;
  readonly accepts: (fix: StoredFix) => boolean;
}

function isAccepted(fix: StoredFix, accepts: Accepts): boolean {
  return fix.invalidity === null && (accepts === null || accepts(fix));
}

function byTime(a: Found, b: Found): number {
  return a.fix.position.timeMs - b.fix.position.timeMs || a.address - b.address || a.place - b.place;
}
