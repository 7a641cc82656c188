/** The app over the real line and the real store, in a directory of its own: where what is answered hangs on both. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { FORM_CALLS } from '../../src/api/navixy/form-calls.ts';
import { FORM_LIST_CALLS } from '../../src/api/navixy/form-list-calls.ts';
import { FORM_TEMPLATE_CALLS } from '../../src/api/navixy/form-template-calls.ts';
import { BOOLEAN, record } from '../../src/api/navixy/shapes.ts';
import { TASK_CALLS } from '../../src/api/navixy/task-calls.ts';
import { AJV_OPTIONS } from '../../src/api/own/validation.ts';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { Line } from '../../src/intake/line.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { FormFileRules } from '../../src/operations/form-files.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { searchInPlace } from '../../src/operations/searches.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import { presentApp } from './present-app.ts';

/** May read tasks and write them, and nothing else. */
export const CLERK_KEY = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
/** May read tasks. */
export const GUEST_KEY = 'cccccccccccccccccccccccccccccccc';

export interface LiveAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape
  readonly body: any;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
}

const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MINUTE_MS = 60_000;

export class LiveKit {
  nowMs = NOW_MS;
  readonly directory = mkdtempSync(join(PLACE, 'milepost-live-'));
  readonly store: Store = openStore({ directory: this.directory });
  readonly line: Line;
  readonly operations: Operations;
  readonly app: FastifyInstance;
  readonly #searches = searchInPlace(this.directory);

  constructor(formFiles?: FormFileRules) {
    const now = () => this.nowMs;
    this.store.keys.create('clerk', CLERK_KEY, ['tasks:read', 'task_update'], NOW_MS, null);
    this.store.keys.create('guest', GUEST_KEY, ['tasks:read'], NOW_MS, null);
    this.line = new Line({
      store: this.store,
      now,
      tally: emptyTally(),
      settings: {
        graceMs: 10 * MINUTE_MS,
        lateDataHorizonMs: 7 * 86_400_000,
        incompleteVisit: 'faulty',
        hygiene: NO_HYGIENE,
      },
      unknownTrackers: 'pending',
      queueBytesMax: 1_000_000,
      pendingMax: 10,
    });
    this.operations = createOperations({
      store: this.store,
      searches: this.#searches,
      intake: this.line,
      presence: { isOnline: () => true, clockSuspicion: () => null },
      now,
      firstKey: FIRST_KEY,
      deviceCommands: { expireMs: MINUTE_MS, queuedMax: 3 },
      ...(formFiles && { formFiles }),
    });
    this.app = presentApp({ operations: this.operations, now });
  }

  async close(): Promise<void> {
    await this.line.drained();
    await this.#searches.close();
    this.store.close();
    rmSync(this.directory, { recursive: true });
  }

  navixy(call: string, parameters: object = {}, hash = FIRST_KEY): Promise<LiveAnswer> {
    return this.#inject({ method: 'POST', url: `/v2/${call}`, payload: { hash, ...parameters } });
  }

  async get(url: string): Promise<LiveAnswer> {
    return this.#inject({ method: 'GET', url });
  }

  /** A multipart request: fields, then files. */
  post(url: string, fields: readonly (readonly [string, string])[], files: readonly SentFile[]): Promise<LiveAnswer> {
    const boundary = '----milepost';
    const payload = Buffer.concat([
      ...fields.map(fieldPart),
      ...files.map(filePart),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    return this.#inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
  }

  async #inject(options: InjectOptions): Promise<LiveAnswer> {
    const response = await this.app.inject(options);
    const isJson = String(response.headers['content-type']).includes('json');
    if (isJson) holdToShape(String(options.url), response.json());
    return {
      status: response.statusCode,
      body: isJson ? response.json() : null,
      bytes: response.rawPayload,
      headers: response.headers,
    };
  }

  async addTracker(label: string): Promise<number> {
    const imei = String(356_307_042_441_000 + label.length);
    const outcome = await this.operations.createTracker({ label, imei, model: null, timeZone: 'utc' });
    if (outcome.kind !== 'tracker') throw new Error(outcome.message);
    return outcome.tracker.id;
  }

  /** Records of a tracker, received now. */
  send(trackerId: number, ...records: readonly { timeMs: number; latDeg: number; lonDeg: number }[]): Promise<string> {
    const raw = encodeRecords(
      0x08,
      records.map((record) => ({ ...record, satellites: 9, speedKmh: 30, io: [{ id: 239, bytes: 1, value: 1 }] })),
    );
    const decoded = protocolNamed('teltonika').decode(raw);
    if (decoded.kind === 'malformed') throw new Error(decoded.message);
    const fixes = decoded.records.map((record) => judgeFix(record, this.nowMs));
    const delivery = { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes } as const;
    return new Promise((frameOnSettled) => this.line.submit(delivery, { frameOnSettled }));
  }

  /** Lets the clock act at an instant. */
  async tickAt(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    this.line.tick();
    await this.line.drained();
  }
}

const CALLS = [...TASK_CALLS, ...FORM_CALLS, ...FORM_LIST_CALLS, ...FORM_TEMPLATE_CALLS];
const SHAPES = new Map(
  CALLS.flatMap(({ path, gives }) => (gives === 'file' ? [] : [[path, record({ success: BOOLEAN, ...gives })]])),
);

const compiler = fastify({ ajv: { customOptions: AJV_OPTIONS } });
compiler.post('/', { schema: { body: { type: 'object' } } }, async () => null);
await compiler.ready();

/** Every success is what its call says that it gives, and nothing beside. */
function holdToShape(url: string, body: { readonly success: boolean }): void {
  const schema = SHAPES.get(url.replace(/^\/v2\//, '').replace(/\?.*$/, ''));
  if (schema === undefined || !body.success) return;
  const isRight = compiler.validatorCompiler!({ schema, method: 'POST', url: '/', httpPart: 'body' });
  if (isRight(body) === true) return;
  const [first] = isRight.errors ?? [];
  throw new Error(`${url} gives ${JSON.stringify(body)}: ${first?.instancePath} ${first?.message}`);
}

export interface SentFile {
  readonly field?: string;
  readonly name: string;
  readonly type?: string;
  readonly content: Buffer;
}

function fieldPart([name, value]: readonly [string, string]): Buffer {
  return Buffer.from(`------milepost\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
}

function filePart({ field = 'file', name, type = 'application/octet-stream', content }: SentFile): Buffer {
  const head = `------milepost\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
}
