/** `/accounts/`: the one account that there is. Its name, its time zone and when tasks expire can be changed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TaskExpiry } from '../../model/records.ts';
import { isZone } from '../navixy/calendar.ts';
import { sendFaults, sendNotFound } from '../rest/faults.ts';
import { type FieldReader, nullable, oneOf, readFields, text, unfit } from '../rest/fields.ts';
import { duration, durationText } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { readFilters } from './filters.ts';
import { type Links, linksOf } from './links.ts';
import { BY_RANK, queryOf, sendPage, wishedPage } from './pages.ts';

type IdParams = { readonly id: string };

/** Metres within which a worker is near. */
const PROXIMITY_RADIUS_M = 300;
const NAME_DEFAULT = 'Milepost';
const EXPIRY_STATES = ['cancelled', 'completed'] as const;

const timeZone: FieldReader<string> = {
  schema: { type: 'string', maxLength: 64 },
  read: (value) => {
    const isOne = typeof value === 'string' && value.length <= 64 && isZone(value);
    return isOne ? { value } : unfit(value, 'an IANA time zone such as Europe/Tallinn');
  },
};

const ACCOUNT_FIELDS = {
  name: text(100),
  timezone: timeZone,
  task_expiry_duration_from_complete_after: nullable(duration),
  task_expiry_duration_from_complete_before: nullable(duration),
  task_expiry_state: oneOf(EXPIRY_STATES),
};

export function addAccountRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  function wireFor(request: FastifyRequest): object {
    return accountWire(desk, linksOf(request, desk.publicUrl));
  }

  app.get('/accounts/', asking('anyone', { summary: 'Lists the account' }), async (request, reply) => {
    const query = queryOf(request);
    const page = wishedPage(query, BY_RANK);
    if ('faults' in page) return sendFaults(reply, page.faults);
    const filters = readFilters<null>(query, {
      id: { type: 'uuid', collection: 'accounts', of: () => operations.accountUuid() },
    });
    if ('faults' in filters) return sendFaults(reply, filters.faults);
    const isThere = page.after === null && filters.matches(null);
    return sendPage(request, reply, desk, isThere ? [wireFor(request)] : [], null, BY_RANK);
  });

  app.get<{ Params: IdParams }>(
    '/accounts/:id/',
    asking('anyone', { summary: 'Reads the account' }),
    async (request, reply) => (isAccount(request.params) ? wireFor(request) : sendNotFound(reply)),
  );

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: '/accounts/:id/',
      ...asking('*', { summary: 'Changes name, time zone and expiry of tasks' }),
      handler: async (request, reply): Promise<FastifyReply | object> => {
        if (!isAccount(request.params)) return sendNotFound(reply);
        const read = readFields(request.body, ACCOUNT_FIELDS);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const { name, timezone } = read.value;
        operations.editAccount({
          ...(name !== undefined && { name }),
          ...(timezone !== undefined && { timeZone: timezone }),
          expiry: expiryOf(read.value, operations.account().expiry),
        });
        return wireFor(request);
      },
    });
  }

  function isAccount({ id }: IdParams): boolean {
    return id.toLowerCase() === operations.accountUuid();
  }
}

const NEVER: TaskExpiry = { afterFromMs: null, afterToMs: null, state: 'cancelled' };

interface SentExpiry {
  readonly task_expiry_duration_from_complete_after?: number | null;
  readonly task_expiry_duration_from_complete_before?: number | null;
  readonly task_expiry_state?: TaskExpiry['state'];
}

function expiryOf(sent: SentExpiry, before: TaskExpiry = NEVER): TaskExpiry {
  const {
    task_expiry_duration_from_complete_after: afterFromMs = before.afterFromMs,
    task_expiry_duration_from_complete_before: afterToMs = before.afterToMs,
    task_expiry_state: state = before.state,
  } = sent;
  return { afterFromMs, afterToMs, state };
}

function accountWire({ operations, timeZone: zoneDefault }: GsmtasksDesk, links: Links): object {
  const id = operations.accountUuid();
  const { name = NAME_DEFAULT, timeZone: zoneName, expiry = NEVER } = operations.account();
  return {
    id,
    url: links('accounts', id),
    name,
    slug: slugOf(name),
    state: 'active',
    type: 'service',
    timezone: zoneName ?? zoneDefault,
    country_code: '',
    language: 'en',
    distance_units: 'metric',
    default_task_category: 'assignment',
    task_duration: null,
    assignee_proximity_radius: PROXIMITY_RADIUS_M,
    task_expiry_duration_from_complete_after: durationOrNull(expiry.afterFromMs),
    task_expiry_duration_from_complete_before: durationOrNull(expiry.afterToMs),
    task_expiry_state: expiry.state,
    failed_reasons: [],
    reference_autogenerate: false,
    route_default_state: 'active',
    feature_task_accept: true,
    feature_task_reject: true,
  };
}

function slugOf(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g);
  return words === null ? NAME_DEFAULT.toLowerCase() : words.join('-');
}

function durationOrNull(ms: number | null): string | null {
  return ms === null ? null : durationText(ms);
}
