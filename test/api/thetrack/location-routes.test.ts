import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GOAL_POINT, ThetrackKit } from './thetrack-kit.ts';

let kit: ThetrackKit;

beforeEach(() => {
  kit = new ThetrackKit();
});

afterEach(() => kit.close());

const CREATED = '2026-03-01T12:00:00.000000Z';

describe('POST /v1/locations/', () => {
  it.each([
    [{}, { address: '', landmark: '', point: null }],
    [
      { address: 'Linden 1', landmark: 'gate' },
      { address: 'Linden 1', landmark: 'gate', point: null },
    ],
    [{ point: GOAL_POINT }, { address: '', landmark: '', point: GOAL_POINT }],
    [{ point: { type: 'Point', coordinates: [13.4, 52.5, 34] } }, { address: '', landmark: '', point: GOAL_POINT }],
    [
      { address: null, point: null },
      { address: '', landmark: '', point: null },
    ],
    [
      { address: '', point: GOAL_POINT },
      { address: '', landmark: '', point: GOAL_POINT },
    ],
  ])('makes of %j what GET then shows', async (sent, made) => {
    const { status, body } = await kit.ask('POST', '/v1/locations/', sent);
    expect([status, body]).toEqual([201, { id: body.id, ...made, created: CREATED }]);
    expect((await kit.ask('GET', `/v1/locations/${body.id}/`)).body).toEqual(body);
  });

  it.each([
    [{ address: 'Linden 1', point: GOAL_POINT }, 'non_field_errors'],
    [{ address: 7 }, 'address'],
    [{ address: 'x'.repeat(1025) }, 'address'],
    [{ landmark: {} }, 'landmark'],
    [{ point: [13.4, 52.5] }, 'point'],
    [{ point: { type: 'Point', coordinates: [200, 52.5] } }, 'point'],
    [{ point: { type: 'Point', coordinates: ['13', '52'] } }, 'point'],
    [[], 'non_field_errors'],
  ])('refuses %j because of %s', async (body, field) => {
    const told = await kit.ask('POST', '/v1/locations/', body);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });
});

it('GET /v1/locations/ has the newest first, in pages', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.unshift((await kit.make('locations', {})).id);
  const { body } = await kit.ask('GET', '/v1/locations/?page_size=2');
  expect(body).toMatchObject({ count: 3, previous: null, next: expect.stringMatching(/page=2/) });
  expect(body.results.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  expect((await kit.ask('GET', '/v1/locations/?page_size=2&page=2')).body.results).toHaveLength(1);
  expect((await kit.ask('GET', '/v1/locations/?page=2')).status).toBe(404);
});

it.each(['x', '00000000-0000-4000-8000-000000000000'])('GET knows no location %s', async (id) => {
  expect(await kit.ask('GET', `/v1/locations/${id}/`)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
});
