/** All fixes of a period, page by page. Pages are asked for by time, and several fixes may carry the same one. */
import type { Fix, Fixes } from '../wire.ts';

export const PAGE_FIXES = 10_000;
/** What a browser replays without a pause. */
export const TRACK_FIXES_MAX = 50_000;

export interface Collected {
  readonly fixes: readonly Fix[];
  /** There are more than are taken at once. */
  readonly isCut: boolean;
}

/** `ask`: oldest first, from that time on, the fixes of that time included. */
export async function collectFixes(
  from: string,
  ask: (from: string, limit: number) => Promise<Fixes>,
): Promise<Collected> {
  const fixes: Fix[] = [];
  let since = from;
  for (;;) {
    const known = countOf(fixes, since);
    const page = await ask(since, PAGE_FIXES + known);
    const fresh = page.fixes.slice(known);
    for (const fix of fresh) fixes.push(fix);
    const last = fixes.at(-1);
    if (!page.hasMore || fresh.length === 0 || last === undefined) return { fixes, isCut: false };
    if (fixes.length >= TRACK_FIXES_MAX) return { fixes: fixes.slice(0, TRACK_FIXES_MAX), isCut: true };
    since = last.time;
  }
}

/** How many at the end carry this time. */
function countOf(fixes: readonly Fix[], time: string): number {
  let count = 0;
  while (fixes.at(-1 - count)?.time === time) count += 1;
  return count;
}
