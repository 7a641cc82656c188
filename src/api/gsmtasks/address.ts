/** Addresses as GSMtasks writes them: what is sent is laid over what is known, and a text at another place is another place. */
import { type AddressParts, NO_PARTS } from '../../model/details.ts';
import type { Address } from '../../model/resources.ts';
import type { Task } from '../../model/task.ts';
import { nested, nullable, type Sent, text } from '../rest/fields.ts';
import { instantTextOrNull, point, pointWire } from '../rest/wire.ts';

const ADDRESS_FIELDS = {
  raw_address: text(250),
  formatted_address: text(250),
  location: nullable(point),
  google_place_id: text(250),
  point_of_interest: text(100),
  street: text(200),
  house_number: text(100),
  apartment_number: nullable(text(100)),
  city: text(100),
  state: text(100),
  postal_code: text(100),
  country: text(100),
  country_code: text(2),
};

export type SentAddress = Sent<typeof ADDRESS_FIELDS>;

export const addressReader = nested(ADDRESS_FIELDS);

/** The parts by their names on the wire. */
const PARTS = {
  raw_address: 'raw',
  google_place_id: 'placeId',
  point_of_interest: 'pointOfInterest',
  street: 'street',
  house_number: 'houseNumber',
  apartment_number: 'apartmentNumber',
  city: 'city',
  state: 'state',
  postal_code: 'postalCode',
  country: 'country',
  country_code: 'countryCode',
} as const satisfies Partial<Record<keyof SentAddress, keyof AddressParts>>;

export const NO_ADDRESS: Address = { text: '', parts: null, point: null, geocoding: null };

export function addressOfTask({ text: { address, details }, terms: { zone } }: Pick<Task, 'text' | 'terms'>): Address {
  return {
    text: address,
    parts: details?.parts ?? null,
    point: zone && { latDeg: zone.latDeg, lonDeg: zone.lonDeg },
    geocoding: details?.geocoding ?? null,
  };
}

/**
 * `isWhole`: parts that are not sent are empty, not as they were. `failedMs`: where nobody looks up where an address is, one
 * without a point has been looked for in vain as soon as it is known; null = somebody does.
 */
export function mergedAddress(before: Address, sent: SentAddress, failedMs: number | null, isWhole = false): Address {
  const isElsewhere = sent.raw_address !== undefined && sent.raw_address !== rawOf(before);
  const isFresh = isWhole || isElsewhere;
  const parts = { ...(isFresh ? NO_PARTS : partsOf(before)), ...sentParts(sent) };
  const known = isFresh ? parts.raw : before.text === composed(partsOf(before)) ? '' : before.text;
  const line = sent.formatted_address || known || composed(parts);
  const kept = isElsewhere ? null : before.point;
  const place = sent.location === undefined ? kept : sent.location;
  const geocoding = geocodingOf(before, place, line, isElsewhere, failedMs);
  return { text: line, parts: isPlain(parts, line) ? null : parts, point: place, geocoding };
}

/** Whether the parts say no more than the one line: another line, by whatever way it comes, is then all there is to change. */
function isPlain(parts: AddressParts, line: string): boolean {
  return JSON.stringify({ ...parts, raw: '' }) === JSON.stringify(NO_PARTS) && parts.raw === line;
}

function geocodingOf(
  before: Address,
  place: Address['point'],
  line: string,
  isElsewhere: boolean,
  failedMs: number | null,
): Address['geocoding'] {
  const { point: was, geocoding } = before;
  if (place !== null) {
    const isSame = was?.latDeg === place.latDeg && was.lonDeg === place.lonDeg;
    return isSame ? geocoding : null;
  }
  if (line === '') return null;
  const isKnownFailure = was === null && !isElsewhere && geocoding !== null;
  return isKnownFailure ? geocoding : { provider: null, atMs: null, failedMs };
}

function sentParts(sent: SentAddress): Partial<AddressParts> {
  const entries = Object.entries(PARTS).flatMap(([wire, part]) => {
    const value = sent[wire as keyof typeof PARTS];
    return value === undefined ? [] : [[part, value] as const];
  });
  return Object.fromEntries(entries) as Partial<AddressParts>;
}

function partsOf(address: Address): AddressParts {
  return address.parts ?? { ...NO_PARTS, raw: address.text };
}

function rawOf(address: Address): string {
  return partsOf(address).raw;
}

/** Where nobody wrote it in one line. */
function composed({ street, houseNumber, postalCode, city, country }: AddressParts): string {
  const lines = [`${street} ${houseNumber}`, `${postalCode} ${city}`, country];
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(', ');
}

/** Always all of its keys. */
export function addressWire(address: Address): Record<string, unknown> {
  const parts = partsOf(address);
  return {
    raw_address: parts.raw,
    formatted_address: address.text,
    location: address.point && pointWire(address.point),
    google_place_id: parts.placeId,
    point_of_interest: parts.pointOfInterest,
    street: parts.street,
    house_number: parts.houseNumber,
    apartment_number: parts.apartmentNumber,
    city: parts.city,
    state: parts.state,
    postal_code: parts.postalCode,
    country: parts.country,
    country_code: parts.countryCode,
    geocoding_provider: address.geocoding?.provider ?? null,
    geocoded_at: instantTextOrNull(address.geocoding?.atMs),
    geocode_failed_at: instantTextOrNull(address.geocoding?.failedMs),
  };
}
