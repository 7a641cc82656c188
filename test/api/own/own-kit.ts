/** Milepost's own API over the real line and a real store, with the live stream; every answer is held to the API's document. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { protocolNamed } from '../../../protocols/index.ts';
import { encodeRecords } from '../../../protocols/teltonika/device.ts';
import { liveSource } from '../../../src/api/own/live-source.ts';
import { NO_HYGIENE } from '../../../src/engine/verdict.ts';
import { LiveStream } from '../../../src/feed/live/live-stream.ts';
import { Line } from '../../../src/intake/line.ts';
import { judgeFix } from '../../../src/model/fix.ts';
import { emptyTally } from '../../../src/model/tally.ts';
import { explainTask } from '../../../src/operations/explain-task.ts';
import { createOperations, type Operations } from '../../../src/operations/operations.ts';
import { searchInPlace } from '../../../src/operations/searches.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { type Contract, contractOf } from '../contract.ts';
import { presentApp } from '../present-app.ts';

/** May read tasks, and nothing else. */
export const GUEST_KEY = 'cccccccccccccccccccccccccccccccc';
/** May read and write trackers, and nothing else. */
export const FLEET_KEY = 'dddddddddddddddddddddddddddddddd';

const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MINUTE_MS = 60_000;
const SETTINGS = {
  graceMs: 10 * MINUTE_MS,
  lateDataHorizonMs: 7 * 24 * 60 * MINUTE_MS,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
} as const;

export interface OwnAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape
  readonly body: any;
}

export interface Spot {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
}

export interface OwnKitOptions {
  readonly clientsMax?: number;
  readonly clientBytesMax?: number;
  /** It is asked over sockets, and may be closed. */
  readonly isAlone?: boolean;
}

let contract: Contract | null = null;

export class OwnKit {
  nowMs = NOW_MS;
  readonly directory = mkdtempSync(join(PLACE, 'milepost-own-'));
  readonly tally = emptyTally();
  readonly store: Store = openStore({ directory: this.directory });
  readonly line: Line;
  readonly operations: Operations;
  readonly live: LiveStream;
  readonly app: FastifyInstance;
  readonly online = new Set<number>();
  /** What the stream is told on a clock, run by the test: once a second, every 15 s. */
  readonly beats = new Map<number, () => void>();
  tellPresence: (trackerId: number, isOnline: boolean) => void = () => {};
  readonly #searches = searchInPlace(this.directory);
  readonly #isAlone: boolean;

  constructor({ clientsMax = 10, clientBytesMax = 1_000_000, isAlone = false }: OwnKitOptions = {}) {
    const now = () => this.nowMs;
    this.store.keys.create('guest', GUEST_KEY, ['tasks:read'], NOW_MS, null);
    this.store.keys.create('fleet', FLEET_KEY, ['trackers:read', 'trackers:write'], NOW_MS, null);
    this.line = new Line({
      ...{ store: this.store, now, tally: this.tally, settings: SETTINGS, unknownTrackers: 'pending' },
      ...{ queueBytesMax: 1_000_000, pendingMax: 10 },
    });
    const asking = { store: this.store, searches: this.#searches, intake: this.line, now };
    this.operations = createOperations({
      ...asking,
      presence: { isOnline: (trackerId) => this.online.has(trackerId), clockSuspicion: () => null },
      firstKey: FIRST_KEY,
      deviceCommands: { expireMs: MINUTE_MS, queuedMax: 3 },
    });
    this.live = new LiveStream({
      source: liveSource(this.operations, {
        onCommitted: (listener) => this.line.onCommitted(listener),
        onSeen: (listener) => this.line.onSeen(listener),
        onPresence: (listener) => {
          this.tellPresence = listener;
          return () => {
            this.tellPresence = () => {};
          };
        },
      }),
      limits: { clientsMax, clientBytesMax },
      now,
      tally: this.tally,
      every: (periodMs, run) => {
        this.beats.set(periodMs, run);
        return () => this.beats.delete(periodMs);
      },
      defer: setImmediate,
      onTrouble: () => {},
    });
    const explain = (taskId: number) => explainTask({ ...asking, settings: SETTINGS }, taskId);
    this.app = presentApp({ operations: this.operations, live: this.live, explain, now, isAlone });
    this.#isAlone = isAlone;
  }

  async ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    key: string = FIRST_KEY,
  ): Promise<OwnAnswer> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await this.app.inject({ method, url, headers, ...(payload && { payload }) });
    const { statusCode: status } = response;
    const body = response.body === '' ? null : response.json();
    contract ??= contractOf((await this.app.inject('/openapi.json')).json());
    const fault = body === null ? null : contract({ method, url, status, body });
    if (fault !== null) throw new Error(`${method} ${url} ${status} breaks the contract: ${fault}`);
    return { status, body };
  }

  /** Trackers with these labels, from id 1 on. */
  async fleet(...labels: string[]): Promise<void> {
    for (const label of labels) await this.ask('POST', '/api/trackers', { label });
  }

  /** A frame of real bytes, through the line, until it is durable. Returns the bytes. */
  async send(trackerId: number, spots: readonly Spot[]): Promise<Buffer> {
    const raw = encodeRecords(
      8,
      spots.map((spot) => ({ ...spot, satellites: 9, speedKmh: 30, courseDeg: 90, io: [] })),
    );
    const decoded = protocolNamed('teltonika').decode(raw);
    if (decoded.kind === 'malformed') throw new Error(decoded.message);
    const fixes = decoded.records.map((record) => judgeFix(record, this.nowMs));
    const delivery = { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes } as const;
    await new Promise((frameOnSettled) => this.line.submit(delivery, { frameOnSettled }));
    return raw;
  }

  async close(): Promise<void> {
    if (this.#isAlone) await this.app.close();
    else this.live.close();
    await this.line.drained();
    await this.#searches.close();
    this.store.close();
    rmSync(this.directory, { recursive: true });
  }
}

/** A task at the place that `INSIDE` is in, for the hours around now. */
export const WISH = {
  label: 'Deliver parcels',
  zone: { lat: 51.283546, lon: 7.301086, radius: 150 },
  from: '2026-03-01T08:00:00Z',
  to: '2026-03-01T16:00:00Z',
};
export const INSIDE = { latDeg: 51.283546, lonDeg: 7.301086 };
export const OUTSIDE = { latDeg: 51.3, lonDeg: 7.4 };
