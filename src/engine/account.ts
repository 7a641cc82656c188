/** How a verdict came about: every visit that was seen, and the largest stretches nothing is known of. */
import { contains } from '../geo/distance.ts';
import type { Fix } from '../model/fix.ts';
import type { JudgedTask } from '../model/task.ts';
import { type Findings, findings, isCounting, type Run, visitOf } from './evidence.ts';
import { derive } from './track.ts';
import { rulesOf } from './verdict.ts';

export interface VisitAccount {
  readonly startMs: number;
  readonly endMs: number;
  /** Long enough for `minArrivalMs`. */
  readonly isCounting: boolean;
  /** Times of the first and last fix inside, before clipping to the span. */
  readonly firstFixMs: number;
  readonly lastFixMs: number;
}

/** A stretch within the span without a valid fix. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Account {
  readonly findings: Findings;
  readonly visits: readonly VisitAccount[];
  /** Longest first. */
  readonly gaps: readonly Gap[];
  /** Valid fixes within the span. */
  readonly fixesInSpan: number;
}

/** `fixes`: the track around the span with its neighbours; gaps are looked for up to `untilMs` at most. */
export function account(task: JudgedTask, fixes: readonly Fix[], untilMs: number, gapsMax: number): Account {
  const rules = rulesOf(task);
  const inSpan = fixes.filter(
    ({ position }) => position.timeMs >= rules.startMs && position.timeMs <= rules.deadlineMs,
  );
  return {
    findings: findings(derive(fixes, task.terms.zone, rules), rules),
    visits: runs(task, fixes).flatMap((run) => {
      const visit = visitOf(run, rules);
      if (visit === null) return [];
      return [{ ...visit, isCounting: isCounting(visit, rules), firstFixMs: run.firstMs, lastFixMs: run.lastMs }];
    }),
    gaps: gaps(inSpan, rules.startMs, Math.min(rules.deadlineMs, untilMs)).slice(0, gapsMax),
    fixesInSpan: inSpan.length,
  };
}

function runs(task: JudgedTask, fixes: readonly Fix[]): Run[] {
  const found: { firstMs: number; lastMs: number }[] = [];
  const insideAt = new Map<number, boolean>();
  for (const { position } of fixes) {
    const isInside = contains(task.terms.zone, position.latDeg, position.lonDeg);
    insideAt.set(position.timeMs, isInside || (insideAt.get(position.timeMs) ?? false));
  }
  let isOpen = false;
  for (const [timeMs, isInside] of insideAt) {
    if (isInside && isOpen) found.at(-1)!.lastMs = timeMs;
    else if (isInside) found.push({ firstMs: timeMs, lastMs: timeMs });
    isOpen = isInside;
  }
  return found;
}

function gaps(inSpan: readonly Fix[], startMs: number, endMs: number): Gap[] {
  const edges = [startMs, ...inSpan.map(({ position }) => position.timeMs), endMs];
  const found = edges.slice(1).map((toMs, i) => ({ fromMs: edges[i]!, toMs }));
  return found.filter(({ fromMs, toMs }) => toMs > fromMs).sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
}
