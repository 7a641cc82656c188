/** Boxes in degrees that contain a zone: one, two across the antimeridian, or a whole cap around a pole. */
import type { Zone } from '../model/task.ts';

export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

const RADIANS = Math.PI / 180;

/**
 * The smallest radius of curvature of WGS84, a(1-e2), shortened by 1 %: a distance divided by it is an angle that is
 * too large rather than too small, so that a box never cuts its zone.
 */
const SHORT_RADIUS_M = 6_335_439 * 0.99;

export function zoneBoxes(zone: Zone): readonly Box[] {
  const angle = zone.radiusM / SHORT_RADIUS_M;
  const minY = zone.latDeg - latReachDeg(zone.radiusM);
  const maxY = zone.latDeg + latReachDeg(zone.radiusM);
  if (maxY >= 90 || minY <= -90) {
    return [
      {
        minX: -180,
        maxX: 180,
        minY: Math.max(-90, minY),
        maxY: Math.min(90, maxY),
      },
    ];
  }
  return acrossAntimeridian(zone.lonDeg, lonReachDeg(zone.latDeg, angle), minY, maxY);
}

/** How far a zone reaches north and south of its centre, at most. */
function latReachDeg(radiusM: number): number {
  return radiusM / SHORT_RADIUS_M / RADIANS;
}

/** How far a cap reaches east and west of its centre: asin(sin r / cos lat), in degrees. */
function lonReachDeg(latDeg: number, angle: number): number {
  return Math.asin(Math.min(1, Math.sin(angle) / Math.cos(latDeg * RADIANS))) / RADIANS;
}

function acrossAntimeridian(lonDeg: number, reachDeg: number, minY: number, maxY: number): readonly Box[] {
  const minX = lonDeg - reachDeg;
  const maxX = lonDeg + reachDeg;
  if (minX < -180) {
    return [
      { minX: -180, maxX, minY, maxY },
      { minX: minX + 360, maxX: 180, minY, maxY },
    ];
  }
  if (maxX > 180) {
    return [
      { minX, maxX: 180, minY, maxY },
      { minX: -180, maxX: maxX - 360, minY, maxY },
    ];
  }
  // A zone that ends exactly on the antimeridian also holds points written with the other sign.
  const boxes = [{ minX, maxX, minY, maxY }];
  if (minX === -180) boxes.push({ minX: 180, maxX: 180, minY, maxY });
  if (maxX === 180) boxes.push({ minX: -180, maxX: -180, minY, maxY });
  return boxes;
}
