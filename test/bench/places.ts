/** Where and when the benches' fleets drive: the same for the tasks in the database and the frames of the load. */

/** Tracker n has this IMEI + n, and the id n. */
export const IMEI_BASE = 350_000_000_000_000;

export const HOUR_MS = 3_600_000;
/** Fixes of the load begin so long before the bench: a fleet at full speed lives many times faster than the clock. */
export const AGE_MS = 6 * HOUR_MS;
export const STORED_FIX_MS = 170_000;

const LAT_E7 = 450_000_000;
const LON_E7 = 50_000_000;
/** Between two towns, some 5 km. */
const TOWN_E7 = 500_000;
/** Between the zones of a town, some 450 m; the roads lie in the middle, far outside of every zone. */
const PITCH_E7 = 40_000;
const ZONE_COLUMNS = 5;
const TOWNS_A_ROW = 200;
export const ZONE_RADIUS_M = 100;

/** `spread`: every tracker has a town of its own; `depot`: all work at the same places. */
export type Layout = 'spread' | 'depot';

export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** What the load generator (load.c, `place`) is told of all this. */
export function loadGeometry(layout: Layout): Readonly<Record<string, number>> {
  return { imei: IMEI_BASE, lat: LAT_E7, lon: LON_E7, town: layout === 'spread' ? TOWN_E7 : 0, pitch: PITCH_E7 };
}

/** Centre of a tracker's n-th zone. */
export function zoneCentre(layout: Layout, trackerId: number, n: number): Place {
  return inTown(layout, trackerId, Math.floor(n / ZONE_COLUMNS) * PITCH_E7, (n % ZONE_COLUMNS) * PITCH_E7);
}

/** A place on the road, in no zone. */
export function onRoad(layout: Layout, trackerId: number, n: number): Place {
  return inTown(layout, trackerId, PITCH_E7 / 2, n * 200);
}

function inTown(layout: Layout, trackerId: number, northE7: number, eastE7: number): Place {
  const town = layout === 'spread' ? TOWN_E7 : 0;
  return {
    latDeg: (LAT_E7 + (trackerId % TOWNS_A_ROW) * town + northE7) / 1e7,
    lonDeg: (LON_E7 + Math.floor(trackerId / TOWNS_A_ROW) * town + eastE7) / 1e7,
  };
}
