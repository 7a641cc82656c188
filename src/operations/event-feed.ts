/**
 * The event feed: what tasks, checkpoints and routes came to, over all of them, in the order it was concluded, and which
 * rules had asked for it. Nothing is stored for it: a rule's life is, and with the history that decides.
 */
import type { Intake } from '../intake/intake.ts';
import type { FactsThen, TaskEventBody, Witness } from '../model/event.ts';
import { type NavixyStatus, navixyStatus } from '../model/projections.ts';
import type { RuleSpell, RuleTerms, TrackerRule, WorkingHours } from '../model/rule.ts';
import type { Reader, Store, ToldEvent } from '../store/store.ts';
import type { Searches } from './searches.ts';
import { type Pacer, type Packed, pack, unpack } from './slices.ts';
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
type FeedRule = Pick<TrackerRule, 'id' | 'primaryText' | 'isEmergency' | 'spells'>;

/** What the search thread is asked. */
export interface FeedQuery extends FeedFilter {
  readonly throughId: number;
  readonly rules: readonly FeedRule[];
}

/** With who drives for that tracker now; null = nobody is known. */
export type ShownEntry = FeedEntry & { readonly employeeId: number | null };

interface FeedPage {
  readonly entries: AsyncIterable<ShownEntry>;
  /** All matches. */
  readonly total: number;
}

export interface FeedOperations {
  /** null = a tracker is unknown or blocked. */
  eventFeed(filter: FeedFilter): Promise<FeedPage | null>;
}

export function feedOperations(deps: {
  readonly store: Pick<Store, 'records' | 'lastEventId'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker'>;
  readonly pacer: Pacer;
}): FeedOperations {
  const { store, searches, intake, pacer } = deps;
  return {
    async eventFeed(filter) {
      const isMissing = (id: number): boolean => intake.tracker(id)?.isBlocked ?? true;
      if (filter.trackerIds?.some(isMissing)) return null;
      // Both as of this moment: what is committed later is for the rules as they will be then.
      const query = { ...filter, throughId: store.lastEventId(), rules: rulesOf(store) };
      const { page, total } = await searches.ask<'event_feed'>({ kind: 'event_feed', query });
      const drivers = new Map(store.records.list('employee').map(({ id, trackerId }) => [trackerId, id]));
      return { entries: pacer.through(shown(unpack<FeedEntry>(page), drivers)), total };
    },
  };
}

function* shown(entries: Iterable<FeedEntry>, drivers: ReadonlyMap<number | null, number>): Generator<ShownEntry> {
  for (const entry of entries) {
    const employeeId = entry.trackerId === null ? null : (drivers.get(entry.trackerId) ?? null);
    yield { ...entry, employeeId };
  }
}

function rulesOf(store: Pick<Store, 'records'>): FeedRule[] {
  return store.records
    .list('tracker_rule')
    .map(({ id, primaryText, isEmergency, spells }) => ({ id, primaryText, isEmergency, spells }));
}

/** On the search thread. */
export function readFeed({ events }: Pick<Reader, 'events'>, query: FeedQuery): { page: Packed; total: number } {
  const offsetMs = zoneOffsets(query.zoneName);
  const entries: FeedEntry[] = [];
  let total = 0;
  for (const told of events.told(query.fromMs, query.toMs, query.throughId, query.isDescending)) {
    const entry = entryOf(told, query.rules, offsetMs);
    if (entry === null || !isWanted(entry, query)) continue;
    total += 1;
    if (total > query.offset && entries.length < query.limit) entries.push(entry);
  }
  return { page: pack(entries), total };
}

function isWanted(entry: FeedEntry, { trackerIds, kinds, isOnlyEmergency }: FeedFilter): boolean {
  return (
    (trackerIds === null || (entry.trackerId !== null && trackerIds.includes(entry.trackerId))) &&
    (kinds?.some(({ subject, status }) => subject === entry.subject && status === entry.status) ?? true) &&
    (!isOnlyEmergency || entry.isEmergency)
  );
}

/** null = a change that nobody is told of: to waiting for somebody, or one that shows in no status. */
export function entryOf(told: ToldEvent, rules: readonly FeedRule[], offsetMs: Offsets): FeedEntry | null {
  const turn = turnOf(told.event.body);
  if (turn === null || turn.after === 'unassigned' || turn.after === 'assigned') return null;
  const { event, subject } = told;
  const trackerId = turn.trackerId ?? subject.trackerId;
  const kind = event.body.kind === 'route_status' ? 'route' : subject.routeId === null ? 'task' : 'checkpoint';
  const asking = rules.filter(({ spells }) =>
    spells.some((spell) => isAskedBy(spell, told, trackerId, turn.after, offsetMs)),
  );
  return {
    id: event.id,
    subject: kind,
    status: turn.after,
    before: turn.before,
    taskId: event.taskId,
    routeId: subject.routeId,
    trackerId,
    eventMs: event.eventMs,
    recordedMs: event.recordedMs,
    isRevised: turn.isRevised,
    label: subject.label,
    externalId: subject.externalId,
    address: subject.address,
    place: placeOf(turn.witness, subject.zone),
    ruleIds: asking.map(({ id }) => id),
    isEmergency: asking.some(({ isEmergency }) => isEmergency),
    words: asking.find(({ primaryText }) => primaryText !== '')?.primaryText ?? null,
  };
}

interface Turn {
  /** null = a form. */
  readonly after: NavixyStatus | null;
  readonly before: NavixyStatus | null;
  /** null = the event does not say. */
  readonly trackerId: number | null;
  readonly isRevised: boolean;
  readonly witness: Witness | null;
}

function turnOf(body: TaskEventBody): Turn | null {
  if (body.kind === 'form') return { after: null, before: null, trackerId: null, isRevised: false, witness: null };
  if (body.kind === 'route_status') {
    return { after: body.to, before: body.from, trackerId: null, isRevised: body.revised, witness: null };
  }
  if (body.kind !== 'status_change') return null;
  const [before, after] = [statusThen(body.from), statusThen(body.to)];
  if (after === null || after === before) return null;
  return { after, before, trackerId: body.to.trackerId, isRevised: body.revised, witness: body.witness };
}

function statusThen(facts: FactsThen): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: facts.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

function placeOf(witness: Witness | null, zone: ToldEvent['subject']['zone']): FeedEntry['place'] {
  if (witness !== null) return { latDeg: witness.latDeg, lonDeg: witness.lonDeg, precisionM: 0 };
  return zone && { latDeg: zone.latDeg, lonDeg: zone.lonDeg, precisionM: zone.radiusM };
}

/** Whether the rule lived, worked, and looked for this, when it was concluded. */
function isAskedBy(
  { afterId, untilId, terms }: RuleSpell,
  { event, isRepeated }: ToldEvent,
  trackerId: number | null,
  status: NavixyStatus | null,
  offsetMs: Offsets,
): boolean {
  return (
    event.id > afterId &&
    event.id <= (untilId ?? Infinity) &&
    trackerId !== null &&
    terms.trackerIds.includes(trackerId) &&
    (status === null ? isFormAsked(terms, isRepeated) : terms.statuses.includes(status)) &&
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
export function isWithin({ kind, fromMs, toMs }: WorkingHours, timeMs: number, offsetMs: Offsets): boolean {
  if (kind === 'fixed') return timeMs >= fromMs && timeMs <= toMs;
  const inWeekMs = (timeMs + offsetMs(timeMs) + MONDAY_MS) % WEEK_MS;
  return fromMs <= toMs ? inWeekMs >= fromMs && inWeekMs <= toMs : inWeekMs >= fromMs || inWeekMs <= toMs;
}
