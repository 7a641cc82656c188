/** Whose turn it is in the queues of trackers, after a command: decided once, on the state then known. */
import type { JudgedTask } from '../model/task.ts';
import { noteStarts, startByTrack } from './advance.ts';
import type { Draft } from './draft.ts';
import { isBeforeStart } from './lifecycle.ts';
import { byPlace, headSinceMs, isQueued } from './queue.ts';

export function settleQueues(draft: Draft): void {
  for (const [trackerId, leftMs] of draft.takeQueues()) settleQueue(draft, trackerId, leftMs);
}

function settleQueue(draft: Draft, trackerId: number, leftMs: number): void {
  const tasks = draft.tasksOf(trackerId);
  const [head, ...others] = tasks.filter(isQueued).sort(byPlace);
  for (const task of others) wait(draft, task);
  if (head !== undefined) lead(draft, head, headSinceMs(head, tasks, leftMs));
  noteStarts(draft, trackerId);
}

/** Behind another one. What has begun goes on, as if a person had begun it; what has not waits for its turn anew. */
function wait(draft: Draft, task: JudgedTask): void {
  const { headMs, ...attempt } = task.attempt;
  if (headMs === undefined || attempt.startedMs !== undefined) return;
  const { startMs } = task.facts;
  if (startMs === undefined) draft.setTask({ ...task, attempt }, true);
  else draft.setTask({ ...task, attempt: { ...task.attempt, movedTo: begun(task), startedMs: startMs } }, true);
}

function begun({ attempt }: JudgedTask): JudgedTask['attempt']['movedTo'] {
  const { movedTo } = attempt;
  return movedTo === null || isBeforeStart(movedTo) ? 'in_transit' : movedTo;
}

/** What somebody has begun already does not begin by itself. */
function lead(draft: Draft, task: JudgedTask, headMs: number): void {
  if (task.attempt.headMs !== undefined || task.attempt.startedMs !== undefined) return;
  const led: JudgedTask = { ...task, attempt: { ...task.attempt, headMs } };
  draft.setTask(led, true);
  startByTrack(draft, led, 'queue');
}
