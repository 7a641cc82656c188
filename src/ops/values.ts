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
