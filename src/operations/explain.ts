/** Why a task is in its state, in values and in words, for `/api` and the command line. */
import type { Backlog, Misdated } from '../engine/account.ts';
import type { Gap, Passage } from '../engine/gaps.ts';
import type { RecordedEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import { deadlineMs, isEndOpen } from '../model/task.ts';
import type { Tracks } from '../store/store.ts';
import { wordsOf } from './explain-words.ts';
import { type Inquiry, type LateChange, type Story, statusOf, statusThen, storyOf } from './story.ts';

export type { Inquiry } from './story.ts';

/** What `/api` answers. Instants are ISO 8601 UTC, durations seconds, distances metres. */
export type Explanation = ReturnType<typeof valuesOf> & {
  /** The same, told to a person, a sentence a line. */
  readonly words: readonly string[];
};

/** `tracks`: of the tracker that answers for the task; null = nobody does. */
export function explain(inquiry: Inquiry, history: readonly RecordedEvent[], tracks: Tracks | null): Explanation {
  const story = storyOf(inquiry, history, tracks);
  return { ...valuesOf(story), words: wordsOf(story) };
}

/** Visits that are listed, the first ones; a receiver that jumps at the edge can make very many. */
const VISITS_MAX = 100;

function valuesOf({ task, seen, changes, prospects, startMs }: Story) {
  const { terms, facts, tenure, attempt } = task;
  return {
    taskId: task.id,
    uuid: task.uuid,
    label: task.text.label,
    trackerId: tenure.trackerId,
    status: statusOf(task),
    state: facts.state,
    statusAt: iso(facts.statusMs),
    closedBy: facts.closer,
    required: {
      lat: terms.zone?.latDeg ?? null,
      lon: terms.zone?.lonDeg ?? null,
      radiusM: terms.zone?.radiusM ?? null,
      polygon: terms.zone?.ring ?? null,
      from: iso(terms.fromMs),
      to: isEndOpen(terms) ? null : iso(terms.toMs),
      deadline: isEndOpen(terms) ? null : iso(deadlineMs(terms)),
      givenAt: isoOrNull(tenure.givenMs),
      restartedAt: isoOrNull(attempt.restartedMs),
      countsFrom: isoOrNull(startMs),
      stayS: seconds(terms.minStayMs),
      visitS: seconds(terms.minArrivalMs),
      form: terms.isFormRequired,
    },
    arrivedAt: isoOrNull(facts.arrivalMs),
    completedAt: isoOrNull(facts.completionMs),
    departedAt: isoOrNull(facts.departureMs),
    formAt: isoOrNull(attempt.formMs),
    stayS: seconds(facts.stayMs),
    issues: facts.issues,
    missing: tenure.trackerId === null ? [] : seen.missing,
    fixesInSpan: seen.fixesInSpan,
    visitCount: seen.visits.length,
    visits: seen.visits.slice(0, VISITS_MAX).map((visit) => ({
      from: iso(visit.startMs),
      to: iso(visit.endMs),
      lengthS: seconds(visit.endMs - visit.startMs),
      counts: visit.isCounting,
      firstFixInside: iso(visit.firstFixMs),
      lastFixInside: iso(visit.lastFixMs),
    })),
    insideOutsideSpan: seen.outsideSpan.map(({ when, firstFixMs, lastFixMs }) => ({
      when,
      firstFixInside: iso(firstFixMs),
      lastFixInside: iso(lastFixMs),
    })),
    nearest: seen.nearest && { ...spotValues(seen.nearest.fix), toEdgeM: Math.round(seen.nearest.toEdgeM * 10) / 10 },
    gaps: tenure.trackerId === null ? [] : seen.gaps.map(gapValues),
    mayHavePassed: seen.passages.map(passageValues),
    misdated: seen.misdated.map(misdatedValues),
    lateFixes: seen.backlogs.map(backlogValues),
    lateChanges: changes.map(changeValues),
    clockClosesAt: isoOrNull(prospects.closesMs),
    revisableUntil: isoOrNull(prospects.revisableUntilMs),
  };
}

function spotValues({ position, receivedMs }: Fix) {
  return {
    time: iso(position.timeMs),
    lat: position.latDeg,
    lon: position.lonDeg,
    receivedAt: iso(receivedMs),
  };
}

function gapValues({ fromMs, toMs, useless, silenceMs }: Gap) {
  return {
    kind: kindOf(useless),
    from: iso(fromMs),
    to: iso(toMs),
    lengthS: seconds(toMs - fromMs),
    uselessRecords: useless,
    longestSilenceS: seconds(silenceMs),
  };
}

/** `no_record`: the device was silent, or has not uploaded it yet. */
function kindOf(useless: Gap['useless']): 'no_record' | 'no_evidence' {
  return Object.keys(useless).length === 0 ? 'no_record' : 'no_evidence';
}

function passageValues({ before, after }: Passage) {
  return { before: spotValues(before), after: spotValues(after) };
}

function misdatedValues({ invalidity, ...group }: Misdated) {
  return { reason: invalidity, ...backlogValues(group) };
}

function backlogValues({ fixes, firstMs, lastMs, firstReceivedMs, lastReceivedMs }: Backlog) {
  return {
    fixes,
    from: iso(firstMs),
    to: iso(lastMs),
    receivedFrom: iso(firstReceivedMs),
    receivedTo: iso(lastReceivedMs),
  };
}

function changeValues({ uid, recordedMs, revised, reason, from, to, witness, witnessReceivedMs }: LateChange) {
  return {
    uid,
    at: iso(recordedMs),
    revised,
    reason,
    from: statusThen(from),
    to: statusThen(to),
    fix: witness && {
      time: iso(witness.timeMs),
      lat: witness.latDeg,
      lon: witness.lonDeg,
      receivedAt: isoOrNull(witnessReceivedMs),
    },
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Device times can be any number; those that no date can say are shown as the digits they are. */
function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** null also for an instant that lies infinitely far away: given for the whole window, or not begun yet. */
function isoOrNull(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) ? null : iso(ms);
}
