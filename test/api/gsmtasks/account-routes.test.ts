import { describe, expect, it } from 'vitest';
import { AroundKit } from './around-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('/accounts/', () => {
  it('is a list of one, which says what a client begins with', async () => {
    const kit = new AroundKit();
    const { status, body } = await kit.get('/accounts/?page_size=1');
    expect([status, body.length]).toEqual([200, 1]);
    expect(body[0]).toMatchObject({
      url: `http://localhost:80/accounts/${body[0].id}/`,
      name: 'Milepost',
      slug: 'milepost',
      state: 'active',
      timezone: 'UTC',
      assignee_proximity_radius: 300,
      default_task_category: 'assignment',
      task_expiry_duration_from_complete_before: null,
    });
    expect((await kit.get(`/accounts/${body[0].id}`)).body).toEqual(body[0]);
  });

  it('finds it by its id, and nothing by another', async () => {
    const kit = new AroundKit();
    const { id } = (await kit.get('/accounts/')).body[0];
    expect((await kit.get(`/accounts/?id=${id}`)).body).toHaveLength(1);
    expect((await kit.get(`/accounts/?id__in=${NOBODY}`)).body).toEqual([]);
  });

  it('keeps name, time zone and expiry, and ignores what is only shown', async () => {
    const kit = new AroundKit();
    const { id } = (await kit.get('/accounts/')).body[0];
    const sent = {
      name: 'Müller & Söhne Transport',
      timezone: 'Europe/Tallinn',
      task_expiry_duration_from_complete_before: '2 04:00:00',
      task_expiry_state: 'completed',
      slug: 'mine',
    };
    const { status, body } = await kit.ask('PATCH', `/accounts/${id}/`, sent);
    expect([status, body]).toEqual([200, expect.objectContaining({ ...sent, slug: 'm-ller-s-hne-transport' })]);
    expect(
      (await kit.ask('PUT', `/accounts/${id}/`, { task_expiry_duration_from_complete_before: null })).body,
    ).toMatchObject({
      name: sent.name,
      task_expiry_duration_from_complete_before: null,
      task_expiry_state: 'completed',
    });
    await kit.restart();
    expect((await kit.get(`/accounts/${id}/`)).body).toMatchObject({ name: sent.name, timezone: 'Europe/Tallinn' });
  });

  it('has one time zone in all dialects', async () => {
    const kit = new AroundKit();
    const { id } = (await kit.get('/accounts/')).body[0];
    await kit.ask('PATCH', `/accounts/${id}/`, { timezone: 'Asia/Tokyo' });
    expect(await kit.navixy('user/settings/read')).toMatchObject({ settings: { time_zone: 'Asia/Tokyo' } });
    await kit.navixy('user/settings/update', { time_zone: 'Europe/Oslo', locale: 'en_US' });
    expect((await kit.get(`/accounts/${id}/`)).body.timezone).toBe('Europe/Oslo');
  });

  it.each([
    [{ timezone: 'Mars/Base' }, 'timezone'],
    [{ name: 7 }, 'name'],
    [{ task_expiry_state: 'failed' }, 'task_expiry_state'],
    [{ task_expiry_duration_from_complete_after: 'soon' }, 'task_expiry_duration_from_complete_after'],
  ])('refuses %j', async (payload, field) => {
    const kit = new AroundKit();
    const { id } = (await kit.get('/accounts/')).body[0];
    expect(await kit.ask('PATCH', `/accounts/${id}/`, payload)).toMatchObject({
      status: 400,
      body: { [field]: [expect.stringContaining('Expected')] },
    });
  });

  it('is another one for nobody', async () => {
    const kit = new AroundKit();
    for (const method of ['GET', 'PATCH'] as const) {
      expect(await kit.ask(method, `/accounts/${NOBODY}/`, method === 'GET' ? undefined : {})).toMatchObject({
        status: 404,
        body: { detail: 'Not found.' },
      });
    }
  });

  it('is changed by who may do everything, read by anyone, and neither made nor deleted', async () => {
    const kit = new AroundKit();
    const clerk = kit.key('clerk', 'tasks:read', 'tasks:write');
    const { id } = (await kit.get('/accounts/', clerk)).body[0];
    expect((await kit.ask('PATCH', `/accounts/${id}/`, { name: 'Mine' }, clerk)).status).toBe(403);
    expect((await kit.get('/accounts/', null)).status).toBe(401);
    expect((await kit.ask('POST', '/accounts/', {})).status).toBe(405);
    expect((await kit.ask('DELETE', `/accounts/${id}/`)).status).toBe(405);
  });

  it.each(['?page_size=0', '?page_size=many', '?cursor=nonsense', '?id=7'])('refuses %s', async (query) => {
    expect((await new AroundKit().get(`/accounts/${query}`)).status).toBe(400);
  });
});
