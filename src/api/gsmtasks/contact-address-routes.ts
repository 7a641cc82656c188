/** `/contact_addresses/`: the address book. Tasks copy its entries. */
import type { FastifyInstance } from 'fastify';
import type { ContactAddress, Resource } from '../../model/resources.ts';
import { sendFaults, sendNotFound } from '../rest/faults.ts';
import { flag, nullable, readFields, type Sent, text } from '../rest/fields.ts';
import { instantText, reference, uuid } from '../rest/wire.ts';
import { addressReader, addressWire, mergedAddress, NO_ADDRESS } from './address.ts';
import { accountFault, type IdParams, type Listing, readById, sendKept, sendListing } from './collections.ts';
import { contactReader, contactWire, NO_CONTACT } from './contact.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { type Links, linksOf } from './links.ts';
import { metafieldValues } from './metafield-values.ts';

const FIELDS = {
  id: nullable(uuid),
  account: reference('accounts'),
  external_id: nullable(text(100)),
  contact: contactReader,
  address: addressReader,
  is_orderer: flag,
  is_receiver: flag,
  source: text(100),
  metafields: metafieldValues,
};

const REQUIRED = ['account', 'contact', 'address'] as const;

const LISTING: Listing<'contact_address'> = {
  kind: 'contact_address',
  collection: 'contact_addresses',
  fields: {
    source: { type: 'text', of: ({ body }) => body.source },
    is_orderer: { type: 'flag', of: ({ body }) => body.isOrderer },
    is_receiver: { type: 'flag', of: ({ body }) => body.isReceiver },
  },
  searched({ externalId, body: { contact, address } }) {
    return [externalId, contact.name, contact.company, ...contact.phones, ...contact.emails, address.text];
  },
  orders: {},
};

const NEW: ContactAddress = {
  contact: NO_CONTACT,
  address: NO_ADDRESS,
  isOrderer: false,
  isReceiver: false,
  source: '',
  metafields: {},
};

export function addContactAddressRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const url = '/contact_addresses/';

  app.get(url, asking('tasks:read', { summary: 'Lists the address book' }), (request, reply) => {
    const wire = wireWith(desk, linksOf(request, desk.publicUrl));
    return sendListing(request, reply, desk, LISTING, (entries) => entries.map(wire));
  });

  app.get<{ Params: IdParams }>(
    `${url}:id/`,
    asking('tasks:read', { summary: 'Reads an entry of the address book' }),
    async (request, reply) => {
      const entry = readById(desk, 'contact_address', request.params);
      return entry === null ? sendNotFound(reply) : wireWith(desk, linksOf(request, desk.publicUrl))(entry);
    },
  );

  app.post(url, asking('task_update', { summary: 'Adds to the address book' }), async (request, reply) => {
    const read = readFields(request.body, FIELDS, REQUIRED);
    if ('faults' in read) return sendFaults(reply, read.faults);
    const faults = accountFault(desk, read.value.account);
    if (faults !== null) return sendFaults(reply, faults);
    const { id, external_id: externalId = null } = read.value;
    const body = bodyOf(NEW, read.value, desk.now());
    const outcome = operations.createResource('contact_address', { ...(id && { uuid: id }), externalId, body });
    return sendKept(reply, 201, outcome, wireWith(desk, linksOf(request, desk.publicUrl)));
  });

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: `${url}:id/`,
      ...asking('task_update', { summary: 'Changes an entry of the address book' }),
      handler: async (request, reply) => {
        const entry = readById(desk, 'contact_address', request.params);
        if (entry === null) return sendNotFound(reply);
        const read = readFields(request.body, FIELDS, method === 'PUT' ? REQUIRED : []);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const faults = accountFault(desk, read.value.account);
        if (faults !== null) return sendFaults(reply, faults);
        const body = bodyOf(entry.body, read.value, desk.now());
        const outcome = operations.updateResource('contact_address', entry.uuid, body, read.value.external_id);
        return sendKept(reply, 200, outcome, wireWith(desk, linksOf(request, desk.publicUrl)));
      },
    });
  }
}

function bodyOf(before: ContactAddress, sent: Sent<typeof FIELDS>, nowMs: number): ContactAddress {
  return {
    contact: { ...before.contact, ...sent.contact },
    address: sent.address === undefined ? before.address : mergedAddress(before.address, sent.address, nowMs),
    isOrderer: sent.is_orderer ?? before.isOrderer,
    isReceiver: sent.is_receiver ?? before.isReceiver,
    source: sent.source ?? before.source,
    metafields: { ...before.metafields, ...sent.metafields },
  };
}

function wireWith({ operations }: GsmtasksDesk, links: Links): (entry: Resource<'contact_address'>) => object {
  const account = links('accounts', operations.accountUuid());
  return ({ uuid: id, externalId, createdMs, modifiedMs, body }) => ({
    id,
    url: links('contact_addresses', id),
    external_id: externalId,
    account,
    client: null,
    contact: contactWire(body.contact),
    address: addressWire(body.address),
    is_orderer: body.isOrderer,
    is_receiver: body.isReceiver,
    source: body.source,
    metafields: body.metafields,
    created_at: instantText(createdMs),
    updated_at: instantText(modifiedMs),
  });
}
