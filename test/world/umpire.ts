/**
 * What must hold in every simulated world, at any time and in the end. Says what is wrong in words; an empty list of
 * complaints is a world as it should be.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CommittedEvent } from '../../src/intake/intake.ts';
import type { TaskEvent } from '../../src/model/event.ts';
import type { Fix } from '../../src/model/fix.ts';
import type { Route } from '../../src/model/route.ts';
import { deadlineMs, isOpen, isPrepared, type Task } from '../../src/model/task.ts';
import type { Store } from '../../src/store/store.ts';
import { modelRoute, modelVerdict, queueFaults } from '../engine/model.ts';
import { fix, SETTINGS } from '../engine/world-kit.ts';
import type { Device } from './device.ts';
import { MINUTE } from './dice.ts';
import type { Disk } from './disk.ts';
import type { Life } from './life.ts';
import { keyOf } from './recorder.ts';

/** Neighbouring fixes this close leave no room for records still to come (engine rules, section 4). */
const NEIGHBOURS_MS = 5 * MINUTE;
/** A few steps of the world. */
const PUNCTUAL_MS = 2 * MINUTE;

export interface Tracked {
  readonly trackerId: number;
  readonly device: Device;
}

export class Umpire {
  readonly complaints: string[] = [];
  readonly #disk: Disk;
  readonly #told = new Map<number, CommittedEvent>();
  /** How often somebody was told that a tracker is near to a task, or away. */
  sightings = 0;
  /** Of all lives but the present one. */
  #storedBefore = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get told(): number {
    return this.#told.size;
  }

  complain(what: string): void {
    this.complaints.push(what);
  }

  eventsOnTold(events: readonly CommittedEvent[], life: Life): void {
    for (const event of events) {
      if (this.#told.has(event.id)) this.complain(`event ${event.id} was told twice`);
      this.#told.set(event.id, event);
      if (event.body.kind === 'presence') this.sightings += 1;
      this.#checkPatience(event, life);
    }
  }

  /** Section 4: the clock closes where the record around D is complete, or else when every grace is over. */
  #checkPatience({ taskId, recordedMs, body }: CommittedEvent, life: Life): void {
    if (body.kind !== 'status_change' || body.revised || body.to.closer !== 'clock') return;
    const task = this.#disk.truth.tasks.read(taskId);
    if (task === null || task.tenure.trackerId === null) return;
    const graceMs = Math.max(askedMs(task), life.startedMs, life.troubledMs) + SETTINGS.graceMs;
    if (recordedMs < deadlineMs(task.terms)) this.complain(`task ${taskId} was closed before its deadline`);
    else if (recordedMs < graceMs && !isComplete(this.#disk.truth, task.tenure.trackerId, deadlineMs(task.terms))) {
      this.complain(`task ${taskId} was closed ${graceMs - recordedMs} ms before its grace was over`);
    }
  }

  /** While a life goes on, between two turns. */
  checkGoing(life: Life, openWires: number): void {
    const { tally, gateway } = life;
    this.#checkConservation(life);
    this.#expect('connections beside the wires', gateway.connections() <= openWires, true);
    this.#expect('connections', gateway.connections(), tally.connectionsOpened - tally.connectionsClosed);
    this.#expect('turns called for at once', life.waitingTurns <= 1, true);
    if (life.waitingTurns === 0) this.#expect('frames left lying without a turn', life.unsettledFrames, 0);
  }

  /** Nothing stays open for which nobody waits any more; to be asked while the disk works. */
  checkPunctual(life: Life, nowMs: number): void {
    for (const task of this.tasks()) {
      const { id, dialect, tenure, facts } = task;
      // Section 6: the clock closes no others.
      if (dialect !== 'navixy' || tenure.trackerId === null || !isOpen(facts.state)) continue;
      if (task.terms.zone === null || isPrepared(facts.state)) continue;
      const sinceMs = Math.max(askedMs(task), life.startedMs, life.troubledMs);
      const lateMs = nowMs - sinceMs - SETTINGS.graceMs;
      if (lateMs > PUNCTUAL_MS) this.complain(`task ${id} is ${facts.state} ${lateMs} ms after its grace was over`);
    }
  }

  #checkConservation({ tally, unsettledRecords }: Life): void {
    const refused = Object.values(tally.recordsRefused).reduce((sum, n) => sum + n, 0);
    const accounted = tally.recordsStored + tally.recordsDuplicate + refused + unsettledRecords;
    this.#expect('records accounted for', accounted, tally.recordsReceived);
  }

  /** A life is over; what it said must be true of the database that it leaves. `confirmed`: tasks it said it created. */
  checkDeath(life: Life, fleet: readonly Tracked[], confirmed: ReadonlySet<number>): void {
    this.#checkConservation(life);
    this.#storedBefore += life.tally.recordsStored;
    let stored = 0;
    for (const { trackerId, device } of fleet) {
      const keys = new Set(this.#stored(trackerId).map(storedKey));
      stored += keys.size;
      const missing = [...device.acknowledged].filter((key) => !keys.has(key));
      this.#expect(`acknowledged records missing of ${device.imei}`, missing.slice(0, 3), []);
    }
    this.#expect('records stored, by the tallies of all lives', this.#storedBefore, stored);
    const histories = this.#histories();
    const lost = [...confirmed].filter((taskId) => histories[taskId - 1] === undefined);
    this.#expect('tasks that were confirmed and are not there', lost, []);
    const ids = new Set(histories.flatMap((events) => events.map(({ id }) => id)));
    this.#expect(
      'events that were told and are not in the history',
      [...this.#told.keys()].filter((id) => !ids.has(id)),
      [],
    );
  }

  /** Everything is delivered and every grace is over. */
  checkEnd(life: Life, fleet: readonly Tracked[], confirmed: ReadonlySet<number>): void {
    this.checkDeath(life, fleet, confirmed);
    for (const { trackerId, device } of fleet) this.#checkTrack(trackerId, device);
    for (const task of this.tasks()) this.#checkVerdict(task, life, fleet);
    for (const route of this.routes()) this.#checkRoute(route);
    const faults = fleet.flatMap(({ trackerId }) => queueFaults(this.tasks(), trackerId, true));
    this.#expect('queues', faults, []);
    for (const events of this.#histories()) this.#checkHistory(events);
  }

  /** Checkpoints, too. */
  tasks(): Task[] {
    const { truth } = this.#disk;
    const ids = Array.from({ length: truth.recover().nextTaskId - 1 }, (_, i) => i + 1);
    return ids.flatMap((id) => truth.tasks.read(id) ?? []);
  }

  routes(): readonly Route[] {
    return this.#disk.truth.routes.list({ offset: 0, limit: 100_000 }).routes;
  }

  #checkpoints({ checkpointIds }: Route): Task[] {
    return checkpointIds.flatMap((id) => this.#disk.truth.tasks.read(id) ?? []);
  }

  #checkRoute(route: Route): void {
    const { id, trackerId, sinceMs, facts } = route;
    const tasks = this.#checkpoints(route);
    const places = tasks.map(({ checkpoint }) => checkpoint);
    this.#expect(
      `places in route ${id}`,
      places,
      route.checkpointIds.map((_, order) => ({ routeId: id, order })),
    );
    const { status, statusMs } = facts;
    this.#expect(`outcome of route ${id}`, { status, statusMs }, modelRoute(tasks, trackerId, sinceMs));
  }

  #checkTrack(trackerId: number, device: Device): void {
    const stored = this.#stored(trackerId).map((found) => `${storedKey(found)} ${found.position.latDeg}`);
    const recorded = device.recorded.map((record) => `${keyOf(record)} ${record.latDeg}`);
    this.#expect(`records of ${device.imei} that are nowhere`, difference(recorded, stored).slice(0, 3), []);
    this.#expect(`records of ${device.imei} stored again, or never made`, difference(stored, recorded).slice(0, 3), []);
    this.#expect(`records acknowledged to ${device.imei}`, device.acknowledged.size, device.recorded.length);
  }

  #checkVerdict(task: Task, life: Life, fleet: readonly Tracked[]): void {
    const { trackerId } = task.tenure;
    if (trackerId === null) {
      const expected = task.attempt.movedTo ?? 'unassigned';
      this.#expect(`state of task ${task.id}, which is nobody's`, task.facts.state, expected);
      return;
    }
    const { device } = fleet.find((tracked) => tracked.trackerId === trackerId)!;
    const { facts } = life.line.live(task);
    const { state, statusMs, arrivalMs, stayMs, departureMs, issues, isLate, isFaulty, startMs = null } = facts;
    const found = { state, statusMs, arrivalMs, stayMs, departureMs, issues, isLate, isFaulty, startMs };
    this.#expect(`verdict of task ${task.id}`, found, modelVerdict(task, fixesOf(device)));
  }

  /** Every transition starts where the one before it has led, and leads somewhere else: none is lost, none doubled. */
  #checkHistory(events: readonly TaskEvent[]): void {
    let before: TaskEvent['body'] | null = null;
    for (const { taskId, body } of events) {
      if (body.kind === 'status_change' && before?.kind === 'status_change') {
        this.#expect(`start of a transition of task ${taskId}`, body.from.state, before.to.state);
        if (isOpen(body.from.state)) this.#expect(`arrival before it`, body.from.arrivalMs, before.to.arrivalMs);
      }
      // An edit judges anew, a new tenure starts from nothing.
      if (body.kind === 'status_change' || body.kind === 'assign') before = body;
    }
    const changes = events.map(({ eventMs, body }) => JSON.stringify([eventMs, body]));
    const doubled = changes.filter((change, i) => change.includes('status_change') && changes[i - 1] === change);
    this.#expect('transitions that were told twice', doubled, []);
  }

  #stored(trackerId: number): Fix[] {
    return this.#disk.truth.tracks.fixes(trackerId, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1_000_000);
  }

  #histories(): (TaskEvent & { readonly id: number })[][] {
    const histories: (TaskEvent & { readonly id: number })[][] = [];
    for (let taskId = 1; ; taskId += 1) {
      const events = this.#disk.truth.tasks.history(taskId);
      if (events.length === 0) return histories;
      histories.push([...events]);
    }
  }

  #expect(what: string, found: unknown, expected: unknown): void {
    if (isDeepStrictEqual(found, expected)) return;
    this.complain(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

/** From when on an answer is due, but for the grace. */
function askedMs({ terms, createdMs, tenure, attempt }: Task): number {
  return Math.max(deadlineMs(terms), createdMs, tenure.givenMs, attempt.restartedMs ?? 0);
}

function isComplete(store: Store, trackerId: number, atMs: number): boolean {
  const times = store.tracks.evidence(trackerId, atMs, atMs).map(({ position }) => position.timeMs);
  const beforeMs = Math.max(...times.filter((timeMs) => timeMs <= atMs));
  const afterMs = Math.min(...times.filter((timeMs) => timeMs >= atMs));
  return afterMs - beforeMs <= NEIGHBOURS_MS;
}

function storedKey({ position }: Fix): string {
  return `${position.timeMs}/${position.attributes['odometer']}`;
}

/** What the device knows, as the model wants it; a wrong clock is wrong whenever the record is received. */
function fixesOf(device: Device): Fix[] {
  return device.recorded.map(({ timeMs, latDeg, lonDeg, madeMs, satellites }) =>
    fix(timeMs, latDeg, lonDeg, madeMs, satellites > 0),
  );
}

/** What is in `a` and not in `b`, as often as it is there more often. */
function difference(a: readonly string[], b: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of b) counts.set(item, (counts.get(item) ?? 0) + 1);
  return a.filter((item) => {
    const left = counts.get(item) ?? 0;
    counts.set(item, left - 1);
    return left <= 0;
  });
}
