/** How many tasks there are for each day, by the state that they are in. */
import { type GsmtasksState, gsmtasksState } from '../model/projections.ts';
import type { Reader, TaskWindow } from '../store/store.ts';

export type StateCounts = Readonly<Partial<Record<GsmtasksState, number>>>;

export interface StateCountQuery {
  /** Where each day begins, and where the last one ends: one more than there are days. */
  readonly edgesMs: readonly number[];
  /** null = whoever has them, or nobody. */
  readonly trackerIds: readonly number[] | null;
}

/** On the search thread. */
export function readStateCounts(
  { taskEvents }: Pick<Reader, 'taskEvents'>,
  { edgesMs, trackerIds }: StateCountQuery,
): readonly StateCounts[] {
  const counts: Partial<Record<GsmtasksState, number>>[] = edgesMs.slice(1).map(() => ({}));
  const wanted = trackerIds === null ? null : new Set(trackerIds);
  for (const window of taskEvents.windows(edgesMs[0]!, edgesMs.at(-1)!)) {
    const [state, trackerId] = window;
    if (wanted !== null && (trackerId === null || !wanted.has(trackerId))) continue;
    const day = counts[dayOf(window, edgesMs)];
    const word = gsmtasksState(state);
    if (day !== undefined) day[word] = (day[word] ?? 0) + 1;
  }
  return counts;
}

/** -1 = on none of these days. */
function dayOf([, , fromMs, toMs, openEnds]: TaskWindow, edgesMs: readonly number[]): number {
  if (openEnds === 'both') return -1;
  const timeMs = openEnds === 'from' ? toMs : fromMs;
  let [low, high] = [0, edgesMs.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (edgesMs[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low === edgesMs.length ? -1 : low - 1;
}
