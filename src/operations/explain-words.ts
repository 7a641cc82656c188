/** An explanation in words: a sentence a line, for the operator who has a customer on the telephone. */
import type { Backlog, Misdated, OutsideSpan, VisitAccount } from '../engine/account.ts';
import type { Gap, Passage } from '../engine/gaps.ts';
import { POLICIES } from '../model/policy.ts';
import {
  deadlineMs,
  isBeginningOpen,
  isEndOpen,
  isOpen,
  isPrepared,
  type Task,
  type TaskTerms,
  type Zone,
} from '../model/task.ts';
import { type LateChange, type Story, statusOf, statusThen } from './story.ts';

/** Visits told one by one, and late changes, of these the newest. */
const TOLD_MAX = 10;

export function wordsOf(story: Story): string[] {
  const { task, seen, changes } = story;
  const told = [...wordsOfState(task), ...wordsOfRequirements(task)];
  if (task.tenure.trackerId === null) return told;
  return [
    ...told,
    ...wordsOfSight(story),
    ...wordsOfStay(task),
    ...wordsOfForm(task),
    // Why it is done is told by what was seen; what was not seen explains only what is missing.
    ...(task.facts.state === 'completed' ? [] : wordsOfDoubt(story)),
    ...seen.backlogs.map(wordsOfBacklog),
    ...changes.slice(-TOLD_MAX).map(wordsOfChange),
    ...wordsOfProspects(story),
  ];
}

/** Where else it may have been. */
function wordsOfDoubt(story: Story): string[] {
  const { outsideSpan, passages, gaps, misdated } = story.seen;
  return [
    ...outsideSpan.map((run) => wordsOfOutside(run, story)),
    ...passages.map(wordsOfPassage),
    ...gaps.map(wordsOfGap),
    ...misdated.map(wordsOfMisdated),
  ];
}

function wordsOfState(task: Task): string[] {
  const { text, facts } = task;
  const by = { gps: '', clock: ', closed by the clock', person: `, ${facts.state} by a person` };
  const closer = facts.closer === null ? '' : by[facts.closer];
  // As JSON: a label must not be able to steer a terminal.
  const label = JSON.stringify(text.label);
  return [`Task ${task.id} ${label} is ${statusOf(task) ?? facts.state} since ${clock(facts.statusMs)}${closer}.`];
}

function wordsOfRequirements(task: Task): string[] {
  const { terms, tenure, attempt } = task;
  const who = tenure.trackerId === null ? 'Nobody is assigned' : `Tracker ${tenure.trackerId} answers for it`;
  const where = terms.zone === null ? 'at a place that is not known yet' : wordsOfZone(terms.zone);
  const words = [`${who}: be ${where} ${wordsOfWindow(terms)}.`];
  const asked: string[] = [];
  if (terms.minStayMs > 0) asked.push(`a stay of ${span(terms.minStayMs)}`);
  if (terms.minArrivalMs > 0) asked.push(`visits of at least ${span(terms.minArrivalMs)} each`);
  if (terms.isFormRequired) asked.push('a form');
  if (asked.length > 0) words.push(`It asks for ${asked.join(', ')}.`);
  if (tenure.givenMs > terms.fromMs)
    words.push(`It was given to this tracker at ${clock(tenure.givenMs)}; nothing before counts.`);
  if (attempt.restartedMs !== null)
    words.push(`It was restarted at ${clock(attempt.restartedMs)}; nothing before counts.`);
  return [...words, ...wordsOfTurn(task)];
}

function wordsOfWindow(terms: TaskTerms): string {
  const late = terms.maxDelayMs > 0 ? `, or late until ${clock(deadlineMs(terms))}` : '';
  if (isEndOpen(terms)) return `from ${clock(terms.fromMs)} on`;
  if (isBeginningOpen(terms)) return `until ${clock(terms.toMs)}${late}`;
  return `between ${clock(terms.fromMs)} and ${clock(terms.toMs)}${late}`;
}

/** Of a task that is not to be done yet, or waits for others. */
function wordsOfTurn({ dialect, facts }: Task): string[] {
  if (isPrepared(facts.state)) return ['It is not put up for work yet; nothing counts.'];
  if (!POLICIES[dialect].startsAtHead) return [];
  if (facts.startMs !== undefined) return [`Its turn began at ${clock(facts.startMs)}; nothing before counts.`];
  return isOpen(facts.state) ? ['It waits for its turn in the queue of its tracker; nothing counts before that.'] : [];
}

function wordsOfZone({ latDeg, lonDeg, radiusM, ring }: Zone): string {
  if (ring === undefined) return `within ${radiusM} m of ${latDeg}, ${lonDeg}`;
  return `inside the polygon of ${ring.length - 1} corners within ${radiusM} m of ${latDeg}, ${lonDeg}`;
}

/** What of the span was seen of the zone: visits, or how near the tracker came. */
function wordsOfSight({ seen, startMs, nowMs }: Story): string[] {
  const more = seen.visits.length - TOLD_MAX;
  if (more > 0) return [...seen.visits.slice(0, TOLD_MAX).map(wordsOfVisit), `And inside ${more} times more.`];
  if (seen.visits.length > 0) return seen.visits.map(wordsOfVisit);
  if (nowMs < startMs) return ['Its time has not begun.'];
  if (seen.nearest === null) return ['There is no valid fix of that time.'];
  const { fix, toEdgeM } = seen.nearest;
  const { timeMs, latDeg, lonDeg } = fix.position;
  return [
    `Not inside in any of the ${count(seen.fixesInSpan, 'valid fix', 'valid fixes')} of that time.`,
    `The nearest, ${latDeg}, ${lonDeg} at ${clock(timeMs)}, is ${range(toEdgeM)} from the edge of the zone.`,
  ];
}

function wordsOfVisit({ startMs, endMs, firstFixMs, lastFixMs, isCounting }: VisitAccount): string {
  const isClipped = firstFixMs < startMs || lastFixMs > endMs;
  const whole = isClipped ? `, part of a stay from ${clock(firstFixMs)} to ${clock(lastFixMs)}` : '';
  const counts = isCounting ? '' : '; too short to count';
  return `Inside from ${clock(startMs)} to ${clock(endMs)}: ${span(endMs - startMs)}${whole}${counts}.`;
}

function wordsOfStay({ terms, facts }: Task): string[] {
  if (terms.minStayMs === 0 || facts.arrivalMs === null) return [];
  const lackMs = terms.minStayMs - facts.stayMs;
  return [`The visits add up to ${span(facts.stayMs)}, ${lackMs <= 0 ? 'enough' : `${span(lackMs)} too little`}.`];
}

function wordsOfForm({ terms, attempt }: Task): string[] {
  if (!terms.isFormRequired) return [];
  return [
    attempt.formMs === null
      ? 'The form has not been submitted.'
      : `The form was submitted at ${clock(attempt.formMs)}.`,
  ];
}

function wordsOfOutside({ when, firstFixMs, lastFixMs }: OutsideSpan, { task, startMs }: Story): string {
  const { terms, attempt } = task;
  switch (when) {
    case 'before_window':
      return `It was inside until ${clock(lastFixMs)}, before the window opened at ${clock(terms.fromMs)}.`;
    case 'before_start':
      return `It was inside until ${clock(lastFixMs)}, before evidence counted from ${clock(startMs)}.`;
    case 'after_deadline':
      return `It came inside at ${clock(firstFixMs)}, after the deadline ${clock(deadlineMs(terms))}.`;
    case 'after_finish':
      return `It came inside at ${clock(firstFixMs)}, after the task was finished at ${clock(attempt.finishedMs ?? firstFixMs)}.`;
  }
}

function wordsOfPassage({ before, after }: Passage): string {
  const took = span(after.position.timeMs - before.position.timeMs);
  return `It may have passed through unseen: the line between the fixes of ${clock(before.position.timeMs)} and ${clock(after.position.timeMs)}, ${took} apart, crosses the zone.`;
}

const USELESS: Readonly<Record<string, string>> = {
  no_position: 'without GPS',
  out_of_range: 'with coordinates that do not exist',
  before_2005: 'dated before 2005',
  in_future: 'dated ahead of their receipt',
  below_settings: 'below what the settings of the engine accept',
};

function wordsOfGap({ fromMs, toMs, useless, silenceMs }: Gap): string {
  const reasons = Object.entries(useless).map(
    ([reason, n]) => `${count(n, 'record', 'records')} ${USELESS[reason] ?? reason}`,
  );
  const stretch = `for ${span(toMs - fromMs)} from ${clock(fromMs)} to ${clock(toMs)}`;
  if (reasons.length === 0) return `No record ${stretch}: the device was silent, or has not uploaded it yet.`;
  const silence = silenceMs * 2 > toMs - fromMs ? `, and none at all for ${span(silenceMs)}` : '';
  return `No valid fix ${stretch}: ${reasons.join(', ')}${silence}.`;
}

function wordsOfMisdated({ invalidity, fixes, firstMs, firstReceivedMs, lastReceivedMs }: Misdated): string {
  const why = USELESS[invalidity] ?? invalidity;
  return `${count(fixes, 'record', 'records')} received ${receipts(firstReceivedMs, lastReceivedMs)}: ${why}, with a date such as ${clock(firstMs)}.`;
}

function wordsOfBacklog({ fixes, firstMs, lastMs, firstReceivedMs, lastReceivedMs }: Backlog): string {
  const period = `${clock(firstMs)} to ${clock(lastMs)}`;
  return `${count(fixes, 'fix', 'fixes')} of ${period} came late, received ${receipts(firstReceivedMs, lastReceivedMs)}.`;
}

/** What led to a change. */
export const CAUSES: Readonly<Record<string, string>> = {
  clock_changed: 'the time zone of the tracker was corrected, which',
  model_changed: 'the model of the tracker was corrected, which',
};

function wordsOfChange({ recordedMs, from, to, revised, reason, witness, witnessReceivedMs }: LateChange): string {
  const received = witnessReceivedMs === null ? '' : `, received at ${clock(witnessReceivedMs)}`;
  const fix = witness === null ? '' : ` by the fix of ${clock(witness.timeMs)}${received}`;
  const [before, after] = [statusThen(from) ?? from.state, statusThen(to) ?? to.state];
  const verb = revised ? 'revised' : 'moved';
  const change = before === after ? `${after}, with other dates or issues` : `${before} to ${after}`;
  const cause = CAUSES[reason ?? ''] ?? 'late evidence';
  return `At ${clock(recordedMs)} ${cause} ${verb} it from ${change}${fix}.`;
}

function wordsOfProspects({ task, prospects, nowMs }: Story): string[] {
  const { closesMs, revisableUntilMs } = prospects;
  if (isOpen(task.facts.state)) {
    if (closesMs === null || nowMs <= deadlineMs(task.terms)) return [];
    return [
      `Its deadline has passed; the clock waits until ${clock(closesMs)} for records that devices may still hold.`,
    ];
  }
  if (task.facts.closer !== 'clock' || revisableUntilMs === null) return [];
  const verb = nowMs <= revisableUntilMs ? 'can still change this until' : 'no longer changes this since';
  return [`Late evidence ${verb} ${clock(revisableUntilMs)}.`];
}

function receipts(firstMs: number, lastMs: number): string {
  return firstMs === lastMs ? `at ${clock(firstMs)}` : `from ${clock(firstMs)} to ${clock(lastMs)}`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** 912 m, 1.9 km, 0.4 m. */
function range(metres: number): string {
  if (metres >= 1000) return `${(metres / 1000).toFixed(1)} km`;
  return metres >= 10 ? `${Math.round(metres)} m` : `${metres.toFixed(1)} m`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** The two largest units: 4980000 -> "1 h 23 min". Rounded down. */
export function span(ms: number): string {
  const total = Math.floor(ms / 1000);
  const largest = UNITS.findIndex(([size]) => total >= size);
  if (largest === -1) return ms > 0 ? `${ms} ms` : '0 s';
  const [size, unit] = UNITS[largest]!;
  const next = UNITS[largest + 1];
  const rest = next === undefined ? 0 : Math.floor((total % size) / next[0]);
  return `${Math.floor(total / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[1]}`}`;
}

/** ISO 8601 UTC, the milliseconds only where there are any. */
export function clock(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `time ${ms}` : date.toISOString().replace('.000Z', 'Z');
}
