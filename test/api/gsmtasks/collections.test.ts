/** One suite over the collections beside tasks: what holds for each of them. */
import { describe, expect, it } from 'vitest';
import { AroundKit, type Body } from './around-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const CONTACT = { name: 'Ann', phones: ['+49 1'] };
const ADDRESS = { raw_address: 'Quay 4', location: { type: 'Point', coordinates: [13.4, 52.5] } };

interface Collection {
  readonly path: string;
  /** Enough to make one, beside the account. */
  readonly least: (n: number) => Body;
  /** What can be changed, and changes nothing else. */
  readonly change: Body;
  /** Bodies that are refused, and the field at fault. */
  readonly faulty: readonly (readonly [Body, string])[];
  readonly hasOwnIds: boolean;
  readonly isDeletable: boolean;
}

const COLLECTIONS: readonly Collection[] = [
  {
    path: '/orders/',
    least: (n) => ({ reference: `R${n}` }),
    change: { description: 'By the back door', auto_assign: true, orderer: { name: 'Bob', phone: '1' } },
    faulty: [
      [{ reference: 'x'.repeat(101) }, 'reference'],
      [{ tasks: 'all' }, 'tasks'],
      [{ tasks: [NOBODY] }, 'tasks'],
      [{ orderer: 'Bob' }, 'orderer'],
    ],
    hasOwnIds: true,
    isDeletable: false,
  },
  {
    path: '/contact_addresses/',
    least: () => ({ contact: CONTACT, address: ADDRESS }),
    change: { is_orderer: true, source: 'import', metafields: { 'gsmtasks:floor': 3 } },
    faulty: [
      [{ contact: { phones: [1] } }, 'contact'],
      [{ address: { location: { type: 'Point', coordinates: [181, 0] } } }, 'address'],
      [{ metafields: { Floor: 3 } }, 'metafields'],
      [{ is_orderer: 'yes' }, 'is_orderer'],
    ],
    hasOwnIds: true,
    isDeletable: false,
  },
  {
    path: '/routes/',
    least: (n) => ({ code: `R${n}`, name: 'Morning' }),
    change: { description: 'North', start_time: '2026-03-02T06:00:00.000000Z', objective: 'vehicles' },
    faulty: [
      [{ name: 7 }, 'name'],
      [{ objective: 'fame' }, 'objective'],
      [{ assignee: NOBODY }, 'assignee'],
      [{ start_time: '2026-03-02T06:00:00Z', end_time: '2026-03-01T06:00:00Z' }, 'end_time'],
    ],
    hasOwnIds: true,
    isDeletable: true,
  },
  {
    path: '/metafields/',
    least: (n) => ({ key: `field_${n}` }),
    change: { label: 'Floor', is_searchable: true, is_required: true, choices: ['a', 'b'], applies_to: 'routes' },
    faulty: [
      [{ key: 'Floor' }, 'key'],
      [{ value_type: 'colour' }, 'value_type'],
      [{ label: 'x'.repeat(41) }, 'label'],
      [{ choices: 'a' }, 'choices'],
    ],
    hasOwnIds: false,
    isDeletable: true,
  },
];

async function made(kit: AroundKit, { path, least }: Collection, n = 1, more: Body = {}): Promise<Body> {
  const account = await kit.accountUrl();
  const { status, body } = await kit.ask('POST', path, { account, ...least(n), ...more });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
}

describe.each(COLLECTIONS.map((collection) => [collection.path, collection] as const))('%s', (path, collection) => {
  it('makes what is sent, reads it back, and still has it after a restart', async () => {
    const kit = new AroundKit();
    const body = await made(kit, collection);
    const { id } = body;
    expect(body).toMatchObject({ ...collection.least(1), url: `http://localhost:80${path}${id}/` });
    expect(body.created_at).toBe('2026-03-01T12:00:00.000000Z');
    expect(await kit.get(`${path}${id}/`)).toMatchObject({ status: 200, body });
    await kit.restart();
    expect((await kit.get(`${path}${id}`)).body).toEqual(body);
    expect((await kit.get(path)).body).toEqual([body]);
  });

  it('changes what is sent and nothing else', async () => {
    const kit = new AroundKit();
    const before = await made(kit, collection);
    kit.nowMs += 60_000;
    const { status, body } = await kit.ask('PATCH', `${path}${before.id}/`, collection.change);
    expect(status).toBe(200);
    const { orderer: _, ...plain } = collection.change;
    expect(body).toMatchObject(plain);
    const changed = new Set([...Object.keys(collection.change), 'updated_at']);
    const rest = (all: Body) => Object.fromEntries(Object.entries(all).filter(([name]) => !changed.has(name)));
    expect(rest(body)).toEqual(rest(before));
    expect([before.updated_at, body.updated_at]).toEqual([
      '2026-03-01T12:00:00.000000Z',
      '2026-03-01T12:01:00.000000Z',
    ]);
    expect((await kit.get(`${path}${before.id}/`)).body).toEqual(body);
  });

  it('PUT asks for what making one asks for', async () => {
    const kit = new AroundKit();
    const { id } = await made(kit, collection);
    expect((await kit.ask('PUT', `${path}${id}/`, {})).body).toMatchObject({ account: ['This field is required.'] });
    const account = await kit.accountUrl();
    expect((await kit.ask('PUT', `${path}${id}/`, { account, ...collection.least(1) })).status).toBe(200);
  });

  it('ignores what is only shown, and what nobody knows', async () => {
    const kit = new AroundKit();
    const body = await made(kit, collection, 1, { state: 'archived', created_at: 'never', url: 7, nonsense: [] });
    expect(body.created_at).toBe('2026-03-01T12:00:00.000000Z');
    expect(body.state ?? 'active').toBe('active');
  });

  it.each(collection.faulty)('refuses %j', async (faulty, field) => {
    const kit = new AroundKit();
    const { id } = await made(kit, collection);
    const account = await kit.accountUrl();
    const making = await kit.ask('POST', path, { account, ...collection.least(2), ...faulty });
    expect(making).toMatchObject({ status: 400, body: { [field]: expect.anything() } });
    const changing = await kit.ask('PATCH', `${path}${id}/`, faulty);
    expect(changing).toMatchObject({ status: 400, body: { [field]: expect.anything() } });
    expect((await kit.get(path)).body).toHaveLength(1);
  });

  it.each([
    ['no account', (account: string, least: Body) => ({ ...least, account: account && undefined }), 'account'],
    ['another account', (_: string, least: Body) => ({ ...least, account: NOBODY }), 'account'],
    ['a list', (account: string, least: Body) => [{ account, ...least }], 'non_field_errors'],
    ['broken JSON', () => '{"account":', 'detail'],
    ['endless lists', () => `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'detail'],
  ])('with %s is 400', async (_name, payload, field) => {
    const kit = new AroundKit();
    const sent = payload(await kit.accountUrl(), collection.least(1));
    expect(await kit.ask('POST', path, sent)).toMatchObject({ status: 400, body: { [field]: expect.anything() } });
  });

  it.runIf(collection.hasOwnIds)('takes an id that its client brings, once', async () => {
    const kit = new AroundKit();
    const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
    expect((await made(kit, collection, 1, { id: id.toUpperCase() })).id).toBe(id);
    const again = await kit.ask('POST', path, { account: await kit.accountUrl(), ...collection.least(2), id });
    expect(again).toMatchObject({ status: 400, body: { id: [expect.any(String)] } });
  });

  it('lists in pages, newest first if asked, each once, while others are made', async () => {
    const kit = new AroundKit();
    for (let n = 1; n <= 5; n++) {
      kit.nowMs += 1000;
      await made(kit, collection, n);
    }
    const ids = (await kit.get(path)).body.map((each: Body) => each.id);
    expect((await kit.pages(`${path}?page_size=2`)).map((page) => page.length)).toEqual([2, 2, 1]);
    for (const [query, expected] of [
      ['page_size=2', ids],
      ['page_size=2&ordering=-created_at', [...ids].reverse()],
      ['page_size=2&ordering=-updated_at', [...ids].reverse()],
      ['page_size=1&ordering=nonsense', ids],
      ['page_size=2&ordering=external_id', ids],
    ]) {
      const found = (await kit.pages(`${path}?${query}`)).flat().map((each) => each.id);
      expect([query, found]).toEqual([query, expected]);
    }
  });

  it.each([
    ['id', (one: Body) => one.id, 1],
    ['id__in', (one: Body) => `${NOBODY},${one.id}`, 1],
    ['account', (one: Body) => one.account, 2],
    ['account', () => NOBODY, 0],
    ['created_at__gte', () => '2026-03-01T12:01:00Z', 1],
    ['created_at__lt', () => '2026-03-01T14:01:00+02:00', 1],
    ['updated_at__gt', () => '2026-03-01T12:01:00Z', 0],
    ['external_id__isnull', () => 'false', 2],
    ['nonsense', () => 'x', 2],
    ['search', () => 'zzz', 0],
    ['search', () => '', 2],
  ])('filters by %s', async (name, textOf, count) => {
    const kit = new AroundKit();
    const one = await made(kit, collection, 1, { external_id: 'E1' });
    kit.nowMs += 60_000;
    await made(kit, collection, 2, { external_id: 'E2' });
    const query = new URLSearchParams({ [name]: textOf(one) });
    // A definition's own name is its key: it has no other.
    const { status, body } = await kit.get(`${path}?${query}`);
    expect([status, body.length]).toEqual([200, count]);
  });

  it.each(['id=7', 'created_at__gte=soon', 'cursor=nonsense', 'page_size=-1', 'external_id__isnull=maybe'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await new AroundKit().get(`${path}?${query}`);
      expect([status, Object.keys(body)]).toEqual([400, [query.split('=')[0]]]);
    },
  );

  it('is unknown by another id, and by what is none', async () => {
    const kit = new AroundKit();
    for (const id of [NOBODY, 'none', '%00']) {
      expect((await kit.get(`${path}${id}/`)).status).toBe(404);
      expect((await kit.ask('PATCH', `${path}${id}/`, {})).status).toBe(404);
    }
  });

  it('needs the right to read, and another to write', async () => {
    const kit = new AroundKit();
    const { id } = await made(kit, collection);
    const reader = kit.key('reader', 'tasks:read');
    expect((await kit.get(path, null)).status).toBe(401);
    expect((await kit.get(path, kit.key('parcel', 'delivery:read'))).status).toBe(403);
    expect((await kit.get(path, reader)).status).toBe(200);
    expect((await kit.ask('POST', path, {}, reader)).status).toBe(403);
    expect((await kit.ask('PATCH', `${path}${id}/`, {}, reader)).status).toBe(403);
  });

  it(collection.isDeletable ? 'is deleted' : 'is not deleted', async () => {
    const kit = new AroundKit();
    const { id } = await made(kit, collection);
    const url = `${path}${id}/`;
    if (!collection.isDeletable) {
      expect((await kit.ask('DELETE', url)).status).toBe(405);
      return;
    }
    expect((await kit.ask('DELETE', url, undefined, kit.key('reader', 'tasks:read'))).status).toBe(403);
    expect((await kit.ask('DELETE', url)).status).toBe(204);
    expect((await kit.ask('DELETE', url)).status).toBe(404);
    expect((await kit.get(path)).body).toEqual([]);
  });
});

describe('metafields', () => {
  it('have a name of their own in their namespace', async () => {
    const kit = new AroundKit();
    const account = await kit.accountUrl();
    const metafield = { account, key: 'floor', namespace: 'house' };
    const { body } = await kit.ask('POST', '/metafields/', metafield);
    expect(body.field_name).toBe('house:floor');
    expect(await kit.ask('POST', '/metafields/', metafield)).toMatchObject({
      status: 400,
      body: { key: [expect.any(String)] },
    });
    const other = (await kit.ask('POST', '/metafields/', { account, key: 'floor' })).body;
    expect(other.field_name).toBe('gsmtasks:floor');
    expect((await kit.ask('PATCH', `/metafields/${other.id}/`, { namespace: 'house' })).status).toBe(400);
    expect((await kit.ask('PATCH', `/metafields/${body.id}/`, { key: 'floor' })).status).toBe(200);
    expect((await kit.ask('PATCH', `/metafields/${body.id}/`, { key: 'level' })).body.field_name).toBe('house:level');
    expect((await kit.ask('PATCH', `/metafields/${other.id}/`, { namespace: 'house' })).status).toBe(200);
  });
});

describe('contact addresses', () => {
  it('keep the parts of contact and address that a change does not say', async () => {
    const kit = new AroundKit();
    const account = await kit.accountUrl();
    const { id } = (await kit.ask('POST', '/contact_addresses/', { account, contact: CONTACT, address: ADDRESS })).body;
    const { body } = await kit.ask('PATCH', `/contact_addresses/${id}/`, {
      contact: { notes: 'Ring twice' },
      address: { apartment_number: '4' },
    });
    expect(body.contact).toMatchObject({ ...CONTACT, notes: 'Ring twice' });
    expect(body.address).toMatchObject({ ...ADDRESS, apartment_number: '4' });
  });
});
