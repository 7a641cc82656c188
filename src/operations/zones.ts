/** Zones as people draw them. */
import { polygonZone } from '../geo/polygon.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Ring, Zone } from '../model/task.ts';

/** The zone within the one ring of a drawing, or what is wrong with it. */
export function drawnZone([ring, ...holes]: readonly Ring[]): Zone | Refusal {
  const isOneRing = ring !== undefined && holes.length === 0;
  return isOneRing ? polygonZone(ring) : refuse('invalid', 'must be one ring: holes are not supported', 'zone');
}
