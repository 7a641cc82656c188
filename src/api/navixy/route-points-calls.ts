/** `/task/route/points/*`: the shortest way past points that no route has been made of yet. */
import { success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { array, decimal, instant, object, optional, type Reader, required } from './parameters.ts';
import { INTEGER, listOf } from './shapes.ts';

const POINTS_MIN = 2;
const POINTS_MAX = 49;
/** Navixy's limit for a way. */
const WAY_M_MAX = 5_000_000;

const PLACE = { lat: required(decimal(-90, 90)), lng: required(decimal(-180, 180)) };
const routePoint = object(
  { location: required(object(PLACE)), from: required(instant), to: required(instant) },
  ({ from, to }, site) => {
    if (from !== undefined && to !== undefined && from > to) site.fault("must not be after 'to'", `${site.path}.from`);
  },
);

export const ROUTE_POINTS_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/route/points/optimize',
      scope: 'tasks:write',
      summary: 'Finds a short way past points: earlier windows first, in any order where they overlap',
      takes: {
        start_point: required(object({ ...PLACE, departure: optional(instant) })),
        route_points: required(points(routePoint)),
      },
      gives: { result: listOf(INTEGER) },
    },
    async ({ start_point, route_points }, { operations }) => {
      const start = { latDeg: start_point.lat, lonDeg: start_point.lng };
      const stops = route_points.map(({ location, from, to }) => {
        return { latDeg: location.lat, lonDeg: location.lng, fromMs: from, toMs: to };
      });
      const { order, lengthM } = await operations.findVisitingOrder(start, stops);
      return lengthM > WAY_M_MAX ? failure(210) : success({ result: order });
    },
  ),
];

/** An array whose number of items is refused in words of its own. */
function points<T>(item: Reader<T>): Reader<readonly T[]> {
  const counted = array(item, POINTS_MIN, POINTS_MAX);
  return {
    ...counted,
    read(value, site) {
      const isFitting = !Array.isArray(value) || (value.length >= POINTS_MIN && value.length <= POINTS_MAX);
      if (isFitting) return counted.read(value, site);
      return site.fault(`The number of points must be in the range [${POINTS_MIN}..${POINTS_MAX}]`);
    },
  };
}
