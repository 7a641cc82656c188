import { describe, expect, it } from 'vitest';
import { readPaths } from '../../src/operations/task-paths.ts';
import type { Reader, RecentTrack, StoredFix } from '../../src/store/store.ts';

/** A fix every second, a hundredth of a degree further north each; every tenth is not valid. */
function fixesOf(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFix[] {
  const fixes: StoredFix[] = [];
  for (let timeMs = fromMs; timeMs <= toMs && fixes.length < limit; timeMs += 1000) {
    const position = { timeMs, latDeg: timeMs / 100_000, lonDeg: trackerId };
    fixes.push({ position, invalidity: timeMs % 10_000 === 9000 ? 'no_fix' : null } as unknown as StoredFix);
  }
  return fixes;
}

const READER = { tracks: () => ({ fixes: fixesOf }) } as unknown as Pick<Reader, 'tracks'>;
const RECENTS = [{ trackerId: 1 }, { trackerId: 2 }] as unknown as readonly RecentTrack[];

function leg(trackerId: number, fromS: number, toS: number) {
  return { trackerId, fromMs: fromS * 1000, toMs: toS * 1000 };
}

describe('ways', () => {
  it('are of the valid fixes of a period, both ends included, as a line and its length', () => {
    const [first, second] = readPaths(READER, {
      kind: 'task_paths',
      legs: [leg(1, 7, 10), leg(2, 3, 3)],
      recents: RECENTS,
    });
    expect(first?.points).toEqual([
      [1, 0.07],
      [1, 0.1],
    ]);
    // A degree of latitude at the equator is 110 574 m.
    expect(first?.distanceM).toBeCloseTo(0.03 * 110_574, -1);
    expect(second).toEqual({ points: [[2, 0.03]], distanceM: 0 });
  });

  it('are read up to a number of records: the last one in part, those behind it not at all', () => {
    const legs = [leg(1, 0, 9), leg(1, 10, 100), leg(2, 0, 5), leg(2, 6, 9)];
    const paths = readPaths(READER, { kind: 'task_paths', legs, recents: RECENTS }, 15);
    expect(paths.map((path) => path?.points.at(-1)?.[1] ?? null)).toEqual([0.08, 0.14, null, null]);
  });
});
