/** `/users/` and `/account_roles/`: trackers as workers, and who holds a key as managers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { locationUuid } from '../../operations/time-locations.ts';
import type { User, UserRef } from '../../operations/users.ts';
import { baseUrl } from '../rest/base-url.ts';
import { fault, sendDetail, sendFaults, sendNotFound } from '../rest/faults.ts';
import { readFields, text } from '../rest/fields.ts';
import { isUuid, reference } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { type FilterFields, readFilters } from './filters.ts';
import { linksOf } from './links.ts';
import { BY_RANK, queryOf, rankPlace, sendPage, wishedPage } from './pages.ts';
import { isActiveUser, roleUuid, roleWire, userWire } from './user-read.ts';

type IdParams = { readonly id: string };

const USER_FIELDS = { first_name: text(30), last_name: text(30), email: text(254), phone: text(128) };

/** An address has one @ with something on both sides; whether mail arrives there is not ours to know. */
const EMAIL = /^[^@\s]+@[^@\s]+$/;

export function addUserRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const wire = (request: FastifyRequest, user: User) => {
    return userWire(user, linksOf(request, desk.publicUrl), hostOf(request, desk));
  };

  app.get('/users/', asking('trackers:read', { summary: 'Lists the users' }), async (request, reply) => {
    const page = readUsers(request, desk);
    if ('faults' in page) return sendFaults(reply, page.faults);
    const users = operations.describeUsers(page.refs).map((user) => wire(request, user));
    return sendPage(request, reply, desk, users, page.next, BY_RANK);
  });

  app.get<{ Params: IdParams }>(
    '/users/:id/',
    asking('trackers:read', { summary: 'Reads a user' }),
    async (request, reply) => {
      const ref = refOf(request, desk, request.params.id);
      return ref === null ? sendNotFound(reply) : wire(request, operations.describeUsers([ref])[0]!);
    },
  );

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: '/users/:id/',
      ...asking('employee_update', { summary: 'Changes names, address and number of a worker' }),
      handler: async (request, reply): Promise<FastifyReply | object> => {
        const ref = refOf(request, desk, request.params.id);
        if (ref === null) return sendNotFound(reply);
        if (ref.tracker === null) return sendDetail(reply, 403, 'Managers are keys: they are not changed here.');
        const read = readFields(request.body, USER_FIELDS);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const { first_name, last_name, email, phone } = read.value;
        if (email !== undefined && !EMAIL.test(email)) {
          return sendFaults(reply, fault('email', 'Expected an e-mail address.'));
        }
        operations.editProfile(ref.tracker, {
          ...(first_name !== undefined && { firstName: first_name }),
          ...(last_name !== undefined && { lastName: last_name }),
          ...(email !== undefined && { email }),
          ...(phone !== undefined && { phone }),
        });
        return wire(request, operations.describeUsers([ref])[0]!);
      },
    });
  }
  addDutyRoutes(app, desk);
}

function addDutyRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const url = '/users/:id/on_duty/';
  const duty = (request: FastifyRequest, isOnDuty: boolean) => {
    const account = linksOf(request, desk.publicUrl)('accounts', operations.accountUuid());
    return { account, is_on_duty: isOnDuty };
  };

  app.get<{ Params: IdParams }>(
    url,
    asking('trackers:read', { summary: 'Says whether a user is on duty' }),
    async (request, reply) => {
      const ref = refOf(request, desk, request.params.id);
      return ref === null ? sendNotFound(reply) : duty(request, operations.describeUsers([ref])[0]!.isOnDuty);
    },
  );

  app.put<{ Params: IdParams }>(
    url,
    asking('employee_update', { summary: 'A worker comes on duty' }),
    async (request, reply) => {
      const ref = refOf(request, desk, request.params.id);
      if (ref === null) return sendNotFound(reply);
      const read = readFields(request.body ?? {}, { account: reference('accounts') });
      if ('faults' in read) return sendFaults(reply, read.faults);
      const { account } = read.value;
      if (account !== undefined && account !== operations.accountUuid()) {
        return sendFaults(reply, fault('account', 'There is no such account.'));
      }
      if (ref.tracker === null) return sendNoDuty(reply);
      operations.editProfile(ref.tracker, { isOnDuty: true });
      return duty(request, true);
    },
  );

  app.delete<{ Params: IdParams }>(
    url,
    asking('employee_update', { summary: 'A worker goes off duty' }),
    async (request, reply) => {
      const ref = refOf(request, desk, request.params.id);
      if (ref === null) return sendNotFound(reply);
      if (ref.tracker === null) return sendNoDuty(reply);
      operations.editProfile(ref.tracker, { isOnDuty: false });
      return reply.code(204).send();
    },
  );
}

function sendNoDuty(reply: FastifyReply): FastifyReply {
  return sendDetail(reply, 403, 'Managers are keys, which have no duty.');
}

export function addAccountRoleRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  async function rolesOf(request: FastifyRequest, refs: readonly UserRef[]): Promise<readonly object[]> {
    const links = linksOf(request, desk.publicUrl);
    const fixes = await operations.lastFixes(refs.flatMap(({ tracker }) => (tracker === null ? [] : [tracker.id])));
    return operations.describeUsers(refs).map((user) => {
      const fix = user.tracker === null ? undefined : fixes.get(user.tracker.id);
      const uuid = fix === undefined || user.tracker === null ? null : locationUuid(user.tracker.id, fix);
      return roleWire(user, operations.accountUuid(), links, uuid);
    });
  }

  app.get('/account_roles/', asking('trackers:read', { summary: 'Lists who is what' }), async (request, reply) => {
    const page = readUsers(request, desk, ROLE_FIELDS);
    if ('faults' in page) return sendFaults(reply, page.faults);
    return sendPage(request, reply, desk, await rolesOf(request, page.refs), page.next, BY_RANK);
  });

  app.get<{ Params: IdParams }>(
    '/account_roles/:id/',
    asking('trackers:read', { summary: 'Says what a user is' }),
    async (request, reply) => {
      const { id } = request.params;
      const ref = isUuid(id) ? refOf(request, desk, roleUuid(id.toLowerCase())) : null;
      return ref === null ? sendNotFound(reply) : (await rolesOf(request, [ref]))[0]!;
    },
  );
}

const ROLE_FIELDS: FilterFields<UserRef> = {
  id: { type: 'uuid', collection: 'account_roles', of: ({ uuid }) => roleUuid(uuid) },
  user: { type: 'uuid', collection: 'users', of: ({ uuid }) => uuid },
  is_active: { type: 'flag', of: isActiveUser },
  is_worker: { type: 'flag', of: ({ tracker }) => tracker !== null },
  is_manager: { type: 'flag', of: ({ tracker }) => tracker === null },
};

/** One page of those that a query asks for, by rank. */
function readUsers(request: FastifyRequest, { operations }: GsmtasksDesk, fields: FilterFields<UserRef> = {}) {
  const query = queryOf(request);
  const page = wishedPage(query, BY_RANK);
  if ('faults' in page) return page;
  const filters = readFilters<UserRef>(query, {
    id: { type: 'uuid', collection: 'users', of: ({ uuid }) => uuid },
    account: { type: 'uuid', collection: 'accounts', of: () => operations.accountUuid() },
    ...fields,
  });
  if ('faults' in filters) return filters;
  const { after, limit } = page;
  const found = operations
    .userRefs(request.caller?.keyName ?? '')
    .filter((ref) => (after === null || ref.rank > after.id) && filters.matches(ref));
  const refs = found.slice(0, limit);
  return { refs, next: rankPlace(found.length > limit ? refs.at(-1)!.rank : null) };
}

function refOf(request: FastifyRequest, { operations }: GsmtasksDesk, id: string): UserRef | null {
  const uuid = id.toLowerCase();
  return operations.userRefs(request.caller?.keyName ?? '').find((ref) => ref.uuid === uuid) ?? null;
}

/** What addresses that are made up end with. */
function hostOf(request: FastifyRequest, { publicUrl }: Pick<GsmtasksDesk, 'publicUrl'>): string {
  return new URL(baseUrl(request, publicUrl)).hostname;
}
