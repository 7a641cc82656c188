/** Tasks that are made together with their order: all of them are read before the first is made. */
import { randomUUID } from 'node:crypto';
import type { Refusal } from '../../model/refusal.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import type { Faults } from '../rest/faults.ts';
import { readFields } from '../rest/fields.ts';
import type { GsmtasksDesk } from './desk.ts';
import { lookUp } from './references.ts';
import { newTaskOf, TASK_FIELDS } from './task-write.ts';

export interface NewMember {
  readonly uuid: string;
  readonly draft: TaskDraft;
}

type Reading = { readonly value: NewMember } | { readonly faults: Faults };

/** `faults`: one for each body, `{}` for those that are in order. */
export function membersFrom(
  bodies: readonly unknown[],
  { operations, now }: GsmtasksDesk,
  createdBy: string,
): { readonly value: readonly NewMember[] } | { readonly faults: readonly Faults[] } {
  const uuids = new Set<string>();

  function memberFrom(body: unknown): Reading {
    const read = readFields(body, TASK_FIELDS);
    if ('faults' in read) return read;
    // Which order it is in, the call says.
    const { id, order: _, ...sent } = read.value;
    const uuid = id ?? randomUUID();
    const isTaken = uuids.has(uuid) || operations.taskOfUuid(uuid) !== null;
    uuids.add(uuid);
    if (isTaken) return { faults: { id: ['There is a task with this id already.'] } };
    const found = lookUp(sent, operations, null);
    if ('faults' in found) return found;
    const draft = newTaskOf(sent, found.value, now(), createdBy);
    return 'faults' in draft ? draft : { value: { uuid, draft: draft.value } };
  }

  const readings = bodies.map(memberFrom);
  if (readings.some((reading) => 'faults' in reading)) {
    return { faults: readings.map((reading) => ('faults' in reading ? reading.faults : {})) };
  }
  return { value: readings.map((reading) => (reading as { value: NewMember }).value) };
}

/** All of them or none. null = all. */
export async function makeMembers(
  members: readonly NewMember[],
  orderUuid: string,
  { operations }: GsmtasksDesk,
): Promise<Refusal | null> {
  const drafts = members.map(({ draft }) => {
    return { ...draft, text: { ...draft.text, details: { ...draft.text.details, orderUuid } } };
  });
  const outcomes = await operations.createTasks(drafts, (i) => members[i]?.uuid);
  const refusal = outcomes.find((outcome) => outcome.kind === 'refused');
  if (refusal === undefined) return null;
  for (const outcome of outcomes) if (outcome.kind === 'task') await operations.deleteTask(outcome.taskId);
  return refusal;
}
