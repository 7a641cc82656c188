/** Commands to tasks as GSMtasks shows them, with what became of them. */
import type { Instruction } from '../../model/instruction.ts';
import { instantText, pointWire } from '../rest/wire.ts';
import { linkOrNull } from './links.ts';
import type { TaskView } from './task-read.ts';

export function commandWire(instruction: Instruction, { links, accountUuid }: TaskView): Record<string, unknown> {
  const { uuid, remark, state, createdMs } = instruction;
  const decidedAt = instantText(createdMs);
  return {
    id: uuid,
    url: links('task_commands', uuid),
    account: links('accounts', accountUuid),
    user: linkOrNull(links, 'users', remark.by),
    external_id: instruction.externalId,
    task: links('tasks', instruction.taskUuid),
    time: instantText(instruction.timeMs),
    action: instruction.action,
    assignee: linkOrNull(links, 'users', instruction.assignee),
    notes: remark.notes,
    location: remark.place && pointWire(remark.place),
    task_data: instruction.taskData ?? {},
    // Decided at once, so that none is ever pending.
    state,
    error_message: instruction.errorMessage,
    accepted_at: state === 'accepted' ? decidedAt : null,
    rejected_at: state === 'rejected' ? decidedAt : null,
    created_at: decidedAt,
    updated_at: decidedAt,
  };
}
