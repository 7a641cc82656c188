import { describe, expect, it } from 'vitest';
import {
  addressReader,
  addressWire,
  mergedAddress,
  NO_ADDRESS,
  type SentAddress,
} from '../../../src/api/gsmtasks/address.ts';
import type { Address } from '../../../src/model/resources.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
const FAILED = { provider: null, atMs: null, failedMs: NOW_MS };
const HERE = { latDeg: 59.4, lonDeg: 24.7 };
const THERE = { latDeg: 58.4, lonDeg: 26.7 };
const FOUND: Address = {
  text: 'Pikk 5, 10123 Tallinn',
  parts: null,
  point: HERE,
  geocoding: { provider: 'nominatim', atMs: 5, failedMs: null },
};

const merge = (before: Address, sent: SentAddress, isWhole = false) => mergedAddress(before, sent, NOW_MS, isWhole);

describe('an address', () => {
  it.each<[string, Address, SentAddress, Partial<Address>]>([
    [
      'that is a text has been looked for in vain',
      NO_ADDRESS,
      { raw_address: 'Pikk 5' },
      { text: 'Pikk 5', point: null, geocoding: FAILED },
    ],
    ['that is nothing has not', NO_ADDRESS, {}, { text: '', point: null, geocoding: null, parts: null }],
    [
      'with a point is there',
      NO_ADDRESS,
      { raw_address: 'Pikk 5', location: HERE },
      { text: 'Pikk 5', point: HERE, geocoding: null },
    ],
    ['that is a point alone has no text', NO_ADDRESS, { location: HERE }, { text: '', point: HERE, geocoding: null }],
    [
      'in parts is made one line of',
      NO_ADDRESS,
      { street: 'Pikk', house_number: '5', city: 'Tallinn' },
      { text: 'Pikk 5, Tallinn' },
    ],
    [
      'is shown as it is formatted',
      NO_ADDRESS,
      { raw_address: 'pikk 5', formatted_address: 'Pikk 5' },
      { text: 'Pikk 5' },
    ],
    [
      'that is another one loses its point',
      FOUND,
      { raw_address: 'Lai 1' },
      { text: 'Lai 1', point: null, geocoding: FAILED },
    ],
    ['that is sent again keeps it', FOUND, { raw_address: FOUND.text }, FOUND],
    [
      'that is sent again with its point keeps how it was found',
      FOUND,
      { raw_address: FOUND.text, location: HERE },
      FOUND,
    ],
    [
      'at another point was not found by anyone',
      FOUND,
      { location: THERE },
      { text: FOUND.text, point: THERE, geocoding: null },
    ],
    [
      'without its point has been looked for in vain',
      FOUND,
      { location: null },
      { text: FOUND.text, point: null, geocoding: FAILED },
    ],
    [
      'that was not found before is not looked for again',
      { ...FOUND, point: null, geocoding: { ...FAILED, failedMs: 7 } },
      { city: 'Tallinn' },
      { geocoding: { ...FAILED, failedMs: 7 } },
    ],
  ])('%s', (_name, before, sent, expected) => {
    expect(merge(before, sent)).toMatchObject(expected);
  });

  it('keeps the parts that are not sent, unless it is another one or a whole one', () => {
    const before = merge(NO_ADDRESS, { raw_address: 'Pikk 5', city: 'Tallinn', apartment_number: '3' });
    expect(merge(before, { street: 'Pikk' }).parts).toMatchObject({
      city: 'Tallinn',
      street: 'Pikk',
      apartmentNumber: '3',
    });
    expect(merge(before, { raw_address: 'Lai 1' }).parts).toBeNull();
    expect(merge(before, { raw_address: 'Pikk 5', street: 'Pikk' }, true).parts).toMatchObject({
      city: '',
      street: 'Pikk',
    });
  });

  it('that says no more than its line has no parts: another line by whatever way is all there is to change', () => {
    expect(merge(NO_ADDRESS, { raw_address: 'Pikk 5' }).parts).toBeNull();
    expect(addressWire(merge(NO_ADDRESS, { raw_address: 'Pikk 5' }))).toMatchObject({ raw_address: 'Pikk 5' });
  });

  it('comes back as it was sent', () => {
    const sent = {
      raw_address: '381 Queen Street, London, SW85 1GX',
      formatted_address: '381 Queen Street, London SW85 1GX, UK',
      location: { type: 'Point', coordinates: [-0.1276, 51.5074] },
      google_place_id: 'ChIJ',
      point_of_interest: 'Reception',
      street: 'Queen Street',
      house_number: '381',
      apartment_number: '2b',
      city: 'London',
      state: 'Greater London',
      postal_code: 'SW85 1GX',
      country: 'United Kingdom',
      country_code: 'GB',
    };
    const reading = addressReader.read(sent);
    if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
    const wire = addressWire(merge(NO_ADDRESS, reading.value));
    expect(wire).toEqual({ ...sent, geocoding_provider: null, geocoded_at: null, geocode_failed_at: null });
  });
});
