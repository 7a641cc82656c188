/** The app over the real line and the real store, and keys with few rights; every answer is held to what its call gives. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { expect, onTestFinished } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import type { Call } from '../../src/api/navixy/call.ts';
import { type JsonSchema, record } from '../../src/api/navixy/shapes.ts';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { Line } from '../../src/intake/line.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { Geocoder } from '../../src/operations/geocoder.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { searchInPlace } from '../../src/operations/searches.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import { testDirectory } from '../store/kit.ts';
import { presentApp } from './present-app.ts';

export interface LiveOptions {
  readonly geocoder?: Geocoder;
  readonly requestsPerSecond?: number;
}

/** Whatever JSON says: tests reach into it, and say themselves what has to be there. */
type Body = ReturnType<typeof JSON.parse>;

export interface LiveAnswer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, unknown>>;
}

const MINUTE_MS = 60_000;

const SETTINGS = {
  graceMs: 10 * MINUTE_MS,
  lateDataHorizonMs: 7 * 86_400_000,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
} as const;

export class LiveKit {
  nowMs = NOW_MS;
  readonly directory = testDirectory();
  readonly store: Store;
  readonly line: Line;
  readonly operations: Operations;
  readonly app: FastifyInstance;
  readonly #gives: ReadonlyMap<string, JsonSchema>;

  constructor(calls: readonly Call[], { geocoder, requestsPerSecond }: LiveOptions = {}) {
    const { directory } = this;
    const now = () => this.nowMs;
    this.store = openStore({ directory });
    const searches = searchInPlace(directory);
    const tally = emptyTally();
    const line = new Line({
      ...{ store: this.store, now, tally, settings: SETTINGS },
      ...{ unknownTrackers: 'pending', queueBytesMax: 1_000_000, pendingMax: 10 },
    });
    this.line = line;
    this.operations = createOperations({
      ...{ store: this.store, searches, intake: line, now, firstKey: FIRST_KEY },
      presence: { isOnline: () => false, clockSuspicion: () => null },
      deviceCommands: { expireMs: 86_400_000, queuedMax: 5 },
      ...(geocoder && { geocoder }),
    });
    this.app = presentApp({ operations: this.operations, now, ...(requestsPerSecond && { requestsPerSecond }) });
    this.#gives = new Map(
      calls.flatMap(({ path, gives }) => {
        return gives === 'file' ? [] : [[path, record({ success: { type: 'boolean' }, ...gives })] as const];
      }),
    );
    onTestFinished(async () => {
      await line.drained();
      await searches.close();
      this.store.close();
    });
  }

  async ask(options: InjectOptions): Promise<LiveAnswer> {
    const response = await this.app.inject(options);
    const isJson = String(response.headers['content-type']).includes('json');
    return { status: response.statusCode, body: isJson ? response.json() : response.body, headers: response.headers };
  }

  /** POST JSON with a key, the first one unless another is named. */
  async call(path: string, parameters: object = {}, hash = FIRST_KEY): Promise<LiveAnswer> {
    const answer = await this.ask({ method: 'POST', url: `/v2/${path}`, payload: { hash, ...parameters } });
    const schema = this.#gives.get(path);
    if (answer.body.success === true && schema !== undefined) {
      expect(misfits(schema, answer.body), `${path} gives what it says`).toEqual([]);
    }
    return answer;
  }

  /** The body of a call that has to succeed. */
  async do(path: string, parameters: object = {}, hash = FIRST_KEY): Promise<Body> {
    const { body } = await this.call(path, parameters, hash);
    expect(body).toMatchObject({ success: true });
    return body;
  }

  /** 0 = it succeeded; of an invalid parameter its name stands behind the code. */
  async codeOf(path: string, parameters: object = {}, hash = FIRST_KEY): Promise<number | string> {
    const { body } = await this.call(path, parameters, hash);
    if (body.success) return 0;
    const [fault] = body.errors ?? [];
    return fault === undefined ? body.status.code : `7 ${fault.parameter}`;
  }

  /** A key with these rights; the same for the same rights. */
  key(...scopes: readonly string[]): string {
    const name = scopes.join('+');
    const key = createHash('md5').update(name).digest('hex');
    if (this.store.keys.find(key, this.nowMs) === null) this.store.keys.create(name, key, scopes, this.nowMs, null);
    return key;
  }

  async tracker(label: string, imei: string | null = null): Promise<number> {
    const outcome = await this.operations.createTracker({ label, imei, model: null, timeZone: 'utc' });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.tracker.id;
  }

  /** What is written is in the database file, and no longer in its log. */
  foldLog(): void {
    const db = new Database(join(this.directory, DATABASE_FILE));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  }

  send(trackerId: number, records: readonly { timeMs: number; latDeg: number; lonDeg: number }[]): Promise<string> {
    const raw = encodeRecords(
      0x08,
      records.map((each) => ({ ...each, satellites: 9, speedKmh: 30 })),
    );
    const decoded = protocolNamed('teltonika').decode(raw);
    if (decoded.kind === 'malformed') throw new Error(decoded.message);
    const fixes = decoded.records.map((each) => judgeFix(each, this.nowMs));
    const delivery = { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes } as const;
    return new Promise((frameOnSettled) => this.line.submit(delivery, { frameOnSettled }));
  }
}

/** As far as the shapes of this dialect go: what does not fit, by its path. */
function misfits(schema: JsonSchema, value: unknown, path = ''): string[] {
  const { anyOf, enum: words, type, pattern, items } = schema as Record<string, Body>;
  if (anyOf !== undefined) {
    const tries = (anyOf as JsonSchema[]).map((each) => misfits(each, value, path));
    return tries.find((found) => found.length === 0) ?? tries[0] ?? [];
  }
  if (type !== undefined && ![type].flat().some((each: string) => isOf(each, value))) return [`${path}: no ${type}`];
  if (words !== undefined && !words.includes(value)) return [`${path}: none of ${words}`];
  if (pattern !== undefined && typeof value === 'string' && !new RegExp(pattern).test(value))
    return [`${path}: ${value}`];
  if (Array.isArray(value))
    return items === undefined ? [] : value.flatMap((each, i) => misfits(items, each, `${path}[${i}]`));
  if (typeof value === 'object' && value !== null) return misfitsIn(schema, value as Record<string, unknown>, path);
  return [];
}

function misfitsIn(schema: JsonSchema, value: Record<string, unknown>, path: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema as Record<string, Body>;
  const missing = (required as string[]).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`);
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name in properties) return misfits(properties[name], member, `${path}.${name}`);
    return additionalProperties === false ? [`${path}.${name}: not told of`] : [];
  });
  return [...missing, ...members];
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
