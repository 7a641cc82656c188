/** Reading beside the store: the same answers, from a connection of its own. */
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReader, openStore } from '../../src/store/open.ts';
import type { Reader, Store, Tracks } from '../../src/store/store.ts';
import { batch, frameOf, HOUR, MINUTE, T0, task, testDirectory, tracker } from './kit.ts';

/** So small that a dozen frames are sealed into several segments. */
const LIMITS = { sealAfterEntries: 6, segmentEntries: 3, sliceTrackers: 1 };

function opened(): { store: Store; reader: Reader } {
  const directory = testDirectory();
  const store = openStore({ directory, limits: LIMITS });
  const reader = openReader(directory);
  onTestFinished(() => {
    reader.close();
    store.close();
  });
  return { store, reader };
}

/** How new the track is may be told by what was sealed since; what was not lent is not among its records. */
function headOf(tracks: Tracks): object {
  return { newest: tracks.newest(1), lastReceivedMs: tracks.lastReceivedMs(1) };
}

function recordsOf(tracks: Tracks): object {
  const [fromMs, toMs] = [T0 - HOUR, T0 + HOUR];
  return {
    fixes: tracks.fixes(1, fromMs, toMs, 1000),
    first: tracks.fixes(1, fromMs, toMs, 2),
    evidence: tracks.evidence(1, T0, T0 + 10 * MINUTE),
    frames: tracks.frames(1, fromMs, toMs, 1000),
    lastValidFix: tracks.lastValidFix(1),
  };
}

/** An instant of a device with or without a position, or work behind the line. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ minute: fc.nat(40), hasPosition: fc.boolean(), trackerId: fc.constantFrom(1, 1, 2) }),
  },
  { weight: 1, arbitrary: fc.constant('tidy' as const) },
);

function take(store: Store, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): void {
  for (const each of steps) {
    if (each === 'tidy') store.tidy(T0);
    else {
      const { minute, hasPosition, trackerId } = each;
      const frame = frameOf(trackerId, [{ timeMs: T0 + minute * MINUTE, hasPosition }], { receivedMs: T0 + HOUR / 2 });
      store.append(batch({ frames: [frame] }));
    }
  }
}

describe('a track that was lent', () => {
  it('reads as it stood then, whatever was sealed or committed since', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 15 }), (before, since) => {
        const { store, reader } = opened();
        take(store, before);
        const lent = store.recent(1);
        const then = recordsOf(store.tracks);
        expect(reader.atOnce(() => recordsOf(reader.tracks(lent)))).toEqual(then);
        expect(headOf(reader.tracks(lent))).toEqual(headOf(store.tracks));
        // Of a track that was all sealed, what was committed and sealed since may be seen as well.
        take(store, Number.isFinite(lent.firstRow) ? since : since.filter((each) => each === 'tidy'));
        expect(reader.atOnce(() => recordsOf(reader.tracks(lent)))).toEqual(then);
        expect(recordsOf(reader.tracks(store.recent(1)))).toEqual(recordsOf(store.tracks));
      }),
      { numRuns: 20 },
    );
  });

  it('is of one tracker: another one is our mistake', () => {
    const { store, reader } = opened();
    expect(() => reader.tracks(store.recent(1)).fixes(2, 0, 1, 1)).toThrow(
      'tracker 2 was asked for, tracker 1 was lent',
    );
  });
});

describe('reading at once', () => {
  it('sees what was committed before, and nothing that comes in between', () => {
    const { store, reader } = opened();
    const create = (id: number) => store.append(batch({ rows: { createdTasks: [task(id)], trackers: [tracker(id)] } }));
    create(1);
    const counts = reader.atOnce(() => {
      const before = reader.tasks.countByStatus().assigned;
      create(2);
      return [before, reader.tasks.countByStatus().assigned];
    });
    expect(counts).toEqual([1, 1]);
    expect(reader.atOnce(() => reader.tasks.countByStatus().assigned)).toBe(2);
  });
});
