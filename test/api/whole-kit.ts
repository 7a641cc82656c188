/** HTTP over the real line and a real store on disk, and what a fleet needs to begin with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { createServer } from '../../src/api/server.ts';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { Line } from '../../src/intake/line.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { explainTask } from '../../src/operations/explain-task.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { type Searches, searchInPlace } from '../../src/operations/searches.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import type { Body } from './kit.ts';

const MINUTE_MS = 60_000;
const SETTINGS = {
  graceMs: 10 * MINUTE_MS,
  lateDataHorizonMs: 7 * 24 * 60 * MINUTE_MS,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
} as const;

export interface Record {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
}

export class WholeKit {
  nowMs = NOW_MS;
  /** Holds the data directory and nothing else. */
  readonly directory: string;
  readonly store: Store;
  readonly line: Line;
  readonly app: FastifyInstance;
  readonly #timeZone: string;
  readonly #searches: Searches;

  constructor(timeZone = 'UTC', directory = mkdtempSync(join(tmpdir(), 'milepost-api-'))) {
    this.#timeZone = timeZone;
    this.directory = directory;
    const now = () => this.nowMs;
    const tally = emptyTally();
    const data = join(directory, 'data');
    this.store = openStore({ directory: data });
    this.line = new Line({
      store: this.store,
      now,
      tally,
      settings: SETTINGS,
      unknownTrackers: 'pending',
      queueBytesMax: 1_000_000,
      pendingMax: 10,
    });
    this.#searches = searchInPlace(data);
    const asking = { store: this.store, searches: this.#searches, intake: this.line, now };
    const operations = createOperations({
      ...asking,
      presence: { isOnline: () => true, clockSuspicion: () => null },
      firstKey: FIRST_KEY,
      deviceCommands: { expireMs: MINUTE_MS, queuedMax: 3 },
    });
    this.app = createServer({
      operations,
      metrics: createMetrics({ tally, levels: () => operations.levels() }),
      explain: (taskId) => explainTask({ ...asking, settings: SETTINGS }, taskId),
      now,
      timeZone,
      refusePastTo: false,
    });
  }

  async navixy(call: string, parameters: object = {}): Promise<Body> {
    const payload = { hash: FIRST_KEY, ...parameters };
    return (await this.app.inject({ method: 'POST', url: `/v2/${call}`, payload })).json();
  }

  async own(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${FIRST_KEY}` };
    return (await this.app.inject({ method, url, headers, ...(payload && { payload }) })).json();
  }

  /** Records of a tracker, through the line, until they are durable. */
  send(trackerId: number, records: readonly Record[]): Promise<string> {
    const raw = encodeRecords(
      0x08,
      records.map((record) => ({ ...record, satellites: 9, speedKmh: 30, io: [] })),
    );
    const decoded = protocolNamed('teltonika').decode(raw);
    if (decoded.kind === 'malformed') throw new Error(decoded.message);
    const fixes = decoded.records.map((record) => judgeFix(record, this.nowMs));
    const delivery = { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes } as const;
    return new Promise((frameOnSettled) => this.line.submit(delivery, { frameOnSettled }));
  }

  async close(): Promise<void> {
    await this.#shut();
    rmSync(this.directory, { recursive: true });
  }

  /** As after a restart: what is known is what is on disk. This one is closed. */
  async reopened(): Promise<WholeKit> {
    await this.#shut();
    const next = new WholeKit(this.#timeZone, this.directory);
    next.nowMs = this.nowMs;
    return next;
  }

  async #shut(): Promise<void> {
    await this.app.close();
    await this.line.drained();
    await this.#searches.close();
    this.store.close();
  }
}
