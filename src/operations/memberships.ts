/**
 * Which tasks an order or a run has. A task names both in its details, so that the tasks of one are those that name it.
 * Everything that changes a task is a command for the line.
 */
import type { Intake } from '../intake/intake.ts';
import type { PersonalMove } from '../model/command.ts';
import type { TaskDetails } from '../model/details.ts';
import type { Remark } from '../model/event.ts';
import type { Refusal } from '../model/refusal.ts';
import type { WorkRun } from '../model/resources.ts';
import { isOpen, type Task } from '../model/task.ts';
import { orderingFrom } from './order.ts';
import type { TaskSearchOperations } from './task-search.ts';
import type { TaskAccepted } from './tasks.ts';

type GroupKind = 'order' | 'run';

/** What becomes of the open tasks of a run that is archived. */
export const ARCHIVE_ACTIONS = ['unassign', 'unlink', 'complete', 'cancel'] as const;
export type ArchiveAction = (typeof ARCHIVE_ACTIONS)[number];

export interface MembershipOperations {
  /** Of each group that has any, by position, at most `MEMBERS_MAX` in all. */
  membersOf(kind: GroupKind, uuids: readonly string[]): Promise<ReadonlyMap<string, readonly Task[]>>;
  /** null = it leaves its group. */
  join(kind: GroupKind, task: Task, uuid: string | null): Promise<TaskAccepted | Refusal>;
  /** Takes the run's open tasks to what its state asks for; each is refused or not for itself, what is on its way stays. */
  settleRun(
    tasks: readonly Task[],
    state: WorkRun['state'],
    action: ArchiveAction,
    by: string | null,
  ): Promise<readonly Refusal[]>;
}

/** Of all groups that are asked for at once. */
const MEMBERS_MAX = 10_000;
const PAGE = 500;
/** Commands handed to the line at once. */
const AT_ONCE_MAX = 100;

const NAMES = { order: 'orderUuid', run: 'runUuid' } as const;

export function membershipOperations(deps: {
  readonly intake: Pick<Intake, 'command'>;
  readonly search: Pick<TaskSearchOperations, 'findTasks'>;
}): MembershipOperations {
  const { search } = deps;
  const order = orderingFrom(deps.intake);

  function move(taskId: number, wish: PersonalMove, remark: Remark): Promise<TaskAccepted | Refusal> {
    return order('task', { kind: 'move_task', taskId, move: wish, timeMs: null, remark });
  }

  async function join(kind: GroupKind, task: Task, uuid: string | null): Promise<TaskAccepted | Refusal> {
    const { form: _, details = {}, ...text } = task.text;
    const wish = { ...text, details: inGroup(details, kind, uuid) };
    return order('task', { kind: 'edit_task', taskId: task.id, text: wish, terms: task.terms, by: 'gsmtasks' });
  }

  function archive(task: Task, action: ArchiveAction, remark: Remark): Promise<TaskAccepted | Refusal> {
    switch (action) {
      case 'unassign':
        return order('task', { kind: 'assign_task', taskId: task.id, trackerId: null, by: 'gsmtasks', remark });
      case 'unlink':
        return join('run', task, null);
      case 'complete':
      case 'cancel':
        return move(task.id, action, remark);
    }
  }

  function settle(task: Task, state: WorkRun['state'], action: ArchiveAction, remark: Remark) {
    const isDraft = task.facts.state === 'draft';
    if (state === 'archived') {
      const isNobodys = action === 'unassign' && task.tenure.trackerId === null;
      return isNobodys ? null : archive(task, action, remark);
    }
    if (state === 'active') return isDraft ? move(task.id, 'release', remark) : null;
    return isDraft || IS_UNDER_WAY.has(task.facts.state) ? null : move(task.id, 'shelve', remark);
  }

  return {
    async membersOf(kind, uuids) {
      const found = new Map<string, Task[]>();
      if (uuids.length === 0) return found;
      const conditions = [{ field: kind, lookup: 'in', values: uuids }] as const;
      for (let offset = 0; offset < MEMBERS_MAX; offset += PAGE) {
        const { tasks, isMore } = await search.findTasks({
          conditions,
          order: [{ field: 'position', isDescending: false }],
          offset,
          limit: PAGE,
        });
        for (const task of tasks) {
          const uuid = task.text.details?.[NAMES[kind]];
          if (uuid === undefined) continue;
          const members = found.get(uuid) ?? [];
          members.push(task);
          found.set(uuid, members);
        }
        if (!isMore) break;
      }
      return found;
    },
    join,
    async settleRun(tasks, state, action, by) {
      const remark: Remark = { by, notes: '', place: null };
      const open = tasks.filter(({ facts }) => isOpen(facts.state));
      const refusals: Refusal[] = [];
      for (let i = 0; i < open.length; i += AT_ONCE_MAX) {
        const slice = open.slice(i, i + AT_ONCE_MAX);
        const outcomes = await Promise.all(slice.map((task) => settle(task, state, action, remark)));
        refusals.push(...outcomes.flatMap((outcome) => (outcome?.kind === 'refused' ? [outcome] : [])));
      }
      return refusals;
    },
  };
}

function inGroup({ orderUuid, runUuid, ...others }: TaskDetails, kind: GroupKind, uuid: string | null): TaskDetails {
  const order = kind === 'order' ? uuid : orderUuid;
  const run = kind === 'run' ? uuid : runUuid;
  return { ...others, ...(order && { orderUuid: order }), ...(run && { runUuid: run }) };
}

/** Somebody is at it: it is not taken back for preparation. */
const IS_UNDER_WAY: ReadonlySet<string> = new Set(['in_transit', 'active', 'suspended']);
