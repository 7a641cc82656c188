/** TheTrack's location object: an address or a point, and how to find the door. */
import type { NamedPlace } from '../../model/resources.ts';
import type { KnownPlace } from '../../operations/places.ts';
import { NO_FIELD } from '../rest/faults.ts';
import { type FieldReader, nested, nullable, readFields, text } from '../rest/fields.ts';
import { instantText, point, pointWire } from '../rest/wire.ts';

const ADDRESS_CHARACTERS_MAX = 1024;
const LANDMARK_CHARACTERS_MAX = 255;

export const LOCATION_FIELDS = {
  address: nullable(text(ADDRESS_CHARACTERS_MAX)),
  landmark: nullable(text(LANDMARK_CHARACTERS_MAX)),
  point: nullable(point),
};

/** As it is made: every member may be missing, address and point exclude each other. */
export const location: FieldReader<NamedPlace> = {
  schema: nested(LOCATION_FIELDS).schema,
  read(value) {
    const reading = readFields(value, LOCATION_FIELDS);
    if ('faults' in reading) return reading;
    const { address, landmark, point: sentPoint } = reading.value;
    if (address && sentPoint) {
      return { faults: { [NO_FIELD]: ['Expected an address or a point, received both: one follows from the other.'] } };
    }
    return { value: { address: address ?? '', landmark: landmark ?? '', point: sentPoint ?? null } };
  },
};

export type LocationWire = Readonly<Record<string, unknown>>;

export function locationWire(id: string, { address, landmark, point: at }: NamedPlace): LocationWire {
  return { id, address, landmark, point: at && pointWire(at) };
}

/** On its own it says when it was made. */
export function placeWire({ uuid, body, createdMs }: KnownPlace): LocationWire {
  return { ...locationWire(uuid, body), created: instantText(createdMs) };
}
