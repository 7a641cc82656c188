/** `/task_events/`, `/tasks/{id}/events/` and `/task_event_tracks/`: what happened to tasks, and the ways that led there. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EVENT_FIELDS, type EventSaid, type EventState, GSMTASKS_EVENTS } from '../../model/gsmtasks-events.ts';
import { GSMTASKS_STATES } from '../../model/projections.ts';
import type { Gathered } from '../../operations/gathering.ts';
import type { EventTrack, TaskEventQuery, ToldTaskEvent } from '../../operations/task-events.ts';
import { sendWithItems } from '../long-json.ts';
import { type Faults, sendFaults, sendNotFound } from '../rest/faults.ts';
import { instantText, isUuid } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { eventWire } from './event-read.ts';
import { both, Filtering } from './filtering.ts';
import { linkOrNull } from './links.ts';
import { pageAsked, setLinks } from './number-pages.ts';
import { sendList, wordedItems } from './send-list.ts';
import { type TaskView, taskWire, viewOf } from './task-read.ts';

/** Every one of them takes a look at a stretch of somebody's track. */
const TRACKS_MAX = 100;

export function addEventRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  app.get('/task_events/', asking('tasks:read', { summary: 'What happened to tasks' }), async (request, reply) => {
    const asked = queryOf(request, desk);
    if ('faults' in asked) return sendFaults(reply, asked.faults);
    const found = asked.query === null ? NOTHING : await operations.listTaskEvents(asked.query);
    const view = viewOf(request, desk);
    if (asked.query !== null) setLinks(request, reply, desk, asked.query, found, seqOf);
    return sendList(reply, found.items, wholeWith(view));
  });

  app.get<{ Params: { id: string } }>(
    '/task_events/:id/',
    asking('tasks:read', { summary: 'One event of a task' }),
    async (request, reply) => {
      const told = isUuid(request.params.id) ? await operations.taskEvent(request.params.id.toLowerCase()) : null;
      return told === null ? sendNotFound(reply) : wholeWith(viewOf(request, desk))(told);
    },
  );

  app.get<{ Params: { id: string } }>(
    '/tasks/:id/events/',
    asking('tasks:read', { summary: 'What happened to a task' }),
    async (request, reply) => {
      const uuid = request.params.id.toLowerCase();
      const taskId = isUuid(uuid) ? operations.taskIdOf(uuid) : null;
      if (taskId === null) return sendNotFound(reply);
      const asked = queryOf(request, desk, { taskId });
      if ('faults' in asked) return sendFaults(reply, asked.faults);
      const found = asked.query === null ? NOTHING : await operations.listTaskEvents(asked.query);
      const view = viewOf(request, desk);
      if (asked.query !== null) setLinks(request, reply, desk, asked.query, found, seqOf);
      const wire = ({ said }: ToldTaskEvent) => eventWire(said, view.links('tasks', uuid), view);
      return sendList(reply, found.items, wire);
    },
  );

  app.get(
    '/task_event_tracks/',
    asking('tasks:read', { summary: 'The ways that led to what happened to tasks' }),
    async (request, reply) => {
      const asked = queryOf(request, desk, { sizeMax: TRACKS_MAX });
      if ('faults' in asked) return sendFaults(reply, asked.faults);
      const found = asked.query === null ? NOTHING : await operations.listEventTracks(asked.query);
      if (asked.query !== null) setLinks(request, reply, desk, asked.query, found, seqOf);
      const view = viewOf(request, desk);
      const features = await wordedItems<EventTrack>(found.items, (track) => featureOf(track, view));
      return sendWithItems(reply, { type: 'FeatureCollection' }, ['features', features]);
    },
  );
}

const NOTHING: Gathered<never> = { items: [], end: null };

function seqOf({ said }: { readonly said: EventSaid }): number {
  return said.seq;
}

function wholeWith(view: TaskView): (told: ToldTaskEvent) => Record<string, unknown> {
  return ({ said, task }) => eventWire(said, taskWire(task, view), view);
}

const STATES: readonly EventState[] = [...GSMTASKS_STATES, 'away', 'near'];

/** `query`: null = nothing can be found. `taskId`: of this task only. */
function queryOf(
  request: FastifyRequest,
  { operations }: GsmtasksDesk,
  { taskId: only, sizeMax }: { readonly taskId?: number; readonly sizeMax?: number } = {},
): { readonly query: TaskEventQuery | null } | { readonly faults: Faults } {
  const filters = new Filtering(request.query);
  const isDescending = isNewestFirst(filters.text('ordering'));
  const page = pageAsked(request.query, { isDescending, ...(sizeMax !== undefined && { sizeMax }) });
  const account = filters.reference('task__account', 'accounts') ?? filters.reference('account', 'accounts');
  const task = filters.reference('task', 'tasks');
  const assignee = filters.reference('assignee', 'users');
  const said = {
    by: filters.reference('user', 'users'),
    fields: filters.words('field', EVENT_FIELDS),
    events: filters.words('event', GSMTASKS_EVENTS),
    fromStates: filters.words('from_state', STATES),
    toStates: filters.words('to_state', STATES),
    // An event never changes.
    ...both(filters.period('created_at'), filters.period('updated_at')),
  };
  if ('faults' in page || filters.faults !== null) {
    return { faults: { ...filters.faults, ...('faults' in page && page.faults) } };
  }
  if (account !== null && account !== operations.accountUuid()) return { query: null };
  const taskId = task === null ? (only ?? null) : operations.taskIdOf(task);
  if (task !== null && (taskId === null || (only !== undefined && taskId !== only))) return { query: null };
  const trackerId = assignee === null ? null : (operations.trackerOfUuid(assignee)?.id ?? null);
  if (assignee !== null && trackerId === null) return { query: null };
  return { query: { ...page.span, ...said, taskId, trackerId } };
}

/** The one field that the list can be in the order of; what else is named changes nothing. */
function isNewestFirst(ordering: string | null): boolean {
  return (
    (ordering ?? '')
      .split(',', 10)
      .map((name) => name.trim())
      .find((name) => /^-?created_at$/.test(name)) === '-created_at'
  );
}

function featureOf({ said, task, path }: EventTrack, view: TaskView): Record<string, unknown> {
  const { links } = view;
  const assignee = said.trackerId === null ? null : view.trackerUuid(said.trackerId);
  const isLine = path !== null && path.points.length >= 2;
  return {
    type: 'Feature',
    id: said.uuid,
    geometry: isLine ? { type: 'LineString', coordinates: path.points } : null,
    properties: {
      model: 'task_event_track',
      url: links('task_events', said.uuid),
      task: task.uuid,
      task_event: links('task_events', said.uuid),
      event: said.event,
      from_state: said.fromState,
      to_state: said.toState,
      user: linkOrNull(links, 'users', said.by),
      notes: said.notes,
      assignee: linkOrNull(links, 'users', assignee),
      created_at: instantText(said.recordedMs),
      updated_at: instantText(said.recordedMs),
    },
  };
}
