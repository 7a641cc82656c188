/** Windows of which an end may be open: what stands there then, for those who must show one. */
import type { TaskTerms } from './task.ts';

/** null = nobody has set it. */
export interface WishedWindow {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly createdMs: number;
  /** The arrival that the customer was promised. */
  readonly promisedMs: number | null;
}

const DAY_MS = 86_400_000;
/** The end of the last year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An open beginning is the creation, an open end the promised arrival or a day later; never one after the other. */
export function windowOf(wish: WishedWindow): Pick<TaskTerms, 'fromMs' | 'toMs' | 'openEnds'> {
  const { createdMs, promisedMs } = wish;
  const fromMs = wish.fromMs ?? Math.min(createdMs, wish.toMs ?? createdMs);
  const toMs = wish.toMs ?? Math.min(Math.max(promisedMs ?? fromMs + DAY_MS, fromMs), LATEST_MS);
  if (wish.fromMs === null) return { fromMs, toMs, openEnds: wish.toMs === null ? 'both' : 'from' };
  return wish.toMs === null ? { fromMs, toMs, openEnds: 'to' } : { fromMs, toMs };
}
