/** `/orders/`: tasks of one purchase. An order has no state of its own, and is never deleted. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Order, Resource } from '../../model/resources.ts';
import { isOpen, type Task } from '../../model/task.ts';
import { type Faults, fault, sendFaults, sendNotFound } from '../rest/faults.ts';
import { type FieldReader, flag, list, nullable, readFields, type Sent, text } from '../rest/fields.ts';
import { instantText, reference, uuid } from '../rest/wire.ts';
import { accountFault, type IdParams, type Listing, readById, sendListing, sendUnkept } from './collections.ts';
import { contactReader, contactWire, NO_CONTACT } from './contact.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { linkOrNull, linksOf } from './links.ts';
import { makeMembers, membersFrom, type NewMember } from './order-tasks.ts';
import { sendRefusal } from './refusals.ts';

const TASKS_MAX = 500;
/** Made in one call. */
const NEW_TASKS_MAX = 100;

/** Read as a task later, each by itself. */
const taskBody: FieldReader<unknown> = { schema: { type: 'object' }, read: (value) => ({ value }) };

const FIELDS = {
  id: nullable(uuid),
  account: reference('accounts'),
  external_id: nullable(text(100)),
  reference: text(100),
  description: text(20_000),
  orderer: nullable(contactReader),
  auto_assign: flag,
  tasks: list(reference('tasks'), TASKS_MAX),
  tasks_data: list(taskBody, NEW_TASKS_MAX),
};

type SentOrder = Sent<typeof FIELDS>;

const REQUIRED = ['account'] as const;

const LISTING: Listing<'order'> = {
  kind: 'order',
  collection: 'orders',
  fields: {
    reference: { type: 'text', of: ({ body }) => body.reference },
    created_by: { type: 'uuid', collection: 'users', of: ({ body }) => body.createdBy },
    auto_assign: { type: 'flag', of: ({ body }) => body.isAutoAssigned },
  },
  searched({ externalId, body: { reference: number, description, orderer } }) {
    return [externalId, number, description, orderer?.name ?? '', orderer?.company ?? ''];
  },
  orders: { reference: ({ body }) => body.reference },
};

/** What a body asks of tasks, once all of it has been found to be possible. */
interface Wish {
  readonly joining: readonly Task[];
  readonly leaving: readonly Task[];
  readonly making: readonly NewMember[];
}

export function addOrderRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const url = '/orders/';

  app.get(url, asking('tasks:read', { summary: 'Lists the orders' }), (request, reply) => {
    return sendListing(request, reply, desk, LISTING, (orders) => wiresOf(request, orders));
  });

  app.get<{ Params: IdParams }>(
    `${url}:id/`,
    asking('tasks:read', { summary: 'Reads an order' }),
    async (request, reply) => {
      const order = readById(desk, 'order', request.params);
      return order === null ? sendNotFound(reply) : (await wiresOf(request, [order]))[0];
    },
  );

  app.post(url, asking('task_update', { summary: 'Makes an order, and its tasks' }), async (request, reply) => {
    const read = readFields(request.body, FIELDS, REQUIRED);
    if ('faults' in read) return sendFaults(reply, read.faults);
    const createdBy = callerOf(request);
    const wish = wishOf(read.value, [], createdBy);
    if ('faults' in wish) return sendFaults(reply, wish.faults);
    const { id, external_id: externalId = null } = read.value;
    const body = bodyOf({ ...NEW, createdBy }, read.value);
    const made = operations.createResource('order', { ...(id && { uuid: id }), externalId, body });
    if (made.kind === 'refused') return sendUnkept(reply, made);
    const refused = await carryOut(reply, made.resource.uuid, wish);
    if (refused === null) return reply.code(201).send((await wiresOf(request, [made.resource]))[0]);
    // Nobody has heard of it yet.
    operations.deleteResource('order', made.resource.uuid);
    return refused;
  });

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: `${url}:id/`,
      ...asking('task_update', { summary: 'Changes an order' }),
      handler: async (request, reply) => {
        const order = readById(desk, 'order', request.params);
        if (order === null) return sendNotFound(reply);
        const read = readFields(request.body, FIELDS, method === 'PUT' ? REQUIRED : []);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const members = (await operations.membersOf('order', [order.uuid])).get(order.uuid) ?? [];
        const wish = wishOf(read.value, members, callerOf(request));
        if ('faults' in wish) return sendFaults(reply, wish.faults);
        const refused = await carryOut(reply, order.uuid, wish);
        if (refused !== null) return refused;
        const body = bodyOf(order.body, read.value);
        const kept = operations.updateResource('order', order.uuid, body, read.value.external_id);
        if (kept.kind === 'refused') return sendUnkept(reply, kept);
        return (await wiresOf(request, [kept.resource]))[0];
      },
    });
  }

  function callerOf({ caller }: FastifyRequest): string {
    return operations.userOfKey(caller?.keyName ?? '');
  }

  /** Everything that can be wrong is found before anything is changed. */
  function wishOf(sent: SentOrder, members: readonly Task[], by: string): Wish | { readonly faults: Faults } {
    const faults = accountFault(desk, sent.account);
    if (faults !== null) return { faults };
    const made = membersFrom(sent.tasks_data ?? [], desk, by);
    if ('faults' in made) return { faults: { tasks_data: made.faults } };
    const making = made.value;
    if (sent.tasks === undefined) return { joining: [], leaving: [], making };
    const wanted = new Set(sent.tasks);
    const known = new Set(members.map(({ uuid: member }) => member));
    const joining = sent.tasks.filter((each) => !known.has(each)).map((each) => operations.taskOfUuid(each));
    const leaving = members.filter(({ uuid: member }) => !wanted.has(member));
    if (joining.includes(null)) return { faults: fault('tasks', 'There is no such task.') };
    const tasks = joining as readonly Task[];
    const finished = [...leaving, ...tasks].find(({ facts }) => !isOpen(facts.state));
    if (finished === undefined) return { joining: tasks, leaving, making };
    const words = `Task ${finished.uuid} is ${finished.facts.state}: it stays in the order that it is in.`;
    return { faults: fault('tasks', words) };
  }

  /** null = all of it is done. What was found to be possible and is not by now is told as it is. */
  async function carryOut(reply: FastifyReply, orderUuid: string, wish: Wish): Promise<FastifyReply | null> {
    const refusal = await makeMembers(wish.making, orderUuid, desk);
    if (refusal !== null) return sendRefusal(reply, refusal);
    for (const [tasks, uuidOrNull] of [
      [wish.joining, orderUuid],
      [wish.leaving, null],
    ] as const) {
      for (const task of tasks) {
        const outcome = await operations.join('order', task, uuidOrNull);
        if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
      }
    }
    return null;
  }

  async function wiresOf(request: FastifyRequest, orders: readonly Resource<'order'>[]): Promise<readonly object[]> {
    const links = linksOf(request, desk.publicUrl);
    const account = links('accounts', operations.accountUuid());
    const members = await operations.membersOf(
      'order',
      orders.map((order) => order.uuid),
    );
    return orders.map(({ uuid: id, externalId, createdMs, modifiedMs, body }) => ({
      id,
      url: links('orders', id),
      account,
      external_id: externalId,
      reference: body.reference,
      client: null,
      orderer: contactWire(body.orderer ?? NO_CONTACT),
      tasks: (members.get(id) ?? []).map((task) => links('tasks', task.uuid)),
      documents: [],
      auto_assign: body.isAutoAssigned,
      description: body.description,
      created_by: linkOrNull(links, 'users', body.createdBy),
      recurrence: null,
      created_at: instantText(createdMs),
      updated_at: instantText(modifiedMs),
    }));
  }
}

const NEW: Order = { reference: '', description: '', orderer: null, isAutoAssigned: false, createdBy: null };

function bodyOf(before: Order, sent: SentOrder): Order {
  const { orderer } = sent;
  return {
    reference: sent.reference ?? before.reference,
    description: sent.description ?? before.description,
    orderer: orderer ? { ...NO_CONTACT, ...before.orderer, ...orderer } : orderer === null ? null : before.orderer,
    isAutoAssigned: sent.auto_assign ?? before.isAutoAssigned,
    createdBy: before.createdBy,
  };
}
