/**
 * A gateway that is killed again and again while a fleet of both protocols sends to it and work is handed out over
 * HTTP; devices send again, clients ask again, as they do in life. What must hold at the end is in crash-audit.ts.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFleet } from '../../src/sim/fleet.ts';
import { between, forkedRandom, type Random } from '../../src/sim/random.ts';
import { type Audit, audit } from './crash-audit.ts';
import { type DrivenFleet, driveFleet } from './crash-fleet.ts';
import { planWork, type Work } from './crash-work.ts';
import type { Shim } from './disk-shim.ts';
import { API_KEY, ask, type Gateway, kill, launchGateway, pause, until, whenReady } from './program.ts';

/** Repeats the fleet, the work and the choice of instants; the instants themselves are the machine's. */
export const SEED = Number(process.env['PROOF_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

export interface CrashOptions {
  readonly directory: string;
  readonly kills: number;
  readonly devices: number;
  readonly seed: number;
  /** Under the gateway, where the kill is to be a power cut. */
  readonly makeShim?: (data: string) => Shim;
  /** What happens between the kill and the next start. */
  readonly processOnKilled?: (shim: Shim | null) => void;
  /** Off where what was acknowledged is going to be lost: work created is asked for no more. */
  readonly isWorkGiven?: boolean;
}

/** Per device and second; and how much faster than the wall the devices' clocks run: a record in 30 s of driving. */
const RATE = 4;
const SCALE = 120;
/** How long the gateway works between its start and the next kill. */
const WORK_MS = [150, 1000] as const;
/** Some kills hit the start itself. */
const EARLY_KILLS = 0.15;
const EARLY_MS = [100, 900] as const;
/** What a cycle takes, well reckoned: device clocks must not overtake the wall. */
const CYCLE_MS_MAX = 6000;
const TASKS_PER_DEVICE = 3;
const GRACE = '1s';

export async function crashRun(options: CrashOptions): Promise<Audit> {
  const run = new CrashRun(options);
  try {
    return await run.run();
  } finally {
    await run.stop();
  }
}

class CrashRun {
  readonly #options: CrashOptions;
  readonly #data: string;
  readonly #shim: Shim | null;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #createdIds: number[] = [];
  #fleet: DrivenFleet | null = null;
  #process: ChildProcess | null = null;
  #gateway: Gateway | null = null;
  #killCount = 0;

  constructor(options: CrashOptions) {
    this.#options = options;
    this.#data = join(options.directory, 'data');
    mkdirSync(this.#data);
    this.#shim = options.makeShim?.(this.#data) ?? null;
    this.#random = forkedRandom(options.seed, 1_000_000);
    this.#startMs = Date.now() - SCALE * (options.kills + 3) * CYCLE_MS_MAX;
  }

  async run(): Promise<Audit> {
    const { devices, kills, isWorkGiven = true } = this.#options;
    await this.#start();
    const trackerIds = await this.#registerTrackers();
    const work = isWorkGiven ? this.#plan() : [];
    this.#fleet = this.#drive();
    const givers: Promise<void>[] = [];
    for (let n = 0; n < kills; n++) {
      const share = work.slice((n * work.length) / kills, ((n + 1) * work.length) / kills);
      givers.push(this.#handOut(share, trackerIds));
      await pause(between(this.#random, ...WORK_MS));
      await this.#kill();
      if (this.#random() < EARLY_KILLS) await this.#startInVain();
      await this.#start();
    }
    await Promise.all(givers);
    const report = await this.#fleet.end();
    if (isWorkGiven) await until('every task is closed', () => this.#isAllClosed());
    await kill(this.#process!, 'SIGTERM');
    const { acknowledged } = this.#fleet;
    const createdIds = this.#createdIds;
    return audit({ data: this.#data, devices, kills: this.#killCount, report, acknowledged, createdIds });
  }

  async stop(): Promise<void> {
    void this.#fleet?.end();
    if (this.#process !== null) await kill(this.#process, 'SIGKILL');
  }

  async #start(): Promise<void> {
    this.#process = this.#launch();
    this.#gateway = await whenReady(this.#process);
  }

  async #startInVain(): Promise<void> {
    this.#process = this.#launch();
    this.#process.stdout!.resume();
    this.#process.stderr!.resume();
    await pause(between(this.#random, ...EARLY_MS));
    await this.#kill();
  }

  #launch(): ChildProcess {
    return launchGateway({
      data: this.#data,
      former: this.#gateway ?? undefined,
      more: ['--unknown-trackers', 'accept', '--engine-grace', GRACE],
      environment: this.#shim?.environment ?? {},
    });
  }

  async #kill(): Promise<void> {
    await kill(this.#process!, 'SIGKILL');
    this.#killCount++;
    this.#options.processOnKilled?.(this.#shim);
  }

  async #registerTrackers(): Promise<ReadonlyMap<string, number>> {
    const { vehicles } = createFleet(this.#fleetOptions());
    const rows = vehicles.map(async ({ imei, label }) => {
      const { id } = await ask<{ id: number }>(this.#gateway!, '/api/trackers', { label, imei });
      return [imei, id] as const;
    });
    return new Map(await Promise.all(rows));
  }

  #plan(): readonly Work[] {
    const { vehicles } = createFleet(this.#fleetOptions());
    const endMs = this.#startMs + SCALE * Math.max(6000, this.#options.kills * 1200);
    return planWork(vehicles, [this.#startMs, endMs], TASKS_PER_DEVICE, this.#random);
  }

  #fleetOptions() {
    const { devices, seed } = this.#options;
    return { devices, mix: 'mix', seed, startMs: this.#startMs, tunnels: 0 } as const;
  }

  #drive(): DrivenFleet {
    const { mix: _, tunnels: __, ...fleet } = this.#fleetOptions();
    return driveFleet({ ...fleet, rate: RATE, scale: SCALE, port: this.#gateway!.trackersPort });
  }

  async #handOut(work: readonly Work[], trackerIds: ReadonlyMap<string, number>): Promise<void> {
    for (const { imei, ...task } of work) {
      const body = { hash: API_KEY, task: { ...task, tracker_id: trackerIds.get(imei)! } };
      // A request that died with the gateway may have made a task nevertheless: it is judged like the others.
      await until('a task is created', () => this.#create(body), { everyMs: 100, withinMs: 60_000 });
    }
  }

  async #create(body: object): Promise<boolean> {
    const response = await fetch(`${this.#gateway!.httpUrl}/v2/task/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => null);
    const text = await response?.text().catch(() => null);
    if (response === null || text === null || text === undefined || response.status === 503) return false;
    if (!response.ok) throw new Error(`task/create was answered ${response.status} ${text}`);
    this.#createdIds.push((JSON.parse(text) as { id: number }).id);
    return true;
  }

  async #isAllClosed(): Promise<boolean> {
    const open = { hash: API_KEY, statuses: ['unassigned', 'assigned', 'arrived'], limit: 1 };
    return (await ask<{ count: number }>(this.#gateway!, '/v2/task/list', open)).count === 0;
  }
}
