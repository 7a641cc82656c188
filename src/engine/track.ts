/** What the engine asks of a tracker's stored fixes, and how a stretch of them is held against one task. */
import { contains } from '../geo/distance.ts';
import type { Fix } from '../model/fix.ts';
import type { Zone } from '../model/task.ts';
import { type Evidence, NO_EVIDENCE, type Rules, step } from './evidence.ts';

/** Reads committed records; implemented by the store, by an array in tests. */
export interface TrackReader {
  /** Valid fixes in [fromMs, toMs] by device time, with the nearest valid instant before and after. */
  evidence(trackerId: number, fromMs: number, toMs: number): Fix[];
  /** Whether this very record is stored. */
  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean;
  /** Newest device time not ahead of its receipt, and the times of records that were ahead. */
  newest(trackerId: number): {
    readonly newestMs: number;
    readonly aheadMs: readonly number[];
  };
  lastValidFix(trackerId: number): Fix | null;
}

/** Folds fixes in device-time order; fixes of the same ms are one instant, inside if any of them is. */
export function derive(fixes: readonly Fix[], zone: Zone, rules: Rules): Evidence {
  let evidence = NO_EVIDENCE;
  for (let i = 0; i < fixes.length; ) {
    const { timeMs } = fixes[i]!.position;
    let isInside = false;
    for (; i < fixes.length && fixes[i]!.position.timeMs === timeMs; i++) {
      isInside ||= contains(zone, fixes[i]!.position.latDeg, fixes[i]!.position.lonDeg);
    }
    evidence = step(evidence, timeMs, isInside, rules);
  }
  return evidence;
}

/** Neighbouring valid fixes this close on both sides of D leave no room for records still to come (section 4). */
const NEIGHBOUR_GAP_MS_MAX = 5 * 60_000;

/** Whether the record around an instant is complete. `fixes` holds its nearest neighbours, in order. */
export function isRecordComplete(fixes: readonly Fix[], atMs: number): boolean {
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const { position } of fixes) {
    if (position.timeMs >= atMs)
      return position.timeMs - (position.timeMs === atMs ? atMs : beforeMs) <= NEIGHBOUR_GAP_MS_MAX;
    beforeMs = position.timeMs;
  }
  return false;
}
