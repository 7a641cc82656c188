import { expect, it } from 'vitest';
import { AroundKit } from './around-kit.ts';

it('/task_address_features/ is where the tasks are that the list of tasks finds', async () => {
  const kit = new AroundKit();
  const { id } = await kit.worker('Van');
  const [first, second] = [await kit.task(), await kit.task({ trackerId: id })];
  const { status, body } = await kit.get('/task_address_features/');
  expect([status, body.type, body.features.length]).toEqual([200, 'FeatureCollection', 2]);
  expect(body.features).toContainEqual({
    type: 'Feature',
    id: first.uuid,
    geometry: { type: 'Point', coordinates: [13.4, 52.5] },
    properties: {
      model: 'task_address',
      task: first.url,
      formatted_address: 'Quay 4',
      category: 'assignment',
      state: 'unassigned',
    },
  });
  const assigned = (await kit.get('/task_address_features/?state=assigned')).body.features;
  expect(assigned.map((feature: { id: string }) => feature.id)).toEqual([second.uuid]);
});

it('/task_address_features/ comes in pages, and leaves out what has no place', async () => {
  const kit = new AroundKit();
  const account = await kit.accountUrl();
  await kit.ask('POST', '/tasks/', { account, category: 'service', address: { raw_address: 'Somewhere' } });
  for (let n = 0; n < 3; n++) await kit.task();
  const pages = await kit.pages('/task_address_features/?page_size=2');
  expect(pages.map(({ features }) => features.length).reduce((sum, n) => sum + n)).toBe(3);
});

it.each([
  ['state=nonsense', undefined, 400],
  ['cursor=nonsense', undefined, 400],
  ['', 'trackers:read', 403],
])('/task_address_features/?%s with the rights %s is %i', async (query, scope, status) => {
  const kit = new AroundKit();
  const key = scope === undefined ? undefined : kit.key('other', 'delivery:read');
  expect((await kit.get(`/task_address_features/?${query}`, key)).status).toBe(status);
});
