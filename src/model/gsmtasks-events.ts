/**
 * History rows as the events that GSMtasks tells of tasks: a row is none, one or two of them (common model, section 6).
 * Pure: the same row is the same events for whoever asks.
 */
import type { FactsThen, RecordedEvent, Remark, TaskEventBody, Witness } from './event.ts';
import { type GsmtasksState, gsmtasksState } from './projections.ts';
import { isOpen, type Task } from './task.ts';
import { siblingOf } from './uuid.ts';

export const GSMTASKS_EVENTS = [
  'create',
  'assign',
  'unassign',
  'reject',
  'restart',
  'accept',
  'unaccept',
  'transit',
  'activate',
  'complete',
  'fail',
  'cancel',
  'assignee_near',
  'assignee_away',
  'updated',
] as const;

export type GsmtasksEvent = (typeof GSMTASKS_EVENTS)[number];

/** What of the task an event changed. */
export const EVENT_FIELDS = ['state', 'assignee_proximity', ''] as const;

export type EventField = (typeof EVENT_FIELDS)[number];

/** Empty where there was none, or none has changed. */
export type EventState = GsmtasksState | 'near' | 'away' | '';

export interface EventSaid {
  /** Grows with every event of the database: a place to go on from. */
  readonly seq: number;
  /** Of the history row; of the second event of a row the one beside it. */
  readonly uuid: string;
  readonly taskId: number;
  readonly field: EventField;
  readonly event: GsmtasksEvent;
  readonly fromState: EventState;
  readonly toState: EventState;
  /** The user, by the UUID that GSMtasks knows users by; null = fixes, the clock, or nobody knows. */
  readonly by: string | null;
  readonly notes: string;
  readonly place: { readonly latDeg: number; readonly lonDeg: number } | null;
  /** Who answers for the task from then on, and who did before. */
  readonly trackerId: number | null;
  readonly formerTrackerId: number | null;
  /** The instruction that it came of. */
  readonly instruction: string | null;
  /** When it happened, and when the gateway concluded it. */
  readonly timeMs: number;
  readonly recordedMs: number;
}

/** What rows do not say of their task: whose rules it follows, and who has it by now. */
type SubjectNow = Pick<Task, 'dialect'> & { readonly tenure: Pick<Task['tenure'], 'trackerId'> };

/** What differs from event to event. */
type Saying = Pick<EventSaid, 'field' | 'event' | 'fromState' | 'toState' | 'trackerId' | 'formerTrackerId'> & {
  readonly remark?: Remark | undefined;
  readonly notes?: string;
  readonly by?: string | null;
  readonly witness?: Witness | null;
};

/** `subject`: the task of the row; null = one of GSMtasks that nobody has. A row of a route is not to be asked about. */
export function eventsSaid(event: RecordedEvent, subject: SubjectNow | null = null): readonly EventSaid[] {
  const sayings = sayingsOf(event.body, subject ?? NOBODYS);
  // The change of state, which is the row itself, comes last.
  return sayings.map((saying, i) => eventOf(event, saying, i, i === sayings.length - 1 && isRowItself(saying, event)));
}

const NOBODYS: SubjectNow = { dialect: 'gsmtasks', tenure: { trackerId: null } };

function isRowItself({ field }: Saying, { body }: RecordedEvent): boolean {
  return body.kind !== 'status_change' || field === 'state';
}

function eventOf(row: RecordedEvent, saying: Saying, index: number, isRow: boolean): EventSaid {
  const { remark, witness = null, notes, by, ...said } = saying;
  return {
    seq: row.id * SEQ_PER_ROW + index,
    uuid: isRow ? row.uid : siblingOf(row.uid),
    taskId: row.taskId,
    ...said,
    by: by ?? remark?.by ?? null,
    notes: remark?.notes || (notes ?? ''),
    place: remark?.place ?? (witness && { latDeg: witness.latDeg, lonDeg: witness.lonDeg }),
    instruction: remark?.instruction ?? null,
    timeMs: row.eventMs,
    recordedMs: row.recordedMs,
  };
}

/** Of one row. */
export const SEQ_PER_ROW = 2;

function sayingsOf(body: TaskEventBody, subject: SubjectNow): readonly Saying[] {
  const { trackerId } = subject.tenure;
  const held = { trackerId, formerTrackerId: trackerId };
  switch (body.kind) {
    case 'create': {
      const { facts, tenure, text } = body.task;
      const by = text.details?.createdBy ?? null;
      return [{ ...change('create', '', gsmtasksState(facts.state)), by, ...holders(tenure.trackerId, null) }];
    }
    case 'update':
      return [{ field: '', event: 'updated', fromState: '', toState: '', ...held, remark: body.remark }];
    case 'assign': {
      const { from, to, remark } = body;
      const event = body.trackerId === null ? 'unassign' : 'assign';
      const fromState = from === undefined ? '' : gsmtasksState(from.state);
      const toState = to === undefined ? (`${event}ed` as const) : gsmtasksState(to.state);
      return [{ ...change(event, fromState, toState), ...holders(body.trackerId, from?.trackerId), remark }];
    }
    case 'presence': {
      const { isNear, remark, witness } = body;
      return [{ ...proximity(isNear), ...held, remark, witness }];
    }
    case 'delete': {
      const { from } = body;
      // What was finished is not cancelled by taking it off Navixy's list.
      if (from !== undefined && !isOpen(from.state)) return [];
      const fromState = from === undefined ? '' : gsmtasksState(from.state);
      return [{ ...change('cancel', fromState, 'cancelled'), ...holders(from?.trackerId, from?.trackerId) }];
    }
    case 'status_change':
      return turns(body, subject);
    case 'form':
    case 'place':
    case 'route_create':
    case 'route_update':
    case 'route_status':
      return [];
  }
}

type StatusChange = TaskEventBody & { readonly kind: 'status_change' };

/** Arrivals of Navixy's tasks are coming near too: of the others that is told by itself. */
function turns(body: StatusChange, { dialect }: SubjectNow): readonly Saying[] {
  const { from, to, remark, witness, revised } = body;
  const told = { ...holders(to.trackerId, from.trackerId), remark, witness };
  const sayings: Saying[] = [];
  if (dialect === 'navixy' && from.arrivalMs === null && to.arrivalMs !== null) {
    sayings.push({ ...proximity(true), ...told });
  }
  if (dialect === 'navixy' && revised && from.arrivalMs !== null && to.arrivalMs === null) {
    sayings.push({ ...proximity(false), ...told });
  }
  const states = [gsmtasksState(from.state), gsmtasksState(to.state)] as const;
  const move = moveOf(body, from);
  if (move !== null) sayings.push({ ...change(move.event, ...states), ...told, notes: move.notes });
  else if (states[0] !== states[1]) sayings.push({ ...change(TURNED[states[1]], ...states), ...told });
  return sayings;
}

interface MoveSaid {
  readonly event: GsmtasksEvent;
  /** Where whoever did it said nothing. */
  readonly notes: string;
}

/** What people do, by the reason that the row gives; GSMtasks has no words for the last three. */
const MOVES: ReadonlyMap<string, MoveSaid> = new Map<string, MoveSaid>([
  ['accept', { event: 'accept', notes: '' }],
  ['unaccept', { event: 'unaccept', notes: '' }],
  ['reject', { event: 'reject', notes: '' }],
  ['restart', { event: 'restart', notes: '' }],
  ['start', { event: 'transit', notes: '' }],
  ['activate', { event: 'activate', notes: '' }],
  ['complete', { event: 'complete', notes: '' }],
  ['fail', { event: 'fail', notes: '' }],
  ['cancel', { event: 'cancel', notes: '' }],
  ['suspend', { event: 'updated', notes: 'suspended' }],
  ['release', { event: 'updated', notes: 'put up for work' }],
  ['shelve', { event: 'updated', notes: 'taken back to be prepared' }],
]);

/** What follows from the fixes after a restart has the restart as its reason too. */
function moveOf({ reason }: StatusChange, from: FactsThen): MoveSaid | null {
  if (reason === null || (reason === 'restart' && from.state !== 'failed')) return null;
  return MOVES.get(reason) ?? null;
}

/** What fixes and the clock bring about, by the state it comes to: a conclusion that is taken back has no word. */
const TURNED: Readonly<Record<GsmtasksState, GsmtasksEvent>> = {
  draft: 'updated',
  scheduled: 'updated',
  unassigned: 'updated',
  assigned: 'updated',
  accepted: 'updated',
  transit: 'transit',
  active: 'activate',
  completed: 'complete',
  failed: 'fail',
  cancelled: 'cancel',
};

function change(
  event: GsmtasksEvent,
  fromState: EventState,
  toState: EventState,
): Pick<Saying, 'field' | 'event' | 'fromState' | 'toState'> {
  return { field: 'state', event, fromState, toState };
}

function proximity(isNear: boolean): Pick<Saying, 'field' | 'event' | 'fromState' | 'toState'> {
  const [event, fromState, toState] = isNear
    ? (['assignee_near', 'away', 'near'] as const)
    : (['assignee_away', 'near', 'away'] as const);
  return { field: 'assignee_proximity', event, fromState, toState };
}

function holders(
  trackerId: number | null | undefined,
  formerTrackerId: number | null | undefined,
): Pick<Saying, 'trackerId' | 'formerTrackerId'> {
  return { trackerId: trackerId ?? null, formerTrackerId: formerTrackerId ?? null };
}
