/**
 * The list of tasks, drafts and tasks without a place among them; never deleted ones, which only who knows their id is
 * shown as cancelled.
 */
import type { FastifyInstance } from 'fastify';
import { jsonItems, sendItems } from '../long-json.ts';
import { baseUrl } from '../rest/base-url.ts';
import { linkHeader, neighbours } from '../rest/cursor.ts';
import { sendFaults } from '../rest/faults.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { readTaskList } from './task-filter.ts';
import { taskWire, viewOf } from './task-read.ts';

export function addListRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations, now, publicUrl } = desk;

  app.get<{ Querystring: Record<string, unknown> }>(
    '/tasks/',
    asking('tasks:read', { summary: 'Lists tasks by filters, search and order, in pages' }),
    async (request, reply) => {
      const view = viewOf(request, desk);
      const asked = readTaskList(request.query, {
        accountUuid: view.accountUuid,
        nowMs: now(),
        searchableMetafields: operations.searchableMetafields,
      });
      if ('faults' in asked) return sendFaults(reply, asked.faults);
      const { query, page } = asked.value;
      const found = await operations.searchTasks(query);
      const items = await jsonItems(found.tasks, (task) => taskWire(task, view));
      const link = linkHeader(request, baseUrl(request, publicUrl), neighbours(page, found, query.order));
      if (link !== null) reply.header('link', link);
      return sendItems(reply, items);
    },
  );
}
