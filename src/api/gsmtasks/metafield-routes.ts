/** `/metafields/`: definitions of metafields. Each has a name that is its own. */
import type { FastifyInstance } from 'fastify';
import type { Metafield, Resource } from '../../model/resources.ts';
import { fault, sendFaults, sendNotFound } from '../rest/faults.ts';
import { type FieldReader, flag, list, oneOf, readFields, type Sent, text, unfit } from '../rest/fields.ts';
import { instantText, reference } from '../rest/wire.ts';
import { accountFault, type IdParams, type Listing, readById, sendKept, sendListing } from './collections.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { type Links, linksOf } from './links.ts';
import { NAME_FORM } from './metafield-values.ts';

const VALUE_TYPES = ['string', 'integer', 'decimal', 'choice', 'link', 'assignee', 'json', 'multiselect'] as const;
const SUBJECTS = ['tasks', 'routes', 'contact_addresses'] as const;
const NAMESPACE_DEFAULT = 'gsmtasks';
const CHOICES_MAX = 500;

const name: FieldReader<string> = {
  schema: { type: 'string', pattern: NAME_FORM.source },
  read: (value) => {
    return typeof value === 'string' && NAME_FORM.test(value)
      ? { value }
      : unfit(value, 'a to z, 0 to 9 and _, 1 to 20');
  },
};

/** Settings that are for those who show it. */
const FLAGS = {
  is_required: flag,
  is_required_before_complete: flag,
  is_editable: flag,
  is_editable_assignee: flag,
  show_in_list_view: flag,
  show_in_detail_view: flag,
  show_in_pod: flag,
  show_when_task_expanded: flag,
};

const FIELDS = {
  account: reference('accounts'),
  namespace: name,
  key: name,
  value_type: oneOf(VALUE_TYPES),
  label: text(40),
  choices: list(text(200), CHOICES_MAX),
  is_searchable: flag,
  applies_to: oneOf(SUBJECTS),
  ...FLAGS,
};

const REQUIRED = ['account', 'key'] as const;

/** As a definition is that says no more than its name. */
const EXTRA_DEFAULTS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.keys(FLAGS).map((flagName) => [flagName, false])),
  is_editable: true,
  choices: [],
  applies_to: 'tasks',
};

const LISTING: Listing<'metafield'> = {
  kind: 'metafield',
  collection: 'metafields',
  fields: {
    namespace: { type: 'text', of: ({ body }) => body.namespace },
    key: { type: 'text', of: ({ body }) => body.key },
    value_type: { type: 'text', of: ({ body }) => body.valueType },
    applies_to: { type: 'text', of: ({ body }) => String(body.extra['applies_to'] ?? '') },
    is_searchable: { type: 'flag', of: ({ body }) => body.isSearchable },
  },
  searched: ({ body }) => [fieldName(body), body.label],
  orders: { label: ({ body }) => body.label, key: ({ body }) => body.key },
};

const NEW: Metafield = {
  namespace: NAMESPACE_DEFAULT,
  key: '',
  valueType: 'string',
  label: '',
  isSearchable: false,
  extra: EXTRA_DEFAULTS,
};

export function addMetafieldRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const url = '/metafields/';

  app.get(url, asking('tasks:read', { summary: 'Lists the definitions of metafields' }), (request, reply) => {
    const wire = wireWith(desk, linksOf(request, desk.publicUrl));
    return sendListing(request, reply, desk, LISTING, (metafields) => metafields.map(wire));
  });

  app.get<{ Params: IdParams }>(
    `${url}:id/`,
    asking('tasks:read', { summary: 'Reads the definition of a metafield' }),
    async (request, reply) => {
      const metafield = readById(desk, 'metafield', request.params);
      return metafield === null ? sendNotFound(reply) : wireWith(desk, linksOf(request, desk.publicUrl))(metafield);
    },
  );

  app.post(url, asking('task_update', { summary: 'Defines a metafield' }), async (request, reply) => {
    const read = readFields(request.body, FIELDS, REQUIRED);
    if ('faults' in read) return sendFaults(reply, read.faults);
    const body = bodyOf(NEW, read.value);
    const faults = accountFault(desk, read.value.account) ?? takenFault(body, null);
    if (faults !== null) return sendFaults(reply, faults);
    const outcome = operations.createResource('metafield', { externalId: fieldName(body), body });
    return sendKept(reply, 201, outcome, wireWith(desk, linksOf(request, desk.publicUrl)));
  });

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: `${url}:id/`,
      ...asking('task_update', { summary: 'Changes the definition of a metafield' }),
      handler: async (request, reply) => {
        const metafield = readById(desk, 'metafield', request.params);
        if (metafield === null) return sendNotFound(reply);
        const read = readFields(request.body, FIELDS, method === 'PUT' ? REQUIRED : []);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const body = bodyOf(metafield.body, read.value);
        const faults = accountFault(desk, read.value.account) ?? takenFault(body, metafield.uuid);
        if (faults !== null) return sendFaults(reply, faults);
        const outcome = operations.updateResource('metafield', metafield.uuid, body, fieldName(body));
        return sendKept(reply, 200, outcome, wireWith(desk, linksOf(request, desk.publicUrl)));
      },
    });
  }

  app.delete<{ Params: IdParams }>(
    `${url}:id/`,
    asking('task_update', { summary: 'Ends the definition of a metafield; values stay' }),
    async (request, reply) => {
      const metafield = readById(desk, 'metafield', request.params);
      if (metafield === null) return sendNotFound(reply);
      operations.deleteResource('metafield', metafield.uuid);
      return reply.code(204).send();
    },
  );

  /** A definition is found by its name, which stands for its external id. */
  function takenFault(body: Metafield, uuid: string | null) {
    const holder = operations.namedResource('metafield', fieldName(body));
    const isTaken = holder !== null && holder.uuid !== uuid;
    return isTaken ? fault('key', `There is a metafield ${fieldName(body)} already.`) : null;
  }
}

function fieldName({ namespace, key }: Metafield): string {
  return `${namespace}:${key}`;
}

function bodyOf(before: Metafield, sent: Sent<typeof FIELDS>): Metafield {
  const { account: _, namespace, key, value_type, label, is_searchable, ...extra } = sent;
  return {
    namespace: namespace ?? before.namespace,
    key: key ?? before.key,
    valueType: value_type ?? before.valueType,
    label: label ?? before.label,
    isSearchable: is_searchable ?? before.isSearchable,
    extra: { ...before.extra, ...extra },
  };
}

function wireWith({ operations }: GsmtasksDesk, links: Links): (metafield: Resource<'metafield'>) => object {
  const account = links('accounts', operations.accountUuid());
  return ({ uuid: id, createdMs, modifiedMs, body }) => ({
    id,
    url: links('metafields', id),
    account,
    namespace: body.namespace,
    key: body.key,
    field_name: fieldName(body),
    value_type: body.valueType,
    label: body.label,
    is_searchable: body.isSearchable,
    ...body.extra,
    created_at: instantText(createdMs),
    updated_at: instantText(modifiedMs),
  });
}
