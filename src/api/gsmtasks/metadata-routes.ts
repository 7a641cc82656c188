/** `/task_metadatas/`: what the history of a task adds up to, one for each task and known by its UUID. */
import type { FastifyInstance } from 'fastify';
import type { Gathered } from '../../operations/gathering.ts';
import { type TaskTally, WORKING_STATES } from '../../operations/task-tallies.ts';
import { sendFaults, sendNotFound } from '../rest/faults.ts';
import { durationText, instantTextOrNull, isUuid } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { Filtering } from './filtering.ts';
import { pageAsked, setLinks } from './number-pages.ts';
import { sendList } from './send-list.ts';
import { type TaskView, viewOf } from './task-read.ts';

/** Every one of them is a history to read, and ways to measure. */
const PAGE_SIZE_MAX = 100;
const ONE = { place: null, isDescending: false, isBackwards: false, limit: 1 };
/** What GSMtasks counts no further than. */
const COUNT_MAX = 32_767;

export function addMetadataRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  app.get('/task_metadatas/', asking('tasks:read', { summary: 'Figures of tasks' }), async (request, reply) => {
    const filters = new Filtering(request.query);
    const page = pageAsked(request.query, { sizeMax: PAGE_SIZE_MAX });
    const task = filters.reference('task', 'tasks');
    const account = filters.reference('task__account', 'accounts');
    if ('faults' in page || filters.faults !== null) {
      return sendFaults(reply, { ...filters.faults, ...('faults' in page && page.faults) });
    }
    const taskId = task === null ? null : (operations.anyTaskOfUuid(task)?.id ?? null);
    const isNone = (task !== null && taskId === null) || (account !== null && account !== operations.accountUuid());
    const found = isNone ? NOTHING : await operations.tallyTasks(page.span, taskId);
    if (!isNone && taskId === null) setLinks(request, reply, desk, page.span, found, ({ task: { id } }) => id);
    const view = viewOf(request, desk);
    return sendList(reply, found.items, (tally) => metadataWire(tally, view));
  });

  app.get<{ Params: { id: string } }>(
    '/task_metadatas/:id/',
    asking('tasks:read', { summary: 'Figures of a task' }),
    async (request, reply) => {
      const { id } = request.params;
      const task = isUuid(id) ? operations.anyTaskOfUuid(id.toLowerCase()) : null;
      const tally = task && (await operations.tallyTasks(ONE, task.id)).items[0];
      return tally ? metadataWire(tally, viewOf(request, desk)) : sendNotFound(reply);
    },
  );
}

const NOTHING: Gathered<never> = { items: [], end: null };

function metadataWire(tally: TaskTally, { links, accountUuid }: TaskView): Record<string, unknown> {
  const { task, states } = tally;
  const { details, form } = task.text;
  return {
    id: task.uuid,
    url: links('task_metadatas', task.uuid),
    account: links('accounts', accountUuid),
    task: links('tasks', task.uuid),
    events_count: counted(tally.events),
    task_event_notes_count: counted(tally.notes),
    documents_count: counted(details?.documents?.length ?? 0),
    signatures_count: counted(details?.signatures?.length ?? 0),
    forms_count: Number(form !== null),
    forms_completed_count: Number(form !== null && form.submittedMs !== null),
    last_task_event_notes: tally.lastNotes,
    ...Object.fromEntries(
      WORKING_STATES.flatMap((state) => {
        const found = states[state];
        const distanceM = found?.distanceM ?? null;
        return [
          [`${state}_duration`, found === undefined ? null : durationText(found.durationMs)],
          [`${state}_distance`, distanceM === null ? null : Math.round(distanceM)],
          [`last_${state}_at`, instantTextOrNull(found?.lastMs)],
        ];
      }),
    ),
    last_assignee_near_at: instantTextOrNull(tally.nearMs),
    last_assignee_away_at: instantTextOrNull(tally.awayMs),
  };
}

function counted(count: number): number {
  return Math.min(count, COUNT_MAX);
}
