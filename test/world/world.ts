/**
 * A simulated world: one seed, a clock, a fleet with its wires, an operator, and a gateway that lives as many lives as
 * it takes, over one disk. Nothing waits: a day takes as long as the product needs to work through it.
 */
import { between, forkedRandom, pick, type Random } from '../../src/sim/random.ts';
import type { SpeechName } from '../../src/sim/speeches.ts';
import { DAY0, SETTINGS } from '../engine/world-kit.ts';
import { WorldClock } from './clock.ts';
import { Device, garbage } from './device.ts';
import { chance, HOUR, MINUTE, perDay, SECOND, shuffled } from './dice.ts';
import { Disk } from './disk.ts';
import { Life } from './life.ts';
import { Operator } from './operator.ts';
import { type Tracked, Umpire } from './umpire.ts';
import { Wire } from './wire.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly devices: number;
  readonly hours: number;
  /** How often each happens in a day of the world. */
  readonly deathsPerDay: number;
  readonly outagesPerDay: number;
  readonly commandsPerDay: number;
}

export const USUAL: Omit<WorldOptions, 'seed'> = {
  devices: 6,
  hours: 24,
  deathsPerDay: 30,
  outagesPerDay: 12,
  commandsPerDay: 300,
};

const STEP_MS = 20 * SECOND;
/** Callers that are no trackers. */
const STRANGERS_PER_DAY = 60;
/** How often all tasks are looked at. */
const ROLL_CALL_MS = 10 * MINUTE;
/** Rounds of talk in one step. */
const ROUNDS = 3;
/** Whatever happened in the day, a fleet in coverage has told it all by then. */
const FINISH_MS_MAX = 12 * HOUR;

export class World {
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #clock = new WorldClock(DAY0);
  readonly disk = new Disk();
  readonly umpire = new Umpire(this.disk);
  readonly fleet: Tracked[] = [];
  readonly operator: Operator;
  #life: Life | null = null;
  #wires: Wire[] = [];
  readonly #lives: Life[] = [];
  /** When the gateway starts again, when the disk works again. */
  #restartMs = 0;
  #repairMs = 0;
  /** The life that ended last, until what it said is compared with what it left. */
  #mourned: Life | null = null;
  /** The day is over: nothing goes wrong any more. */
  #isCalm = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = forkedRandom(options.seed, 0);
    this.operator = new Operator(forkedRandom(options.seed, 1), this.fleet);
    this.#start();
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  get life(): Life {
    if (this.#life === null) throw new Error('the gateway does not run');
    return this.#life;
  }

  /** A whole day with everything that may go wrong, and the calm after it. */
  async live(): Promise<void> {
    await this.#register();
    const endMs = DAY0 + this.#options.hours * HOUR;
    while (this.nowMs < endMs) {
      this.#misfortune();
      for (const { device } of this.fleet) device.record(this.nowMs);
      await this.#step();
    }
    await this.#finish();
    this.umpire.checkEnd(this.life, this.fleet, this.operator.confirmed);
    await this.#endLife();
    this.#judge();
  }

  /** What happened, by name, over all lives. */
  story(): Record<string, number> {
    const story: Record<string, number> = { lives: this.#lives.length, told: this.umpire.told };
    for (const { tally } of this.#lives) {
      for (const [name, counted] of Object.entries(tally)) {
        const parts: [string, number][] =
          typeof counted === 'number'
            ? [[name, counted]]
            : Object.entries(counted as Record<string, number>).map(([reason, n]) => [`${name}.${reason}`, n]);
        for (const [part, n] of parts) story[part] = (story[part] ?? 0) + n;
      }
    }
    for (const [answer, n] of Object.entries(this.operator.answers)) story[`answers.${answer}`] = n;
    story['sightings'] = this.umpire.sightings;
    for (const { facts, attempt, dialect, terms } of this.umpire.tasks()) {
      const hasBegun = facts.startMs !== undefined && attempt.startedMs === undefined;
      if (hasBegun) story['tasks.begun'] = (story['tasks.begun'] ?? 0) + 1;
      if (terms.zone === null) story['tasks.nowhere'] = (story['tasks.nowhere'] ?? 0) + 1;
      if (terms.openEnds !== undefined) story['tasks.open'] = (story['tasks.open'] ?? 0) + 1;
      story[`tasks.${dialect}`] = (story[`tasks.${dialect}`] ?? 0) + 1;
      const end = facts.state + (facts.isLate ? '.late' : '') + (facts.isFaulty ? '.faulty' : '');
      story[`tasks.${end}`] = (story[`tasks.${end}`] ?? 0) + 1;
    }
    for (const { facts } of this.umpire.routes()) {
      story[`routes.${facts.status}`] = (story[`routes.${facts.status}`] ?? 0) + 1;
    }
    return story;
  }

  close(): void {
    this.disk.close();
    this.#clock.stop();
  }

  /** Devices of both protocols, known to the gateway. */
  async #register(): Promise<void> {
    for (let n = 0; n < this.#options.devices; n += 1) {
      const device = this.#device(n, n % 2 === 0 ? 'teltonika' : 'gt06');
      const label = device.imei;
      const registering = this.life.operations.createTracker({ label, imei: label, model: null, timeZone: 'utc' });
      this.life.turn();
      const outcome = await registering;
      if (outcome.kind !== 'tracker') throw new Error(outcome.message);
      this.fleet.push({ trackerId: outcome.tracker.id, device });
    }
  }

  #device(n: number, protocol: SpeechName): Device {
    return new Device({
      imei: String(356_307_042_000_000 + n),
      protocol,
      random: forkedRandom(this.#options.seed, 10 + n),
      startMs: DAY0,
      endMs: DAY0 + this.#options.hours * HOUR,
      dial: () => this.#dial(`192.0.2.${n + 1}`),
    });
  }

  #dial(address: string): Wire | null {
    if (this.#life === null) return null;
    const wire = new Wire();
    this.#wires.push(wire);
    this.#life.accept(wire.socket, address);
    return wire;
  }

  // What may happen.

  #misfortune(): void {
    const random = this.#random;
    const { deathsPerDay, outagesPerDay, commandsPerDay } = this.#options;
    const life = this.#life;
    if (life === null) return;
    if (chance(random, perDay(commandsPerDay, STEP_MS))) this.operator.act(life, this.nowMs);
    if (chance(random, perDay(STRANGERS_PER_DAY, STEP_MS))) this.#dial('198.51.100.7')?.say(garbage(random));
    if (chance(random, perDay(outagesPerDay, STEP_MS))) {
      this.disk.condition = pick(random, ['full', 'gone']);
      this.#repairMs = this.nowMs + between(random, 0, chance(random, 0.5) ? 2 * MINUTE : 40 * MINUTE);
    }
    if (this.nowMs >= this.#repairMs) this.disk.condition = 'well';
    // The worst instant: durable, and nobody knows.
    if (chance(random, perDay(deathsPerDay / 2, STEP_MS))) this.disk.onCommitted = () => this.#die();
  }

  #maybeDie(): void {
    if (this.#life === null || this.#isCalm) return;
    if (chance(this.#random, perDay(this.#options.deathsPerDay / 2, STEP_MS / ROUNDS / 2))) this.#die();
  }

  /** At this instant: nothing is closed, nothing is said; only what is committed remains. */
  #die(): void {
    const life = this.life;
    life.isDead = true;
    this.disk.die();
    this.#clock.forgetTimers();
    for (const wire of this.#wires) wire.gatewayOnDeath();
    this.#wires = [];
    this.#mourned = life;
    this.#life = null;
    const downMs = chance(this.#random, 0.7) ? between(this.#random, 0, MINUTE) : between(this.#random, 0, 2 * HOUR);
    this.#restartMs = this.nowMs + downMs;
  }

  #mourn(): void {
    if (this.#mourned === null) return;
    this.umpire.checkDeath(this.#mourned, this.fleet, this.operator.confirmed);
    this.#mourned = null;
    this.disk.bury();
    this.#judge();
  }

  #start(): void {
    const life = new Life({
      disk: this.disk,
      now: this.#clock.now,
      onTold: (events, life) => {
        if (!life.isDead) this.umpire.eventsOnTold(events, life);
      },
      onFault: (what) => this.umpire.complain(what),
    });
    this.#life = life;
    this.#lives.push(life);
  }

  // Time goes on.

  async #step(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (this.#life === null && this.nowMs >= this.#restartMs) this.#start();
      await this.#round();
    }
    this.#wires = this.#wires.filter((wire) => !wire.isDone);
    this.#life?.tidy();
    this.#check();
    this.#judge();
    this.#clock.pass(STEP_MS);
  }

  #check(): void {
    if (this.#life === null) return;
    this.umpire.checkGoing(this.#life, this.#wires.length);
    const isWell = this.disk.condition === 'well';
    if (isWell && this.nowMs % ROLL_CALL_MS === 0) this.umpire.checkPunctual(this.#life, this.nowMs);
  }

  /** Everyone says something, some of it arrives, the line has a turn; the end may come before or after it. */
  async #round(): Promise<void> {
    for (const { device } of shuffled(this.#random, this.fleet)) device.act(this.nowMs);
    for (const wire of shuffled(this.#random, this.#wires)) wire.move(this.#random);
    await quiet();
    this.#maybeDie();
    this.#life?.line.tick();
    if (chance(this.#random, 0.8)) this.#life?.turn();
    await quiet();
    this.#mourn();
    this.#maybeDie();
    this.#mourn();
  }

  /** Nothing goes wrong any more, everything is told, every grace passes. */
  async #finish(): Promise<void> {
    this.#isCalm = true;
    this.disk.condition = 'well';
    this.disk.onCommitted = null;
    this.#restartMs = this.nowMs;
    for (const { device } of this.fleet) device.stayInCoverage();
    const limitMs = this.nowMs + FINISH_MS_MAX;
    while (this.fleet.some(({ device }) => device.backlog > 0)) {
      if (this.nowMs > limitMs) throw this.#failure(['the fleet does not get rid of its records']);
      await this.#step();
    }
    const deadlinesMs = this.umpire.tasks().map(({ terms }) => terms.toMs + terms.maxDelayMs);
    const closedMs = Math.max(this.nowMs, ...deadlinesMs) + SETTINGS.graceMs + MINUTE;
    while (this.nowMs < closedMs) await this.#step();
  }

  /** An orderly end leaves no connection behind. */
  async #endLife(): Promise<void> {
    const { gateway } = this.life;
    let isClosed = false;
    void gateway.close().then(() => {
      isClosed = true;
    });
    for (let n = 0; n < 20 && !isClosed; n += 1) {
      this.life.turn();
      for (const wire of this.#wires) wire.hangUp();
      for (const wire of this.#wires) wire.move(this.#random);
      await quiet();
      this.#clock.pass(SECOND);
    }
    if (!isClosed) this.umpire.complain(`the gateway does not close: ${gateway.connections()} connections are left`);
  }

  #judge(): void {
    if (this.umpire.complaints.length > 0) throw this.#failure(this.umpire.complaints);
  }

  #failure(complaints: readonly string[]): Error {
    const { seed } = this.#options;
    const when = new Date(this.nowMs).toISOString();
    return new Error(`world of PROOF_SEED=${seed}, life ${this.#lives.length}, at ${when}:\n${complaints.join('\n')}`);
  }
}

/** Lets everything that streams and promises have under way happen. No clock is involved. */
async function quiet(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
