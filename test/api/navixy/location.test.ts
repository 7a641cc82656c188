/** Where a task is: circles as they were, and polygons in GeoJSON's words. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createKit, type Kit, TASK } from '../kit.ts';

let kit: Kit;

beforeEach(() => {
  kit = createKit();
});

/** 222 m from south to north, about 136 m from west to east. */
const RING = [
  [13.404, 52.519],
  [13.406, 52.519],
  [13.406, 52.521],
  [13.404, 52.521],
  [13.404, 52.519],
];
const POLYGON = { type: 'Polygon', coordinates: [RING] };
const CIRCLE = { lat: 52.52, lng: 13.405, radius: 131 };

async function create(location: object) {
  return kit.navixy('task/create', { task: { ...TASK, location } });
}

async function locationOf(taskId: number): Promise<unknown> {
  const { body } = await kit.navixy('task/read', { task_id: taskId });
  return (body.value as unknown as { location: unknown }).location;
}

describe('a task with a polygon', () => {
  it.each([
    ['a GeoJSON Polygon', POLYGON],
    ['one with what else GeoJSON may say', { ...POLYGON, bbox: [13.404, 52.519, 13.406, 52.521] }],
    ['its coordinates', [RING]],
    ['their one ring', RING],
    ['positions with an altitude', RING.map((position) => [...position, 34.5])],
  ])('is made from %s, and reads back with the circle around it', async (_form, polygon) => {
    expect((await create({ polygon, address: 'Yard' })).body).toEqual({ success: true, id: 1 });
    expect(await locationOf(1)).toEqual({ ...CIRCLE, address: 'Yard', polygon: POLYGON });
  });

  it('has the circle that follows from it, whatever circle came along', async () => {
    await create({ ...CIRCLE, lat: 1, lng: 2, radius: 3, polygon: POLYGON });
    expect(await locationOf(1)).toEqual({ ...CIRCLE, address: '', polygon: POLYGON });
  });

  it('can be sent back as it was read', async () => {
    await create({ polygon: RING });
    const location = await locationOf(1);
    expect((await kit.navixy('task/update', { task: { ...TASK, id: 1, location } })).body).toEqual({ success: true });
    expect(await locationOf(1)).toEqual(location);
  });

  it('loses it by an update without one, and gets one by an update with one', async () => {
    await create({ polygon: POLYGON });
    await kit.navixy('task/update', { task: { ...TASK, id: 1 } });
    expect(await locationOf(1)).toEqual(TASK.location);
    await kit.navixy('task/update', { task: { ...TASK, id: 1, location: { polygon: RING } } });
    expect(await locationOf(1)).toMatchObject({ polygon: POLYGON });
  });

  it('shows it in lists and in what history says of creation and change', async () => {
    await create({ polygon: RING });
    const { body: list } = await kit.navixy('task/list');
    expect(list.list[0]).toMatchObject({ location: { ...CIRCLE, polygon: POLYGON } });
    const { zone } = kit.line.tasks.get(1)!.terms;
    kit.line.tell(1, { kind: 'update', text: {}, terms: { zone } });
    const { body } = await kit.navixy('task/history/list', { task_id: 1 });
    expect(body.list[0]?.payload).toMatchObject({ location: { polygon: POLYGON } });
    expect(body.list[1]?.payload).toEqual({ location: { ...CIRCLE, polygon: POLYGON } });
  });

  it('is taken from a form, too', async () => {
    const task = JSON.stringify({ ...TASK, location: { polygon: POLYGON } });
    const payload = new URLSearchParams({ hash: '0123456789abcdef0123456789abcdef', task }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await kit.ask({ method: 'POST', url: '/task/create', payload, headers })).status).toBe(200);
    expect(await locationOf(1)).toMatchObject({ polygon: POLYGON });
  });
});

describe('a circle', () => {
  it('has no polygon, also where null is said', async () => {
    await create({ ...TASK.location, polygon: null });
    expect(await locationOf(1)).toEqual(TASK.location);
  });

  it('is asked for where there is no polygon', async () => {
    const { body } = await create({ address: 'Yard', polygon: null });
    expect(body.errors.map(({ parameter }) => parameter)).toEqual([
      'task.location.lat',
      'task.location.lng',
      'task.location.radius',
    ]);
  });
});

describe('a polygon is refused', () => {
  const [a, b, c, d] = RING;
  const HOLE = [
    [13.4045, 52.5195],
    [13.4055, 52.5195],
    [13.4055, 52.5205],
    [13.4045, 52.5195],
  ];
  const POSITIONS = 'must hold positions such as [13.405, 52.52]: longitude, then latitude';

  it.each<[string, unknown, string]>([
    ['that is a number', 5, 'must be a GeoJSON Polygon'],
    ['that is text', 'POLYGON((0 0, 1 0, 1 1, 0 0))', 'must be a GeoJSON Polygon'],
    ['of another type', { type: 'Point', coordinates: a }, 'must be a GeoJSON Polygon'],
    ['without coordinates', { type: 'Polygon' }, 'must be a GeoJSON Polygon'],
    ['that is empty', [], 'size must be between 4 and 501'],
    ['of an empty ring', [[]], 'size must be between 4 and 501'],
    ['of too few corners', [a, b, a], 'size must be between 4 and 501'],
    ['of too many', Array.from({ length: 502 }, () => a), 'size must be between 4 and 501'],
    ['with a hole', { type: 'Polygon', coordinates: [RING, HOLE] }, 'must be one ring: holes are not supported'],
    ['with null in it', [a, null, c, a], 'must not contain null'],
    ['of texts', [a, ['13', '52'], c, a], POSITIONS],
    ['of words at first', [['13', '52'], b, c, ['13', '52']], POSITIONS],
    ['of objects', [a, { lat: 52, lng: 13 }, c, a], POSITIONS],
    ['of single numbers', [a, [13], c, a], POSITIONS],
    ['of four', [a, [13, 52, 0, 0], c, a], POSITIONS],
    ['with latitude first', RING.map(([lon]) => [52, lon! + 90]), 'must be less than or equal to 90'],
    ['beyond 180 degrees', [a, [181, 52], c, a], 'must be less than or equal to 180'],
    ['that is not closed', [a, b, c, d], 'must end with the position it begins with'],
    [
      'that crosses itself',
      [a, c, b, d, a],
      'must not cross or touch itself: the edge from position 0 to 1 meets the edge from position 2 to 3, counted from 0',
    ],
    [
      'as large as a country',
      [
        [0, 40],
        [9, 40],
        [9, 48],
        [0, 40],
      ],
      'must fit in a circle of 300000 m',
    ],
    [
      'around a pole',
      [
        [0, 89],
        [120, 89],
        [-120, 89],
        [0, 89],
      ],
      'must not contain a pole, nor span 180 degrees of longitude',
    ],
  ])('%s', async (_name, polygon, error) => {
    const { status, body } = await create({ polygon });
    expect([status, body.errors]).toEqual([400, [{ parameter: 'task.location.polygon', error }]]);
    expect(kit.line.tasks.size).toBe(0);
  });

  it('with numbers that are none', async () => {
    const payload = JSON.stringify({
      hash: '0123456789abcdef0123456789abcdef',
      task: { ...TASK, location: { polygon: RING } },
    });
    const { status } = await kit.ask({
      method: 'POST',
      url: '/task/create',
      payload: payload.replace('13.404', '1e309'),
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(400);
  });

  it('with every other fault of the location', async () => {
    const { body } = await create({ lat: 'x', radius: 0, address: 5, polygon: [] });
    expect(body.errors.map(({ parameter }) => parameter)).toEqual([
      'task.location.lat',
      'task.location.address',
      'task.location.radius',
      'task.location.polygon',
    ]);
  });
});
