/**
 * A geocoder that is asked as Nominatim is (nominatim.org/release-docs, Search and Reverse), as the policy of the public
 * one wants it (operations.osmfoundation.org/policies/nominatim): whoever asks says who it is, asks for one thing at a
 * time and at most one a second, and remembers what was found.
 */
import type { Geocoder } from '../operations/geocoder.ts';
import { Memory } from './memory.ts';

export interface NominatimOptions {
  /** Of the server, without a slash at its end. */
  readonly url: string;
  /** Whom its operator may write to; null = nobody says. */
  readonly email: string | null;
  readonly userAgent: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Ms that only grow. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

type Found = Awaited<ReturnType<Geocoder['locate']>>;

const TIMEOUT_MS = 5000;
const PACE_MS = 1000;
/** Questions that may wait for their turn; one more is refused. */
const WAITING_MAX = 20;
const REMEMBERED_MAX = 1000;
const ANSWER_BYTES_MAX = 262_144;
const PLACES_MAX = 10;
const ADDRESS_CHARACTERS_MAX = 250;
/** Places closer than this, in digits of a degree, have one address: a metre or so. */
const DEGREE_DIGITS = 5;

export function nominatim(options: NominatimOptions): Geocoder {
  const turns = new Turns(options);
  const memory = new Memory<unknown>(REMEMBERED_MAX);

  /** What was found is remembered; what was not may be on the map tomorrow. */
  async function ask<T>(call: string, asked: Readonly<Record<string, string>>, read: (answer: unknown) => T | null) {
    const query = new URLSearchParams({ ...asked, format: 'jsonv2', ...(options.email && { email: options.email }) });
    const key = `${call}?${query}`;
    const known = memory.get(key) as T | undefined;
    if (known !== undefined) return known;
    const found = read(await turns.take(() => answerTo(options, `${options.url}/${key}`)));
    if (found !== null) memory.set(key, found);
    return found;
  }

  return {
    async locate(address, language) {
      const asked = { q: address, limit: String(PLACES_MAX), ...languageOf(language) };
      return (await ask('search', asked, placesIn)) ?? [];
    },
    addressAt(latDeg, lonDeg, language) {
      const place = { lat: latDeg.toFixed(DEGREE_DIGITS), lon: lonDeg.toFixed(DEGREE_DIGITS) };
      return ask('reverse', { ...place, ...languageOf(language) }, addressIn);
    },
  };
}

function languageOf(language: string | null): Readonly<Record<string, string>> {
  return language === null ? {} : { 'accept-language': language };
}

/** One at a time, in the order of asking, at the pace of the policy. */
class Turns {
  readonly #options: Pick<NominatimOptions, 'now' | 'wait'>;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(options: Pick<NominatimOptions, 'now' | 'wait'>) {
    this.#options = options;
  }

  async take<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX) throw new Error(`${WAITING_MAX} questions are waiting for the geocoder already`);
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#paced(ask));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #paced<T>(ask: () => Promise<T>): Promise<T> {
    const { now, wait } = this.#options;
    const earlyMs = this.#nextMs - now();
    if (earlyMs > 0) await wait(earlyMs);
    this.#nextMs = now() + PACE_MS;
    return ask();
  }
}

/**
 * What the server says, as JSON; null = it does not understand the question, which asking again would not change. Throws
 * where it cannot be asked, or talks of something else. The address is the one its owner named: nobody is sent elsewhere.
 */
async function answerTo({ fetch, userAgent }: NominatimOptions, url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', 'user-agent': userAgent },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await shortText(response);
  if (response.status === 400 || response.status === 404) return null;
  if (!response.ok) throw new Error(`the geocoder answered ${response.status}`);
  return JSON.parse(text) as unknown;
}

async function shortText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the geocoder answered more than ${ANSWER_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** null = none is one. */
function placesIn(answer: unknown): Found | null {
  if (answer === null) return null;
  if (!Array.isArray(answer)) throw new Error('the geocoder answered a search with something else than a list');
  const places = answer.slice(0, PLACES_MAX).flatMap((entry: unknown) => placeIn(entry) ?? []);
  return places.length === 0 ? null : places;
}

/** Coordinates come as texts. */
function placeIn(entry: unknown): Found[number] | null {
  const { lat, lon, display_name: name } = Object(entry) as Record<string, unknown>;
  const latDeg = degreesIn(lat, 90);
  const lonDeg = degreesIn(lon, 180);
  const address = addressText(name);
  return latDeg === null || lonDeg === null || address === null ? null : { latDeg, lonDeg, address };
}

function degreesIn(value: unknown, most: number): number | null {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,3}(\.\d{1,20})?$/.test(value));
  const degrees = Number(value);
  return isNumber && Math.abs(degrees) <= most ? degrees : null;
}

/** Where nobody lives, the answer is an `error`. */
function addressIn(answer: unknown): string | null {
  return addressText((Object(answer) as Record<string, unknown>)['display_name']);
}

/** One line that people can read; null = there is none. */
function addressText(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const line = name.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return line === '' ? null : [...line].slice(0, ADDRESS_CHARACTERS_MAX).join('').trim();
}
