/**
 * Where a task is: a circle, as Navixy has it, or a polygon, which Navixy has not. A polygon's circle is filled in by
 * us, so that who knows circles alone still has one that holds it.
 */
import { CORNERS_MAX, type Corner, type Zone } from '../../model/task.ts';
import { drawnZone } from '../../operations/zones.ts';
import { array, decimal, integer, line, object, optional, otherwise, type Reader, required } from './parameters.ts';
import { NUMBER, oneOfWords } from './shapes.ts';

export interface Location {
  readonly zone: Zone;
  readonly address: string;
}

const lat = decimal(-90, 90);
const lng = decimal(-180, 180);
const radius = integer(1, 300_000);
const address = otherwise(line(0, 255), '');

/** Longitude first; an altitude may follow, as in all of GeoJSON, and says nothing here. */
const position: Reader<Corner> = {
  schema: { type: 'array', items: NUMBER, minItems: 2, maxItems: 3 },
  fromText: (text) => text,
  read(value, site) {
    const isPosition = Array.isArray(value) && value.length >= 2 && value.length <= 3;
    if (!isPosition || !value.every((degrees) => typeof degrees === 'number')) {
      return site.fault('must hold positions such as [13.405, 52.52]: longitude, then latitude');
    }
    const lonDeg = lng.read(value[0], site);
    const latDeg = lat.read(value[1], site);
    return lonDeg === undefined || latDeg === undefined ? undefined : [lonDeg, latDeg];
  },
};

const ring = array(position, 4, CORNERS_MAX + 1);
/** Holes are read, to be refused as such. */
const rings = array(ring, 1, 100);
const oneRing = { ...rings.schema, maxItems: 1 };
const geoJson = {
  type: 'object',
  properties: { type: oneOfWords(['Polygon']), coordinates: oneRing },
  required: ['type', 'coordinates'],
};

/** A GeoJSON Polygon, its `coordinates`, or their one ring. */
const polygon: Reader<Zone> = {
  schema: {
    anyOf: [geoJson, oneRing, ring.schema],
    description: 'a GeoJSON Polygon, its coordinates, or their one ring',
  },
  fromText: ring.fromText,
  read(value, site) {
    const given = coordinatesOf(value);
    if (given === null) return site.fault('must be a GeoJSON Polygon');
    const isListOfRings = Array.isArray(given[0]) && Array.isArray(given[0][0]);
    const read = rings.read(isListOfRings ? given : [given], site);
    if (read === undefined) return undefined;
    const zone = drawnZone(read);
    return 'kind' in zone ? site.fault(zone.message) : zone;
  },
};

function coordinatesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  const { type, coordinates } = value as { readonly type?: unknown; readonly coordinates?: unknown };
  return type === 'Polygon' && Array.isArray(coordinates) ? coordinates : null;
}

const circle = object({ lat: required(lat), lng: required(lng), address, radius: required(radius) });
/** The circle may be there, as when a task that was read is sent back; it is made anew. */
const drawing = object({
  lat: optional(lat),
  lng: optional(lng),
  address,
  radius: optional(radius),
  polygon: required(polygon),
});

export const location: Reader<Location> = {
  schema: {
    anyOf: [circle.schema, drawing.schema],
    description: 'object: lat, lng and radius of a circle, or a polygon',
  },
  fromText: circle.fromText,
  read(value, site) {
    if (hasPolygon(value)) {
      const read = drawing.read(value, site);
      return read && { zone: read.polygon, address: read.address };
    }
    const read = circle.read(value, site);
    return read && { zone: { latDeg: read.lat, lonDeg: read.lng, radiusM: read.radius }, address: read.address };
  },
};

function hasPolygon(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'polygon')) return false;
  return (value as { readonly polygon: unknown }).polygon !== null;
}

/** The member of a location that a polygon adds; none for a circle. */
export function polygonWire({ ring }: Zone): object {
  return ring === undefined ? {} : { polygon: { type: 'Polygon', coordinates: [ring] } };
}
