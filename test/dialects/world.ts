/** One gateway with one clock, asked through all three dialects; and trackers that say where they are. */
import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import { WholeKit } from '../api/whole-kit.ts';
import { FIRST_KEY } from '../operations/fake-line.ts';

/** Whatever JSON says: tests reach into it, and say themselves what has to be there. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Driver {
  readonly id: number;
  readonly uuid: string;
}

export interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export const MINUTE_MS = 60_000;
const METRES_PER_DEGREE = 111_195;

export class World {
  readonly kit: WholeKit;

  constructor(kit = new WholeKit('UTC')) {
    this.kit = kit;
  }

  close(): Promise<void> {
    return this.kit.close();
  }

  get nowMs(): number {
    return this.kit.nowMs;
  }

  /** Lets the clock of the gateway come to this, and act: a minute at a time, as a jump would restart the grace. */
  async passTo(timeMs: number): Promise<void> {
    while (this.kit.nowMs < timeMs) {
      this.kit.nowMs = Math.min(this.kit.nowMs + MINUTE_MS, timeMs);
      this.kit.line.tick();
      await this.kit.line.drained();
    }
  }

  async navixy(call: string, parameters: object = {}, hash = FIRST_KEY): Promise<Answer> {
    return this.#ask({ method: 'POST', url: `/v2/${call}`, payload: { hash, ...parameters } });
  }

  /** `url`: from the root, or absolute as this dialect gives it. */
  gsmtasks(method: Method, url: string, payload?: object, key = FIRST_KEY): Promise<Answer> {
    return this.#rest(method, url.replace(/^https?:\/\/[^/]+/, ''), `Token ${key}`, payload);
  }

  thetrack(method: Method, url: string, payload?: object, key = FIRST_KEY): Promise<Answer> {
    return this.#rest(method, `/v1${url}`, `token sk_${key}`, payload);
  }

  async driver(label: string): Promise<Driver> {
    const { id, uuid } = (await this.kit.own('POST', '/api/trackers', { label })) as unknown as Driver;
    return { id, uuid };
  }

  /** By which all three know the one account. */
  async accountUrl(): Promise<string> {
    return (await this.did(this.gsmtasks('GET', '/accounts/')))[0].url;
  }

  /** Says where the driver is, now. */
  async see({ id }: Driver, place: Point): Promise<void> {
    expect(await this.kit.send(id, [{ timeMs: this.nowMs, ...place }])).toBe('durable');
    await this.kit.line.drained();
  }

  /** Of the task that Navixy knows by a number: its name in the other two. */
  uuidOf(taskId: number): string {
    return this.kit.store.tasks.read(taskId)!.uuid;
  }

  /** The number, also of a task that Navixy does not show. */
  idOf(uuid: string): number {
    return this.kit.store.tasks.idOf(uuid)!;
  }

  /** The body of an answer that has to be a success. */
  async did(asked: Promise<Answer>): Promise<Json> {
    const { status, body } = await asked;
    if (status < 200 || status > 299) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async #rest(method: Method, url: string, authorization: string, payload?: object): Promise<Answer> {
    const headers = { authorization, ...(payload && { 'content-type': 'application/json' }) };
    return this.#ask({ method, url, headers, ...(payload && { payload }) });
  }

  async #ask(options: InjectOptions): Promise<Answer> {
    const { statusCode, headers, body } = await this.kit.app.inject(options);
    const isJson = String(headers['content-type']).includes('json');
    return { status: statusCode, headers, body: isJson && body !== '' ? JSON.parse(body) : body };
  }
}

/** So many metres to the north. */
export function northOf({ latDeg, lonDeg }: Point, metres: number): Point {
  return { latDeg: latDeg + metres / METRES_PER_DEGREE, lonDeg };
}

export function geoJson({ latDeg, lonDeg }: Point): object {
  return { type: 'Point', coordinates: [lonDeg, latDeg] };
}

/** As Navixy writes dates where the account's clock shows UTC. */
export function navixyDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}

export function isoDate(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
