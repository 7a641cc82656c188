import { expect, it } from 'vitest';
import { collectFixes, PAGE_FIXES, TRACK_FIXES_MAX } from '../../../src/console/trackers/collecting.ts';
import type { Fix, Fixes } from '../../../src/console/wire.ts';

function numbered(count: number, perSecond: number): readonly Fix[] {
  return Array.from({ length: count }, (_, index) => {
    const time = new Date(Math.floor(index / perSecond) * 1000).toISOString();
    return { time, course: index } as Fix;
  });
}

/** The gateway's answers over these fixes. */
function answering(all: readonly Fix[]): (from: string, limit: number) => Promise<Fixes> {
  return async (from, limit) => {
    const meant = all.filter((fix) => fix.time >= from);
    return { trackerId: 1, fixes: meant.slice(0, limit), hasMore: meant.length > limit };
  };
}

it.each([
  ['none', 0, 1],
  ['one page', PAGE_FIXES, 1],
  ['pages that end between fixes of one time', PAGE_FIXES * 2 + 7, 3],
  ['more of one time than a page holds', PAGE_FIXES + 5, PAGE_FIXES + 5],
])('every fix is taken once: %s', async (_name, count, perSecond) => {
  const all = numbered(count, perSecond);
  const { fixes, isCut } = await collectFixes(new Date(0).toISOString(), answering(all));
  expect(fixes.map((fix) => fix.course)).toEqual(all.map((fix) => fix.course));
  expect(isCut).toBe(false);
});

it('stops at its limit and says so', async () => {
  const { fixes, isCut } = await collectFixes('', answering(numbered(TRACK_FIXES_MAX + 1, 2)));
  expect(fixes).toHaveLength(TRACK_FIXES_MAX);
  expect(isCut).toBe(true);
});
