/** Outlines of the land (Natural Earth, public domain), loaded only when a map is shown without tiles. */
import * as L from 'leaflet';
import { feature } from 'topojson-client';
import land from 'world-atlas/land-110m.json';
import { type Lonlat, onEachWorld } from './outline.ts';

type World = Parameters<typeof feature>[0];

export function landLayer(pane: string): L.Polygon {
  const polygons = polygonsOf(land as unknown as World).flatMap((rings) => {
    // Each world's copy has its outline and its lakes.
    const copies = rings.map(onEachWorld);
    return [0, 1, 2].map((world) => copies.map((ring) => ring[world]!));
  });
  return L.polygon(polygons, { pane, interactive: false, className: 'map-land', weight: 1 });
}

/** The rings of each, the outline first. */
function polygonsOf(world: World): (readonly Lonlat[])[][] {
  const found = feature(world, world.objects['land']!);
  return ('features' in found ? found.features : [found]).flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return [geometry.coordinates];
    return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  });
}
