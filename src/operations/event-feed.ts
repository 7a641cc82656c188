import type { FactsThen, Witness } from '../model/event.ts';
import { type NavixyStatus, navixyStatus } from '../model/projections.ts';
import type { RuleSpell, RuleTerms, TrackerRule, WorkingHours } from '../model/rule.ts';
import type { FeedEvent, Reader, Subject } from '../store/store.ts';
import { type Packed, pack } from './slices.ts';
import { DAY_MS, type Offsets, zoneOffsets } from './wall-clock.ts';

export type FeedSubject = 'task' | 'checkpoint' | 'route';

/** What of an event people are told. */
export interface FeedEntry {
  readonly id: number;
  readonly subject: FeedSubject;
  /** What it came to; null = its form was submitted. */
  readonly status: NavixyStatus | null;
  readonly before: NavixyStatus | null;
  readonly taskId: number;
  /** The route of a checkpoint. */
  readonly routeId: number | null;
  /** Who answered for it. */
  readonly trackerId: number | null;
  readonly eventMs: number;
  readonly recordedMs: number;
  /** Late evidence changed an earlier conclusion. */
  readonly isRevised: boolean;
  readonly label: string;
  readonly externalId: string | null;
  readonly address: string;
  /** Where the fix was that decided it, or else the task's zone; null = a route. */
  readonly place: { readonly latDeg: number; readonly lonDeg: number; readonly precisionM: number } | null;
  /** Rules that asked for it, by id. */
  readonly ruleIds: readonly number[];
  readonly isEmergency: boolean;
  /** In the words of the first of these rules; null = nobody has given it words. */
  readonly words: string | null;
}

/** Which entries are wanted; null = all. */
export interface FeedFilter {
  /** Of the instant at which they were concluded, both included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly trackerIds: readonly number[] | null;
  readonly kinds: readonly FeedKind[] | null;
  readonly isOnlyEmergency: boolean;
  readonly isDescending: boolean;
  readonly offset: number;
  readonly limit: number;
  /** Whose clock on the wall rules go by. */
  readonly zoneName: string;
}

export interface FeedKind {
  readonly subject: FeedSubject;
  /** null = its form was submitted. */
  readonly status: NavixyStatus | null;
}

/** A rule as far as the feed goes. */
export type FeedRule = Pick<TrackerRule, 'id' | 'primaryText' | 'isEmergency' | 'spells'>;

/** What the search thread is asked. */
export interface FeedQuery extends FeedFilter {
  readonly throughId: number;
  readonly rules: readonly FeedRule[];
}

/** All matches are counted up to here; more are as many as anybody wants to know. */
const TOTAL_MAX = 100_000;

/** On the search thread: only what is shown is looked up and worded. */
export function readFeed({ events }: Pick<Reader, 'events'>, query: FeedQuery): { page: Packed; total: number } {
  const { offset, limit, rules } = query;
  const offsetMs = zoneOffsets(query.zoneName);
  const entries: FeedEntry[] = [];
  let total = 0;
  for (const told of events.told(query.fromMs, query.toMs, query.throughId, query.isDescending)) {
    const turn = turnOf(told);
    if (turn === null || !isWanted(turn, query)) continue;
    const asking = query.isOnlyEmergency || isOnPage(total, query) ? askingOf(turn, told, rules, offsetMs) : [];
    if (query.isOnlyEmergency && !isUrgent(asking)) continue;
    if (isOnPage(total, query)) entries.push(entryOf(turn, told, asking, events.subject(told.event.taskId)));
    total += 1;
    if (total >= Math.max(TOTAL_MAX, offset + limit + 1)) break;
  }
  return { page: pack(entries), total };
}

function isOnPage(index: number, { offset, limit }: FeedFilter): boolean {
  return index >= offset && index < offset + limit;
}

function isWanted({ subject, after, trackerId }: Turn, { trackerIds, kinds }: FeedFilter): boolean {
  return (
    (trackerIds === null || (trackerId !== null && trackerIds.includes(trackerId))) &&
    (kinds?.some((kind) => kind.subject === subject && kind.status === after) ?? true)
  );
}

function askingOf(turn: Turn, told: FeedEvent, rules: readonly FeedRule[], offsetMs: Offsets): readonly FeedRule[] {
  return rules.filter(({ spells }) => spells.some((spell) => isAskedBy(spell, turn, told, offsetMs)));
}

function isUrgent(asking: readonly FeedRule[]): boolean {
  return asking.some(({ isEmergency }) => isEmergency);
}

function entryOf(turn: Turn, { event, routeId }: FeedEvent, asking: readonly FeedRule[], about: Subject): FeedEntry {
  return {
    id: event.id,
    subject: turn.subject,
    status: turn.after,
    before: turn.before,
    taskId: event.taskId,
    routeId,
    trackerId: turn.trackerId,
    eventMs: event.eventMs,
    recordedMs: event.recordedMs,
    isRevised: turn.isRevised,
    label: about.label,
    externalId: about.externalId,
    address: about.address,
    place: placeOf(turn.witness, about.zone),
    ruleIds: asking.map(({ id }) => id),
    isEmergency: isUrgent(asking),
    words: asking.find(({ primaryText }) => primaryText !== '')?.primaryText ?? null,
  };
}

interface Turn {
  readonly subject: FeedSubject;
  /** null = a form. */
  readonly after: NavixyStatus | null;
  readonly before: NavixyStatus | null;
  /** Who answered for it then; where the event does not say, who does now. */
  readonly trackerId: number | null;
  readonly isRevised: boolean;
  readonly witness: Witness | null;
}

/** null = a change that nobody is told of: to waiting for somebody, or one that shows in no status. */
function turnOf({ event: { body }, routeId, trackerId }: FeedEvent): Turn | null {
  const subject = routeId === null ? 'task' : 'checkpoint';
  if (body.kind === 'form') {
    return { subject, after: null, before: null, trackerId, isRevised: false, witness: null };
  }
  if (body.kind === 'route_status') {
    const { from: before, to: after, revised: isRevised } = body;
    return isWaiting(after) ? null : { subject: 'route', after, before, trackerId, isRevised, witness: null };
  }
  if (body.kind !== 'status_change') return null;
  const [before, after] = [statusThen(body.from), statusThen(body.to)];
  if (after === null || after === before || isWaiting(after)) return null;
  const { revised: isRevised, witness } = body;
  return { subject, after, before, trackerId: body.to.trackerId ?? trackerId, isRevised, witness };
}

function isWaiting(status: NavixyStatus): boolean {
  return status === 'unassigned' || status === 'assigned';
}

function statusThen({ state, arrivalMs, isLate, isFaulty, issues, trackerId }: FactsThen): NavixyStatus | null {
  const [hasTracker, hasArrived, hasIssues] = [trackerId !== null, arrivalMs !== null, issues.length > 0];
  return navixyStatus({ state, hasTracker, hasArrived, isLate, hasIssues, isFaulty });
}

function placeOf(witness: Witness | null, zone: Subject['zone']): FeedEntry['place'] {
  if (witness !== null) return { latDeg: witness.latDeg, lonDeg: witness.lonDeg, precisionM: 0 };
  return zone && { latDeg: zone.latDeg, lonDeg: zone.lonDeg, precisionM: zone.radiusM };
}

/** Whether the rule lived, worked, and looked for this, when it was concluded. */
function isAskedBy(
  { afterId, untilId, terms }: RuleSpell,
  { after, trackerId }: Turn,
  { event, isRepeated }: FeedEvent,
  offsetMs: Offsets,
): boolean {
  return (
    event.id > afterId &&
    event.id <= (untilId ?? Infinity) &&
    trackerId !== null &&
    terms.trackerIds.includes(trackerId) &&
    (after === null ? isFormAsked(terms, isRepeated) : terms.statuses.includes(after)) &&
    (terms.hours.length === 0 || terms.hours.some((hours) => isWithin(hours, event.recordedMs, offsetMs)))
  );
}

function isFormAsked({ onForm, onRepeatedForm }: RuleTerms, isRepeated: boolean): boolean {
  return isRepeated ? onRepeatedForm : onForm;
}

const WEEK_MS = 7 * DAY_MS;
/** 1 January 1970 was a Thursday. */
const MONDAY_MS = 3 * DAY_MS;

/** A weekly interval that ends before it begins goes on over Sunday night. */
function isWithin({ kind, fromMs, toMs }: WorkingHours, timeMs: number, offsetMs: Offsets): boolean {
  if (kind === 'fixed') return timeMs >= fromMs && timeMs <= toMs;
  const inWeekMs = (timeMs + offsetMs(timeMs) + MONDAY_MS) % WEEK_MS;
  return fromMs <= toMs ? inWeekMs >= fromMs && inWeekMs <= toMs : inWeekMs >= fromMs || inWeekMs <= toMs;
}
