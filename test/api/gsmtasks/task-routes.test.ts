/** GSMtasks' tasks: made, read, changed; what other dialects say of them stays. */
import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { TEMPLATE } from '../navixy/form-sample.ts';
import { misshapen, NAVIXY_TASK, TaskKit } from './task-kit.ts';

const ID = '6f0c3e6a-1111-4000-8000-00000000abcd';
const NOBODY = '6f0c3e6a-2222-4000-8000-000000000000';
const NOW = '2026-03-01T12:00:00.000000Z';
const AT = { type: 'Point', coordinates: [24.745, 59.437] };

/** Every field that may be written, as it comes back. */
const FULL = {
  external_id: 'crm-17',
  reference: 'A-100',
  barcodes: ['4006381333931', 'x'],
  category: 'service',
  auto_assign: true,
  description: 'Deliver package to reception\nSecond floor',
  complete_after: '2026-03-02T08:00:00.000000Z',
  complete_before: '2026-03-02T10:00:00.000000Z',
  scheduled_time: '2026-03-02T09:00:00.250000Z',
  position: 1_772_438_400.5,
  priority: -3,
  duration: '1 02:15:00',
  size: [3, 1],
  form_default_values: { '5': { floor: 'second' } },
  documents: ['https://files.example/1.pdf'],
  signatures: ['https://files.example/2.png'],
  metafields: { 'crm:colour': 'red', 'crm:deep': { list: [1, null, { x: 'ä' }] }, 'gsmtasks:n': 0 },
  contact: {
    name: 'John Doe',
    company: 'Example',
    phones: ['+44 1632 960167'],
    emails: ['j@example.com'],
    notes: 'Ring',
  },
  signers: [{ name: 'Jane', company: '', phones: [], emails: [], notes: '' }],
};

describe('POST /tasks/', () => {
  it("takes the request of the vendor's page, and answers all keys", async () => {
    const kit = new TaskKit();
    const { status, body, headers } = await kit.gsm('POST', '/tasks/', {
      account: kit.account,
      category: 'drop_off',
      address: { raw_address: '381 Queen Street, London, SW85 1GX' },
      contact: {
        name: 'John Doe',
        company: 'Example Company',
        emails: ['john@example.com'],
        phones: ['+44 1632 960167'],
      },
      complete_after: '2022-01-01T14:00:00Z',
      complete_before: '2022-01-01T16:00:00Z',
      description: 'Deliver package to reception',
    });
    expect([status, headers['location']]).toEqual([201, body.url]);
    expect(misshapen(body)).toEqual([]);
    expect(body).toMatchObject({
      url: kit.url('tasks', body.id),
      account: kit.account,
      state: 'unassigned',
      category: 'drop_off',
      address: {
        raw_address: '381 Queen Street, London, SW85 1GX',
        formatted_address: '381 Queen Street, London, SW85 1GX',
        location: null,
        geocode_failed_at: NOW,
      },
      contact: { name: 'John Doe', phones: ['+44 1632 960167'], notes: '' },
      complete_after: '2022-01-01T14:00:00.000000Z',
      complete_before: '2022-01-01T16:00:00.000000Z',
      calendar_time: '2022-01-01T14:00:00.000000Z',
      assignee: null,
      order: null,
      position: null,
      issues: ['The address could not be found on the map.'],
      created_by: kit.url('users', kit.operations.userOfKey('api-key')),
      created_at: NOW,
      updated_at: NOW,
    });
  });

  it('asks for no more than the account', async () => {
    const kit = new TaskKit();
    const task = await kit.made();
    expect(misshapen(task)).toEqual([]);
    expect(task).toMatchObject({
      state: 'unassigned',
      category: 'assignment',
      metafields: {},
      issues: [],
      reference: '',
    });
    expect(task).toMatchObject({ complete_after: null, complete_before: null, calendar_time: null });
  });

  it('gives every field back as it was written', async () => {
    const kit = new TaskKit();
    const assignee = await kit.worker('Van');
    const { id } = await kit.made({ ...FULL, id: ID, assignee, address: { raw_address: 'Pikk 5', location: AT } });
    const task = await kit.seen(ID);
    expect(task).toMatchObject({ ...FULL, id, assignee, state: 'assigned' });
    expect(task.metafields).toEqual({ ...FULL.metafields, 'navixy:radius': 150 });
    expect(task.address).toMatchObject({ location: AT, geocode_failed_at: null });
    expect(task.calendar_time).toBe(FULL.scheduled_time);
  });

  it.each([['pick_up'], ['drop_off'], ['service'], ['assignment'], ['warehouse']])(
    'keeps the category %s in its word',
    async (category) => {
      const kit = new TaskKit();
      expect((await kit.made({ category })).category).toBe(category);
    },
  );

  it('ignores what is only shown', async () => {
    const kit = new TaskKit();
    const shown = {
      state: 'completed',
      completed_at: NOW,
      issues: [1],
      counts: 5,
      url: 'x',
      created_by: 7,
      trackers: {},
    };
    expect((await kit.made({ ...shown, unknown: {} })).state).toBe('unassigned');
  });

  it.each<[string, object, object]>([
    [
      'one phone and one email, as they were once written',
      { phone: '1', email: 'a@b' },
      { phones: ['1'], emails: ['a@b'] },
    ],
    ['the lists where there are both', { phone: '1', phones: ['2'] }, { phones: ['2'] }],
  ])('takes %s', async (_name, contact, expected) => {
    const kit = new TaskKit();
    expect((await kit.made({ contact })).contact).toMatchObject(expected);
  });

  it('takes a position as an instant', async () => {
    const kit = new TaskKit();
    expect((await kit.made({ position: '2026-03-01T00:00:00Z' })).position).toBe(1_772_323_200);
  });

  it('takes a worker by URL, path, UUID and e-mail', async () => {
    const kit = new TaskKit();
    const assignee = await kit.worker('Van');
    const uuid = assignee.split('/').at(-2)!;
    const profile = { phone: null, photo: null, vehicleType: 'car', firstName: null, lastName: null } as const;
    kit.store.resources.create('profile', {
      ...{ uuid, externalId: null, nowMs: NOW_MS, body: { ...profile, email: 'Van@Example.com' } },
    });
    const ways = [assignee, `/users/${uuid}/`, uuid, { email: 'van@example.com' }, { email: 'tracker-1@gateway' }];
    for (const way of ways) expect((await kit.made({ assignee: way })).assignee).toBe(assignee);
  });

  it.each<[string, (kit: TaskKit) => object, object]>([
    ['no account', () => ({ account: undefined }), { account: expect.anything() }],
    ['another account', (kit) => ({ account: kit.url('accounts', NOBODY) }), { account: expect.anything() }],
    ['an id that is none', () => ({ id: '17' }), { id: expect.anything() }],
    ['an unknown assignee', (kit) => ({ assignee: kit.url('users', NOBODY) }), { assignee: expect.anything() }],
    ['an unknown e-mail', () => ({ assignee: { email: 'no@one' } }), { assignee: expect.anything() }],
    ['an unknown order', (kit) => ({ order: kit.url('orders', NOBODY) }), { order: expect.anything() }],
    ['an unknown route', () => ({ route: NOBODY }), { route: expect.anything() }],
    ['an unknown contact address', () => ({ contact_address: NOBODY }), { contact_address: expect.anything() }],
    [
      'a contact address that nobody calls so',
      () => ({ contact_address_external_id: 'x' }),
      { contact_address_external_id: expect.anything() },
    ],
    ['a word that is no category', () => ({ category: 'picnic' }), { category: expect.anything() }],
    [
      'a latitude of 91',
      () => ({ address: { location: { type: 'Point', coordinates: [0, 91] } } }),
      { address: { location: expect.anything() } },
    ],
    [
      'a window that ends before it begins',
      () => ({ complete_after: '2026-03-02T00:00:00Z', complete_before: '2026-03-01T23:59:59Z' }),
      { complete_before: expect.anything() },
    ],
    [
      'an unknown tag',
      () => ({ metafields: { 'navixy:tags': [9] } }),
      { metafields: { 'navixy:tags': expect.anything() } },
    ],
    [
      'a radius of nothing',
      () => ({ metafields: { 'navixy:radius': 0 } }),
      { metafields: { 'navixy:radius': expect.anything() } },
    ],
    ['a key of no namespace', () => ({ metafields: { colour: 'red' } }), { metafields: expect.anything() }],
    [
      'a metafield too long',
      () => ({ metafields: { 'a:b': 'x'.repeat(20_001) } }),
      { metafields: { 'a:b': expect.anything() } },
    ],
    ['too many metafields', () => ({ metafields: numbered(101) }), { metafields: expect.anything() }],
    [
      'several at once',
      () => ({ priority: 'high', size: {} }),
      { priority: expect.anything(), size: expect.anything() },
    ],
  ])('refuses %s', async (_name, fields, faults) => {
    const kit = new TaskKit();
    const { status, body } = await kit.gsm('POST', '/tasks/', { account: kit.account, ...fields(kit) });
    expect([status, body]).toEqual([400, faults]);
    expect(await kit.operations.countTasks()).toBe(0);
  });

  it('refuses an id twice, also at the same time, and goes on with what is fine', async () => {
    const kit = new TaskKit();
    const body = { account: kit.account, id: ID, address: { location: AT } };
    const answers = await Promise.all([kit.gsm('POST', '/tasks/', body), kit.gsm('POST', '/tasks/', body), kit.made()]);
    expect(
      answers
        .slice(0, 2)
        .map(({ status }) => status)
        .sort(),
    ).toEqual([201, 400]);
    expect(await kit.gsm('POST', '/tasks/', body)).toMatchObject({ status: 400, body: { id: expect.anything() } });
    expect(await kit.operations.countTasks()).toBe(1);
  });

  it('refuses a blocked worker, and a key without the right', async () => {
    const kit = new TaskKit();
    const assignee = await kit.worker('Van');
    await kit.operations.editTracker(1, { isBlocked: true });
    expect(await kit.gsm('POST', '/tasks/', { account: kit.account, assignee })).toMatchObject({
      ...{ status: 400, body: { assignee: [expect.stringContaining('blocked')] } },
    });
    const payload = { account: kit.account };
    const asked = (...scopes: string[]) => kit.gsm('POST', '/tasks/', payload, { key: kit.key(...scopes) });
    expect([(await asked('tasks:read')).status, (await asked('tasks:write')).status]).toEqual([403, 201]);
  });

  it('copies a contact address, unless there is another', async () => {
    const kit = new TaskKit();
    const contact = { name: 'Depot', company: '', phones: [], emails: [], notes: '' };
    const address = { text: 'Lai 1', parts: null, point: { latDeg: 59.44, lonDeg: 24.74 }, geocoding: null };
    const entry = { contact, address, isOrderer: false, isReceiver: true, source: '', metafields: {} };
    kit.store.resources.create('contact_address', { uuid: ID, externalId: 'depot', nowMs: NOW_MS, body: entry });
    const linked = { contact_address: kit.url('contact_addresses', ID), contact_address_external_id: 'depot' };
    const byName = await kit.made({ contact_address_external_id: 'depot' });
    expect(byName).toMatchObject({
      ...linked,
      contact,
      address: { raw_address: 'Lai 1', location: { coordinates: [24.74, 59.44] } },
    });
    const other = await kit.made({
      contact_address: ID,
      contact: { name: 'Jane' },
      address: { raw_address: 'Pikk 5' },
    });
    expect(other).toMatchObject({
      ...linked,
      contact: { name: 'Jane' },
      address: { raw_address: 'Pikk 5', location: null },
    });
    const { id } = await kit.patched(other, { contact_address: null });
    const free = { contact_address: null, contact_address_external_id: null, contact: { name: 'Jane' } };
    expect(await kit.seen(id)).toMatchObject(free);
  });

  it('names who ordered it', async () => {
    const kit = new TaskKit();
    const orderer = { name: '', company: 'Shop', phones: [], emails: [], notes: '' };
    const body = { reference: '', description: '', orderer, isAutoAssigned: false, createdBy: null };
    kit.store.resources.create('order', { uuid: ID, externalId: null, nowMs: NOW_MS, body });
    const contact = { name: 'John' };
    const order = kit.url('orders', ID);
    expect(await kit.made({ order, contact })).toMatchObject({ order, orderer_name: 'Shop' });
    expect((await kit.made({ contact })).orderer_name).toBe('John');
  });
});

describe('POST /tasks/ of a list', () => {
  it('makes them in order', async () => {
    const kit = new TaskKit();
    const bodies = ['a', 'b', 'c'].map((reference) => ({ account: kit.account, reference }));
    const { status, body } = await kit.gsm('POST', '/tasks/', bodies);
    expect([status, body.map((task: { reference: string }) => task.reference)]).toEqual([201, ['a', 'b', 'c']]);
    expect(body.flatMap(misshapen)).toEqual([]);
    const numbers = body.map(({ id }: { id: string }) => kit.operations.taskOfUuid(id)!.id);
    expect(numbers).toEqual([1, 2, 3]);
  });

  it('makes none where one is wrong, and says which', async () => {
    const kit = new TaskKit();
    const good = { account: kit.account, address: { location: AT } };
    const bodies = [good, { ...good, priority: 'x' }, 7, { ...good, id: ID }, { ...good, id: ID }];
    const { status, body } = await kit.gsm('POST', '/tasks/', bodies);
    expect(status).toBe(400);
    expect(body.map(Object.keys)).toEqual([[], ['priority'], ['non_field_errors'], [], ['id']]);
    expect(await kit.operations.countTasks()).toBe(0);
  });

  it('takes a thousand, none, and not one more', async () => {
    const kit = new TaskKit();
    const many = (count: number) => Array.from({ length: count }, () => ({ account: kit.account }));
    expect((await kit.gsm('POST', '/tasks/', many(1000))).body.length).toBe(1000);
    expect(await kit.gsm('POST', '/tasks/', [])).toMatchObject({ status: 201, body: [] });
    expect(await kit.gsm('POST', '/tasks/', many(1001))).toMatchObject({
      status: 400,
      body: { non_field_errors: [expect.anything()] },
    });
  });
});

describe('a title for Navixy', () => {
  it.each<[string, object, string]>([
    ['its reference', { reference: 'A-1', contact: { name: 'John' } }, 'A-1'],
    ['its contact', { contact: { name: 'John\nDoe', company: 'X' }, address: { raw_address: 'Pikk 5' } }, 'John Doe'],
    ["its contact's company", { contact: { company: 'X' } }, 'X'],
    ['its address', { address: { raw_address: 'Pikk 5' } }, 'Pikk 5'],
    ['no more than a task', { contact: { name: ' \n ' } }, 'Task'],
    ['as its metafield says', { reference: 'A-1', metafields: { 'navixy:label': 'Mine' } }, 'Mine'],
    ['cut, but not within a character', { address: { raw_address: `${'x'.repeat(199)}😀y` } }, `${'x'.repeat(199)}😀`],
  ])('is %s', async (_name, fields, label) => {
    const kit = new TaskKit();
    const { id } = await kit.made(fields);
    expect(kit.operations.taskOfUuid(id)!.text.label).toBe(label);
  });

  it('follows what it is made of, until somebody gives it', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ reference: 'A-1' });
    const label = () => kit.operations.taskOfUuid(task.id)!.text.label;
    await kit.patched(task, { reference: 'A-2' });
    expect(label()).toBe('A-2');
    await kit.patched(task, { metafields: { 'navixy:label': 'Mine' } });
    await kit.patched(task, { reference: 'A-3' });
    expect(label()).toBe('Mine');
    await kit.patched(task, { metafields: { 'navixy:label': null } });
    expect(label()).toBe('A-3');
  });
});

describe('/tasks/{id}/', () => {
  it('is not found, or not to be deleted, or not without a right', async () => {
    const kit = new TaskKit();
    const { id } = await kit.made();
    const statuses = [
      await kit.gsm('GET', `/tasks/${NOBODY}/`),
      await kit.gsm('PATCH', '/tasks/17/', {}),
      await kit.gsm('PUT', `/tasks/${NOBODY}/`, { account: kit.account }),
      await kit.gsm('DELETE', `/tasks/${id}/`),
      await kit.gsm('GET', `/tasks/${id}`),
      await kit.gsm('GET', `/tasks/${id.toUpperCase()}/`),
      await kit.gsm('GET', `/tasks/${id}/`, undefined, { key: kit.key('trackers:read') }),
      await kit.gsm('PATCH', `/tasks/${id}/`, {}, { key: kit.key('tasks:read') }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 405, 200, 200, 403, 403]);
    expect((await kit.gsm('DELETE', `/tasks/${id}/`)).headers['allow']).toBe('GET, PUT, PATCH');
  });

  it('changes no more than what a PATCH says', async () => {
    const kit = new TaskKit();
    const before = await kit.made({ ...FULL, address: { raw_address: 'Pikk 5', location: AT, city: 'Tallinn' } });
    kit.nowMs += 5000;
    const after = await kit.patched(before, { description: 'Updated', complete_before: '2026-03-02T18:00:00Z' });
    expect(after).toEqual({
      ...before,
      description: 'Updated',
      complete_before: '2026-03-02T18:00:00.000000Z',
      updated_at: '2026-03-01T12:00:05.000000Z',
    });
  });

  it('merges objects on PATCH, and replaces them on PUT', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ ...FULL, address: { raw_address: 'Pikk 5', location: AT, city: 'Tallinn' } });
    const sent = { contact: { name: 'Jane' }, address: { street: 'Pikk' }, metafields: { 'crm:colour': 'blue' } };
    const patched = await kit.patched(task, sent);
    expect(patched.contact).toEqual({ ...FULL.contact, name: 'Jane' });
    expect(patched.address).toMatchObject({ raw_address: 'Pikk 5', street: 'Pikk', city: 'Tallinn', location: AT });
    expect(patched.metafields).toEqual({ ...FULL.metafields, 'crm:colour': 'blue', 'navixy:radius': 150 });
    const put = await kit.put(task, { account: kit.account, ...sent });
    expect(put.contact).toEqual({ name: 'Jane', company: '', phones: [], emails: [], notes: '' });
    expect(put.address).toMatchObject({ street: 'Pikk', city: '', location: AT });
    expect(put.metafields).toEqual({ 'crm:colour': 'blue', 'navixy:radius': 150 });
    expect(put.reference).toBe(FULL.reference);
    expect((await kit.gsm('PUT', `/tasks/${task.id}/`, {})).body).toEqual({ account: [expect.anything()] });
  });

  it.each<[string, object]>([
    ['a full one', { ...FULL, address: { raw_address: 'Pikk 5', location: AT } }],
    ['an empty one', {}],
    ['one at an address that nobody finds', { address: { raw_address: 'Pikk 5' } }],
  ])('is as it was when %s is put back as it was shown', async (_name, fields) => {
    const kit = new TaskKit();
    const before = await kit.made(fields);
    kit.nowMs += 5000;
    expect(await kit.put(before, before)).toEqual(before);
    const { num, id } = await kit.navixyTask();
    const shown = await kit.seen(id);
    kit.nowMs += 5000;
    expect(await kit.put(shown, shown)).toEqual(shown);
    expect((await kit.do('task/read', { task_id: num })).value).toMatchObject({ label: NAVIXY_TASK.label });
  });

  it('takes values away with null', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ ...FULL, assignee: await kit.worker('Van') });
    const nulls = Object.fromEntries(
      ['external_id', 'complete_after', 'complete_before', 'scheduled_time', 'position', 'duration', 'size'].map(
        (name) => [name, null],
      ),
    );
    expect(await kit.patched(task, { ...nulls, assignee: null })).toMatchObject({
      ...nulls,
      assignee: null,
      state: 'unassigned',
    });
  });

  it('loses its place with another address, and finds its size again', async () => {
    const kit = new TaskKit();
    const sized = { 'navixy:radius': 400 };
    const task = await kit.made({ address: { raw_address: 'Pikk 5', location: AT }, metafields: sized });
    const zone = () => kit.operations.taskOfUuid(task.id)!.terms.zone;
    expect(zone()).toEqual({ latDeg: 59.437, lonDeg: 24.745, radiusM: 400 });
    const lost = await kit.patched(task, { address: { raw_address: 'Lai 1' } });
    expect([zone(), lost.metafields]).toEqual([null, sized]);
    expect(lost.address).toMatchObject({ location: null, formatted_address: 'Lai 1', geocode_failed_at: NOW });
    const found = await kit.patched(task, { address: { location: AT } });
    expect([zone()?.radiusM, found.metafields, found.issues]).toEqual([400, sized, []]);
    await kit.patched(task, { metafields: { 'navixy:radius': null } });
    expect(zone()?.radiusM).toBe(150);
  });

  it('has open ends where nobody set them: shown to Navixy, and no more than shown', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ address: { location: AT } });
    const terms = () => kit.operations.taskOfUuid(task.id)!.terms;
    expect(terms()).toMatchObject({ fromMs: NOW_MS, toMs: NOW_MS + 86_400_000, openEnds: 'both' });
    const promised = '2026-03-05T00:00:00.000000Z';
    const shown = await kit.patched(task, { metafields: { 'track:commited_eta': promised } });
    expect(shown.metafields['track:commited_eta']).toBe(promised);
    expect(terms()).toMatchObject({ toMs: Date.UTC(2026, 2, 5), openEnds: 'both' });
    await kit.patched(task, { complete_after: '2026-03-06T00:00:00Z' });
    expect(terms()).toMatchObject({ fromMs: Date.UTC(2026, 2, 6), toMs: Date.UTC(2026, 2, 6), openEnds: 'to' });
    await kit.patched(task, { complete_before: '2026-03-07T00:00:00Z' });
    expect(terms().openEnds).toBeUndefined();
    const inverted = await kit.gsm('PATCH', `/tasks/${task.id}/`, { complete_before: '2026-03-05T23:00:00Z' });
    expect(inverted).toMatchObject({ status: 400, body: { complete_before: [expect.anything()] } });
  });
});

describe('the assignee', () => {
  it('is given, changed and taken by PATCH, through the machine', async () => {
    const kit = new TaskKit();
    const [van, truck] = [await kit.worker('Van'), await kit.worker('Truck')];
    const task = await kit.made();
    expect(await kit.patched(task, { assignee: van, position: 5 })).toMatchObject({
      assignee: van,
      state: 'assigned',
      position: 5,
    });
    await kit.did('accept', task);
    expect(await kit.patched(task, { assignee: van })).toMatchObject({ assignee: van, state: 'accepted' });
    expect(await kit.patched(task, { assignee: truck })).toMatchObject({ assignee: truck, state: 'assigned' });
    expect(await kit.patched(task, { assignee: null })).toMatchObject({ assignee: null, state: 'unassigned' });
  });

  it.each<[string, (kit: TaskKit) => Promise<object>]>([
    ['is of a completed task', async (kit) => ({ assignee: await kit.worker('Truck'), description: 'B' })],
    ['does not exist', async (kit) => ({ assignee: kit.url('users', NOBODY), description: 'B' })],
  ])('that %s changes nothing, and nothing else with it', async (_name, fields) => {
    const kit = new TaskKit();
    const task = await kit.made({ description: 'A', assignee: await kit.worker('Van') });
    await kit.did('complete', task);
    const { status } = await kit.gsm('PATCH', `/tasks/${task.id}/`, await fields(kit));
    expect([status, (await kit.seen(task.id)).description]).toEqual([400, 'A']);
  });

  it('of a failed task is assigned anew, in one go with a later end', async () => {
    const kit = new TaskKit();
    const [van, truck] = [await kit.worker('Van'), await kit.worker('Truck')];
    const task = await kit.made({ assignee: van, complete_before: '2026-03-01T13:00:00Z', address: { location: AT } });
    await kit.did('fail', task);
    kit.nowMs += 2 * 3_600_000;
    expect((await kit.gsm('PATCH', `/tasks/${task.id}/`, { assignee: truck })).status).toBe(400);
    const complete_before = '2026-03-03T13:00:00.000000Z';
    const wish = { assignee: truck, complete_before };
    expect(await kit.patched(task, wish)).toMatchObject({ ...wish, state: 'assigned' });
  });
});

describe('a finished task', () => {
  it('takes another text, and no other window or place', async () => {
    const kit = new TaskKit();
    const task = await kit.made({
      assignee: await kit.worker('Van'),
      address: { raw_address: 'Pikk 5', location: AT },
    });
    const done = await kit.did('complete', task);
    expect(done).toMatchObject({ state: 'completed', completed_at: NOW, cancelled_at: null, actions: {} });
    expect(await kit.patched(task, { description: 'Done', metafields: { 'a:b': 1 } })).toMatchObject({
      description: 'Done',
    });
    for (const fields of [
      { complete_before: NOW },
      { address: { raw_address: 'Lai 1' } },
      { metafields: { 'navixy:min_stay': 5 } },
    ]) {
      const { status, body } = await kit.gsm('PATCH', `/tasks/${task.id}/`, { ...fields, description: 'Never' });
      expect([status, Object.keys(body)]).toEqual([400, ['non_field_errors']]);
    }
    const shown = await kit.seen(task.id);
    expect(shown.description).toBe('Done');
    expect(await kit.put(task, shown)).toEqual(shown);
  });

  it('keeps the window that nobody changes, also where its creation is dated later', async () => {
    const kit = new TaskKit();
    const assignee = await kit.worker('Van');
    kit.nowMs += 5000;
    await kit.made();
    // The engine's clock does not follow a clock that is set back.
    kit.nowMs -= 5000;
    const task = await kit.made({ assignee });
    await kit.did('complete', task);
    expect(await kit.patched(task, { description: 'Done' })).toMatchObject({ description: 'Done' });
  });

  it('that Navixy deleted is cancelled here, and stays so', async () => {
    const kit = new TaskKit();
    const { num, id } = await kit.navixyTask();
    await kit.do('task/delete', { task_id: num });
    const task = await kit.seen(id);
    expect(misshapen(task)).toEqual([]);
    expect(task).toMatchObject({ state: 'cancelled', cancelled_at: NOW, actions: {} });
    const tries = [
      await kit.gsm('PATCH', `/tasks/${id}/`, { description: 'x' }),
      await kit.gsm('POST', `/tasks/${id}/cancel/`),
    ];
    for (const { status, body } of tries) expect([status, Object.keys(body)]).toEqual([400, ['non_field_errors']]);
  });
});

describe('what only Navixy can say', () => {
  const said = { max_delay: 30, min_stay_duration: 10, min_arrival_duration: 2, external_id: 'n-1' };

  it('is shown as metafields', async () => {
    const kit = new TaskKit();
    const tag = (await kit.do('tag/create', { tag: { name: 'Cold', color: 'FF0000' } })).id;
    const tracker_id = await kit.tracker('Van');
    const { id } = await kit.navixyTask({ ...said, tags: [tag], tracker_id });
    const task = await kit.seen(id);
    expect(misshapen(task)).toEqual([]);
    expect(task).toMatchObject({
      ...{ external_id: 'n-1', state: 'assigned', category: 'assignment', created_by: null, description: 'Quickly' },
      address: { raw_address: 'Fichtenstrasse 11', location: { coordinates: [7.301086, 51.283546] } },
      complete_after: '2026-03-01T08:00:00.000000Z',
    });
    expect(task.metafields).toEqual({
      'navixy:label': 'Deliver parcels',
      'navixy:radius': 150,
      'navixy:max_delay': 30,
      'navixy:min_stay': 10,
      'navixy:min_arrival': 2,
      'navixy:tags': [tag],
    });
  });

  it('stays when GSMtasks changes something else, and the other way round', async () => {
    const kit = new TaskKit();
    const tag = (await kit.do('tag/create', { tag: { name: 'Cold', color: 'FF0000' } })).id;
    const { num, id } = await kit.navixyTask({ ...said, tags: [tag] });
    await kit.patched(
      { id },
      { contact: { name: 'John' }, metafields: { 'crm:colour': 'red' }, reference: 'R', priority: 4 },
    );
    const value = (await kit.do('task/read', { task_id: num })).value;
    expect(value).toMatchObject({ ...NAVIXY_TASK, ...said, tags: [tag] });
    await kit.do('task/update', { task: { ...NAVIXY_TASK, ...said, id: num, label: 'Other' } });
    const kept = { contact: { name: 'John' }, reference: 'R', priority: 4 };
    expect(await kit.seen(id)).toMatchObject({ ...kept, metafields: { 'crm:colour': 'red', 'navixy:label': 'Other' } });
  });

  it('is written through its metafields, by its own rules', async () => {
    const kit = new TaskKit();
    const tag = (await kit.do('tag/create', { tag: { name: 'Cold', color: 'FF0000' } })).id;
    const { num, id } = await kit.navixyTask();
    const metafields = {
      'navixy:label': 'Named',
      'navixy:radius': 99.5,
      'navixy:max_delay': 15,
      'navixy:min_stay': 5,
      'navixy:min_arrival': 1,
      'navixy:tags': [tag],
      'navixy:f7': 'free',
    };
    const task = await kit.patched(
      { id },
      { metafields: { ...metafields, 'navixy:stay': 9, 'navixy:verdict': 'done' } },
    );
    expect(task.metafields).toEqual(metafields);
    expect((await kit.do('task/read', { task_id: num })).value).toMatchObject({
      ...{ label: 'Named', max_delay: 15, min_stay_duration: 5, min_arrival_duration: 1, tags: [tag] },
      ...{ location: { radius: 99.5, lat: 51.283546 }, fields: { 7: { type: 'text', value: 'free' } } },
    });
    const wrong = { 'navixy:max_delay': -1, 'navixy:tags': [4], 'navixy:label': ' ', 'navixy:f7': {} };
    const { status, body } = await kit.gsm('PATCH', `/tasks/${id}/`, { metafields: wrong });
    expect([status, Object.keys(body.metafields).sort()]).toEqual([
      400,
      ['navixy:f7', 'navixy:label', 'navixy:max_delay'],
    ]);
  });

  it('tells how well it was done, and the stay', async () => {
    const kit = new TaskKit();
    const tracker_id = await kit.tracker('Van');
    const { num, id } = await kit.navixyTask({ tracker_id });
    const spot = { latDeg: 51.283546, lonDeg: 7.301086 };
    await kit.send(tracker_id, [
      { timeMs: NOW_MS - 60_000, ...spot },
      { timeMs: NOW_MS, ...spot },
    ]);
    expect((await kit.do('task/read', { task_id: num })).value.status).toBe('done');
    const task = await kit.seen(id);
    expect(task).toMatchObject({ state: 'completed', completed_at: '2026-03-01T11:59:00.000000Z', issues: [] });
    expect(task.metafields).toMatchObject({ 'navixy:verdict': 'done', 'navixy:stay': expect.any(Number) });
  });

  it('is an issue where a person finished it without a visit', async () => {
    const kit = new TaskKit();
    const { id } = await kit.navixyTask({ tracker_id: await kit.tracker('Van') });
    const task = await kit.did('complete', { id });
    expect(task).toMatchObject({ state: 'completed', issues: ['The address was not visited.'] });
    expect(task.metafields['navixy:verdict']).toBe('faulty');
  });

  it('is a form, and whether it was submitted', async () => {
    const kit = new TaskKit();
    const { id: templateId } = await kit.do('form/template/create', { template: { ...TEMPLATE, label: 'Proof' } });
    const task = { ...NAVIXY_TASK, form_template_id: templateId };
    const { id: num } = await kit.do('task/create', { task, create_form: true });
    const { uuid } = kit.operations.readTask(num)!;
    const shown = await kit.seen(uuid);
    expect(shown.forms).toEqual([{ id: templateId, name: 'Proof', completed: false }]);
    expect(shown.counts).toEqual({ events: null, documents: 0, signatures: 0, forms: 1, forms_completed: 0 });
    await kit.patched(shown, { description: 'x' });
    expect((await kit.do('task/read', { task_id: num })).value.form).toMatchObject({ label: 'Proof' });
  });
});

describe('two at the same time', () => {
  it('both get their way where they change different things', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ contact: { name: 'A' }, metafields: { 'a:a': 1 } });
    await Promise.all([
      kit.patched(task, { description: 'One', metafields: { 'a:b': 2 } }),
      kit.patched(task, { reference: 'Two', metafields: { 'a:c': 3 } }),
      kit.patched(task, { assignee: await kit.worker('Van') }),
    ]);
    expect(await kit.seen(task.id)).toMatchObject({
      ...{ description: 'One', reference: 'Two', state: 'assigned', metafields: { 'a:a': 1, 'a:b': 2, 'a:c': 3 } },
    });
  });
});

function numbered(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`a:k${n}`, n]));
}
