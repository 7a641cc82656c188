/** From items to one commit: what it will write, and what to answer once it is through. */
import { advance, tick } from '../engine/advance.ts';
import { decide } from '../engine/commands.ts';
import { answerDeviceCommand, expireDeviceCommands } from '../engine/device-commands.ts';
import type { Draft } from '../engine/draft.ts';
import { receive } from '../engine/receive.ts';
import { settleRoutes } from '../engine/routes.ts';
import type { CommandOutcome } from '../model/command.ts';
import type { Fix } from '../model/fix.ts';
import type { Appended, Batch, FrameRecord } from '../store/store.ts';
import type { Delivery } from './intake.ts';
import type { Item } from './items.ts';

export interface Prepared {
  readonly draft: Draft;
  readonly frames: readonly FrameRecord[];
  readonly outcomes: ReadonlyMap<Item, CommandOutcome>;
  /** Answers to commands that none waited for. */
  readonly unclaimed: readonly Delivery[];
  /** The clock has more to look at than one turn may. */
  readonly isMoreDue: boolean;
}

export interface Committed extends Prepared {
  readonly appended: Appended;
}

const REVIEWS_PER_TICK_MAX = 1_000;
const EXPIRIES_PER_TICK_MAX = 1_000;

/** Takes the items into the draft, in order. `mayClose`: whether the clock may act, where it is among them. */
export function prepare(draft: Draft, items: readonly Item[], mayClose: boolean): Prepared {
  const frames: FrameRecord[] = [];
  const outcomes = new Map<Item, CommandOutcome>();
  const unclaimed: Delivery[] = [];
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
  const closes = mayClose && items.some((item) => item.kind === 'tick');
  const isMoreDue = closes && tick(draft, REVIEWS_PER_TICK_MAX);
  if (closes) expireDeviceCommands(draft, EXPIRIES_PER_TICK_MAX);
  settleRoutes(draft);
  return { draft, frames, outcomes, unclaimed, isMoreDue };
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

/** The answer in a frame changes its command in the same commit. */
function isClaimed(draft: Draft, { trackerId, answer: given }: Delivery): boolean {
  return given === undefined || given === null || answerDeviceCommand(draft, trackerId, given);
}

export function batchOf({ draft, frames }: Prepared): Batch {
  // Those of tasks first: what is told of a commit is told of these.
  const events = draft.trackerEvents.length === 0 ? draft.events : [...draft.events, ...draft.trackerEvents];
  return { frames, rows: draft.rows(), events, clockMs: draft.nowMs };
}
