/**
 * The examples of GSMtasks' and TheTrack's own pages, as fixtures: what is there, what is asked, what is answered. Each is
 * asked of a live server over HTTP, at the time of the sample and under the address of the vendor.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../../src/api/server.ts';
import { Line } from '../../src/intake/line.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { Geocoder } from '../../src/operations/geocoder.ts';
import { GeocodingRunner } from '../../src/operations/geocoding.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { type Searches, searchInPlace } from '../../src/operations/searches.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { FIRST_KEY } from '../operations/fake-line.ts';
import { batch, PLACE, tracker } from '../store/kit.ts';

export interface RestFixture {
  readonly name: string;
  readonly title: string;
  readonly source: { readonly document: string; readonly section: string };
  readonly clock: string;
  readonly given?: Given;
  readonly requests: readonly Asked[];
  readonly http: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly response: unknown;
  /** Paths whose values are the server's to choose. */
  readonly free?: readonly string[];
  /** Paths of objects that have more members than the sample; empty = the answer itself. */
  readonly more?: readonly string[];
  /** Paths of instants, which may be written in another way. */
  readonly instants?: readonly string[];
}

interface Asked {
  readonly method: string;
  /** With `$name` for what an earlier answer has told. */
  readonly path: string;
  /** null = without; absent = the first key. */
  readonly token?: null;
  readonly body?: unknown;
  /** Names for members of the answer. */
  readonly save?: Readonly<Record<string, string>>;
}

interface Given {
  /** UUID of the account. */
  readonly account?: string;
  readonly trackers?: readonly { readonly id: number; readonly uuid: string; readonly label: string }[];
  /** What is known of addresses; absent = nobody can be asked. */
  readonly geocoder?: Readonly<
    Record<string, { readonly lat: number; readonly lon: number; readonly address: string }>
  >;
  readonly before?: readonly Asked[];
}

export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

export function restFixtures(folder: string): readonly RestFixture[] {
  const root = new URL(`../../fixtures/${folder}/`, import.meta.url);
  return readdirSync(root).map((file) => ({
    ...(JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Omit<RestFixture, 'name'>),
    name: file.replace('.json', ''),
  }));
}

/** What was answered to the last request, and what was to be: as far as the sample says it. */
export async function played(fixture: RestFixture, publicUrl: string): Promise<{ shown: Shown; expected: Shown }> {
  const desk = new SeedDesk(fixture, publicUrl);
  try {
    return await desk.play();
  } finally {
    await desk.close();
  }
}

class SeedDesk {
  readonly #fixture: RestFixture;
  readonly #directory = mkdtempSync(join(PLACE, 'milepost-seeds-'));
  readonly #store: Store;
  readonly #searches: Searches;
  readonly #app: FastifyInstance;
  readonly #runner: GeocodingRunner | null;
  readonly #saved = new Map<string, string>();

  constructor(fixture: RestFixture, publicUrl: string) {
    this.#fixture = fixture;
    const { given = {}, clock } = fixture;
    const now = () => Date.parse(clock);
    const store = openStore({ directory: this.#directory });
    this.#store = store;
    if (given.account !== undefined) store.records.create('identity', { uuid: given.account });
    const trackers = (given.trackers ?? []).map(({ id, ...named }) => tracker(id, { ...named, imei: null }));
    store.append(batch({ clockMs: now(), rows: { trackers } }));
    const limits = { unknownTrackers: 'pending', queueBytesMax: 1_000_000, pendingMax: 10 } as const;
    const line = new Line({ store, now, tally: emptyTally(), settings: SETTINGS, ...limits });
    this.#searches = searchInPlace(this.#directory);
    const geocoder = given.geocoder === undefined ? null : knowing(given.geocoder);
    const asking = { store, searches: this.#searches, intake: line, now };
    const operations = createOperations({
      ...asking,
      presence: { isOnline: () => true, clockSuspicion: () => null },
      firstKey: FIRST_KEY,
      deviceCommands: { expireMs: 60_000, queuedMax: 3 },
      geocoder,
    });
    this.#runner =
      geocoder &&
      new GeocodingRunner({
        ...asking,
        geocoder,
        provider: 'nominatim',
        after: () => () => {},
        onTrouble: (reason) => {
          throw reason;
        },
      });
    this.#app = createServer({
      operations,
      metrics: { contentType: 'text/plain', text: async () => '' },
      explain: async () => null,
      now,
      timeZone: 'UTC',
      refusePastTo: false,
      publicUrl,
    });
  }

  async play(): Promise<{ shown: Shown; expected: Shown }> {
    const { given = {}, requests, http, headers = {}, response } = this.#fixture;
    for (const asked of given.before ?? []) {
      const { status, answer } = await this.#ask(asked);
      if (status >= 300) throw new Error(`${asked.method} ${asked.path}: ${status} ${JSON.stringify(answer)}`);
    }
    this.#runner?.start();
    await this.#runner?.idle();
    let last: Shown | null = null;
    for (const asked of requests) last = await this.#ask(asked);
    if (last === null) throw new Error('nothing is asked');
    const told = this.#filled(response);
    const answer = within(this.#fixture, told, last.answer);
    const shownHeaders = Object.fromEntries(Object.keys(headers).map((name) => [name, String(last.headers[name])]));
    return {
      shown: { status: last.status, headers: shownHeaders, answer },
      expected: { status: http, headers, answer: instantsIn(this.#fixture, told) },
    };
  }

  async close(): Promise<void> {
    await this.#runner?.stop();
    await this.#app.close();
    await this.#searches.close();
    this.#store.close();
    rmSync(this.#directory, { recursive: true });
  }

  async #ask({ method, path, token, body, save = {} }: Asked): Promise<Shown> {
    const word = path.startsWith('/v1/') ? 'token sk_' : 'Token ';
    const {
      statusCode,
      headers,
      body: text,
    } = await this.#app.inject({
      method: method as 'GET',
      url: this.#filled(path) as string,
      headers: {
        ...(token !== null && { authorization: `${word}${FIRST_KEY}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && body !== null && { payload: this.#filled(body) as object }),
    });
    const answer: unknown = text === '' ? null : JSON.parse(text);
    for (const [name, member] of Object.entries(save)) this.#saved.set(name, String(at(answer, member)));
    return { status: statusCode, headers: headers as Record<string, string>, answer };
  }

  /** With what earlier answers have told. */
  #filled(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value).replaceAll(/\$(\w+)/g, (whole, name: string) => this.#saved.get(name) ?? whole),
    );
  }
}

function knowing(places: NonNullable<Given['geocoder']>): Geocoder {
  return {
    async locate(address) {
      const place = places[address];
      return place === undefined ? [] : [{ latDeg: place.lat, lonDeg: place.lon, address: place.address }];
    },
    addressAt: async () => null,
  };
}

/** The answer without what it has beyond the sample, and with the sample's values where they are free. */
function within(fixture: RestFixture, sample: unknown, answer: unknown): unknown {
  const shown = structuredClone(answer);
  for (const path of fixture.more ?? []) leaveOut(at(shown, path), at(sample, path));
  for (const path of fixture.free ?? []) if (at(shown, path) !== undefined) set(shown, path, at(sample, path));
  return instantsIn(fixture, shown);
}

function leaveOut(shown: unknown, sample: unknown): void {
  if (!isObject(shown) || !isObject(sample)) return;
  for (const name of Object.keys(shown)) if (!(name in sample)) delete shown[name];
}

/** The same with instants as numbers. */
function instantsIn({ instants = [] }: RestFixture, value: unknown): unknown {
  const read = structuredClone(value);
  for (const path of instants) {
    const text = at(read, path);
    if (typeof text === 'string') set(read, path, Date.parse(text));
  }
  return read;
}

/** `a.0.b`; empty = the value itself. */
export function at(value: unknown, path: string): unknown {
  if (path === '') return value;
  return path.split('.').reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), value);
}

function set(value: unknown, path: string, next: unknown): void {
  const parent = at(value, path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '');
  if (isObject(parent)) parent[path.slice(path.lastIndexOf('.') + 1)] = next;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
