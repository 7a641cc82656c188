/** What becomes of items once their commit is through, or is not: counted, answered, told, in this order. */
import type { Draft } from '../engine/draft.ts';
import type { CommandOutcome } from '../model/command.ts';
import type { CommandAnswer, DeviceCommand } from '../model/device-command.ts';
import type { TaskEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { countReason, type Tally } from '../model/tally.ts';
import type { Appended, StorageError } from '../store/store.ts';
import type { CommittedEvent, SeenListener } from './intake.ts';
import type { Item } from './items.ts';
import type { Committed } from './prepared.ts';

export interface SettlingOptions {
  readonly tally: Tally;
  readonly now: () => number;
  /** Told of a fault of ours: the item that caused it was refused, the rest goes on. */
  readonly onFault?: (error: unknown) => void;
  /** Told of an answer that no command waited for; its frame is kept like any other. */
  readonly onUnclaimedAnswer?: (trackerId: number, answer: CommandAnswer) => void;
}

export class Settling {
  readonly #options: SettlingOptions;
  readonly #listeners = new Set<(events: readonly CommittedEvent[]) => void>();
  readonly #seenListeners = new Set<SeenListener>();
  readonly #commandListeners = new Set<(commands: readonly DeviceCommand[]) => void>();

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  onCommitted(listener: (events: readonly CommittedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSeen(listener: SeenListener): () => void {
    this.#seenListeners.add(listener);
    return () => this.#seenListeners.delete(listener);
  }

  onDeviceCommands(listener: (commands: readonly DeviceCommand[]) => void): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
  }

  /** The commit is through, and installed. */
  settle(items: readonly Item[], { draft, outcomes, unclaimed, appended }: Committed): void {
    this.#count(draft);
    for (const { trackerId, answer: unheard } of unclaimed) this.#noteUnclaimed(trackerId, unheard!);
    for (const item of items) answer(item, outcomes);
    // Connections write in microtasks of their own, which `answer` has queued before this one.
    queueMicrotask(() => this.#noteLatency(items));
    if (draft.events.length > 0) {
      const events = recorded(draft.events, appended);
      for (const listener of this.#listeners) listener(events);
    }
    if (this.#seenListeners.size > 0) this.#tellSeen(items);
    if (draft.commandSteps.length > 0) for (const listener of this.#commandListeners) listener(draft.commandSteps);
  }

  #tellSeen(items: readonly Item[]): void {
    for (const item of items) {
      if (item.kind !== 'frame') continue;
      const fix = newestValid(item.delivery.fixes);
      if (fix !== null) for (const listener of this.#seenListeners) listener(item.delivery.trackerId, fix);
    }
  }

  /** Storage refused the commit. */
  fail(items: readonly Item[], error: StorageError): void {
    this.#options.tally.commitsFailed += 1;
    for (const item of items) this.#deny(item, 'storage_failed', refuse('storage_unavailable', error.message));
  }

  /** A fault of ours: the item cannot be taken. */
  refuse(item: Item, error: unknown): void {
    this.#options.onFault?.(error);
    this.#deny(item, 'fault', refuse('fault', error instanceof Error ? error.message : String(error)));
  }

  #deny(item: Item, reason: string, refusal: Refusal): void {
    if (item.kind === 'frame') {
      countReason(this.#options.tally.recordsRefused, reason, item.delivery.fixes.length);
      item.receipt.frameOnSettled('failed');
    } else if (item.kind === 'command') item.resolve(refusal);
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
  }
}

function answer(item: Item, outcomes: ReadonlyMap<Item, CommandOutcome>): void {
  if (item.kind === 'frame') item.receipt.frameOnSettled('durable');
  else if (item.kind === 'command') item.resolve(outcomes.get(item)!);
}

function recorded(events: readonly TaskEvent[], { historyIds, historyUids }: Appended): CommittedEvent[] {
  return events.map((event, i) => ({ ...event, id: historyIds[i]!, uid: historyUids[i]! }));
}

function newestValid(fixes: readonly Fix[]): Fix | null {
  let newest: Fix | null = null;
  for (const fix of fixes) {
    if (fix.invalidity !== null) continue;
    if (newest === null || fix.position.timeMs >= newest.position.timeMs) newest = fix;
  }
  return newest;
}
