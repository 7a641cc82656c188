/** What an edit makes of the terms of a task, where the dialect that it comes through cannot say all of them. */
import { isBeginningOpen, isEndOpen, type OpenEnds, type TaskTerms } from '../model/task.ts';

/**
 * Navixy always says both ends of a window, in whole seconds, and no place in a queue. An end that says what stood there
 * stays as it was, to the millisecond and open if it was; another one is an end that somebody has set.
 */
export function asNavixySays(before: TaskTerms, said: TaskTerms): TaskTerms {
  const isFromKept = isSameSecond(before.fromMs, said.fromMs);
  const isToKept = isSameSecond(before.toMs, said.toMs);
  const { openEnds: _, position: __, ...terms } = said;
  return {
    ...terms,
    fromMs: isFromKept ? before.fromMs : said.fromMs,
    toMs: isToKept ? before.toMs : said.toMs,
    ...openEnds(isFromKept && isBeginningOpen(before), isToKept && isEndOpen(before)),
    ...(before.position !== undefined && { position: before.position }),
  };
}

/** The terms with an end of the window that somebody has set. */
export function endingAt(before: TaskTerms, toMs: number): TaskTerms {
  const { openEnds: _, ...terms } = before;
  return { ...terms, toMs, ...openEnds(isBeginningOpen(before), false) };
}

/** Whether a task asks for the same in both, whatever its place in the queue and whether it has a form. */
export function isSameTask(a: TaskTerms, b: TaskTerms): boolean {
  return JSON.stringify(askedIn(a)) === JSON.stringify(askedIn(b));
}

function askedIn(terms: TaskTerms): readonly unknown[] {
  const { zone, fromMs, toMs, maxDelayMs, minStayMs, minArrivalMs } = terms;
  const place = zone && [zone.latDeg, zone.lonDeg, zone.radiusM, zone.ring];
  return [place, fromMs, toMs, maxDelayMs, minStayMs, minArrivalMs, isBeginningOpen(terms), isEndOpen(terms)];
}

function openEnds(isFromOpen: boolean, isToOpen: boolean): { readonly openEnds?: OpenEnds } {
  if (!isFromOpen && !isToOpen) return {};
  return { openEnds: isFromOpen && isToOpen ? 'both' : isFromOpen ? 'from' : 'to' };
}

function isSameSecond(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / 1000) === Math.floor(bMs / 1000);
}
