/** What there is to tell about a task: the task, what its track shows, what late evidence changed, what is waited for. */
import { type Account, account, type TrackRecord } from '../engine/account.ts';
import { acceptance, stretch } from '../engine/track.ts';
import { type EngineSettings, rulesOf } from '../engine/verdict.ts';
import { isJudgeable } from '../engine/world.ts';
import type { Prospects } from '../intake/intake.ts';
import type { FactsThen, RecordedEvent, Witness } from '../model/event.ts';
import { type Fix, YEAR_2005_MS } from '../model/fix.ts';
import { type NavixyStatus, navixyStatus } from '../model/projections.ts';
import type { Task } from '../model/task.ts';
import type { Tracks } from '../store/store.ts';

/** What only the line knows of the task that is asked about. */
export interface Inquiry {
  /** With what an open visit adds to it. */
  readonly task: Task;
  readonly prospects: Prospects;
  readonly settings: EngineSettings;
  readonly nowMs: number;
}

/** A conclusion that late evidence led to, or another reading of it: the history row, and when the fix that moved it came in. */
export interface LateChange {
  readonly uid: string;
  readonly recordedMs: number;
  readonly revised: boolean;
  readonly reason: string | null;
  readonly from: FactsThen;
  readonly to: FactsThen;
  readonly witness: Witness | null;
  readonly witnessReceivedMs: number | null;
}

/** All that there is to tell. */
export interface Story {
  readonly task: Task;
  readonly seen: Account;
  readonly changes: readonly LateChange[];
  readonly prospects: Prospects;
  /** S: from when on evidence counts; Infinity = it waits for its turn in a queue. */
  readonly startMs: number;
  readonly nowMs: number;
}

/** Looked at before and after the span, for visits that were too early or too late. */
const AROUND_MS = 24 * 60 * 60_000;
/** Records read at once; more than a device makes in a gap of its evidence. */
const RECORDS_MAX = 10_000;
/** Device times ahead of their receipt that are looked up, and records of each. */
const AHEAD_MAX = 100;
const INSTANT_RECORDS_MAX = 16;
/** Late changes that are told of, the newest ones. */
const CHANGES_MAX = 100;

/** What brings evidence in after its time. */
const LATE_REASONS: ReadonlySet<string | null> = new Set(['late_fix', 'clock_changed', 'model_changed']);

/** `tracks`: of the tracker that answers for the task; null = nobody does. */
export function storyOf(inquiry: Inquiry, history: readonly RecordedEvent[], tracks: Tracks | null): Story {
  const { task, prospects, settings, nowMs } = inquiry;
  const track = trackRecord(task, tracks, settings);
  return {
    task,
    seen: account(task, track, settings, nowMs),
    changes: lateChanges(history, track),
    prospects,
    startMs: rulesOf(task, settings).startMs,
    nowMs,
  };
}

const NO_TRACK: TrackRecord = { evidence: [], records: () => [], misdated: [] };

function trackRecord(task: Task, tracks: Tracks | null, settings: EngineSettings): TrackRecord {
  const { trackerId } = task.tenure;
  const { zone } = task.terms;
  if (trackerId === null || tracks === null || zone === null || !isJudgeable(task)) return NO_TRACK;
  const { hygiene } = settings;
  const accepts = acceptance(hygiene);
  const rules = rulesOf(task, settings);
  const around = { ...rules, startMs: rules.startMs - AROUND_MS, deadlineMs: rules.deadlineMs + AROUND_MS };
  const read = (fromMs: number, toMs: number) => tracks.evidence(trackerId, fromMs, toMs, accepts);
  return {
    evidence: stretch(read, zone, around, hygiene),
    records: (fromMs, toMs) => tracks.fixes(trackerId, fromMs, toMs, RECORDS_MAX),
    misdated: misdated(tracks, trackerId, rules.deadlineMs),
  };
}

/** Records of any day whose own date is before 2005, and those that were ahead of their receipt and of D. */
function misdated(tracks: Tracks, trackerId: number, endMs: number): Fix[] {
  const early = tracks.fixes(trackerId, Number.MIN_SAFE_INTEGER, YEAR_2005_MS - 1, RECORDS_MAX);
  const ahead = tracks.newest(trackerId).aheadMs.filter((timeMs) => timeMs > endMs);
  const later = ahead.slice(0, AHEAD_MAX).flatMap((timeMs) => {
    return tracks.fixes(trackerId, timeMs, timeMs, INSTANT_RECORDS_MAX);
  });
  return [...early, ...later];
}

function lateChanges(history: readonly RecordedEvent[], { records }: TrackRecord): LateChange[] {
  const changes = history.flatMap(({ uid, recordedMs, body }) => {
    if (body.kind !== 'status_change' || !(body.revised || LATE_REASONS.has(body.reason))) return [];
    const { revised, reason, from, to, witness } = body;
    return [{ uid, recordedMs, revised, reason, from, to, witness }];
  });
  return changes.slice(-CHANGES_MAX).map((change) => {
    const { witness } = change;
    return { ...change, witnessReceivedMs: witness && receiptOf(witness, records(witness.timeMs, witness.timeMs)) };
  });
}

/** null = retention has taken it. */
function receiptOf({ latDeg, lonDeg }: Witness, instant: readonly Fix[]): number | null {
  const fix = instant.find(({ position }) => position.latDeg === latDeg && position.lonDeg === lonDeg);
  return fix?.receivedMs ?? null;
}

/** The status as Navixy names it; null = a draft. */
export function statusOf({ facts, tenure }: Task): NavixyStatus | null {
  return statusThen({ ...facts, trackerId: tenure.trackerId });
}

export function statusThen(facts: FactsThen): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: facts.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}
