/**
 * The line: frames, commands and the clock in one order. Each turn of the event loop takes what has come in, computes a
 * draft, commits it in one transaction, installs it, and only then acknowledges and tells (engine rules, sections 8, 9).
 */
import { randomUUID } from 'node:crypto';
import { Draft, type Ports } from '../engine/draft.ts';
import { findings } from '../engine/evidence.ts';
import { withSight } from '../engine/presence.ts';
import { trackerState } from '../engine/recollect.ts';
import { rereading } from '../engine/tracker-commands.ts';
import { type EngineSettings, rulesOf } from '../engine/verdict.ts';
import { closeMs, horizonMs, isJudgeable, World } from '../engine/world.ts';
import type { Command, CommandOutcome } from '../model/command.ts';
import type { DeviceCommand } from '../model/device-command.ts';
import { POLICIES } from '../model/policy.ts';
import { isEndOpen, isOpen, type Task } from '../model/task.ts';
import type { PendingTracker, Rereading, Tracker } from '../model/tracker.ts';
import { type Appended, StorageError, type Store } from '../store/store.ts';
import type { Admission, CommittedEvent, Delivery, Intake, Load, Prospects, Receipt, SeenListener } from './intake.ts';
import { type Item, mayReread, parted, weightOf } from './items.ts';
import { batchOf, type Committed, type Prepared, prepare } from './prepared.ts';
import { Settling, type SettlingOptions } from './settling.ts';
import { WaitingList } from './waiting-list.ts';

export interface LineOptions extends SettlingOptions {
  readonly store: Store;
  /** Ms with a fraction, for measuring; `now` where it is missing. */
  readonly stopwatch?: () => number;
  readonly settings: EngineSettings;
  readonly unknownTrackers: 'pending' | 'accept' | 'reject';
  readonly queueBytesMax: number;
  readonly pendingMax: number;
  /** Told when storage begins to fail, and with null when it works again. */
  readonly onTrouble?: (reason: string | null) => void;
  /** Runs a function in the next turn of the event loop. */
  readonly defer?: (run: () => void) => void;
}

/** More frames in one commit only add stalls. */
const ITEMS_PER_COMMIT_MAX = 1_000;

/** Of a turn that had nothing to write. */
const NOTHING: Appended = { historyIds: [], historyUids: [] };

export class Line implements Intake {
  readonly #options: LineOptions;
  readonly #world: World;
  readonly #ports: Ports;
  readonly #waiting: WaitingList;
  readonly #settling: Settling;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #isScheduled = false;
  #isTickQueued = false;
  #trouble: string | null = null;
  #roomWaiters: (() => void)[] = [];
  #idleWaiters: (() => void)[] = [];

  /** Reads the world back from the store; the grace starts anew. */
  constructor(options: LineOptions) {
    this.#options = options;
    this.#ports = {
      track: options.store.tracks,
      tasksOf: (trackerId, askedFromMs) => options.store.engineTasks.ofTracker(trackerId, askedFromMs),
      deadlines: (after, untilMs, limit) => options.store.engineTasks.deadlines(after, untilMs, limit),
      task: (taskId) => options.store.tasks.read(taskId),
      route: (routeId) => options.store.routes.read(routeId),
      deviceCommand: (commandId) => options.store.deviceCommands.read(commandId),
      instruction: (externalId) => options.store.instructions.withExternalId(externalId),
    };
    this.#waiting = new WaitingList(options.pendingMax);
    this.#settling = new Settling(options);
    this.#world = recall(options);
  }

  admit(imei: string, protocol: string, address: string): Promise<Admission> {
    const tracker = this.#world.trackersByImei.get(imei);
    if (tracker !== undefined) return Promise.resolve({ kind: 'admitted', tracker });
    if (this.#options.unknownTrackers === 'reject') return Promise.resolve({ kind: 'rejected' });
    if (this.#options.unknownTrackers === 'accept') return this.#register(imei);
    this.#waiting.note(imei, protocol, address, this.#options.now());
    return Promise.resolve({ kind: 'pending' });
  }

  submit(delivery: Delivery, receipt: Receipt): boolean {
    this.#queuedBytes += weightOf(delivery);
    this.#options.tally.recordsReceived += delivery.fixes.length;
    this.#enqueue({ kind: 'frame', delivery, receipt });
    return this.#queuedBytes < this.#options.queueBytesMax;
  }

  whenRoom(resume: () => void): void {
    this.#roomWaiters.push(resume);
  }

  command(command: Command): Promise<CommandOutcome> {
    return new Promise((resolve) => this.#enqueue({ kind: 'command', command, resolve }));
  }

  /** Lets the clock act: tasks that enter the index or close. To be called about once a second. */
  tick(): void {
    if (this.#isTickQueued) return;
    this.#isTickQueued = true;
    this.#enqueue({ kind: 'tick' });
  }

  nextDeviceCommand(trackerId: number): DeviceCommand | null {
    const open = this.#world.commands.of(trackerId);
    return open.some(({ state }) => state === 'sent') ? null : (open[0] ?? null);
  }

  tracker(trackerId: number): Tracker | null {
    return this.#world.trackers.get(trackerId) ?? null;
  }

  trackers(): readonly Tracker[] {
    return [...this.#world.trackers.values()];
  }

  formerTracker(trackerId: number): Tracker | null {
    return this.#world.formerTrackers.get(trackerId) ?? null;
  }

  pending(): readonly PendingTracker[] {
    return this.#waiting.list();
  }

  live(task: Task): Task {
    const { trackerId } = task.tenure;
    const isMoving = task.facts.arrivalMs !== null && !task.facts.isSettled;
    if (trackerId === null || !isMoving) return withSight(this.#world, task);
    const evidence = trackerState(this.#world, this.#ports, trackerId).evidence.get(task.id);
    if (evidence === undefined) return task;
    const { stayMs, departureMs } = findings(evidence, rulesOf(task, this.#options.settings));
    return { ...task, facts: { ...task.facts, stayMs, departureMs } };
  }

  prospects(task: Task): Prospects {
    const { facts, tenure, dialect, terms } = task;
    const isAsked = isOpen(facts.state) && tenure.trackerId !== null && isJudgeable(task) && !isEndOpen(terms);
    const untilMs = horizonMs(task, this.#world.settings);
    return {
      closesMs: isAsked && POLICIES[dialect].fails ? closeMs(this.#world, task) : null,
      revisableUntilMs: Number.isFinite(untilMs) ? untilMs : null,
    };
  }

  trouble(): string | null {
    return this.#trouble;
  }

  load(): Load {
    const { states } = this.#world;
    let zonesIndexed = 0;
    for (const { evidence } of states.values()) zonesIndexed += evidence.size;
    return {
      queuedFrames: this.#queue.length,
      queuedBytes: this.#queuedBytes,
      trackersLoaded: states.size,
      zonesIndexed,
    };
  }

  onCommitted(listener: (events: readonly CommittedEvent[]) => void): () => void {
    return this.#settling.onCommitted(listener);
  }

  onSeen(listener: SeenListener): () => void {
    return this.#settling.onSeen(listener);
  }

  onDeviceCommands(listener: (commands: readonly DeviceCommand[]) => void): () => void {
    return this.#settling.onDeviceCommands(listener);
  }

  /** Resolves once everything handed in so far is settled. */
  drained(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  async #register(imei: string): Promise<Admission> {
    const tracker = {
      uuid: randomUUID(),
      label: imei,
      imei,
      model: null,
      timeZone: 'utc',
    };
    await this.command({ kind: 'create_tracker', tracker });
    // Another connection may have been quicker; either way it is known now, unless storage failed.
    const known = this.#world.trackersByImei.get(imei);
    return known === undefined ? { kind: 'pending' } : { kind: 'admitted', tracker: known };
  }

  #enqueue(item: Item): void {
    this.#queue.push(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    (this.#options.defer ?? setImmediate)(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    const items = this.#queue.splice(0, ITEMS_PER_COMMIT_MAX);
    if (items.some((item) => item.kind === 'tick')) this.#isTickQueued = false;
    for (const item of items) if (item.kind === 'frame') this.#queuedBytes -= weightOf(item.delivery);
    // Before the items are settled: whoever waits for room reads on before those whose frames are through, or these
    // would fill the queue again turn by turn, and the others would get in one frame each.
    if (this.#queuedBytes < this.#options.queueBytesMax) release(this.#roomWaiters);
    for (const part of parted(items)) this.#process(part);
    if (this.#queue.length > 0) this.#schedule();
    else release(this.#idleWaiters);
  }

  /** A fault of ours in one item must not take the others with it: they are tried again one by one. */
  #process(items: readonly Item[]): void {
    let committed: Committed;
    try {
      const reread = this.#rereading(items);
      committed = reread === null ? this.#commit(this.#prepare(items)) : this.#reread(items, reread);
    } catch (error) {
      if (error instanceof StorageError) this.#fail(items, error);
      else if (items.length === 1) this.#settling.refuse(items[0]!, error);
      else for (const item of items) this.#process([item]);
      return;
    }
    this.#settle(items, committed);
  }

  /** Throws, and leaves the world as it was. */
  #prepare(items: readonly Item[]): Prepared {
    const draft = new Draft(this.#world, this.#ports, this.#options.now());
    try {
      // The grace begins anew when storage works again, so the commit that finds out closes nothing yet.
      const prepared = prepare(draft, items, this.#trouble === null);
      if (prepared.isMoreDue) this.tick();
      return prepared;
    } catch (error) {
      this.#world.discard(draft);
      throw error;
    }
  }

  /** Writes and syncs what there is to write. Throws, and leaves the world as the disk says. */
  #commit(prepared: Prepared): Committed {
    const { draft, frames } = prepared;
    // While storage fails, every turn tries it, if only with the clock.
    if (frames.length === 0 && draft.isEmpty && this.#trouble === null) return { ...prepared, appended: NOTHING };
    const { store, tally, now, stopwatch = now } = this.#options;
    const startMs = stopwatch();
    try {
      const appended = store.append(batchOf(prepared));
      tally.commitMs.note(stopwatch() - startMs);
      tally.commitFrames.note(frames.length);
      return { ...prepared, appended };
    } catch (error) {
      this.#world.discard(draft);
      throw error;
    }
  }

  /** What the only one of these items changes about how kept records are read; null = nothing. */
  #rereading(items: readonly Item[]): Rereading | null {
    const [item] = items;
    if (item === undefined || !mayReread(item)) return null;
    return rereading(new Draft(this.#world, this.#ports, this.#options.now()), item.command);
  }

  /**
   * Kept records are read anew and what follows from them is derived, in one transaction. Memory says of this tracker what
   * the disk said before, so it lets go of it, and after a failure of what was read meanwhile.
   */
  #reread(items: readonly Item[], reread: Rereading): Committed {
    const trackerId = reread.tracker.id;
    let prepared: Prepared | null = null;
    this.#world.releaseState(trackerId);
    try {
      const appended = this.#options.store.reread(reread, () => {
        prepared = this.#prepare(items);
        return batchOf(prepared);
      });
      return { ...prepared!, appended };
    } catch (error) {
      if (prepared !== null) this.#world.discard((prepared as Prepared).draft);
      throw error;
    } finally {
      this.#world.releaseState(trackerId);
    }
  }

  /** Installs, acknowledges, tells: in this order, and only after the commit. */
  #settle(items: readonly Item[], committed: Committed): void {
    const { draft } = committed;
    this.#world.install(draft);
    this.#recover(draft.nowMs);
    for (const { imei } of draft.trackers.values()) if (imei !== null) this.#waiting.remove(imei);
    this.#settling.settle(items, committed);
  }

  #fail(items: readonly Item[], error: StorageError): void {
    if (this.#trouble === null) this.#options.onTrouble?.(error.message);
    this.#trouble = error.message;
    this.#settling.fail(items, error);
  }

  #recover(nowMs: number): void {
    if (this.#trouble === null) return;
    this.#trouble = null;
    // Section 4: nothing fails because storage was down.
    this.#world.graceFloorMs = nowMs;
    this.#options.onTrouble?.(null);
  }
}

function recall({ store, now, settings }: LineOptions): World {
  const world = new World(settings);
  const recovered = store.recover();
  world.clockMs = recovered.clockMs;
  world.graceFloorMs = Math.max(now(), recovered.clockMs);
  world.nextTaskId = recovered.nextTaskId;
  world.nextTrackerId = recovered.nextTrackerId;
  world.nextDeviceCommandId = recovered.nextDeviceCommandId;
  for (const command of recovered.openCommands) world.commands.hold(command);
  for (const tracker of recovered.trackers) world.holdTracker(tracker);
  return world;
}

function release(waiters: (() => void)[]): void {
  for (const waiter of waiters.splice(0)) waiter();
}
