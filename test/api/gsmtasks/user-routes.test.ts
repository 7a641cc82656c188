import { describe, expect, it } from 'vitest';
import { roleUuid } from '../../../src/api/gsmtasks/user-read.ts';
import { AroundKit } from './around-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

async function fleet() {
  const kit = new AroundKit();
  const ann = await kit.worker('Van 1');
  const bob = await kit.worker('Van 2');
  return { kit, ann, bob };
}

describe('/users/', () => {
  it('are the trackers and those who hold a key', async () => {
    const { kit, ann, bob } = await fleet();
    kit.key('desk', 'tasks:read');
    const { status, body } = await kit.get('/users/');
    expect(status).toBe(200);
    expect(body.map((user: { display_name: string }) => user.display_name)).toEqual([
      'Van 1',
      'Van 2',
      'api-key',
      'desk',
    ]);
    expect(body[0]).toEqual({
      id: ann.uuid,
      url: ann.url,
      first_name: 'Van 1',
      last_name: '',
      display_name: 'Van 1',
      email: `tracker-${ann.id}@localhost`,
      phone: '',
      signature_image: null,
      password_expires_at: null,
    });
    expect((await kit.get(`/users/?id=${bob.uuid}`)).body.map((user: { id: string }) => user.id)).toEqual([bob.uuid]);
  });

  it('come in pages, each user once', async () => {
    const { kit } = await fleet();
    for (let n = 3; n <= 7; n++) await kit.worker(`Van ${n}`);
    const pages = await kit.pages('/users/?page_size=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(new Set(pages.flat().map((user) => user.id)).size).toBe(8);
  });

  it('has the name of the person who has the tracker', async () => {
    const { kit, ann } = await fleet();
    await kit.navixy('employee/create', {
      employee: { tracker_id: ann.id, first_name: 'Ann', last_name: 'Onyme', email: 'ann@example.org', phone: '491' },
    });
    expect((await kit.get(`/users/${ann.uuid}/`)).body).toMatchObject({
      first_name: 'Ann',
      last_name: 'Onyme',
      display_name: 'Ann Onyme',
      email: 'ann@example.org',
      phone: '491',
    });
  });

  it('is changed by PATCH, which keeps what it does not say', async () => {
    const { kit, ann, bob } = await fleet();
    const sent = { first_name: 'Ann', email: 'ann@example.org' };
    expect(await kit.ask('PATCH', `/users/${ann.uuid}/`, sent)).toMatchObject({ status: 200, body: sent });
    expect((await kit.ask('PUT', `/users/${ann.uuid}/`, { phone: '+49 1' })).body).toMatchObject({
      ...sent,
      phone: '+49 1',
    });
    await kit.restart();
    expect((await kit.get(`/users/${ann.uuid}/`)).body).toMatchObject({ ...sent, phone: '+49 1' });
    expect((await kit.get(`/users/${bob.uuid}/`)).body.first_name).toBe('Van 2');
    expect(kit.line.tracker(ann.id)?.label).toBe('Van 1');
  });

  it('never has a longer name than GSMtasks allows, and shows all of it', async () => {
    const kit = new AroundKit();
    const { uuid } = await kit.worker('x'.repeat(60));
    const { body } = await kit.get(`/users/${uuid}/`);
    expect([body.first_name.length, body.display_name.length]).toEqual([30, 60]);
  });

  it.each([
    [{ first_name: 'x'.repeat(31) }, 'first_name'],
    [{ email: 'nobody' }, 'email'],
    [{ phone: 49 }, 'phone'],
  ])('refuses %j', async (payload, field) => {
    const { kit, ann } = await fleet();
    expect(await kit.ask('PATCH', `/users/${ann.uuid}/`, payload)).toMatchObject({
      status: 400,
      body: { [field]: [expect.any(String)] },
    });
  });

  it.each(['GET', 'PATCH', 'PUT'] as const)('%s of nobody is 404', async (method) => {
    const answer = await new AroundKit().ask(method, `/users/${NOBODY}/`, method === 'GET' ? undefined : {});
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
  });

  it('a manager is a key, and is not changed', async () => {
    const { kit } = await fleet();
    const manager = (await kit.get('/users/')).body.at(-1);
    expect((await kit.get(`/users/${manager.id}/`)).body).toEqual(manager);
    expect((await kit.ask('PATCH', `/users/${manager.id}/`, { first_name: 'Boss' })).status).toBe(403);
  });

  it('needs the right to see trackers, and another one to change them', async () => {
    const { kit, ann } = await fleet();
    const reader = kit.key('reader', 'trackers:read');
    expect((await kit.get('/users/', kit.key('clerk', 'delivery:read'))).status).toBe(403);
    expect((await kit.get('/users/', reader)).status).toBe(200);
    expect((await kit.ask('PATCH', `/users/${ann.uuid}/`, {}, reader)).status).toBe(403);
    expect((await kit.ask('PATCH', `/users/${ann.uuid}/`, {}, kit.key('boss', 'trackers:write'))).status).toBe(200);
  });
});

describe('/users/{id}/on_duty/', () => {
  it('is on until it is said otherwise', async () => {
    const { kit, ann } = await fleet();
    const url = `/users/${ann.uuid}/on_duty/`;
    const account = await kit.accountUrl();
    expect(await kit.get(url)).toMatchObject({ status: 200, body: { account, is_on_duty: true } });
    expect((await kit.ask('DELETE', url)).status).toBe(204);
    expect((await kit.get(url)).body.is_on_duty).toBe(false);
    expect((await kit.get(`/account_roles/?user=${ann.uuid}`)).body[0].is_on_duty).toBe(false);
    expect(await kit.ask('PUT', url, { account })).toMatchObject({ status: 200, body: { is_on_duty: true } });
    expect((await kit.get(url)).body.is_on_duty).toBe(true);
  });

  it.each(['GET', 'PUT', 'DELETE'] as const)('%s of nobody is 404', async (method) => {
    const url = `/users/${NOBODY}/on_duty/`;
    expect((await new AroundKit().ask(method, url, method === 'PUT' ? {} : undefined)).status).toBe(404);
  });

  it('refuses another account, managers, and who may not', async () => {
    const { kit, ann } = await fleet();
    const url = `/users/${ann.uuid}/on_duty/`;
    const manager = (await kit.get('/users/')).body.at(-1);
    expect(await kit.ask('PUT', url, { account: NOBODY })).toMatchObject({
      status: 400,
      body: { account: [expect.any(String)] },
    });
    for (const method of ['PUT', 'DELETE'] as const) {
      expect((await kit.ask(method, `/users/${manager.id}/on_duty/`)).status).toBe(403);
    }
    expect((await kit.ask('DELETE', url, undefined, kit.key('reader', 'trackers:read'))).status).toBe(403);
  });
});

describe('/account_roles/', () => {
  it('tell workers from managers, one role for each user', async () => {
    const { kit, ann, bob } = await fleet();
    const account = await kit.accountUrl();
    const { status, body } = await kit.get('/account_roles/');
    expect([status, body.length]).toEqual([200, 3]);
    expect(body[0]).toMatchObject({
      id: roleUuid(ann.uuid),
      url: `http://localhost:80/account_roles/${roleUuid(ann.uuid)}/`,
      account,
      user: ann.url,
      is_worker: true,
      is_manager: false,
      is_active: true,
      is_on_duty: true,
      state: 'active',
      display_name: 'Van 1',
      vehicle_profile: 'car',
      last_time_location: null,
    });
    expect(body[2]).toMatchObject({ is_worker: false, is_manager: true });
    expect((await kit.get(`/account_roles/${body[1].id}/`)).body).toEqual(body[1]);
    const users = (await kit.get('/account_roles/?is_active=true&is_worker=true')).body;
    expect(users.map((role: { user: string }) => role.user)).toEqual([ann.url, bob.url]);
  });

  it('say what a worker drives, and where they were last', async () => {
    const { kit, ann } = await fleet();
    const vehicle = { label: 'Truck', tracker_id: ann.id, reg_number: 'B-X 1', type: 'truck' };
    await kit.navixy('vehicle/create', { vehicle });
    await kit.send(ann.id, [{ timeMs: kit.nowMs - 1000, latDeg: 52, lonDeg: 13 }]);
    const role = (await kit.get(`/account_roles/?user=${ann.uuid}`)).body[0];
    expect(role).toMatchObject({ vehicle_profile: 'truck', vehicle_registration_number: 'B-X 1' });
    const { body } = await kit.get(new URL(role.last_time_location).pathname);
    expect(body).toMatchObject({ user: ann.url, location: { type: 'Point', coordinates: [13, 52] } });
  });

  it.each([
    ['is_manager=true', 1],
    ['is_worker=false', 1],
    ['is_active=false', 1],
    [`user=${NOBODY}`, 0],
    [`account=${NOBODY}`, 0],
  ])('filtered by %s', async (query, count) => {
    const { kit, bob } = await fleet();
    await kit.do({ kind: 'edit_tracker', trackerId: bob.id, edit: { isBlocked: true } });
    expect((await kit.get(`/account_roles/?${query}`)).body).toHaveLength(count);
  });

  it('of a user is not that of another, and leads back', async () => {
    const { ann, bob } = await fleet();
    expect(roleUuid(ann.uuid)).not.toBe(ann.uuid);
    expect(roleUuid(ann.uuid)).not.toBe(roleUuid(bob.uuid));
    expect(roleUuid(roleUuid(ann.uuid))).toBe(ann.uuid);
  });

  it('of nobody is 404, a filter that cannot be read 400, and without the right 403', async () => {
    const kit = new AroundKit();
    expect((await kit.get(`/account_roles/${NOBODY}/`)).status).toBe(404);
    expect((await kit.get('/account_roles/none/')).status).toBe(404);
    expect(await kit.get('/account_roles/?is_worker=perhaps')).toMatchObject({
      status: 400,
      body: { is_worker: [expect.any(String)] },
    });
    expect((await kit.get('/account_roles/', kit.key('parcel', 'delivery:read'))).status).toBe(403);
  });
});
