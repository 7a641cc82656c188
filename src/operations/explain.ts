/** Why a task is in its state: what was required, what the fixes show, what is missing; in values and in words. */
import { account, type Gap, type VisitAccount } from '../engine/account.ts';
import type { Intake } from '../intake/intake.ts';
import type { TaskEvent } from '../model/event.ts';
import { type NavixyStatus, navixyStatus } from '../model/projections.ts';
import { deadlineMs, type Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';

export interface ExplainDeps {
  readonly store: Store;
  readonly intake: Intake;
  readonly now: () => number;
}

/** Instants are ISO 8601 UTC, durations seconds. */
export interface Explanation {
  readonly taskId: number;
  readonly label: string;
  readonly trackerId: number | null;
  readonly status: NavixyStatus | null;
  readonly statusAt: string;
  readonly required: {
    readonly from: string;
    readonly to: string;
    readonly deadline: string;
    readonly givenAt: string | null;
    readonly radiusM: number;
    readonly stayS: number;
    readonly visitS: number;
  };
  readonly arrivedAt: string | null;
  readonly completedAt: string | null;
  readonly stayS: number;
  readonly issues: readonly string[];
  readonly fixesInSpan: number;
  readonly visits: readonly {
    readonly from: string;
    readonly to: string;
    readonly lengthS: number;
    readonly counts: boolean;
    readonly firstFixInside: string;
    readonly lastFixInside: string;
  }[];
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly lengthS: number }[];
  /** Conclusions that late evidence changed. */
  readonly revisions: readonly { readonly at: string; readonly fixAt: string | null; readonly reason: string | null }[];
  /** The same, told to a person, a sentence a line. */
  readonly words: readonly string[];
}

const GAPS_SHOWN = 3;
/** Shorter stretches without a fix explain nothing. */
const GAP_MS_MIN = 10 * 60_000;

/** null = no such task. */
export function explainTask({ store, intake, now }: ExplainDeps, taskId: number): Explanation | null {
  const stored = store.tasks.read(taskId);
  if (stored === null) return null;
  const task = intake.live(stored);
  const { trackerId } = task.tenure;
  const startMs = Math.max(task.terms.fromMs, task.tenure.givenMs);
  const fixes = trackerId === null ? [] : store.tracks.evidence(trackerId, startMs, deadlineMs(task.terms));
  const seen = account(task, fixes, now(), GAPS_SHOWN);
  const revisions = store.tasks.history(taskId).flatMap(({ body, recordedMs }) => {
    return body.kind === 'status_change' && body.revised ? [{ recordedMs, body }] : [];
  });
  const gaps = trackerId === null ? [] : seen.gaps.filter((gap) => gap.toMs - gap.fromMs >= GAP_MS_MIN);
  return {
    taskId,
    label: task.text.label,
    trackerId,
    status: statusOf(task),
    statusAt: iso(task.facts.statusMs),
    required: {
      from: iso(task.terms.fromMs),
      to: iso(task.terms.toMs),
      deadline: iso(deadlineMs(task.terms)),
      givenAt: Number.isFinite(task.tenure.givenMs) ? iso(task.tenure.givenMs) : null,
      radiusM: task.terms.zone.radiusM,
      stayS: seconds(task.terms.minStayMs),
      visitS: seconds(task.terms.minArrivalMs),
    },
    arrivedAt: task.facts.arrivalMs === null ? null : iso(task.facts.arrivalMs),
    completedAt: task.facts.completionMs === null ? null : iso(task.facts.completionMs),
    stayS: seconds(task.facts.stayMs),
    issues: task.facts.issues,
    fixesInSpan: seen.fixesInSpan,
    visits: seen.visits.map((visit) => ({
      from: iso(visit.startMs),
      to: iso(visit.endMs),
      lengthS: seconds(visit.endMs - visit.startMs),
      counts: visit.isCounting,
      firstFixInside: iso(visit.firstFixMs),
      lastFixInside: iso(visit.lastFixMs),
    })),
    gaps: gaps.map(({ fromMs, toMs }) => ({ from: iso(fromMs), to: iso(toMs), lengthS: seconds(toMs - fromMs) })),
    revisions: revisions.map(({ recordedMs, body }) => ({
      at: iso(recordedMs),
      fixAt: body.witness === null ? null : iso(body.witness.timeMs),
      reason: body.reason,
    })),
    words: [
      ...wordsOfState(task),
      ...wordsOfVisits(seen.visits, seen.fixesInSpan, trackerId),
      ...wordsOfRequirements(task),
      ...gaps.map(wordsOfGap),
      ...revisions.map(wordsOfRevision),
    ],
  };
}

function statusOf({ facts, tenure }: Task): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

function wordsOfState(task: Task): string[] {
  const { terms, facts, tenure } = task;
  const window = `between ${iso(terms.fromMs)} and ${iso(terms.toMs)}`;
  const delay = terms.maxDelayMs > 0 ? `, or late until ${iso(deadlineMs(terms))}` : '';
  const who = tenure.trackerId === null ? 'Nobody is assigned' : `Tracker ${tenure.trackerId} answers for it`;
  return [
    `Task ${task.id} "${task.text.label}" is ${statusOf(task) ?? facts.state} since ${iso(facts.statusMs)}.`,
    `${who}: be within ${terms.zone.radiusM} m of ${terms.zone.latDeg}, ${terms.zone.lonDeg} ${window}${delay}.`,
  ];
}

function wordsOfVisits(visits: readonly VisitAccount[], fixesInSpan: number, trackerId: number | null): string[] {
  if (trackerId === null) return [];
  if (visits.length === 0) {
    return [`None of the ${fixesInSpan} valid fixes of that time lies inside the zone.`];
  }
  return visits.map((visit) => {
    const counts = visit.isCounting ? '' : '; too short to count';
    return `Inside from ${iso(visit.startMs)} to ${iso(visit.endMs)}: ${span(visit.endMs - visit.startMs)}${counts}.`;
  });
}

function wordsOfRequirements({ terms, facts }: Task): string[] {
  if (terms.minStayMs === 0 || facts.arrivalMs === null) return [];
  const verdict = facts.stayMs >= terms.minStayMs ? 'enough' : `${span(terms.minStayMs - facts.stayMs)} too little`;
  return [`It asks for a stay of ${span(terms.minStayMs)}; the visits add up to ${span(facts.stayMs)}, ${verdict}.`];
}

function wordsOfGap({ fromMs, toMs }: Gap): string {
  return `No valid fix for ${span(toMs - fromMs)} from ${iso(fromMs)}: the device slept, had no GPS, or has not sent it yet.`;
}

function wordsOfRevision(revision: {
  recordedMs: number;
  body: TaskEvent['body'] & { kind: 'status_change' };
}): string {
  const { from, to, witness } = revision.body;
  const fix = witness === null ? '' : ` by the fix of ${iso(witness.timeMs)}`;
  return `At ${iso(revision.recordedMs)} late evidence changed ${from.state} to ${to.state}${fix}.`;
}

/** 5025000 -> "1 h 23 min 45 s". */
function span(ms: number): string {
  const total = seconds(ms);
  const parts: [number, string][] = [
    [Math.floor(total / 3600), 'h'],
    [Math.floor((total % 3600) / 60), 'min'],
    [total % 60, 's'],
  ];
  const words = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`);
  return words.length === 0 ? '0 s' : words.join(' ');
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
