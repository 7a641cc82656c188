/** `/task_address_features/`: where tasks are, as GeoJSON, found as the list of tasks finds them. Those without a place are left out. */
import type { FastifyInstance } from 'fastify';
import { jsonItems, sendWithItems } from '../long-json.ts';
import { baseUrl } from '../rest/base-url.ts';
import { linkHeader, neighbours } from '../rest/cursor.ts';
import { sendFaults } from '../rest/faults.ts';
import { pointWire } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { queryOf } from './pages.ts';
import { readTaskList } from './task-filter.ts';
import { taskWire, viewOf } from './task-read.ts';
import { featureOf } from './time-location-read.ts';

export function addTaskAddressRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations, now, publicUrl } = desk;
  app.get(
    '/task_address_features/',
    asking('tasks:read', { summary: 'Where the tasks are' }),
    async (request, reply) => {
      const view = viewOf(request, desk);
      const { searchableMetafields } = operations;
      const asked = readTaskList(queryOf(request), { ...view, nowMs: now(), searchableMetafields });
      if ('faults' in asked) return sendFaults(reply, asked.faults);
      const { query, page } = asked.value;
      const found = await operations.searchTasks(query);
      const features = await jsonItems(found.tasks, (task) => {
        const { zone } = task.terms;
        if (zone === null) return null;
        const { url, category, state } = taskWire(task, view);
        const properties = { model: 'task_address', task: url, formatted_address: task.text.address, category, state };
        return featureOf(pointWire(zone), task.uuid, properties);
      });
      const link = linkHeader(request, baseUrl(request, publicUrl), neighbours(page, found, query.order));
      if (link !== null) reply.header('link', link);
      return sendWithItems(reply, { type: 'FeatureCollection' }, ['features', features]);
    },
  );
}
