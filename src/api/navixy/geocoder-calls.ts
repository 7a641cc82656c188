/** `/geocoder/*`: addresses and where they are, as far as a geocoder is at hand; else 210. */
import { success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { bool, decimal, line, name, object, oneOf, optional, required } from './parameters.ts';
import { listOf, NUMBER, record, STRING } from './shapes.ts';

export const GEOCODERS = ['google', 'yandex', 'progorod', 'osm', 'locationiq'] as const;

const POINT = object({ lat: required(decimal(-90, 90)), lng: required(decimal(-180, 180)) });
/** Which one is asked is for the gateway to know, and details are none that it has. */
const COMMON = { geocoder: optional(oneOf(GEOCODERS)), lang: optional(line(2, 10)), with_details: optional(bool) };

export const GEOCODER_CALLS: readonly Call[] = [
  call(
    {
      path: 'geocoder/search_address',
      scope: 'anyone',
      summary: 'Finds where an address is',
      takes: {
        q: required(name(1000)),
        bounds: optional(object({ nw: required(POINT), se: required(POINT) })),
        ...COMMON,
      },
      gives: { locations: listOf(record({ lat: NUMBER, lng: NUMBER, address: STRING })) },
    },
    async ({ q, lang }, { operations }) => {
      const places = await operations.locate(q, lang);
      if (places === null) return failure(210);
      const locations = places.map(({ latDeg, lonDeg, address }) => ({ lat: latDeg, lng: lonDeg, address }));
      return success({ locations });
    },
  ),
  call(
    {
      path: 'geocoder/search_location',
      scope: 'anyone',
      summary: 'Finds the address of a place',
      takes: { location: required(POINT), goal: optional(oneOf(['ui', 'ui_user_action'])), ...COMMON },
      gives: { value: STRING },
    },
    async ({ location, lang }, { operations }) => {
      const value = await operations.addressAt(location.lat, location.lng, lang);
      return value === null ? failure(210) : success({ value });
    },
  ),
];
