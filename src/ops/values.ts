/**
 * The kinds of value a setting can have. One grammar for flag, environment and file: a kind reads text, and says in
 * words what it would have liked to read.
 */

export interface Kind<T> {
  /** Completes "expected ...". */
  readonly expects: string;
  /** undefined = not this kind. */
  parse(text: string): T | undefined;
}

export const text: Kind<string> = {
  expects: 'some text',
  parse: (value) => (value === '' ? undefined : value),
};

export const flag: Kind<boolean> = {
  expects: 'true or false',
  parse: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
};

/** TCP or UDP port; 0 lets the system choose. */
export const port: Kind<number> = integer(0, 65_535);

/** Milliseconds, written with a unit. */
export const duration: Kind<number> = {
  expects: 'a duration such as 500ms, 15s, 10m, 12h or 7d',
  parse: parseDurationMs,
};

/** 32 hex digits, as every key is. */
export const key: Kind<string> = {
  expects: '32 hex digits',
  parse: (value) => (/^[0-9a-f]{32}$/i.test(value) ? value.toLowerCase() : undefined),
};

export const url: Kind<string> = {
  expects: 'an http(s) address such as https://fleet.example.org',
  parse: (value) => (/^https?:\/\/[^\s/]+/.test(value) && URL.canParse(value) ? value.replace(/\/+$/, '') : undefined),
};

/** Of map tiles by zoom, column and row. The host is plain, as it goes into the policy of a page. */
export const tiles: Kind<string> = {
  expects: 'an http(s) address with {z}, {x} and {y} such as https://tiles.example.org/{z}/{x}/{y}.png',
  parse: (value) => {
    const isAddress = /^https?:\/\/(\{s\}\.)?(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?\/[\x21-\x7e]+$/i.test(value);
    return isAddress && ['{z}', '{x}', '{y}'].every((part) => value.includes(part)) ? value : undefined;
  },
};

/** Of a message broker, with a user and a password where it asks for them. */
export function broker(...schemes: readonly string[]): Kind<string> {
  return {
    expects: `an address such as ${schemes[0]}://user:password@broker.example.org (${schemes.join(', ')}; %25 for a %)`,
    parse: (value) =>
      schemes.some((scheme) => value.startsWith(`${scheme}://`)) && namesHostAndLogin(value) ? value : undefined,
  };
}

function namesHostAndLogin(address: string): boolean {
  try {
    const { hostname, username, password } = new URL(address);
    decodeURIComponent(`${username}:${password}`);
    return hostname !== '';
  } catch {
    return false;
  }
}

/** Words that a broker gives no meaning to, with this sign between them; '' = one word. */
export function words(separator: '/' | '.' | ''): Kind<string> {
  const parts = (value: string) => (separator === '' ? [value] : value.split(separator));
  return {
    expects: `letters, digits, - and _${separator === '' ? '' : `, with ${separator} between words`}`,
    parse: (value) => (parts(value).every((part) => /^[\w-]{1,64}$/.test(part)) ? value : undefined),
  };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where to connect to: `HOST:PORT`, an IPv6 address in brackets. */
export const address: Kind<Address> = {
  expects: 'HOST:PORT such as 127.0.0.1:5020 or [::1]:5020',
  parse: (value) => {
    const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(value);
    const host = match?.[1] ?? match?.[2];
    const number = match === null ? undefined : within(Number(match[3]), 1, 65_535);
    return host === undefined || number === undefined ? undefined : { host, port: number };
  },
};

/** A point in time with its offset, as ms since 1970 UTC. */
export const instant: Kind<number> = {
  expects: 'an ISO 8601 instant such as 2026-05-04T08:00:00Z',
  parse: (value) => {
    const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
    const timeMs = Date.parse(value);
    return isInstant && !Number.isNaN(timeMs) ? timeMs : undefined;
  },
};

/** An IANA zone the runtime knows. */
export const timeZone: Kind<string> = {
  expects: 'an IANA time zone such as UTC or Europe/Amsterdam',
  parse: (value) => (isTimeZone(value) ? value : undefined),
};

/** Words with commas between them. */
export const names: Kind<readonly string[]> = {
  expects: 'names such as auto,teltonika',
  parse: (value) => {
    const parts = value.split(',').map((part) => part.trim());
    return parts.every((part) => /^[a-z][a-z0-9-]{0,31}$/.test(part)) ? parts : undefined;
  },
};

/** Addresses and networks with commas between them. */
export const networks: Kind<readonly string[]> = {
  expects: 'addresses or networks such as 10.0.0.0/8,192.0.2.7,2001:db8::/32',
  parse: (value) => {
    const parts = value.split(',').map((part) => part.trim());
    return parts.every(isNetwork) ? parts : undefined;
  },
};

function isNetwork(part: string): boolean {
  const [, address = '', prefix] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(part) ?? [];
  const bits = address.includes(':') ? 128 : 32;
  const isAddress = bits === 128 ? URL.canParse(`http://[${address}]/`) : IPV4.test(address);
  return isAddress && Number(prefix ?? 0) <= bits;
}

const IPV4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export function integer(least: number, most: number): Kind<number> {
  return {
    expects: `a whole number from ${least} to ${most}`,
    parse: (value) => (/^\d{1,15}$/.test(value) ? within(Number(value), least, most) : undefined),
  };
}

export function decimal(least: number, most: number): Kind<number> {
  return {
    expects: `a number from ${least} to ${most}`,
    parse: (value) => (/^\d{1,12}(\.\d{1,6})?$/.test(value) ? within(Number(value), least, most) : undefined),
  };
}

export function choice<const T extends string>(...words: readonly T[]): Kind<T> {
  return {
    expects: words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    parse: (value) => words.find((word) => word === value),
  };
}

/** A kind that can also be absent, by one word: `off`, `none`, `auto`. */
export function unless<T>(word: string, kind: Kind<T>): Kind<T | null> {
  return {
    expects: `${word} or ${kind.expects}`,
    parse: (value) => (value === word ? null : kind.parse(value)),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION_MS_MAX = 3650 * 86_400_000;

/** `10m` is 600000; undefined = not a duration. A bare number has no unit and is refused, but for 0. */
function parseDurationMs(value: string): number | undefined {
  if (value === '0') return 0;
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(value);
  if (match === null) return undefined;
  return within(Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0), 0, DURATION_MS_MAX);
}

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
