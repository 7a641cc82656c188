/** A task, in four parts: what it says (text), what is judged (terms), who answers for it (tenure), what was found (facts). */
import type { TaskDetails } from './details.ts';
import type { TaskForm } from './form.ts';

export const LIFECYCLE_STATES = [
  'draft',
  'scheduled',
  'unassigned',
  'assigned',
  'accepted',
  'in_transit',
  'active',
  'suspended',
  'completed',
  'failed',
  'cancelled',
] as const;

export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

export type Closer = 'gps' | 'clock' | 'person';
export type Issue = 'no_visit' | 'short_stay' | 'form_missing';
/** The dialect that created the task; decides what GPS and the clock may do to it. */
export type Dialect = 'navixy' | 'gsmtasks' | 'thetrack';

/**
 * A polygon's one ring as GeoJSON has it: 3..CORNERS_MAX corners, then the first again. An edge is straight in degrees, the
 * short way around the earth (RFC 7946, 3.1.1).
 */
export type Ring = readonly Corner[];
export type Corner = readonly [lonDeg: number, latDeg: number];
export const CORNERS_MAX = 500;

/** WGS84 circle. Inside = geodesic distance to the centre <= radius, and within the ring where there is one. */
export interface Zone {
  readonly latDeg: number;
  readonly lonDeg: number;
  /** Metres, 1..300 000. */
  readonly radiusM: number;
  /** A polygon; the circle is then one that holds all of it. Circles lack the member: they are what nearly every zone is. */
  readonly ring?: Ring;
}

/** Everything a verdict depends on besides the track, the tenure and the clock. Instants and durations in ms. */
export interface TaskTerms {
  /** null = it has no place yet: nothing is judged. */
  readonly zone: Zone | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxDelayMs: number;
  readonly minStayMs: number;
  readonly minArrivalMs: number;
  readonly isFormRequired: boolean;
  /** The form is only taken from inside the zone. */
  readonly isFormInZone: boolean;
  /**
   * Ends of the window that nobody has set. What stands there is for those who must show one; an open `to` makes nothing
   * late and is no deadline. Absent = none.
   */
  readonly openEnds?: OpenEnds;
  /** Its place among what its tracker has to do: lower first. Absent = behind all that have one. */
  readonly position?: number;
}

export type OpenEnds = 'from' | 'to' | 'both';

/** What is shown and searched, never judged. */
export interface TaskText {
  readonly label: string;
  readonly description: string;
  readonly externalId: string | null;
  readonly address: string;
  readonly tags: readonly number[];
  readonly origin: 'manual' | 'scheduled' | 'imported';
  /** null = none. While the task is open, its terms ask for it. */
  readonly form: TaskForm | null;
  /** Dialect fields without a slot elsewhere; JSON-safe. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What only GSMtasks and TheTrack can say; absent = neither has. An edit without it leaves it as it is. */
  readonly details?: TaskDetails;
}

/** Who answers for the task, and since when; -Infinity = for its whole window (born assigned). */
export interface Tenure {
  readonly trackerId: number | null;
  readonly givenMs: number;
  /** Since when the task is assigned to someone (a reassignment does not move it); null while unassigned. */
  readonly assignedMs: number | null;
}

/**
 * What people have done to the task since it was given or restarted: accepted once, an input to the verdict ever after.
 */
export interface Attempt {
  /** Counts up with each restart and each change of tracker. */
  readonly number: number;
  /** Evidence before the restart no longer counts; null = never restarted. */
  readonly restartedMs: number | null;
  /** The instant the form was submitted; null = not yet. */
  readonly formMs: number | null;
  /** The state a person has put it in; null = assigned or unassigned, as the tenure says. */
  readonly movedTo: LifecycleState | null;
  /** When a person said that the work began; absent = nobody has. */
  readonly startedMs?: number;
  /**
   * Since when nothing stood before it in its tracker's queue: its work begins with the first fix after that. Absent = it
   * waits, or is of a dialect without queues.
   */
  readonly headMs?: number;
  /** When a person finished it; from then on state, date and issues are frozen. */
  readonly finishedMs: number | null;
  /** What was missing when a person finished it. */
  readonly issues: readonly Issue[];
}

/** Nobody has done anything yet. One object for the many tasks of which this is true. */
export const FIRST_ATTEMPT: Attempt = Object.freeze({
  number: 1,
  restartedMs: null,
  formMs: null,
  movedTo: null,
  finishedMs: null,
  issues: Object.freeze([]),
});

export interface TaskFacts {
  readonly state: LifecycleState;
  /** Event time of the last change of the projected status. */
  readonly statusMs: number;
  /** Start of the first counting visit. */
  readonly arrivalMs: number | null;
  /** The instant the last requirement was met (tc). */
  readonly completionMs: number | null;
  /** When the work on it began, by a person's word or at the head of its tracker's queue; absent = it has not. */
  readonly startMs?: number;
  readonly stayMs: number;
  /** End of the last counting visit, clipped as its start is; null while it may go on, or where there is none. */
  readonly departureMs: number | null;
  readonly issues: readonly Issue[];
  readonly isLate: boolean;
  /** Closed by the clock after a counting visit, under `engine.incomplete-visit` = faulty. */
  readonly isFaulty: boolean;
  readonly closer: Closer | null;
  /** Nothing that arrives in order can change the facts any more: out of the hot path. */
  readonly isSettled: boolean;
}

export interface Task {
  readonly id: number;
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly createdMs: number;
  readonly deletedMs: number | null;
  readonly text: TaskText;
  readonly terms: TaskTerms;
  readonly tenure: Tenure;
  readonly attempt: Attempt;
  readonly facts: TaskFacts;
  /** The route it is a checkpoint of, and its 0-based place there; null = a task of its own. */
  readonly checkpoint: Checkpoint | null;
  /**
   * Whether its tracker was last seen on the approach, or was said to be; stays as it was at the finish. Absent = unknown.
   * Not of Navixy's tasks, and outside of what follows from fixes whatever their order.
   */
  readonly isNear?: boolean;
  /** When its row was last written; only where it was asked for. */
  readonly modifiedMs?: number;
}

export interface Checkpoint {
  readonly routeId: number;
  readonly order: number;
}

/** A task as the engine needs it: many are held in memory, so neither its text nor its public name. */
export type JudgedTask = Omit<Task, 'text' | 'uuid'>;

/** An assigned task that is still open; deadlines are in order of (deadlineMs, taskId). */
export interface Deadline {
  readonly deadlineMs: number;
  readonly taskId: number;
  readonly trackerId: number;
}

/** D: the last instant at which anything may count; Infinity where the end of the window is open. */
export function deadlineMs(terms: TaskTerms): number {
  return isEndOpen(terms) ? Number.POSITIVE_INFINITY : terms.toMs + terms.maxDelayMs;
}

export function isEndOpen({ openEnds }: Pick<TaskTerms, 'openEnds'>): boolean {
  return openEnds === 'to' || openEnds === 'both';
}

export function isBeginningOpen({ openEnds }: Pick<TaskTerms, 'openEnds'>): boolean {
  return openEnds === 'from' || openEnds === 'both';
}

/** Not to be done yet: nothing counts for it. */
export function isPrepared(state: LifecycleState): boolean {
  return state === 'draft' || state === 'scheduled';
}

/** Of a task that is in the index or has been: it has a place. */
export function placeOf({ terms, id }: Pick<Task, 'id' | 'terms'>): Zone {
  if (terms.zone === null) throw new Error(`task ${id} is judged and has no place`);
  return terms.zone;
}

export function isOpen(state: LifecycleState): boolean {
  return state !== 'completed' && state !== 'failed' && state !== 'cancelled';
}
