/** `/task/route/points/*` from the outside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiKit, createLineKit } from '../line-kit.ts';

let kit: ApiKit;

beforeEach(async () => {
  kit = await createLineKit();
});

afterEach(() => kit.close());

function refused(code: number, errors?: object[]) {
  return { success: false, status: { code }, ...(errors && { errors }) };
}

function invalid(parameter: string, error: string) {
  return refused(7, [{ parameter, error }]);
}

describe('task/route/points/optimize', () => {
  const start_point = { lat: 38.81476676765485, lng: -77.1608018875122 };
  const day = { from: '2024-03-19 00:00:00', to: '2024-03-19 23:59:00' };
  const points = [
    [38.81673961922754, -77.15569496154785],
    [38.82767290746902, -77.1445369720459],
    [38.834760258479704, -77.14093208312988],
    [38.81583679562883, -77.14814186096191],
    [38.81031929163279, -77.15582370758057],
  ].map(([lat, lng]) => ({ location: { lat, lng }, ...day }));

  function optimize(parameters: object) {
    return kit.navixy('task/route/points/optimize', { start_point, route_points: points, ...parameters });
  }

  it('finds the way of the vendor’s sample', async () => {
    const departure = '2024-03-19 13:30:00';
    expect((await optimize({})).body).toEqual({ success: true, result: [4, 0, 3, 1, 2] });
    expect((await optimize({ start_point: { ...start_point, departure } })).body).toMatchObject({ success: true });
  });

  it('visits earlier windows first', async () => {
    const first = { ...points[2], from: '2024-03-18 00:00:00', to: '2024-03-18 23:59:00' };
    const { body } = await optimize({ route_points: [...points.slice(0, 2), first] });
    expect(Object.values(body.result ?? [])[0]).toBe(2);
  });

  it.each<[string, object, object]>([
    ['no start', { start_point: null }, invalid('start_point', 'must not be null')],
    ['a start without a place', { start_point: { lat: 1 } }, invalid('start_point.lng', 'must not be null')],
    ['no points', { route_points: null }, invalid('route_points', 'must not be null')],
    [
      'one point',
      { route_points: points.slice(0, 1) },
      invalid('route_points', 'The number of points must be in the range [2..49]'),
    ],
    [
      'fifty points',
      { route_points: Array.from({ length: 50 }, () => points[0]) },
      invalid('route_points', 'The number of points must be in the range [2..49]'),
    ],
    ['a text', { route_points: 'x' }, invalid('route_points', 'must be an array, not "x"')],
    [
      'a point at no place',
      { route_points: [points[0], { location: { lat: 91, lng: 0 }, ...day }] },
      invalid('route_points[1].location.lat', 'must be less than or equal to 90'),
    ],
    [
      'a window the wrong way round',
      { route_points: [points[0], { ...points[1], from: day.to, to: day.from }] },
      invalid('route_points[1].from', "must not be after 'to'"),
    ],
    [
      'a way of more than 5000 km',
      { route_points: [points[0], { location: { lat: 38.8, lng: 7.15 }, ...day }] },
      refused(210),
    ],
  ])('refuses %s', async (_, parameters, expected) => {
    expect((await optimize(parameters)).body).toMatchObject(expected);
  });

  it('takes the right to write', async () => {
    expect(await optimize({ hash: kit.key('tasks:read') })).toMatchObject({ status: 403, body: refused(13) });
  });
});
