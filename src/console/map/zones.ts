/** Where a task is to be done, coloured by its state; inside, as much of it filled as has been stayed. */
import * as L from 'leaflet';
import type { Status, Zone } from '../wire.ts';

export function zoneLayer(zone: Zone, status: Status | null): L.Layer {
  return shape(zone, 1, { className: `zone status-${status ?? 'draft'}`, weight: 2 });
}

/** `share`: 0 to 1. */
export function dwellLayer(zone: Zone, status: Status | null, share: number): L.Layer {
  const className = `zone-dwell status-${status ?? 'draft'}`;
  return shape(zone, Math.max(0.01, share), { className, weight: 0, interactive: false });
}

/** About its centre, this much of its size. */
function shape({ lat, lon, radius, ring }: Zone, size: number, style: L.PathOptions): L.Layer {
  if (ring === null) return L.circle([lat, lon], { ...style, radius: radius * size });
  const corners = ring.map(([cornerLat, cornerLon]): [number, number] => [
    lat + (cornerLat - lat) * size,
    lon + (cornerLon - lon) * size,
  ]);
  return L.polygon(corners, style);
}

export function zoneBounds({ lat, lon, radius, ring }: Zone): L.LatLngBounds {
  if (ring !== null) return L.latLngBounds(ring.map(([cornerLat, cornerLon]) => L.latLng(cornerLat, cornerLon)));
  return L.latLng(lat, lon).toBounds(Math.max(1, radius * 2));
}
