/** Frames whose clock was read wrong, read anew: the track is what it would have been from the beginning. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeFrame } from '../../protocols/gt06/envelope.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import type { StoreLimits } from '../../src/store/sqlite-store.ts';
import type { FrameRecord, Store, StoredFix, Tracks } from '../../src/store/store.ts';
import { batch, decoded, frameOf, HOUR, localFrame, MINUTE, T0, testDirectory, testStore, tracker } from './kit.ts';

/** So small that a few frames fill memory, segments and slices. */
const LIMITS: Partial<StoreLimits> = {
  sealAfterEntries: 12,
  trackEntriesMax: 5,
  sliceTrackers: 1,
  segmentEntries: 3,
  decodedBytes: 3000,
};
const EAST = 480;

/** Times in steps that make neighbours, gaps of hours and late ones; some are received hours later. */
const anyMoments = fc.array(
  fc.record({
    minute: fc.nat(60 * 24 * 3),
    delay: fc.constantFrom(0, 0, 0, 40),
    hasPosition: fc.constantFrom(true, true, true, false),
    trackerId: fc.constantFrom(1, 1, 2),
    next: fc.constantFrom('go on', 'go on', 'tidy', 'restart', 'beat'),
  }),
  { minLength: 1, maxLength: 40 },
);
const anyClock = fc.constantFrom(EAST, -300, 15, 840);

type Moment = typeof anyMoments extends fc.Arbitrary<readonly (infer M)[]> ? M : never;

function frames(moments: readonly Moment[], clock: number, readAs: number): FrameRecord[] {
  return moments.map(({ minute, delay, hasPosition, trackerId }, i) => {
    const timeMs = T0 + minute * MINUTE;
    return localFrame(trackerId, timeMs, { clock, readAs, receivedMs: timeMs + delay * MINUTE, hasPosition, salt: i });
  });
}

/** All that a track says. */
function told(tracks: Tracks, trackerId: number): object {
  const { newestMs, aheadMs } = tracks.newest(trackerId);
  const fixes = tracks.fixes(trackerId, -Infinity, Infinity, 1e6);
  const windows = [0, 7, 20, 48].map((hour) => tracks.evidence(trackerId, T0 + hour * HOUR, T0 + (hour + 6) * HOUR));
  return {
    newestMs,
    aheadMs,
    fixes: fixes.map(shown),
    windows: windows.map((window) => window.map((fix) => fix.position.timeMs)),
    last: tracks.lastValidFix(trackerId)?.position.timeMs,
    lastReceivedMs: tracks.lastReceivedMs(trackerId),
    holds: fixes.every(({ position }) => tracks.holds(trackerId, position.timeMs, position.content)),
  };
}

function shown({ position, receivedMs, invalidity }: StoredFix): object {
  return { timeMs: position.timeMs, speedKmh: position.speedKmh, receivedMs, invalidity };
}

function restamp(store: Store, trackerId: number, clockAheadMinutes: number): void {
  store.reread({ tracker: tracker(trackerId), clockAheadMinutes }, () => batch({}));
}

function tidyAll(store: Store): void {
  for (let slices = 0; store.tidy(T0); slices++) if (slices > 10_000) throw new Error('tidying does not end');
}

/** As a power cut leaves it: copied without closing. */
function copyOf(directory: string): string {
  const copy = testDirectory();
  for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
    if (existsSync(join(directory, file))) copyFileSync(join(directory, file), join(copy, file));
  }
  return copy;
}

describe('frames read by a wrong clock and then by the right one', () => {
  it('say the same as those that were read right from the beginning, however they were sealed and read back', () => {
    const property = fc.property(anyMoments, anyMoments, anyClock, fc.boolean(), (before, after, clock, isTwice) => {
      let directory = testDirectory();
      let store = openStore({ directory, limits: LIMITS });
      const right = openStore({ directory: testDirectory(), limits: LIMITS });
      const play = (moments: readonly Moment[], readAs: number) => {
        const read = frames(moments, clock, clock);
        for (const [i, frame] of frames(moments, clock, readAs).entries()) {
          const { next } = moments[i]!;
          const beat = frameOf(1, [], { protocol: 'gt06', receivedMs: frame.receivedMs });
          store.append(batch({ frames: next === 'beat' ? [frame, beat] : [frame] }));
          right.append(batch({ frames: next === 'beat' ? [read[i]!, beat] : [read[i]!] }));
          if (next === 'tidy') store.tidy(T0);
          if (next !== 'restart') continue;
          const copy = copyOf(directory);
          store.close();
          directory = copy;
          store = openStore({ directory, limits: LIMITS });
        }
      };
      play(before, 0);
      const untouched = told(store.tracks, 2);
      if (isTwice) restamp(store, 1, 60);
      restamp(store, 1, clock);
      expect(told(store.tracks, 1)).toEqual(told(right.tracks, 1));
      expect(told(store.tracks, 2)).toEqual(untouched);
      restamp(store, 2, clock);
      play(after, clock);
      for (const trackerId of [1, 2]) expect(told(store.tracks, trackerId)).toEqual(told(right.tracks, trackerId));
      tidyAll(store);
      for (const trackerId of [1, 2]) expect(told(store.tracks, trackerId)).toEqual(told(right.tracks, trackerId));
      store.close();
      right.close();
    });
    fc.assert(property, { numRuns: 60 });
  }, 30_000);

  it('are all read by it or none of them: what fails, or is cut off before its commit, changes nothing', () => {
    const directory = testDirectory();
    const store = openStore({ directory, limits: LIMITS });
    onTestFinished(() => store.close());
    const moments = Array.from({ length: 20 }, (_, i) => T0 + i * MINUTE);
    for (const timeMs of moments) store.append(batch({ frames: [localFrame(1, timeMs, { clock: EAST, readAs: 0 })] }));
    const before = told(store.tracks, 1);
    const cut = { copy: '' };
    const failing = () => {
      // Inside, it is read anew already.
      expect(store.tracks.lastValidFix(1)?.position.timeMs).toBe(moments.at(-1));
      cut.copy = copyOf(directory);
      throw new Error('no');
    };
    expect(() => store.reread({ tracker: tracker(1), clockAheadMinutes: EAST }, failing)).toThrow('no');
    expect(told(store.tracks, 1)).toEqual(before);
    const after = openStore({ directory: cut.copy, limits: LIMITS });
    expect(told(after.tracks, 1)).toEqual(before);
    after.close();
    store.append(batch({ frames: [localFrame(1, T0 + HOUR, { clock: EAST, readAs: EAST })] }));
    expect(store.tracks.lastValidFix(1)?.position.timeMs).toBe(T0 + HOUR);
    restamp(store, 1, EAST);
    expect(store.tracks.fixes(1, -Infinity, Infinity, 100)).toHaveLength(21);
  });

  it('are read so by a reader that was lent the track before', () => {
    const directory = testDirectory();
    const store = testStore({ directory, limits: LIMITS });
    for (let i = 0; i < 8; i++) {
      store.append(batch({ frames: [localFrame(1, T0 + i * MINUTE, { clock: EAST, readAs: 0 })] }));
    }
    const reader = openReader(directory);
    onTestFinished(() => reader.close());
    const lent = store.recent(1);
    const ask = () => reader.atOnce(() => reader.tracks(lent).fixes(1, T0, T0 + HOUR, 100));
    expect(ask()).toEqual([]);
    restamp(store, 1, EAST);
    expect(ask().map(({ position }) => position.timeMs)).toEqual(Array.from({ length: 8 }, (_, i) => T0 + i * MINUTE));
  });

  it('say by which clocks they are read, until all are read by one', () => {
    const store = testStore({ limits: LIMITS });
    expect(store.tracks.newest(1).clocks).toEqual([0]);
    store.append(batch({ frames: [localFrame(1, T0, { clock: EAST, readAs: 0 })] }));
    store.append(batch({ frames: [localFrame(1, T0 + MINUTE, { clock: EAST, readAs: EAST })] }));
    expect(store.tracks.newest(1).clocks).toEqual([0, EAST]);
    restamp(store, 1, EAST);
    expect(store.tracks.newest(1).clocks).toEqual([EAST]);
  });
});

it('a new model counts for what is kept, too', () => {
  const directory = testDirectory();
  const store = openStore({ directory, limits: LIMITS });
  // Type 12 of a QH302R has the IMEI before the time; read as another one's, it is of January 2001.
  const { raw: plain } = localFrame(1, T0, { clock: 0, readAs: 0 });
  const raw = encodeFrame(0x12, Buffer.concat([Buffer.alloc(8, 1), plain.subarray(4, -6)]), 1);
  const [misread] = decoded('gt06', raw, T0);
  const frame = { trackerId: 1, receivedMs: T0, protocol: 'gt06', raw, kept: null, hasValidFix: false } as const;
  const timesMs = [misread!.position.timeMs];
  store.append(batch({ rows: { trackers: [tracker(1)] }, frames: [{ ...frame, timesMs }] }));
  expect(timesOf(store)).toEqual([Date.UTC(2001, 0, 1, 1, 1, 1)]);
  const known = tracker(1, { model: 'QH302R' });
  store.reread({ tracker: known, clockAheadMinutes: null }, () => batch({ rows: { trackers: [known] } }));
  expect(timesOf(store)).toEqual([T0]);
  expect(store.tracks.lastValidFix(1)?.position.timeMs).toBe(T0);
  store.close();
  const again = testStore({ directory, limits: LIMITS });
  expect([timesOf(again), again.tracks.lastValidFix(1)?.position.timeMs]).toEqual([[T0], T0]);
});

it('what the device before sent is read by its model, whatever the next one is, and is said to be', () => {
  const directory = testDirectory();
  const store = openStore({ directory, limits: LIMITS });
  const { raw: plain } = localFrame(1, T0, { clock: 0, readAs: 0 });
  const raw = encodeFrame(0x12, Buffer.concat([Buffer.alloc(8, 1), plain.subarray(4, -6)]), 1);
  const frame = { trackerId: 1, receivedMs: T0, protocol: 'gt06', raw, kept: null, hasValidFix: true } as const;
  const before = tracker(1, { model: 'QH302R' });
  store.append(batch({ rows: { trackers: [before] }, frames: [{ ...frame, timesMs: [T0] }] }));
  const swaps = [{ trackerId: 1, formerModel: 'QH302R' }];
  const after = tracker(1, { model: null, imei: '350000000000099' });
  store.append(batch({ rows: { trackers: [after], swaps } }));
  const next = localFrame(1, T0 + MINUTE, { clock: 0, readAs: 0 });
  store.append(batch({ frames: [next] }));
  const both = [T0, T0 + MINUTE];
  expect(timesOf(store)).toEqual(both);
  // Of the device that is there: it is no news about the one before.
  const known = { ...after, model: 'GT06N' };
  store.reread({ tracker: known, clockAheadMinutes: null }, () => batch({ rows: { trackers: [known] } }));
  expect(timesOf(store)).toEqual(both);
  const reader = openReader(directory);
  expect(reader.atOnce(() => reader.tracks(store.recent(1)).fixes(1, T0, T0 + HOUR, 9))).toHaveLength(2);
  reader.close();
  store.close();
  expect(timesOf(testStore({ directory, limits: LIMITS }))).toEqual(both);
});

it('a search that was lent a track before its device was swapped misses nothing of it', () => {
  const directory = testDirectory();
  const store = testStore({ directory });
  store.append(batch({ rows: { trackers: [tracker(1)] }, frames: [localFrame(1, T0, { clock: 0, readAs: 0 })] }));
  const lent = store.recent(1);
  const swaps = [{ trackerId: 1, formerModel: null }];
  store.append(batch({ rows: { trackers: [tracker(1, { model: 'GT06N', imei: '350000000000099' })], swaps } }));
  const reader = openReader(directory);
  onTestFinished(() => reader.close());
  expect(reader.atOnce(() => reader.tracks(lent).fixes(1, T0, T0, 9))).toHaveLength(1);
});

function timesOf(store: Store): number[] {
  return store.tracks.fixes(1, -Infinity, Infinity, 1e6).map(({ position }) => position.timeMs);
}
