/**
 * How a verdict came about: every visit that was seen, how near the tracker came, what was missed and when evidence
 * came in. For the operator who is told "but I was there"; nothing here decides anything.
 */
import { sphereDistanceM } from '../geo/distance.ts';
import { toEdgeM } from '../geo/edge.ts';
import type { Fix } from '../model/fix.ts';
import { type Issue, type JudgedTask, placeOf, type Zone } from '../model/task.ts';
import { findings, isCounting, type Rules, type Run, visitOf } from './evidence.ts';
import { type Gap, gaps, type Passage, passages } from './gaps.ts';
import { derive } from './track.ts';
import { type EngineSettings, missing, rulesOf } from './verdict.ts';
import { isJudgeable } from './world.ts';

/** What is known of a tracker around a task's span. */
export interface TrackRecord {
  /** What the engine accepts as evidence, by device time: the span's, its neighbours, and more on either side. */
  readonly evidence: readonly Fix[];
  /** All records between two device times, evidence or not. */
  readonly records: (fromMs: number, toMs: number) => readonly Fix[];
  /** Records with a device time that cannot be. */
  readonly misdated: readonly Fix[];
}

/** A run of fixes inside the zone, and what of it is a visit. */
export interface VisitAccount {
  /** Clipped to the span. */
  readonly startMs: number;
  readonly endMs: number;
  /** Long enough for `minArrivalMs`. */
  readonly isCounting: boolean;
  /** Times of the first and last fix inside, before clipping. */
  readonly firstFixMs: number;
  readonly lastFixMs: number;
}

/** Inside, but not when it counts. */
export interface OutsideSpan {
  /** `before_start`: within the window, but before the task was given to this tracker, or restarted. */
  readonly when: 'before_window' | 'before_start' | 'after_deadline' | 'after_finish';
  readonly firstFixMs: number;
  readonly lastFixMs: number;
}

interface Nearest {
  readonly fix: Fix;
  /** Metres that were missing to the zone's edge. */
  readonly toEdgeM: number;
}

/** Records received within the span whose own date cannot be, by reason. */
export interface Misdated {
  readonly invalidity: NonNullable<Fix['invalidity']>;
  readonly fixes: number;
  /** Device times. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly firstReceivedMs: number;
  readonly lastReceivedMs: number;
}

/** Neighbouring fixes of the span that came in late, on one occasion. */
export interface Backlog {
  readonly fixes: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly firstReceivedMs: number;
  readonly lastReceivedMs: number;
}

export interface Account {
  readonly visits: readonly VisitAccount[];
  /** What the evidence does not prove, so far. */
  readonly missing: readonly Issue[];
  /** The last one before the span, and the first one after it. */
  readonly outsideSpan: readonly OutsideSpan[];
  /** The fix of the span that came closest; null where one is inside or there is none. */
  readonly nearest: Nearest | null;
  readonly fixesInSpan: number;
  /** Longest first. */
  readonly gaps: readonly Gap[];
  readonly passages: readonly Passage[];
  readonly misdated: readonly Misdated[];
  /** Largest first. */
  readonly backlogs: readonly Backlog[];
}

/** How many of a kind are told of. */
const TOLD_MAX = 3;

const NOTHING: Account = Object.freeze({
  ...{ visits: [], missing: [], outsideSpan: [], nearest: null, fixesInSpan: 0 },
  ...{ gaps: [], passages: [], misdated: [], backlogs: [] },
});

/** Nothing is missed yet that lies after `nowMs`, nor of a task that nothing counts for. */
export function account(task: JudgedTask, track: TrackRecord, settings: EngineSettings, nowMs: number): Account {
  if (!isJudgeable(task)) return NOTHING;
  const rules = rulesOf(task, settings);
  const zone = placeOf(task);
  const runs: Run[] = [];
  const found = findings(derive(track.evidence, zone, rules, settings.hygiene, noteIn(runs)), rules);
  const visits = runs.flatMap((run) => visitAccount(run, rules));
  const inSpan = track.evidence.filter(({ position }) => isWithin(position.timeMs, rules));
  return {
    visits,
    missing: missing(found, rules),
    outsideSpan: outsideSpan(task, runs, rules),
    nearest: visits.length > 0 ? null : nearest(inSpan, zone),
    fixesInSpan: inSpan.length,
    gaps: gaps(inSpan, runs, rules.startMs, Math.min(rules.deadlineMs, nowMs), track.records, TOLD_MAX),
    passages: passages(track.evidence, runs, zone, rules, TOLD_MAX),
    misdated: misdatedIn(track.misdated, rules),
    backlogs: backlogs(inSpan).slice(0, TOLD_MAX),
  };
}

/** A run is told of anew with each of its fixes. */
function noteIn(runs: Run[]): (run: Run) => void {
  return (run) => {
    if (runs.at(-1)?.firstMs === run.firstMs) runs.pop();
    runs.push(run);
  };
}

function visitAccount(run: Run, rules: Rules): VisitAccount[] {
  const visit = visitOf(run, rules);
  if (visit === null) return [];
  return [{ ...visit, isCounting: isCounting(visit, rules), firstFixMs: run.firstMs, lastFixMs: run.lastMs }];
}

function outsideSpan({ terms, attempt }: JudgedTask, runs: readonly Run[], rules: Rules): OutsideSpan[] {
  const before = runs.findLast(({ lastMs }) => lastMs < rules.startMs);
  const after = runs.find(({ firstMs }) => firstMs > rules.deadlineMs);
  const found: OutsideSpan[] = [];
  if (before !== undefined) {
    const when = before.lastMs < terms.fromMs ? 'before_window' : 'before_start';
    found.push({ when, firstFixMs: before.firstMs, lastFixMs: before.lastMs });
  }
  if (after !== undefined) {
    const when = attempt.finishedMs === rules.deadlineMs ? 'after_finish' : 'after_deadline';
    found.push({ when, firstFixMs: after.firstMs, lastFixMs: after.lastMs });
  }
  return found;
}

/** The sphere is right to 0.6 %: what is this much further away on it than the best cannot be nearer. */
const SPHERE_DOUBT = 1.02;

function nearest(inSpan: readonly Fix[], zone: Zone): Nearest | null {
  let best: Nearest | null = null;
  for (const fix of inSpan) {
    const { latDeg, lonDeg } = fix.position;
    const roughM = sphereDistanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg);
    if (best !== null && roughM > (best.toEdgeM + zone.radiusM) * SPHERE_DOUBT) continue;
    const metres = toEdgeM(zone, latDeg, lonDeg);
    if (best === null || metres < best.toEdgeM) best = { fix, toEdgeM: metres };
  }
  return best;
}

function misdatedIn(records: readonly Fix[], rules: Rules): Misdated[] {
  const groups = new Map<string, Misdated>();
  for (const { position, receivedMs, invalidity } of records) {
    if (invalidity === null || !isWithin(receivedMs, rules)) continue;
    const group = groups.get(invalidity);
    groups.set(invalidity, {
      invalidity,
      fixes: (group?.fixes ?? 0) + 1,
      firstMs: Math.min(group?.firstMs ?? position.timeMs, position.timeMs),
      lastMs: Math.max(group?.lastMs ?? position.timeMs, position.timeMs),
      firstReceivedMs: Math.min(group?.firstReceivedMs ?? receivedMs, receivedMs),
      lastReceivedMs: Math.max(group?.lastReceivedMs ?? receivedMs, receivedMs),
    });
  }
  return [...groups.values()];
}

/** Later than devices with coverage send. */
const LATE_MS_MIN = 5 * 60_000;
/** Neighbours received further apart came on different occasions. */
const OCCASION_MS_MAX = 10 * 60_000;

function backlogs(inSpan: readonly Fix[]): Backlog[] {
  const found: Backlog[] = [];
  let previous: Fix | null = null;
  for (const fix of inSpan) {
    const isLate = fix.receivedMs - fix.position.timeMs >= LATE_MS_MIN;
    const isSame = previous !== null && Math.abs(fix.receivedMs - previous.receivedMs) <= OCCASION_MS_MAX;
    if (isLate) found.push(withFix(isSame ? found.pop() : undefined, fix));
    previous = isLate ? fix : null;
  }
  return found.sort((a, b) => b.fixes - a.fixes);
}

function withFix(backlog: Backlog | undefined, { position, receivedMs }: Fix): Backlog {
  return {
    fixes: (backlog?.fixes ?? 0) + 1,
    firstMs: backlog?.firstMs ?? position.timeMs,
    lastMs: position.timeMs,
    firstReceivedMs: Math.min(backlog?.firstReceivedMs ?? receivedMs, receivedMs),
    lastReceivedMs: Math.max(backlog?.lastReceivedMs ?? receivedMs, receivedMs),
  };
}

function isWithin(timeMs: number, { startMs, deadlineMs }: Rules): boolean {
  return timeMs >= startMs && timeMs <= deadlineMs;
}
