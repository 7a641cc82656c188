/** Commands to tasks as GSMtasks' clients give them: read, and turned into what the line decides on. */
import { INSTRUCTIONS, type Instruction, type InstructionAction } from '../../model/instruction.ts';
import type { Task } from '../../model/task.ts';
import type { InstructedCommand } from '../../operations/instructions.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Faults, fault } from '../rest/faults.ts';
import { type FieldReader, nested, nullable, oneOf, readFields, text, unfit } from '../rest/fields.ts';
import { instant, point, reference } from '../rest/wire.ts';
import { addressReader } from './address.ts';
import { assigneeReader, trackerOfAssignee } from './assignee.ts';
import { lookUp } from './references.ts';
import { editOf, type SentTask, TASK_FIELDS } from './task-write.ts';

const TASK_DATA_CHARACTERS_MAX = 20_000;
const NOTES_CHARACTERS_MAX = 10_000;

const { scheduled_time, position, metafields, address, route, duration } = TASK_FIELDS;

/** All that an update may say of a task; what else is in it is ignored. */
const UPDATE_FIELDS = {
  ...{ scheduled_time, position, metafields, address, route, duration },
  contact_address: nested({ address: addressReader }),
};

const taskData: FieldReader<Readonly<Record<string, unknown>>> = {
  schema: nested(UPDATE_FIELDS).schema,
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfit(value, 'an object');
    const { length } = JSON.stringify(value);
    if (length <= TASK_DATA_CHARACTERS_MAX) return { value: value as Readonly<Record<string, unknown>> };
    return { faults: [`Expected at most ${TASK_DATA_CHARACTERS_MAX} characters of JSON, received ${length}.`] };
  },
};

const externalId = nullable(text(100));

const COMMAND_FIELDS = {
  task: reference('tasks'),
  time: instant,
  action: oneOf(INSTRUCTIONS),
  external_id: externalId,
  assignee: nullable(assigneeReader),
  notes: nullable(text(NOTES_CHARACTERS_MAX)),
  location: nullable(point),
  task_data: nullable(taskData),
};

/** A command that may be carried out. */
export interface Order {
  readonly kind: 'new';
  readonly taskId: number;
  readonly wish: Parameters<Operations['instruct']>[0];
  /** What it comes to on the task as it is when its turn comes; null = it is no more, or that does not matter. */
  commandOn(task: Task | null): InstructedCommand;
}

export type ReadCommand = Order | { readonly kind: 'known'; readonly instruction: Instruction };

/** `by`: the user who gives it. The same external id again is the same command, whatever else it says. */
export function readCommand(
  body: unknown,
  operations: Operations,
  by: string,
  nowMs: number,
): { readonly value: ReadCommand } | { readonly faults: Faults } {
  const known = knownAs(body, operations);
  if (known !== null) return { value: { kind: 'known', instruction: known } };
  const reading = readFields(body, COMMAND_FIELDS, ['task', 'time', 'action']);
  if ('faults' in reading) return reading;
  const { task: uuid, time, action, external_id, assignee, notes, location, task_data } = reading.value;
  const task = operations.anyTaskOfUuid(uuid!);
  if (task === null) return { faults: fault('task', `Expected a task that is there, received ${uuid}.`) };
  const isGiving = action === 'assign' || action === 'reassign';
  const tracker = isGiving && assignee ? trackerOfAssignee(assignee, operations) : null;
  if (isGiving && tracker === null) {
    return { faults: fault('assignee', assignee ? 'Expected a user who is there.' : 'This field is required.') };
  }
  const update = action === 'update' ? readUpdate(task_data, task, operations, nowMs) : null;
  if (update !== null && 'faults' in update) return { faults: { task_data: update.faults } };
  const wish: Order['wish'] = {
    externalId: external_id || null,
    taskId: task.id,
    taskUuid: task.uuid,
    action: action!,
    timeMs: time!,
    assignee: tracker?.uuid ?? null,
    remark: { by, notes: notes ?? '', place: location ?? null },
    taskData: update === null ? null : (task_data ?? null),
  };
  const commandOn = (now: Task | null): InstructedCommand => {
    if (update !== null) return update.commandOn(now ?? task);
    return commandOf(action as Exclude<InstructionAction, 'update'>, task.id, tracker?.id ?? null, time!);
  };
  return { value: { kind: 'new', taskId: task.id, wish, commandOn } };
}

function knownAs(body: unknown, operations: Operations): Instruction | null {
  const sent = typeof body === 'object' && body !== null && 'external_id' in body ? body.external_id : null;
  const reading = externalId.read(sent);
  return 'value' in reading && reading.value ? operations.instructionNamed(reading.value) : null;
}

function commandOf(
  action: Exclude<InstructionAction, 'update'>,
  taskId: number,
  trackerId: number | null,
  timeMs: number,
): InstructedCommand {
  switch (action) {
    case 'assign':
    case 'reassign':
      return { kind: 'assign_task', taskId, trackerId, by: 'gsmtasks' };
    case 'unassign':
      return { kind: 'assign_task', taskId, trackerId: null, by: 'gsmtasks' };
    case 'assignee_near':
    case 'assignee_away':
      return { kind: 'sight_task', taskId, isNear: action === 'assignee_near' };
    case 'transit':
      return { kind: 'move_task', taskId, move: 'start', timeMs };
    default:
      return { kind: 'move_task', taskId, move: action, timeMs };
  }
}

interface Update {
  commandOn(task: Task): InstructedCommand;
}

/** The address of a contact address is the task's own copy of it here. */
function readUpdate(
  data: unknown,
  task: Task,
  operations: Operations,
  nowMs: number,
): Update | { readonly faults: Faults | readonly string[] } {
  if (data === undefined || data === null) return { faults: ['This field is required.'] };
  const reading = readFields(data, UPDATE_FIELDS);
  if ('faults' in reading) return reading;
  const { contact_address, ...fields } = reading.value;
  const sent: SentTask = { ...(contact_address?.address && { address: contact_address.address }), ...fields };
  const referred = lookUp(sent, operations, task);
  if ('faults' in referred) return referred;
  const found = referred.value;
  const edit = editOf(sent, task, found, nowMs);
  if ('faults' in edit) return edit;
  return {
    commandOn(now) {
      const written = editOf(sent, now, found, nowMs);
      // Others have changed it meanwhile, so that this no longer fits: as it was read it did.
      const [before, after] = 'faults' in written ? [task, edit.value] : [now, written.value];
      return {
        kind: 'amend_task',
        taskId: task.id,
        before: { text: before.text, terms: before.terms },
        after,
        by: 'gsmtasks',
      };
    },
  };
}
