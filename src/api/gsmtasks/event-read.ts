/** Events of tasks as GSMtasks shows them: the task as a URL, or as a whole. */
import type { EventSaid } from '../../model/gsmtasks-events.ts';
import { instantText, pointWire } from '../rest/wire.ts';
import { linkOrNull } from './links.ts';
import type { TaskView } from './task-read.ts';

export { type EventSaid, eventsSaid } from '../../model/gsmtasks-events.ts';

/** `task`: its URL, or all that GSMtasks says of it. `time`, when it happened, is an addition of ours. */
export function eventWire(
  said: EventSaid,
  task: string | Record<string, unknown>,
  view: TaskView,
): Record<string, unknown> {
  const { links, accountUuid } = view;
  return {
    id: said.uuid,
    url: links('task_events', said.uuid),
    account: links('accounts', accountUuid),
    task,
    task_command: linkOrNull(links, 'task_commands', said.instruction),
    field: said.field,
    event: said.event,
    from_state: said.fromState,
    to_state: said.toState,
    user: linkOrNull(links, 'users', said.by),
    notes: said.notes,
    location: said.place && pointWire(said.place),
    assignee: linkOrNull(links, 'users', said.trackerId === null ? null : view.trackerUuid(said.trackerId)),
    time: instantText(said.timeMs),
    created_at: instantText(said.recordedMs),
    updated_at: instantText(said.recordedMs),
  };
}
