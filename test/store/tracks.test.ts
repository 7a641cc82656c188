import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fix } from '../../src/model/fix.ts';
import { openStore } from '../../src/store/open.ts';
import type { StoreLimits } from '../../src/store/sqlite-store.ts';
import type { FrameRecord, Store, StoredFrame } from '../../src/store/store.ts';
import { batch, decoded, frameOf, HOUR, MINUTE, type Spec, T0, testDirectory, testStore } from './kit.ts';

/** So small that a few frames fill every list, segment and slice. */
const TIGHT: Partial<StoreLimits> = {
  sealAfterEntries: 12,
  trackEntriesMax: 6,
  sliceTrackers: 1,
  sliceEntries: 4,
  segmentEntries: 3,
  decodedBytes: 3000,
};

/** The second opinion: everything in one array, every question answered by looking at all of it. */
class NaiveTracks {
  readonly frames: FrameRecord[] = [];

  kept(trackerId: number): Fix[] {
    return this.#of(trackerId)
      .flatMap(({ protocol, raw, receivedMs, kept }) =>
        decoded(protocol, raw, receivedMs).filter((_, i) => kept === null || kept[i] === true),
      )
      .sort((a, b) => a.position.timeMs - b.position.timeMs);
  }

  evidence(trackerId: number, fromMs: number, toMs: number): Fix[] {
    const valid = this.kept(trackerId).filter(({ invalidity }) => invalidity === null);
    const times = valid.map(({ position }) => position.timeMs);
    const beforeMs = Math.max(...times.filter((ms) => ms < fromMs));
    const afterMs = Math.min(...times.filter((ms) => ms > toMs));
    return valid.filter(
      ({ position: { timeMs } }) =>
        timeMs >= Math.min(beforeMs === -Infinity ? fromMs : beforeMs, fromMs) &&
        timeMs <= (afterMs === Infinity ? toMs : afterMs),
    );
  }

  fixes(trackerId: number, fromMs: number, toMs: number, limit: number): Fix[] {
    return this.kept(trackerId)
      .filter(({ position }) => position.timeMs >= fromMs && position.timeMs <= toMs)
      .slice(0, limit);
  }

  received(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFrame[] {
    return this.#of(trackerId)
      .filter(({ receivedMs }) => receivedMs >= fromMs && receivedMs <= toMs)
      .sort((a, b) => a.receivedMs - b.receivedMs)
      .slice(0, limit)
      .map(({ receivedMs, protocol, raw, kept }) => ({ receivedMs, protocol, raw, kept, clockAheadMinutes: 0 }));
  }

  #of(trackerId: number): FrameRecord[] {
    return this.frames.filter((frame) => frame.trackerId === trackerId && (frame.kept?.includes(true) ?? true));
  }
}

function seen(fixes: readonly Fix[]): unknown[] {
  return fixes.map(({ position, receivedMs, invalidity }) => [
    position.timeMs,
    Buffer.from(position.content).toString('hex'),
    receivedMs,
    invalidity,
  ]);
}

// Few distinct times, so that instants are shared; unset and runaway clocks among them.
const timeMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -40, max: 0 }).map((i) => T0 + i * 13 * MINUTE) },
  { weight: 1, arbitrary: fc.constantFrom(0, Date.UTC(2004, 5), T0 + 3 * HOUR, T0 + 50 * HOUR, T0 + 4 * MINUTE) },
);
const spec = fc.record({ timeMs, hasPosition: fc.boolean() });
const frame = fc
  .record({
    trackerId: fc.integer({ min: 1, max: 3 }),
    specs: fc.array(spec, { minLength: 1, maxLength: 6 }),
    receivedMs: fc.integer({ min: -5, max: 5 }).map((i) => T0 + i * 7 * MINUTE),
    mask: fc.array(fc.boolean(), { maxLength: 6 }),
    kind: fc.constantFrom('teltonika', 'teltonika', 'location', 'heartbeat'),
    salt: fc.nat({ max: 200 }),
  })
  .map(({ trackerId, specs, kind, ...part }) =>
    kind === 'teltonika'
      ? frameOf(trackerId, specs, part)
      : frameOf(
          trackerId,
          kind === 'location' ? [{ ...specs[0]!, timeMs: Math.max(specs[0]!.timeMs, Date.UTC(2004, 5)) }] : [],
          { ...part, protocol: 'gt06' },
        ),
  );

type Step = { readonly kind: 'append'; readonly frames: readonly FrameRecord[] } | { readonly kind: 'tidy' | 'reopen' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.array(frame, { maxLength: 6 }).map((frames) => ({ kind: 'append', frames }) as const) },
  { weight: 5, arbitrary: fc.constant({ kind: 'tidy' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
);
const question = fc.record({
  trackerId: fc.integer({ min: 1, max: 4 }),
  fromMs: fc.oneof(timeMs, fc.constant(-Infinity)),
  lengthMs: fc.oneof(
    fc.integer({ min: -1, max: 20 }).map((i) => i * 13 * MINUTE),
    fc.constant(Infinity),
  ),
  limit: fc.integer({ min: 0, max: 12 }),
});

function expectAgreement(
  store: Store,
  naive: NaiveTracks,
  { trackerId, fromMs, lengthMs, limit }: typeof question extends fc.Arbitrary<infer Q> ? Q : never,
): void {
  const toMs = lengthMs === Infinity ? Infinity : (fromMs === -Infinity ? T0 : fromMs) + lengthMs;
  const { tracks } = store;
  expect(seen(tracks.fixes(trackerId, fromMs, toMs, limit))).toEqual(seen(naive.fixes(trackerId, fromMs, toMs, limit)));
  if (toMs >= fromMs) {
    expect(seen(tracks.evidence(trackerId, fromMs, toMs))).toEqual(seen(naive.evidence(trackerId, fromMs, toMs)));
  }
  expect(tracks.frames(trackerId, fromMs, toMs, limit)).toEqual(naive.received(trackerId, fromMs, toMs, limit));
  const newest = tracks.received(trackerId, fromMs, toMs, limit).map(({ profile: _, ...stored }) => stored);
  expect(newest).toEqual(naive.received(trackerId, fromMs, toMs, Infinity).reverse().slice(0, limit));
}

function expectAgreementOnNewest(store: Store, naive: NaiveTracks): void {
  for (const trackerId of [1, 2, 3, 4]) {
    const kept = naive.kept(trackerId);
    const { newestMs, aheadMs } = store.tracks.newest(trackerId);
    for (const { position } of kept) {
      expect(position.timeMs <= newestMs || aheadMs.includes(position.timeMs)).toBe(true);
      expect(store.tracks.holds(trackerId, position.timeMs, position.content)).toBe(true);
      expect(store.tracks.holds(trackerId, position.timeMs + 1, position.content)).toBe(false);
      expect(store.tracks.holds(trackerId, position.timeMs, Buffer.of(...position.content, 0))).toBe(false);
    }
    expect(newestMs).toBe(
      Math.max(
        ...kept.filter((fix) => fix.position.timeMs <= fix.receivedMs + 5 * MINUTE).map((fix) => fix.position.timeMs),
      ),
    );
    const valid = kept.filter(({ invalidity }) => invalidity === null);
    const last = store.tracks.lastValidFix(trackerId);
    expect(seen(last === null ? [] : [last])).toEqual(seen(valid.slice(-1)));
    const received = naive.received(trackerId, -Infinity, Infinity, Infinity).map(({ receivedMs }) => receivedMs);
    expect(store.tracks.lastReceivedMs(trackerId) ?? -Infinity).toBe(Math.max(...received));
  }
}

describe('tracks', () => {
  it('answer like a plain array, whatever is sealed, half sealed or read back at a restart', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(question, { minLength: 8, maxLength: 8 }),
        (steps, questions) => {
          const directory = testDirectory();
          const naive = new NaiveTracks();
          let store = openStore({ directory, limits: TIGHT });
          for (const step of steps) {
            if (step.kind === 'append') {
              store.append(batch({ frames: step.frames }));
              naive.frames.push(...step.frames);
            } else if (step.kind === 'tidy') {
              store.tidy(T0);
            } else {
              store.close();
              store = openStore({ directory, limits: TIGHT });
            }
            expectAgreement(store, naive, questions[0]!);
          }
          for (const question of questions) expectAgreement(store, naive, question);
          expectAgreementOnNewest(store, naive);
          store.close();
        },
      ),
      { numRuns: 80 },
    );
  }, 60_000);

  const valid = (timeMs: number): Spec => ({ timeMs, hasPosition: true });
  const invalid = (timeMs: number): Spec => ({ timeMs, hasPosition: false });
  const M = MINUTE;

  it.each<[string, readonly FrameRecord[], number[]]>([
    ['nothing for a tracker that never sent', [frameOf(2, [valid(T0)])], []],
    ['both neighbours of an empty span', [frameOf(1, [valid(T0 - 20 * M), valid(T0 + 3 * M)])], [-20, 3]],
    ['the instants at both ends of the span', [frameOf(1, [valid(T0 - 10 * M), valid(T0)])], [-10, 0]],
    [
      'a valid neighbour behind invalid ones',
      [frameOf(1, [valid(T0 - 99 * M)]), frameOf(1, [invalid(T0 - 12 * M)])],
      [-99],
    ],
    [
      'every fix of a neighbouring instant',
      [frameOf(1, [valid(T0 - 11 * M)]), frameOf(1, [valid(T0 - 11 * M)], { salt: 1 })],
      [-11, -11],
    ],
    [
      'a neighbour in a frame that spans the whole range',
      [frameOf(1, [valid(T0 - 30 * M), valid(T0 - 5 * M), valid(T0 + 4 * M)])],
      [-30, -5, 4],
    ],
    [
      'a neighbour far away behind a frame with an unset clock',
      [frameOf(1, [valid(T0 - 9000 * M)]), frameOf(1, [invalid(0), valid(T0 - 5 * M)])],
      [-9000, -5],
    ],
  ])('evidence gives %s', (_, frames, minutes) => {
    const store = testStore();
    store.append(batch({ frames }));
    const found = store.tracks.evidence(1, T0 - 10 * M, T0).map(({ position }) => (position.timeMs - T0) / M);
    expect(found).toEqual(minutes);
  });

  it('read no more frames than the limit asks for', () => {
    const store = testStore({ limits: { decodedBytes: 0 } });
    const frames = Array.from({ length: 5000 }, (_, i) => frameOf(1, [valid(T0 - i * M)]));
    store.append(batch({ frames }));
    expect(seen(store.tracks.fixes(1, -Infinity, Infinity, 2)).map((row) => (row as number[])[0])).toEqual([
      T0 - 4999 * M,
      T0 - 4998 * M,
    ]);
  });

  it('survive a claimed time beyond all calendars', () => {
    const store = testStore({ limits: TIGHT });
    const absurd = { ...frameOf(1, [valid(T0)]), timesMs: [1.8e19], hasValidFix: false };
    store.append(batch({ frames: Array.from({ length: 20 }, () => absurd) }));
    while (store.tidy(T0));
    expect(store.tracks.newest(1).aheadMs).toEqual([8.64e15]);
    expect(store.tracks.evidence(1, -Infinity, Infinity)).toEqual([]);
  });
});
