/** `GET /api/live`: where everything is now, for a map to begin with; the stream goes on from there. */
import type { FastifyInstance } from 'fastify';
import type { Tracker } from '../../model/tracker.ts';
import { mayAsk, type Right } from '../../operations/access.ts';
import type { LastPosition } from '../../operations/live.ts';
import type { Operations } from '../../operations/operations.ts';
import { jsonItems, sendWithLists } from '../long-json.ts';
import { BOOLEAN, INTEGER, listOf, NUMBER, nullable, record, STRING } from '../navixy/shapes.ts';
import type { OwnDesk } from './desk.ts';
import { asking } from './door.ts';
import { labelOf } from './event-view.ts';
import { iso } from './iso.ts';
import { type Problem, sendProblem } from './problem.ts';
import { TIME } from './shapes.ts';
import { TASK } from './task-shapes.ts';
import { nameIn, taskView } from './task-view.ts';

const TASKS_MAX = 5000;
/** Tasks that have ended are shown for so long. */
const ENDED_MS = 3_600_000;

const POSITION = record({ time: TIME, lat: NUMBER, lon: NUMBER, speed: nullable(NUMBER), course: NUMBER });

const LIVE_START = record({
  now: TIME,
  eventId: INTEGER,
  trackers: listOf(record({ id: INTEGER, label: STRING, isOnline: BOOLEAN, position: nullable(POSITION) })),
  tasks: listOf(TASK),
  hasMoreTasks: BOOLEAN,
});

export function addLiveRoutes(app: FastifyInstance, { operations, now }: OwnDesk): void {
  app.get(
    '/api/live',
    asking('anyone', {
      summary: 'What a map begins with: trackers, where they are, and the tasks of now, as far as the key may see them',
      gives: { 200: LIVE_START },
    }),
    async ({ caller }, reply) => {
      const may = (right: Right) => caller !== null && mayAsk(caller, right);
      const [isWorkShown, isFleetShown] = [may('tasks:read'), may('trackers:read')];
      if (!isWorkShown && !isFleetShown) return sendProblem(reply, NO_RIGHT);
      const nowMs = now();
      // Before the rest is read: what happens meanwhile is told twice rather than not at all.
      const eventId = operations.lastEventId();
      const trackers = isFleetShown ? await trackerItems(operations) : [];
      const { tasks, hasMore } = isWorkShown ? await operations.tasksAround(nowMs - ENDED_MS, TASKS_MAX) : NO_TASKS;
      const items = await jsonItems(tasks, (task) => taskView(task, labelOf(task, nameIn(operations))));
      const lists = [
        ['trackers', trackers],
        ['tasks', items],
      ] as const;
      return sendWithLists(reply, { now: iso(nowMs), eventId }, lists, { hasMoreTasks: hasMore });
    },
  );
}

const NO_TASKS = { tasks: [], hasMore: false };

const NO_RIGHT: Problem = {
  status: 403,
  code: 'no_right',
  detail: 'the key carries neither tasks:read nor trackers:read, one of which this call needs',
};

async function trackerItems(operations: Operations): ReturnType<typeof jsonItems> {
  const positions = await operations.lastPositions();
  return jsonItems(operations.listTrackers(), ({ id, label }: Tracker) => ({
    id,
    label,
    isOnline: operations.isTrackerOnline(id),
    position: positionView(positions.get(id) ?? null),
  }));
}

function positionView(position: LastPosition | null): object | null {
  if (position === null) return null;
  const { timeMs, latDeg, lonDeg, speedKmh, courseDeg } = position;
  return { time: iso(timeMs), lat: latDeg, lon: lonDeg, speed: speedKmh, course: courseDeg };
}
