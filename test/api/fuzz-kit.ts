/**
 * Random requests over a real store. Whatever is sent, the answer is as the API's document says, never a fault of
 * ours, and the store lives on. PROOF_REQUESTS sets how many, PROOF_SEED repeats a run.
 */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import type { Document } from '../../src/api/document.ts';
import { CALLS } from '../../src/api/navixy/routes.ts';
import { NOW_MS } from '../operations/fake-line.ts';
import { type Contract, contractOf } from './contract.ts';
import { TASK } from './kit.ts';
import { KnownIds } from './known-ids.ts';
import { exampleFor } from './navixy/call-kit.ts';
import { WholeKit } from './whole-kit.ts';

export const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
export const REQUESTS = Number(process.env['PROOF_REQUESTS'] ?? 400);
/** Requests are made up in portions, each after something new was created. */
const PORTION = 200;
/** The clock moves on: deadlines pass while requests come. */
const STEP_MS = 20_000;
const FAULTS_SHOWN_MAX = 5;

export interface Sent {
  readonly options: InjectOptions;
  /** Whether a success may be something else than JSON. */
  readonly isFile: boolean;
}

interface Made {
  readonly id: number;
  readonly result: { readonly id: number; readonly checkpoint_ids: readonly number[] };
}

type Requests = (knownIds: KnownIds) => fc.Arbitrary<Sent>;

export class Fuzz {
  readonly document: Document;
  /** How often each was answered: a status, with the code of a refusal. */
  readonly answers = new Map<string, number>();
  #kit: WholeKit;
  readonly #contract: Contract;
  readonly #knownIds = new KnownIds();

  private constructor(kit: WholeKit, document: Document) {
    this.#kit = kit;
    this.document = document;
    this.#contract = contractOf(document);
  }

  static async start(): Promise<Fuzz> {
    const kit = new WholeKit('Europe/Berlin');
    const fuzz = new Fuzz(kit, (await kit.app.inject('/openapi.json')).json());
    for (const label of ['Van 1', 'Van 2', 'Blocked']) await kit.own('POST', '/api/trackers', { label });
    await kit.own('PATCH', '/api/trackers/3', { isBlocked: true });
    fuzz.#knownIds.note('tracker', 1, 2, 3);
    return fuzz;
  }

  close(): Promise<void> {
    return this.#kit.close();
  }

  /** Throws with the first faults. */
  async run(requests: Requests): Promise<void> {
    const faults: string[] = [];
    for (let sent = 0; sent < REQUESTS; sent += PORTION) {
      await this.#furnish();
      const limits = { seed: SEED + sent, numRuns: Math.min(PORTION, REQUESTS - sent) };
      for (const request of fc.sample(requests(this.#knownIds), limits)) {
        const fault = await this.#send(request);
        if (fault !== null) faults.push(`${JSON.stringify(request.options)}\n  ${fault}`);
      }
    }
    const told = [...this.answers].sort().map(([answer, n]) => `${n} x ${answer}`);
    console.log(`${REQUESTS} requests, seed ${SEED}: ${told.join(', ')}`);
    expect(faults.length, faults.slice(0, FAULTS_SHOWN_MAX).join('\n')).toBe(0);
    await this.#furnish();
    await this.#expectAlive();
    this.#kit = await this.#kit.reopened();
    await this.#expectAlive();
  }

  /** Something of every kind that a call can create, and a tracker that is where it should be. */
  async #furnish(): Promise<void> {
    // One of its own that is required would refuse all that follow.
    await this.#kit.navixy('entity/fields/update', { entity_id: 1, fields: [], delete_missing: true });
    const task = { ...TASK, tracker_id: 1 };
    for (const wish of [{ task: TASK }, { task }, { task }]) await this.#make('task/create', wish);
    for (const entry of CALLS.filter(({ path }) => path.endsWith('/create'))) {
      for (let n = 0; n < 3; n++) await this.#make(entry.path, exampleFor(entry));
    }
    const inside = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
    const times = [1, 2, 3, 4].map((n) => NOW_MS - 4 * 3_600_000 + n * 600_000);
    await this.#kit.send(
      1,
      times.map((timeMs) => ({ timeMs, ...inside })),
    );
  }

  /** What it is called by is the last word of its resource; of a route the whole is answered. */
  async #make(path: string, parameters: object): Promise<void> {
    const body = (await this.#kit.navixy(path, parameters)) as Partial<Made>;
    const kind = path.split('/').at(-2)!;
    const id = body.id ?? body.result?.id;
    if (id !== undefined) this.#knownIds.note(kind, id);
    this.#knownIds.note('checkpoint', ...(body.result?.checkpoint_ids ?? []));
  }

  /** null = all is well. */
  async #send({ options, isFile }: Sent): Promise<string | null> {
    this.#kit.nowMs += STEP_MS;
    this.#kit.line.tick();
    const { statusCode: status, headers, body: text } = await this.#kit.app.inject(options);
    const isJson = String(headers['content-type']).includes('json');
    const body = isJson ? JSON.parse(text) : null;
    const answer = [status, body?.status?.code ?? body?.code ?? ''].join(' ').trim();
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    if (status >= 500) return `${status}: ${text.slice(0, 300)}`;
    if (!isJson) return isFile && status === 200 ? null : `${status} with ${headers['content-type']}`;
    return this.#contract({ method: options.method ?? 'GET', url: String(options.url), status, body });
  }

  async #expectAlive(): Promise<void> {
    expect((await this.#kit.app.inject('/readyz')).statusCode).toBe(200);
    const { id } = await this.#kit.navixy('task/create', { task: { ...TASK, label: 'After all that' } });
    expect((await this.#kit.navixy('task/read', { task_id: id })).value.label).toBe('After all that');
    const { list, count } = await this.#kit.navixy('task/list', { limit: 100_000 });
    expect(list.length).toBe(count);
  }
}
