/** What a task's history adds up to: how long it was in each state, what was said of it, when its tracker came near. */
import type { Intake } from '../intake/intake.ts';
import type { GsmtasksState } from '../model/projections.ts';
import type { Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import { taskOfValues } from '../store/task-rows.ts';
import type { Gathered, PageSpan } from './gathering.ts';
import type { Searches } from './searches.ts';
import { type Leg, type Path, pathQuestion } from './task-paths.ts';
import type { CountedTask, Spell, TallyQuestion } from './task-spells.ts';

/** The states that time is spent in, or that are reached; not those before there is anything to do. */
export const WORKING_STATES = [
  'unassigned',
  'assigned',
  'accepted',
  'transit',
  'active',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly GsmtasksState[];

type WorkingState = (typeof WORKING_STATES)[number];

interface StateTally {
  /** Up to now where it is in that state and open. */
  readonly durationMs: number;
  /** When it came to that state, last. */
  readonly lastMs: number;
  /** How far its tracker went meanwhile; null = nobody knows. */
  readonly distanceM: number | null;
}

export interface TaskTally extends Omit<CountedTask, 'task' | 'spells'> {
  readonly task: Task;
  readonly states: Readonly<Partial<Record<WorkingState, StateTally>>>;
}

export interface TaskTallyOperations {
  /** In the order of the tasks' ids. `taskId`: of this one only. A page may end early: `end` says where. */
  tallyTasks(span: PageSpan, taskId: number | null): Promise<Gathered<TaskTally>>;
}

export function taskTallyOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'live'>;
  readonly now: () => number;
}): TaskTallyOperations {
  const { store, searches, intake, now } = deps;
  return {
    async tallyTasks(span, taskId) {
      const question: TallyQuestion = { kind: 'task_tallies', span, taskId, nowMs: now() };
      const { tallies, end } = await searches.ask<'task_tallies'>(question);
      const legs = tallies.map(({ spells }) => spells.map(legOf));
      const asked = legs.flat().filter((leg) => leg !== null);
      const paths = asked.length === 0 ? [] : await searches.ask<'task_paths'>(pathQuestion(asked, store));
      const ways = new Map(asked.map((leg, i) => [leg, paths[i] ?? null]));
      const isMeasured = (own: readonly (Leg | null)[]) => own.every((leg) => leg === null || ways.get(leg) !== null);
      // What could not be measured any more is for the next page; but the first is told, or there would be no end.
      const beyond = legs.findIndex((own, i) => i > 0 && !isMeasured(own));
      const items = tallies.slice(0, beyond === -1 ? undefined : beyond).map((counted, i) => {
        const wayOf = (index: number) => ways.get(legs[i]![index]!) ?? null;
        const task = taskOfValues(counted.task);
        return talliedOf(counted, task.deletedMs === null ? intake.live(task) : task, wayOf);
      });
      const last = beyond === -1 ? end : items.at(-1)!.task.id;
      return { items: span.isBackwards ? items.toReversed() : items, end: last };
    },
  };
}

function talliedOf(counted: CountedTask, task: Task, wayOf: (index: number) => Path | null): TaskTally {
  const { spells, ...rest } = counted;
  const states: Partial<Record<WorkingState, StateTally>> = {};
  for (const [i, { state, fromMs, toMs, trackerId }] of spells.entries()) {
    if (!isWorking(state)) continue;
    const before = states[state] ?? { durationMs: 0, lastMs: fromMs, distanceM: 0 };
    const wentM = trackerId === null || fromMs === toMs ? 0 : (wayOf(i)?.distanceM ?? null);
    states[state] = {
      durationMs: before.durationMs + toMs - fromMs,
      lastMs: fromMs,
      distanceM: before.distanceM === null || wentM === null ? null : before.distanceM + wentM,
    };
  }
  return { ...rest, task, states };
}

function isWorking(state: GsmtasksState): state is WorkingState {
  return (WORKING_STATES as readonly GsmtasksState[]).includes(state);
}

function legOf({ trackerId, fromMs, toMs }: Spell): Leg | null {
  return trackerId === null || fromMs === toMs ? null : { trackerId, fromMs, toMs };
}
