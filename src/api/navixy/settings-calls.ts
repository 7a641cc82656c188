/** `/user/settings/*` and `/user/get_info`: the owner's preferences. The time zone counts at once, the rest is for clients. */
import type { Caller } from '../../operations/access.ts';
import { USER_ID } from './account.ts';
import { type Desk, success } from './answer.ts';
import { type Calendar, isZone } from './calendar.ts';
import { type Call, call } from './call.ts';
import { GEOCODERS } from './geocoder-calls.ts';
import { bool, oneOf, optional, type Reader } from './parameters.ts';
import { BOOLEAN, INTEGER, listOf, maybe, NUMBER, nullable, oneOfWords, record, STRING } from './shapes.ts';

const SYSTEMS = ['metric', 'imperial', 'us', 'metric_gal_us', 'nautical'] as const;
const DATE_FORMATS = [
  'ddMMyyyy_dots',
  'ddMMyyyy_slashes',
  'MMddyyyy_hyphens',
  'yyyyMMdd_hyphens',
  'dMMMy',
  'dMMMMy',
] as const;
const HOUR_MODES = ['TWENTY_FOUR_HOURS', 'TWELVE_HOURS'] as const;
const ROUTE_PROVIDERS = ['google', 'progorod', 'osrm'] as const;

/** Where the owner has said nothing. */
const USUAL = {
  locale: 'en_US',
  measurement_system: 'metric',
  date_format: 'yyyyMMdd_hyphens',
  hour_mode: 'TWENTY_FOUR_HOURS',
  geocoder: 'osm',
  route_provider: 'osrm',
  translit: false,
};

const zone: Reader<string> = {
  schema: { type: 'string', maxLength: 64 },
  fromText: (text) => text,
  read: (value, site) =>
    typeof value === 'string' && value.length <= 64 && isZone(value)
      ? value
      : site.fault('must be an IANA time zone such as Europe/Amsterdam'),
};

const locale: Reader<string> = {
  schema: { type: 'string', pattern: '^[a-z]{2,3}(_[A-Z]{2})?$' },
  fromText: (text) => text,
  read: (value, site) =>
    typeof value === 'string' && /^[a-z]{2,3}(_[A-Z]{2})?$/.test(value)
      ? value
      : site.fault('must match "^[a-z]{2,3}(_[A-Z]{2})?$"'),
};

const SETTINGS = {
  time_zone: STRING,
  locale: STRING,
  measurement_system: oneOfWords(SYSTEMS),
  date_format: oneOfWords(DATE_FORMATS),
  hour_mode: oneOfWords(HOUR_MODES),
  geocoder: oneOfWords(GEOCODERS),
  route_provider: oneOfWords(ROUTE_PROVIDERS),
  translit: BOOLEAN,
};

const USER_INFO = {
  id: INTEGER,
  login: STRING,
  title: STRING,
  balance: NUMBER,
  bonus: NUMBER,
  locale: STRING,
  demo: BOOLEAN,
  verified: BOOLEAN,
  default_geocoder: oneOfWords(GEOCODERS),
  route_provider: oneOfWords(ROUTE_PROVIDERS),
  time_zone: STRING,
  measurement_system: oneOfWords(SYSTEMS),
  date_format: oneOfWords(DATE_FORMATS),
  hour_mode: oneOfWords(HOUR_MODES),
};

export const SETTINGS_CALLS: readonly Call[] = [
  call(
    {
      path: 'user/settings/read',
      scope: 'anyone',
      summary: "Reads the owner's preferences",
      takes: {},
      gives: { settings: record(SETTINGS) },
    },
    (_parameters, desk) => success({ settings: settingsWire(desk) }),
  ),
  call(
    {
      path: 'user/settings/update',
      scope: '*',
      summary: "Changes the owner's preferences; the time zone is that of all local times from then on",
      takes: {
        time_zone: optional(zone),
        locale: optional(locale),
        measurement_system: optional(oneOf(SYSTEMS)),
        date_format: optional(oneOf(DATE_FORMATS)),
        hour_mode: optional(oneOf(HOUR_MODES)),
        geocoder: optional(oneOf(GEOCODERS)),
        route_provider: optional(oneOf(ROUTE_PROVIDERS)),
        translit: optional(bool),
      },
      gives: {},
    },
    ({ time_zone, ...rest }, { operations }) => {
      const extra = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
      operations.editAccount({ extra, ...(time_zone !== null && { timeZone: time_zone }) });
      return success();
    },
  ),
  call(
    {
      path: 'user/get_info',
      scope: 'anyone',
      summary: 'Says whose key it is, and what it may do',
      takes: {},
      gives: {
        paas_id: nullable(INTEGER),
        user_info: record(USER_INFO),
        features: listOf(STRING),
        privileges: maybe(record({ rights: listOf(STRING) })),
      },
    },
    (_parameters, desk, _pen, caller) => success(infoWire(desk, caller)),
  ),
];

function settingsWire({ operations, calendar }: Pick<Desk, 'operations'> & { readonly calendar: Calendar }): Settings {
  return { time_zone: calendar.zoneName, ...USUAL, ...operations.account().extra };
}

type Settings = typeof USUAL & { readonly time_zone: string };

/** Privileges are told of whoever has not all of them, as of a sub-user. */
function infoWire(desk: Desk, caller: Caller | null): object {
  const { geocoder, translit: _, ...settings } = settingsWire(desk);
  const { keyName = '', scopes = [] } = caller ?? {};
  const user = { id: USER_ID, login: keyName, title: keyName, balance: 0, bonus: 0, demo: false, verified: true };
  const user_info = { ...user, ...settings, default_geocoder: geocoder };
  const privileges = scopes.includes('*') ? {} : { privileges: { rights: scopes } };
  return { paas_id: null, user_info, features: [], ...privileges };
}
