/** What the engine asks of a tracker's stored fixes, and how a stretch of them is held against one task. */
import { crossings } from '../geo/crossing.ts';
import { distanceM } from '../geo/distance.ts';
import { isWithin } from '../geo/edge.ts';
import type { Fix } from '../model/fix.ts';
import type { Zone } from '../model/task.ts';
import { type Evidence, NO_EVIDENCE, passThrough, type Rules, type Run, step } from './evidence.ts';
import type { Hygiene } from './verdict.ts';

/** Which valid fixes are evidence; null = all. */
export type Accepts = ((fix: Fix) => boolean) | null;

/** Reads committed records; implemented by the store, by an array in tests. */
export interface TrackReader {
  /** Accepted valid fixes in [fromMs, toMs] by device time, with the nearest accepted instant before and after. */
  evidence(trackerId: number, fromMs: number, toMs: number, accepts: Accepts): Fix[];
  /** Whether this very record is stored. */
  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean;
  /**
   * Newest device time not ahead of its receipt, and the times of records that were ahead; by how many minutes the
   * clocks of stored records are read as being ahead of UTC, each once.
   */
  newest(trackerId: number): {
    readonly newestMs: number;
    readonly aheadMs: readonly number[];
    readonly clocks: readonly number[];
  };
  lastValidFix(trackerId: number, accepts: Accepts): Fix | null;
}

/** Section 4, hygiene: fewer satellites or a worse HDOP than asked for is no evidence. A fix that does not say passes. */
export function acceptance({ minSatellites, maxHdop }: Hygiene): Accepts {
  if (minSatellites === 0 && maxHdop === Number.POSITIVE_INFINITY) return null;
  return ({ position }) => {
    if (position.satellites !== null && position.satellites < minSatellites) return false;
    const hdop = maxHdop === Number.POSITIVE_INFINITY ? undefined : position.attributes['hdop'];
    return typeof hdop !== 'number' || hdop <= maxHdop;
  };
}

/**
 * Folds fixes in device-time order; fixes of the same ms are one instant, inside if any of them is. `onRun` is told of
 * a run with each instant that begins or lengthens it.
 */
export function derive(
  fixes: readonly Fix[],
  zone: Zone,
  rules: Rules,
  hygiene: Hygiene,
  onRun?: (run: Run) => void,
): Evidence {
  let evidence = NO_EVIDENCE;
  let before: readonly Fix[] = [];
  for (const instant of instants(fixes)) {
    const { timeMs } = instant[0]!.position;
    const wasInside = evidence.run !== null;
    const isInside = isAnyWithin(zone, wasInside ? hygiene.exitMarginM : 0, instant);
    if (!isInside && !wasInside && before.length > 0) {
      for (const passage of passagesBetween(before, instant, zone, hygiene.passThroughMs)) {
        evidence = passThrough(evidence, passage, rules);
        onRun?.(passage);
      }
    }
    evidence = step(evidence, timeMs, isInside, rules);
    if (evidence.run !== null) onRun?.(evidence.run);
    before = instant;
  }
  return evidence;
}

/** With an exit margin, whether the first fix is inside may depend on those before it: reads back until one is certain. */
export function stretch(
  read: (fromMs: number, toMs: number) => readonly Fix[],
  zone: Zone,
  rules: Rules,
  { exitMarginM }: Hygiene,
): readonly Fix[] {
  let fixes = read(rules.startMs, rules.deadlineMs);
  for (let backMs = READ_BACK_MS; exitMarginM > 0 && fixes.length > 0; backMs *= 2) {
    const firstMs = fixes[0]!.position.timeMs;
    const first = fixes.filter(({ position }) => position.timeMs === firstMs);
    if (isAnyWithin(zone, 0, first) || !isAnyWithin(zone, exitMarginM, first)) break;
    const longer = read(firstMs - backMs, rules.deadlineMs);
    if (longer[0]!.position.timeMs === firstMs) break;
    fixes = longer;
  }
  return fixes;
}

export const READ_BACK_MS = 60 * 60_000;

/** The part from the last instant on that is outside whatever came before it; null = there is none. */
export function sinceOutside(fixes: readonly Fix[], zone: Zone, { exitMarginM }: Hygiene): readonly Fix[] | null {
  for (let end = fixes.length; end > 0; ) {
    const start = firstFrom(fixes, fixes[end - 1]!.position.timeMs);
    if (!isAnyWithin(zone, exitMarginM, fixes.slice(start, end))) return fixes.slice(start);
    end = start;
  }
  return null;
}

/** Cuts to the span and the nearest instant on either side: what lies further off is not known without gaps. */
export function withNeighbours(fixes: readonly Fix[], fromMs: number, toMs: number): Fix[] {
  const beforeMs = fixes[firstFrom(fixes, fromMs) - 1]?.position.timeMs ?? fromMs;
  const afterMs = fixes[firstFrom(fixes, toMs + 1)]?.position.timeMs ?? toMs;
  return fixes.slice(firstFrom(fixes, beforeMs), firstFrom(fixes, afterMs + 1));
}

/** Index of the first fix at an instant or later. */
function firstFrom(fixes: readonly Fix[], timeMs: number): number {
  let low = 0;
  let high = fixes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fixes[middle]!.position.timeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The runs of passages between two outside instants, if they are close enough in time and the line meets the zone. */
export function passagesBetween(
  before: readonly Fix[],
  after: readonly Fix[],
  zone: Zone,
  withinMs: number,
): readonly Run[] {
  const fromMs = before[0]!.position.timeMs;
  const spanMs = after[0]!.position.timeMs - fromMs;
  if (withinMs === 0 || spanMs > withinMs) return NO_RUNS;
  return crossings(zone, nearestTo(zone, before), nearestTo(zone, after)).map(({ enter, leave }) => {
    return { firstMs: fromMs + Math.round(spanMs * enter), lastMs: fromMs + Math.round(spanMs * leave) };
  });
}

const NO_RUNS: readonly Run[] = Object.freeze([]);

/** Fixes of one ms have no order among them: the one that speaks most for the zone, nearest to its centre, stands for all. */
function nearestTo(zone: Zone, instant: readonly Fix[]): Fix['position'] {
  const rangeM = ({ position }: Fix) => distanceM(zone.latDeg, zone.lonDeg, position.latDeg, position.lonDeg);
  return instant.reduce((nearest, fix) => (rangeM(fix) < rangeM(nearest) ? fix : nearest)).position;
}

/** Whether one of the fixes is in the zone or no further than `marginM` beyond its edge. */
export function isAnyWithin(zone: Zone, marginM: number, instant: readonly Fix[]): boolean {
  return instant.some(({ position }) => isWithin(zone, marginM, position.latDeg, position.lonDeg));
}

function* instants(fixes: readonly Fix[]): Generator<readonly Fix[]> {
  for (let i = 0; i < fixes.length; ) {
    let end = i + 1;
    while (end < fixes.length && fixes[end]!.position.timeMs === fixes[i]!.position.timeMs) end++;
    yield fixes.slice(i, end);
    i = end;
  }
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
