/** `/tracker/*` from the outside. */
import { beforeEach, expect, it } from 'vitest';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit } from '../kit.ts';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  await kit.own('POST', '/api/trackers', { label: 'Van North', imei: '356307042441013', model: 'FMB920' });
  await kit.own('POST', '/api/trackers', { label: 'Anna' });
});

it('tracker/read shows the tracker as Navixy does', async () => {
  expect((await kit.navixy('tracker/read', { tracker_id: 1 })).text).toBe(
    JSON.stringify({
      success: true,
      value: {
        id: 1,
        label: 'Van North',
        clone: false,
        group_id: 0,
        source: {
          id: 1,
          device_id: '356307042441013',
          model: 'FMB920',
          blocked: false,
          tariff_id: null,
          status_listing_id: null,
          creation_date: '2026-03-01',
          tariff_end_date: null,
          phone: null,
        },
        tag_bindings: [],
      },
    }),
  );
});

it.each([
  [{}, ['Van North', 'Anna']],
  [{ labels: null }, ['Van North', 'Anna']],
  [{ labels: ['van', 'x'] }, ['Van North']],
  [{ labels: ['NN'] }, ['Anna']],
  [{ labels: [] }, []],
])('tracker/list %j', async (parameters, labels) => {
  const { body } = await kit.navixy('tracker/list', parameters);
  expect(body.list.map((tracker: { label: string }) => tracker.label)).toEqual(labels);
});

it.each([
  [{ tracker_id: 9 }, 201],
  [{}, 7],
  [{ tracker_id: true }, 7],
])('tracker/read %j is %i', async (parameters, code) => {
  expect((await kit.navixy('tracker/read', parameters)).body.status.code).toBe(code);
});

it('takes a query as well', async () => {
  const { body } = await kit.ask({ method: 'GET', url: `/tracker/list?hash=${FIRST_KEY}&labels=["anna"]` });
  expect(body.list).toHaveLength(1);
});
