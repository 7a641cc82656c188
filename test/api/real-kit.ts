/** The app over a real line and a real store, with a clock to set, and frames to send. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { Line } from '../../src/intake/line.ts';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { ScheduleRunner } from '../../src/operations/schedule-runner.ts';
import { type Searches, searchInPlace } from '../../src/operations/searches.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { FIRST_KEY } from '../operations/fake-line.ts';
import { PLACE } from '../store/kit.ts';
import { presentApp } from './present-app.ts';

export interface Spot {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** An answer as far as tests reach into it; what is there is for the test to say. */
export interface Told {
  readonly success: boolean;
  readonly status: { readonly code: number };
  readonly errors: readonly { readonly parameter: string; readonly error: string }[];
  readonly id: number;
  readonly count: number;
  readonly value: ToldItem;
  readonly list: readonly ToldItem[];
}

export interface ToldItem {
  readonly id: number | null;
  readonly label: string;
  readonly type: string;
  readonly description: string;
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly time: string;
  readonly message: string;
  readonly tracker_id: number | null;
  readonly rule_id: number | null;
  readonly task: { readonly id: number };
  readonly extra: {
    readonly task_id: number;
    readonly parent_task_id: number | null;
    readonly rule_ids: readonly number[];
    readonly status: string | null;
    readonly full_message: string;
    readonly revised?: boolean;
  };
}

export interface RealOptions {
  readonly firstKey?: string;
  /** Writes what is there before the line reads it. */
  readonly fill?: (store: Store) => void;
}

export class RealKit {
  nowMs: number;
  readonly #directory = mkdtempSync(join(PLACE, 'milepost-api-'));
  readonly #zoneName: string;
  readonly #firstKey: string;
  store: Store;
  line: Line;
  app: FastifyInstance;
  #searches: Searches;

  constructor(nowMs: number, zoneName = 'UTC', { firstKey = FIRST_KEY, fill }: RealOptions = {}) {
    this.nowMs = nowMs;
    this.#zoneName = zoneName;
    this.#firstKey = firstKey;
    [this.store, this.line, this.#searches, this.app] = this.#open(fill);
  }

  async restart(): Promise<void> {
    await this.#shut();
    [this.store, this.line, this.#searches, this.app] = this.#open();
  }

  async close(): Promise<void> {
    await this.#shut();
    rmSync(this.#directory, { recursive: true });
  }

  async #shut(): Promise<void> {
    await this.line.drained();
    await this.#searches.close();
    this.store.close();
  }

  #open(fill: RealOptions['fill'] = () => {}): [Store, Line, Searches, FastifyInstance] {
    const now = () => this.nowMs;
    const store = openStore({ directory: this.#directory });
    fill(store);
    const tally = emptyTally();
    const limits = { unknownTrackers: 'pending', queueBytesMax: 1_000_000, pendingMax: 10 } as const;
    const line = new Line({ store, now, tally, settings: SETTINGS, ...limits });
    const searches = searchInPlace(this.#directory);
    const operations = createOperations({
      store,
      searches,
      intake: line,
      presence: { isOnline: () => true, clockSuspicion: () => null },
      now,
      firstKey: this.#firstKey,
      deviceCommands: { expireMs: 60_000, queuedMax: 3 },
    });
    return [store, line, searches, presentApp({ operations, now, timeZone: this.#zoneName })];
  }

  /** POST JSON with the first key, or another. */
  async navixy(call: string, parameters: object = {}): Promise<Told> {
    const payload = { hash: FIRST_KEY, ...parameters };
    return (await this.app.inject({ method: 'POST', url: `/v2/${call}`, payload })).json();
  }

  /** The code of a failure, or 'ok'. */
  async codeOf(call: string, parameters: object = {}): Promise<number | 'ok'> {
    const { success, status } = await this.navixy(call, parameters);
    return success ? 'ok' : status.code;
  }

  async addTracker(label: string): Promise<number> {
    const tracker = { uuid: crypto.randomUUID(), label, imei: null, model: null, timeZone: 'utc' };
    const outcome = await this.do({ kind: 'create_tracker', tracker });
    if (outcome.kind !== 'tracker') throw new Error(JSON.stringify(outcome));
    return outcome.tracker.id;
  }

  do(command: Command): Promise<CommandOutcome> {
    return this.line.command(command);
  }

  send(trackerId: number, spots: readonly Spot[]): Promise<unknown> {
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

  /** Lets the clock of the line turn. */
  async tick(): Promise<void> {
    this.line.tick();
    await this.line.drained();
  }

  /** One look of a runner that has just been started. */
  runSchedules(zoneName = this.#zoneName): Promise<void> {
    return new ScheduleRunner({
      store: this.store,
      intake: this.line,
      zoneName: () => zoneName,
      now: () => this.nowMs,
      after: () => () => {},
      onTrouble: (reason) => {
        throw new Error(JSON.stringify(reason));
      },
    }).look();
  }
}
