/** The app over a line in memory, and short ways to ask it. */
import type { FastifyBaseLogger, FastifyInstance, InjectOptions } from 'fastify';
import { createServer } from '../../src/api/server.ts';
import { FakeLine, FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import { type Contract, contractOf } from './contract.ts';

export interface Kit {
  readonly line: FakeLine;
  readonly app: FastifyInstance;
  ask(options: InjectOptions): Promise<Answer>;
  /** POST JSON with the first key in `hash`. */
  navixy(call: string, parameters?: object): Promise<Answer>;
  /** A request to `/api` with the first key. */
  own(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Members of answers that tests reach into; which of them is there is for the test to say. */
export interface Body {
  readonly id: number;
  readonly count: number;
  readonly code: string;
  readonly status: { readonly code: number };
  readonly value: Row;
  readonly list: readonly Row[];
  readonly errors: readonly { readonly parameter: string }[];
  readonly warnings: readonly string[];
  readonly words: readonly string[];
  readonly fixes: readonly Row[];
  readonly hasMore: boolean;
  readonly created: number;
  readonly limit_exceeded: boolean;
  readonly fix: Row;
  readonly pending: readonly Row[];
  readonly imei: string | null;
  readonly clockSuspicion: object | null;
}

export interface Row {
  readonly id: number;
  readonly label: string;
  readonly operation: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly from: string;
  readonly status: string;
  readonly time: string;
  readonly event_date: string;
  readonly fields: unknown;
  readonly success: boolean;
  readonly tracker_id: number | null;
  readonly errors: readonly { readonly parameter: string; readonly error: string }[];
  readonly completion_date: string | null;
}

export interface KitOptions {
  readonly timeZone?: string;
  readonly refusePastTo?: boolean;
  readonly log?: FastifyBaseLogger;
}

let usual: Kit | null = null;

/** Without options it is the same app each time, over a line that was emptied: an app takes a while to build. */
export function createKit(options?: KitOptions): Kit {
  if (options !== undefined) return newKit(options);
  usual ??= newKit({});
  usual.line.reset();
  return usual;
}

function newKit({ timeZone = 'Europe/Berlin', refusePastTo = false, log }: KitOptions): Kit {
  const line = new FakeLine();
  const app = createServer({
    operations: line.operations,
    metrics: { contentType: 'text/plain', text: async () => 'milepost_up 1\n' },
    explain: async (taskId) => (line.tasks.has(taskId) ? { taskId, words: ['because'] } : null),
    now: () => NOW_MS,
    timeZone,
    refusePastTo,
    ...(log && { log }),
  });
  async function ask(options: InjectOptions): Promise<Answer> {
    const response = await app.inject(options);
    const isJson = response.body !== '' && String(response.headers['content-type']).includes('json');
    const body = isJson ? JSON.parse(response.body) : response.body;
    await holdToContract(app, options, response.statusCode, isJson ? body : null);
    return { status: response.statusCode, text: response.body, body, headers: response.headers };
  }
  return {
    line,
    app,
    ask,
    navixy: (call, parameters = {}) =>
      ask({ method: 'POST', url: `/v2/${call}`, payload: { hash: FIRST_KEY, ...parameters } }),
    own: (method, url, payload) =>
      ask({ method, url, headers: { authorization: `Bearer ${FIRST_KEY}` }, ...(payload && { payload }) }),
  };
}

let contract: Contract | null = null;

/** Every answer that a test gets is as the API's document says. */
async function holdToContract(app: FastifyInstance, options: InjectOptions, status: number, body: unknown) {
  if (body === null) return;
  contract ??= contractOf((await app.inject('/openapi.json')).json());
  const fault = contract({ method: options.method ?? 'GET', url: String(options.url), status, body });
  if (fault !== null)
    throw new Error(`${options.method} ${String(options.url)} ${status} breaks the contract: ${fault}`);
}

/** The smallest task that create accepts, as the vendor's samples write it. */
export const TASK = {
  location: { lat: 51.283546, lng: 7.301086, address: 'Fichtenstrasse 11', radius: 150 },
  label: 'Deliver parcels',
  description: 'Quickly',
  from: '2026-03-01 08:00:00',
  to: '2026-03-01 10:00:00',
};
