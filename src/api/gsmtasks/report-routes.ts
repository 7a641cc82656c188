/** `/reports/tasks/states_count/`: for every day of a period how many tasks are in which state. */
import type { FastifyInstance } from 'fastify';
import { DateTime, IANAZone } from 'luxon';
import { WORKING_STATES } from '../../operations/task-tallies.ts';
import { type Faults, fault, sendFaults } from '../rest/faults.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { Filtering } from './filtering.ts';

const DAYS_MAX = 366;
const STATES = ['scheduled', ...WORKING_STATES] as const;

export function addReportRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  app.get(
    '/reports/tasks/states_count/',
    asking('tasks:read', { summary: 'Tasks of each day by their state' }),
    async (request, reply) => {
      const filters = new Filtering(request.query);
      const days = daysOf(filters, desk);
      const account = filters.reference('account', 'accounts');
      const assignees = filters.references('assignee', 'users');
      if ('faults' in days || filters.faults !== null) {
        return sendFaults(reply, { ...filters.faults, ...('faults' in days && days.faults) });
      }
      const isOurs = account === null || account === operations.accountUuid();
      const trackerIds = assignees?.flatMap((uuid) => operations.trackerOfUuid(uuid)?.id ?? []) ?? null;
      const edgesMs = days.edges.map((edge) => edge.toMillis());
      const counts = await operations.countStates({ edgesMs, trackerIds: isOurs ? trackerIds : [] });
      const dates = days.edges.slice(0, -1).map((day, i) => {
        return [day.toISODate() ?? '', Object.fromEntries(STATES.map((state) => [state, counts[i]?.[state] ?? 0]))];
      });
      return { dates: Object.fromEntries(dates) as object };
    },
  );
}

/** The beginnings of all days, and the end of the last. Today where nothing is asked for. */
function daysOf(
  filters: Filtering,
  { operations, now }: GsmtasksDesk,
): { readonly edges: readonly DateTime[] } | { readonly faults: Faults } {
  const named = filters.text('timezone');
  if (named !== null && !IANAZone.isValidZone(named)) {
    return { faults: fault('timezone', 'Expected the name of a time zone such as Europe/Tallinn.') };
  }
  const zone = named ?? operations.account().timeZone ?? 'UTC';
  const from = filters.day('date_from');
  const until = filters.day('date_until');
  const today = DateTime.fromMillis(now(), { zone }).toISODate() ?? '';
  const first = DateTime.fromISO(from ?? until ?? today, { zone });
  const last = DateTime.fromISO(until ?? from ?? today, { zone });
  if (last < first) return { faults: fault('date_until', 'Expected a date that is not before date_from.') };
  const edges: DateTime[] = [];
  for (let day = first; day <= last && edges.length <= DAYS_MAX; day = day.plus({ days: 1 })) {
    edges.push(day.startOf('day'));
  }
  if (edges.length > DAYS_MAX) return { faults: fault('date_until', `Expected at most ${DAYS_MAX} days.`) };
  return { edges: [...edges, last.plus({ days: 1 }).startOf('day')] };
}
