/**
 * The line: frames, commands and the clock in one order. Each turn of the event loop takes what has come in, computes a
 * draft, commits it in one transaction, installs it, and only then acknowledges and tells (engine rules, sections 8, 9).
 */
import { randomUUID } from 'node:crypto';
import { advance, tick } from '../engine/advance.ts';
import { decide } from '../engine/commands.ts';
import { answerDeviceCommand, expireDeviceCommands } from '../engine/device-commands.ts';
import { Draft, type Ports } from '../engine/draft.ts';
import { findings } from '../engine/evidence.ts';
import { receive } from '../engine/receive.ts';
import { trackerState } from '../engine/recollect.ts';
import { settleRoutes } from '../engine/routes.ts';
import { rereading } from '../engine/tracker-commands.ts';
import { type EngineSettings, rulesOf } from '../engine/verdict.ts';
import { closeMs, horizonMs, World } from '../engine/world.ts';
import type { Command, CommandOutcome } from '../model/command.ts';
import type { CommandAnswer, DeviceCommand } from '../model/device-command.ts';
import type { TaskEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import { POLICIES } from '../model/policy.ts';
import { refuse } from '../model/refusal.ts';
import { countReason, type Tally } from '../model/tally.ts';
import { isOpen, type Task } from '../model/task.ts';
import type { PendingTracker, Rereading, Tracker } from '../model/tracker.ts';
import { type Appended, type Batch, type FrameRecord, StorageError, type Store } from '../store/store.ts';
import type { Admission, CommittedEvent, Delivery, Intake, Load, Prospects, Receipt } from './intake.ts';
import { WaitingList } from './waiting-list.ts';

export interface LineOptions {
  readonly store: Store;
  readonly now: () => number;
  /** Ms with a fraction, for measuring; `now` where it is missing. */
  readonly stopwatch?: () => number;
  readonly tally: Tally;
  readonly settings: EngineSettings;
  readonly unknownTrackers: 'pending' | 'accept' | 'reject';
  readonly queueBytesMax: number;
  readonly pendingMax: number;
  /** Told when storage begins to fail, and with null when it works again. */
  readonly onTrouble?: (reason: string | null) => void;
  /** Told of a fault of ours: the item that caused it was refused, the rest goes on. */
  readonly onFault?: (error: unknown) => void;
  /** Told of an answer that no command waited for; its frame is kept like any other. */
  readonly onUnclaimedAnswer?: (trackerId: number, answer: CommandAnswer) => void;
  /** Runs a function in the next turn of the event loop. */
  readonly defer?: (run: () => void) => void;
}

/** More frames in one commit only add stalls. */
const ITEMS_PER_COMMIT_MAX = 1_000;
const REVIEWS_PER_TICK_MAX = 1_000;
const EXPIRIES_PER_TICK_MAX = 1_000;

type Item =
  | {
      readonly kind: 'frame';
      readonly delivery: Delivery;
      readonly receipt: Receipt;
    }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly resolve: (outcome: CommandOutcome) => void;
    }
  | { readonly kind: 'tick' };

/** What one commit will write, and what to answer once it is through. */
interface Prepared {
  readonly draft: Draft;
  readonly frames: readonly FrameRecord[];
  readonly outcomes: ReadonlyMap<Item, CommandOutcome>;
  /** Answers to commands that none waited for. */
  readonly unclaimed: readonly Delivery[];
}

interface Committed extends Prepared {
  readonly appended: Appended;
}

/** What a frame, and each of its decoded records, takes in memory beside its bytes, about. */
const FRAME_BYTES = 1_000;
const RECORD_BYTES = 500;

/** Of a turn that had nothing to write. */
const NOTHING: Appended = { historyIds: [], historyUids: [] };

export class Line implements Intake {
  readonly #options: LineOptions;
  readonly #world: World;
  readonly #ports: Ports;
  readonly #waiting: WaitingList;
  readonly #listeners = new Set<(events: readonly CommittedEvent[]) => void>();
  readonly #commandListeners = new Set<(commands: readonly DeviceCommand[]) => void>();
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
    };
    this.#waiting = new WaitingList(options.pendingMax);
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
    if (trackerId === null || !isMoving) return task;
    const evidence = trackerState(this.#world, this.#ports, trackerId).evidence.get(task.id);
    if (evidence === undefined) return task;
    return {
      ...task,
      facts: {
        ...task.facts,
        stayMs: findings(evidence, rulesOf(task, this.#options.settings)).stayMs,
      },
    };
  }

  prospects(task: Task): Prospects {
    const { facts, tenure, dialect } = task;
    const isClosing = isOpen(facts.state) && tenure.trackerId !== null && POLICIES[dialect].fails;
    return {
      closesMs: isClosing ? closeMs(this.#world, task) : null,
      revisableUntilMs: horizonMs(task, this.#world.settings),
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
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onDeviceCommands(listener: (commands: readonly DeviceCommand[]) => void): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
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
      else if (items.length === 1) this.#refuse(items[0]!, error);
      else for (const item of items) this.#process([item]);
      return;
    }
    this.#settle(items, committed);
  }

  #prepare(items: readonly Item[]): Prepared {
    const draft = new Draft(this.#world, this.#ports, this.#options.now());
    const frames: FrameRecord[] = [];
    const outcomes = new Map<Item, CommandOutcome>();
    const unclaimed: Delivery[] = [];
    try {
      for (const item of items) {
        if (item.kind === 'frame') {
          take(draft, item.delivery, frames);
          if (!isClaimed(draft, item.delivery)) unclaimed.push(item.delivery);
        } else if (item.kind === 'command') {
          advance(draft);
          outcomes.set(item, decide(draft, item.command));
        }
      }
      // A batch is applied whole before anything closes (section 4).
      advance(draft);
      // The grace begins anew when storage works again, so the commit that finds out closes nothing yet.
      const mayClose = this.#trouble === null && items.some((item) => item.kind === 'tick');
      if (mayClose && tick(draft, REVIEWS_PER_TICK_MAX)) this.tick();
      if (mayClose) expireDeviceCommands(draft, EXPIRIES_PER_TICK_MAX);
      settleRoutes(draft);
    } catch (error) {
      this.#world.discard(draft);
      throw error;
    }
    return { draft, frames, outcomes, unclaimed };
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
  #settle(items: readonly Item[], { draft, outcomes, unclaimed, appended }: Committed): void {
    this.#world.install(draft);
    this.#recover(draft.nowMs);
    this.#count(draft);
    for (const { trackerId, answer: unheard } of unclaimed) this.#noteUnclaimed(trackerId, unheard!);
    for (const item of items) answer(item, outcomes);
    // Connections write in microtasks of their own, which `answer` has queued before this one.
    queueMicrotask(() => this.#noteLatency(items));
    if (draft.events.length > 0) this.#tell(recorded(draft.events, appended));
    if (draft.commandSteps.length > 0) for (const listener of this.#commandListeners) listener(draft.commandSteps);
  }

  #noteUnclaimed(trackerId: number, unclaimed: CommandAnswer): void {
    this.#options.tally.commandAnswersUnclaimed += 1;
    this.#options.onUnclaimedAnswer?.(trackerId, unclaimed);
  }

  #noteLatency(items: readonly Item[]): void {
    const { tally, now } = this.#options;
    const nowMs = now();
    for (const item of items) {
      if (item.kind === 'frame') tally.ackMs.note(Math.max(0, nowMs - item.delivery.receivedMs));
    }
  }

  #fail(items: readonly Item[], error: StorageError): void {
    this.#options.tally.commitsFailed += 1;
    if (this.#trouble === null) this.#options.onTrouble?.(error.message);
    this.#trouble = error.message;
    for (const item of items) {
      if (item.kind === 'frame') {
        countReason(this.#options.tally.recordsRefused, 'storage_failed', item.delivery.fixes.length);
        item.receipt.frameOnSettled('failed');
      } else if (item.kind === 'command') item.resolve(refuse('storage_unavailable', error.message));
    }
  }

  #recover(nowMs: number): void {
    if (this.#trouble === null) return;
    this.#trouble = null;
    // Section 4: nothing fails because storage was down.
    this.#world.graceFloorMs = nowMs;
    this.#options.onTrouble?.(null);
  }

  #refuse(item: Item, error: unknown): void {
    this.#options.onFault?.(error);
    if (item.kind === 'frame') {
      countReason(this.#options.tally.recordsRefused, 'fault', item.delivery.fixes.length);
      item.receipt.frameOnSettled('failed');
    } else if (item.kind === 'command') {
      item.resolve(refuse('fault', error instanceof Error ? error.message : String(error)));
    }
  }

  #count(draft: Draft): void {
    const { tally } = this.#options;
    tally.recordsReceived += draft.counts.recordsFound;
    tally.recordsStored += draft.counts.recordsStored;
    tally.recordsDuplicate += draft.counts.recordsDuplicate;
    if (draft.counts.recordsExpired > 0) countReason(tally.recordsRefused, 'expired', draft.counts.recordsExpired);
    tally.fixesLate += draft.counts.fixesLate;
    tally.derivations += draft.counts.derivations;
    for (const [reason, n] of Object.entries(draft.counts.fixesInvalid)) countReason(tally.fixesInvalid, reason, n);
    for (const { body } of draft.events) {
      if (body.kind !== 'status_change') continue;
      tally.transitions += 1;
      if (body.revised) tally.revisions += 1;
    }
    for (const { state } of draft.commandSteps) countReason(tally.deviceCommands, state);
    for (const { imei } of draft.trackers.values()) if (imei !== null) this.#waiting.remove(imei);
  }

  #tell(events: readonly CommittedEvent[]): void {
    for (const listener of this.#listeners) listener(events);
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

function weightOf({ raw, fixes }: Delivery): number {
  return raw.length + FRAME_BYTES + fixes.length * RECORD_BYTES;
}

/** Takes a frame into the draft; a frame whose every record is stored already is not stored again. */
function take(draft: Draft, delivery: Delivery, frames: FrameRecord[]): void {
  const { trackerId, receivedMs, protocol, raw } = delivery;
  const tracker = draft.tracker(trackerId);
  // Decoded when it came; its tracker may have been changed by a command since.
  const { fixes, clockAheadMinutes = 0 } = (tracker !== null && delivery.readBy?.(tracker)) || delivery;
  draft.counts.recordsFound += fixes.length - delivery.fixes.length;
  const kept = receive(draft, trackerId, fixes, clockAheadMinutes);
  const stored = kept === null ? fixes : fixes.filter((_, i) => kept[i]);
  if (fixes.length > 0 && stored.length === 0) return;
  const timesMs = stored.map(timeMsOf);
  const hasValidFix = stored.some(isValid);
  frames.push({ trackerId, receivedMs, protocol, raw, timesMs, kept, hasValidFix, clockAheadMinutes });
}

function timeMsOf({ position }: Fix): number {
  return position.timeMs;
}

function isValid({ invalidity }: Fix): boolean {
  return invalidity === null;
}

function batchOf({ draft, frames }: Prepared): Batch {
  return { frames, rows: draft.rows(), events: draft.events, clockMs: draft.nowMs };
}

type CommandItem = Item & { readonly kind: 'command' };

/** A command that is about how kept records are read is a commit of its own: it is about all that came before it. */
function mayReread(item: Item): item is CommandItem {
  if (item.kind !== 'command') return false;
  if (item.command.kind === 'change_device') return true;
  if (item.command.kind !== 'edit_tracker') return false;
  return item.command.restamp === true || item.command.edit.model !== undefined;
}

function* parted(items: readonly Item[]): Generator<readonly Item[]> {
  let start = 0;
  for (let i = 0; i < items.length; i++) {
    if (!mayReread(items[i]!)) continue;
    if (i > start) yield items.slice(start, i);
    yield [items[i]!];
    start = i + 1;
  }
  if (start === 0) yield items;
  else if (start < items.length) yield items.slice(start);
}

/** The answer in a frame changes its command in the same commit. */
function isClaimed(draft: Draft, { trackerId, answer: given }: Delivery): boolean {
  return given === undefined || given === null || answerDeviceCommand(draft, trackerId, given);
}

function recorded(events: readonly TaskEvent[], { historyIds, historyUids }: Appended): CommittedEvent[] {
  return events.map((event, i) => ({ ...event, id: historyIds[i]!, uid: historyUids[i]! }));
}

function answer(item: Item, outcomes: ReadonlyMap<Item, CommandOutcome>): void {
  if (item.kind === 'frame') item.receipt.frameOnSettled('durable');
  else if (item.kind === 'command') item.resolve(outcomes.get(item)!);
}

function release(waiters: (() => void)[]): void {
  for (const waiter of waiters.splice(0)) waiter();
}
