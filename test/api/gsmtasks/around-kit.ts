/** GSMtasks over the real line and the real store, asked as its clients ask. One app serves all kits of a file. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { protocolNamed } from '../../../protocols/index.ts';
import { encodeRecords } from '../../../protocols/teltonika/device.ts';
import { Line } from '../../../src/intake/line.ts';
import type { Command, CommandOutcome } from '../../../src/model/command.ts';
import { judgeFix } from '../../../src/model/fix.ts';
import { emptyTally } from '../../../src/model/tally.ts';
import { createOperations, type Operations } from '../../../src/operations/operations.ts';
import { type Searches, searchInPlace } from '../../../src/operations/searches.ts';
import { openStore } from '../../../src/store/open.ts';
import { StorageError, type Store } from '../../../src/store/store.ts';
import { SETTINGS } from '../../engine/world-kit.ts';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { testDirectory } from '../../store/kit.ts';
import { presentApp } from '../present-app.ts';

/** Whatever JSON says: tests reach into it, and say themselves what has to be there. */
export type Body = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, unknown>>;
}

export const BASE = 'http://localhost:80';

export class AroundKit {
  nowMs = NOW_MS;
  app!: FastifyInstance;
  readonly #directory = testDirectory();
  store!: Store;
  line!: Line;
  operations!: Operations;
  #searches!: Searches;

  constructor() {
    this.#open();
    onTestFinished(() => this.#shut());
  }

  async restart(): Promise<void> {
    await this.#shut();
    this.#open();
  }

  #open(): void {
    const now = () => this.nowMs;
    this.store = openStore({ directory: this.#directory });
    const limits = { unknownTrackers: 'pending', queueBytesMax: 1_000_000, pendingMax: 10 } as const;
    this.line = new Line({ store: this.store, now, tally: emptyTally(), settings: SETTINGS, ...limits });
    this.#searches = searchInPlace(this.#directory);
    this.operations = createOperations({
      store: this.store,
      searches: this.#searches,
      intake: this.line,
      presence: { isOnline: () => true, clockSuspicion: () => null },
      now,
      firstKey: FIRST_KEY,
      deviceCommands: { expireMs: 60_000, queuedMax: 3 },
    });
    this.app = presentApp({ operations: this.operations, now });
  }

  async #shut(): Promise<void> {
    await this.line.drained();
    await this.#searches.close();
    this.store.close();
  }

  /** POST JSON to Navixy with the first key. */
  async navixy(call: string, parameters: object = {}): Promise<Body> {
    const payload = { hash: FIRST_KEY, ...parameters };
    return (await this.app.inject({ method: 'POST', url: `/v2/${call}`, payload })).json();
  }

  do(command: Command): Promise<CommandOutcome> {
    return this.line.command(command);
  }

  send(trackerId: number, spots: readonly { timeMs: number; latDeg: number; lonDeg: number }[]): Promise<unknown> {
    const raw = encodeRecords(
      8,
      spots.map((spot) => ({ ...spot, satellites: 9, speedKmh: 30 })),
    );
    const message = protocolNamed('teltonika').decode(raw);
    if (message.kind !== 'records') throw new Error(JSON.stringify(message));
    const fixes = message.records.map((record) => judgeFix(record, this.nowMs));
    const delivery = { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes } as const;
    return new Promise((frameOnSettled) => this.line.submit(delivery, { frameOnSettled }));
  }

  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object | string,
    key: string | null = FIRST_KEY,
  ): Promise<Answer> {
    const headers = {
      ...(key !== null && { authorization: `Token ${key}` }),
      ...(typeof payload === 'string' && { 'content-type': 'application/json' }),
    };
    const response = await this.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
    const isJson = String(response.headers['content-type']).includes('json');
    return { status: response.statusCode, body: isJson ? response.json() : response.body, headers: response.headers };
  }

  get(url: string, key?: string | null): Promise<Answer> {
    return this.ask('GET', url, undefined, key);
  }

  /** All pages of a list, as its links lead on. */
  async pages(url: string): Promise<Body[]> {
    const found: Body[] = [];
    let next: string | undefined = url;
    while (next !== undefined) {
      const { status, body, headers } = await this.get(next);
      if (status !== 200) throw new Error(`${next}: ${status} ${JSON.stringify(body)}`);
      found.push(body);
      next = /<([^>]*)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
      if (found.length > 50) throw new Error(`${url} has no end`);
    }
    return found;
  }

  /** A key with these rights, named so. */
  key(name: string, ...scopes: readonly string[]): string {
    const key = createHash('md5').update(name).digest('hex');
    this.store.keys.create(name, key, scopes, this.nowMs, null);
    return key;
  }

  async worker(label: string): Promise<{ readonly id: number; readonly uuid: string; readonly url: string }> {
    const outcome = await this.operations.createTracker({ label, imei: null, model: null, timeZone: 'utc' });
    if (outcome.kind !== 'tracker') throw new Error(outcome.message);
    const { id, uuid } = outcome.tracker;
    return { id, uuid, url: `${BASE}/users/${uuid}/` };
  }

  async accountUrl(): Promise<string> {
    return (await this.get('/accounts/')).body[0].url;
  }

  /** A task of GSMtasks with no more than it needs, made as the line makes it. */
  async task(
    parts: {
      readonly trackerId?: number | null;
      readonly order?: string;
      readonly run?: string;
      readonly fromMs?: number | null;
      readonly toMs?: number | null;
    } = {},
  ): Promise<{ readonly id: number; readonly uuid: string; readonly url: string }> {
    const { trackerId = null, order, run, fromMs = null, toMs = null } = parts;
    const openEnds = fromMs === null ? (toMs === null ? 'both' : 'from') : toMs === null ? 'to' : null;
    const uuid = crypto.randomUUID();
    const outcome = await this.do({
      kind: 'create_task',
      task: {
        uuid,
        dialect: 'gsmtasks',
        trackerId,
        text: {
          ...{ label: 'Task', description: '', externalId: null, address: 'Quay 4', tags: [], form: null, extra: {} },
          origin: 'manual',
          details: { ...(order && { orderUuid: order }), ...(run && { runUuid: run }) },
        },
        terms: {
          zone: { latDeg: 52.5, lonDeg: 13.4, radiusM: 150 },
          fromMs: fromMs ?? this.nowMs,
          toMs: toMs ?? Math.max(this.nowMs, fromMs ?? 0) + 86_400_000,
          ...{ maxDelayMs: 0, minStayMs: 0, minArrivalMs: 0, isFormRequired: false, isFormInZone: false },
          ...(openEnds && { openEnds }),
        },
      },
    });
    if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
    return { id: outcome.taskId, uuid, url: `${BASE}/tasks/${uuid}/` };
  }

  /** Until the end of the test, or until the returned function is called. */
  failCommits(): () => void {
    const { store } = this;
    const append = store.append;
    store.append = () => {
      throw new StorageError('SQLITE_FULL', 'the disk is full');
    };
    return () => {
      store.append = append;
    };
  }

  stateOf(taskId: number): string | undefined {
    return this.store.tasks.read(taskId)?.facts.state;
  }
}
