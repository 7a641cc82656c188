/** What trackers have to do, in the order in which they do it, and how more is put behind it. */
import { type Refusal, refuse } from '../model/refusal.ts';
import type { LifecycleState, Task } from '../model/task.ts';
import type { QueryCondition } from '../model/task-query.ts';
import type { Tracker } from '../model/tracker.ts';
import type { TaskCommandOperations } from './task-moves.ts';
import type { TaskSearchOperations } from './task-search.ts';
import type { TaskOperations } from './tasks.ts';

export interface QueueOperations {
  /**
   * By tracker, of those that have something to do; what is being worked on comes first. At most QUEUED_MAX tasks in all,
   * the first ones of each queue as far as they go.
   */
  queuesOf(trackers: readonly Tracker[]): Promise<ReadonlyMap<number, readonly Task[]>>;
  /** Behind everything that has a place in the tracker's queue. */
  nextPosition(tracker: Tracker): Promise<number>;
  /**
   * Gives tasks to a tracker, in this order, behind what it has; one call for the same tracker after the other. They have
   * been looked at: a refusal means that one of them has changed meanwhile; the others are given.
   */
  enqueue(tracker: Tracker, taskIds: readonly number[], by: string): Promise<Refusal | null>;
}

/** States in which a task waits for its tracker, or keeps it busy. */
const QUEUED_STATES = ['assigned', 'accepted', 'in_transit', 'active', 'suspended'] as const;

const QUEUED_MAX = 1000;

export function queueOperations(deps: {
  readonly search: Pick<TaskSearchOperations, 'findTasks'>;
  readonly moves: Pick<TaskCommandOperations, 'amendTask'>;
  readonly tasks: Pick<TaskOperations, 'readTask'>;
}): QueueOperations {
  const { search, moves, tasks } = deps;
  const inTurn = takingTurns();

  async function nextPosition({ uuid }: Tracker): Promise<number> {
    const order = [{ field: 'position', isDescending: true }] as const;
    const found = await search.findTasks({ conditions: queued([uuid]), order, limit: 1 });
    return Math.floor(found.tasks[0]?.terms.position ?? 0) + 1;
  }

  async function place(taskId: number, trackerId: number, position: number, by: string): Promise<Refusal | null> {
    const task = tasks.readTask(taskId);
    if (task === null) return refuse('task_not_found', `there is no task ${taskId}`);
    const after = { text: task.text, terms: { ...task.terms, position }, trackerId };
    const outcome = await moves.amendTask(task, after, 'thetrack', { by, notes: '', place: null });
    return outcome.kind === 'refused' ? outcome : null;
  }

  return {
    async queuesOf(trackers) {
      const queues = new Map<number, Task[]>();
      if (trackers.length === 0) return queues;
      const order = [{ field: 'position', isDescending: false }] as const;
      const conditions = queued(trackers.map(({ uuid }) => uuid));
      for (const task of (await search.findTasks({ conditions, order, limit: QUEUED_MAX })).tasks) {
        const { trackerId } = task.tenure;
        if (trackerId === null) continue;
        const queue = queues.get(trackerId) ?? [];
        queue.push(task);
        queues.set(trackerId, queue);
      }
      for (const [trackerId, queue] of queues) queues.set(trackerId, begunFirst(queue));
      return queues;
    },
    nextPosition,
    enqueue: (tracker, taskIds, by) =>
      inTurn(tracker.id, async () => {
        const position = await nextPosition(tracker);
        const refusals = await Promise.all(
          taskIds.map((taskId, order) => place(taskId, tracker.id, position + order, by)),
        );
        return refusals.find((refusal) => refusal !== null) ?? null;
      }),
  };
}

function queued(trackerUuids: readonly string[]): readonly QueryCondition[] {
  return [
    { field: 'tracker', lookup: 'in', values: trackerUuids },
    { field: 'state', lookup: 'in', values: QUEUED_STATES },
  ];
}

const BEGUN: readonly LifecycleState[] = ['in_transit', 'active'];

function begunFirst(queue: readonly Task[]): Task[] {
  const isBegun = ({ facts }: Task): boolean => BEGUN.includes(facts.state);
  return [...queue.filter(isBegun), ...queue.filter((task) => !isBegun(task))];
}

/** What is done for the same number waits for what was begun before. */
function takingTurns(): <T>(turn: number, act: () => Promise<T>) => Promise<T> {
  const last = new Map<number, Promise<unknown>>();
  return (turn, act) => {
    const mine = (last.get(turn) ?? Promise.resolve()).then(act, act);
    last.set(turn, mine);
    const leave = (): void => {
      if (last.get(turn) === mine) last.delete(turn);
    };
    mine.then(leave, leave);
    return mine;
  };
}
