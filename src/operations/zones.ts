/** Zones as people draw them. */
import { polygonZone } from '../geo/polygon.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Ring, Zone } from '../model/task.ts';

/** The zone within a ring, or what is wrong with it. Holes are refused: a vehicle does not leave by driving around one. */
export function drawnZone([ring, ...holes]: readonly Ring[]): Zone | Refusal {
  const isOneRing = ring !== undefined && holes.length === 0;
  return isOneRing ? polygonZone(ring) : refuse('invalid', 'must be one ring: holes are not supported', 'zone');
}
