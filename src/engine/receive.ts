/** Telling new records from repeated ones, by tracker and content, however late they come (engine rules, section 8). */
import type { Fix } from '../model/fix.ts';
import { countReason } from '../model/tally.ts';
import type { Draft } from './draft.ts';
import { isExpired } from './expiry.ts';
import type { Progress } from './world.ts';

/** Records times ahead of the receipt that are remembered one by one; beyond, every record is looked up on disk. */
const AHEAD_MAX = 256;

/**
 * Tells new records from repeated ones and takes the new valid fixes in, to be judged by `advance`.
 * `aheadMinutes`: how far ahead of UTC their clock is read as being.
 * Returns which of the fixes are kept, in wire order; null = all of them.
 */
export function receive(draft: Draft, trackerId: number, fixes: readonly Fix[], aheadMinutes = 0): boolean[] | null {
  const shifts = shiftsTo(draft, trackerId, aheadMinutes);
  if (shifts === NO_SHIFT && isAllNew(fixes, draft.progressOf(trackerId))) {
    takeAll(draft, trackerId, fixes);
    return null;
  }
  const order = isRising(fixes) ? null : byTime(fixes);
  let kept: boolean[] | null = null;
  for (let n = 0; n < fixes.length; n++) {
    const i = order === null ? n : order[n]!;
    if (takeIn(draft, trackerId, fixes[i]!, shifts)) continue;
    kept ??= fixes.map(() => true);
    kept[i] = false;
  }
  return kept;
}

/** As nearly every frame is: each record newer than all before it, and none ahead of its receipt. */
function isAllNew(fixes: readonly Fix[], { newestMs, aheadMs }: Progress): boolean {
  if (aheadMs.length > 0) return false;
  let beforeMs = newestMs;
  for (const { position, invalidity } of fixes) {
    const { timeMs } = position;
    if (timeMs <= beforeMs || invalidity === 'in_future') return false;
    beforeMs = timeMs;
  }
  return fixes.length > 0;
}

function takeAll(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  draft.take(trackerId, fixes);
  draft.counts.recordsStored += fixes.length;
  for (const { invalidity } of fixes) if (invalidity !== null) countReason(draft.counts.fixesInvalid, invalidity);
  draft.movingOf(trackerId).newestMs = fixes[fixes.length - 1]!.position.timeMs;
}

function isRising(fixes: readonly Fix[]): boolean {
  for (let i = 1; i < fixes.length; i++) if (fixes[i]!.position.timeMs < fixes[i - 1]!.position.timeMs) return false;
  return true;
}

function byTime(fixes: readonly Fix[]): number[] {
  return fixes.map((_, i) => i).sort((a, b) => fixes[a]!.position.timeMs - fixes[b]!.position.timeMs);
}

const MINUTE_MS = 60_000;
const NO_SHIFT: readonly number[] = [0];

/**
 * Where a record stands in time if it was stored before: here, or where it was put when the tracker's clock was read
 * otherwise. Identity is the raw content, whatever is thought of the clock (engine rules, section 8).
 */
function shiftsTo(draft: Draft, trackerId: number, aheadMinutes: number): readonly number[] {
  const { clocks } = draft.progressOf(trackerId);
  if (!clocks.includes(aheadMinutes)) draft.movingOf(trackerId).clocks = [...clocks, aheadMinutes];
  else if (clocks.length === 1) return NO_SHIFT;
  const others = clocks.filter((minutes) => minutes !== aheadMinutes);
  // 0: also a message that carries UTC, whatever the clock of the others says.
  return [0, ...others.map((minutes) => (aheadMinutes - minutes) * MINUTE_MS)];
}

/** Returns whether the record is new. */
function takeIn(draft: Draft, trackerId: number, fix: Fix, shifts: readonly number[]): boolean {
  let mayBeRepeated = false;
  for (const shiftMs of shifts) {
    const timeMs = fix.position.timeMs + shiftMs;
    if (!isOld(draft, trackerId, timeMs)) continue;
    mayBeRepeated = true;
    if (isStored(draft, trackerId, timeMs, fix.position.content)) {
      draft.counts.recordsDuplicate += 1;
      return false;
    }
  }
  if (mayBeRepeated && isExpired(draft, trackerId, fix)) {
    draft.counts.recordsExpired += 1;
    return false;
  }
  remember(draft, trackerId, fix);
  return true;
}

/** Only a record that is not newer than all before it can be a repeated one: everything else needs no look at disk. */
function isOld(draft: Draft, trackerId: number, timeMs: number): boolean {
  const { newestMs, aheadMs } = draft.progressOf(trackerId);
  return timeMs <= newestMs || aheadMs.includes(timeMs);
}

function isStored(draft: Draft, trackerId: number, timeMs: number, content: Uint8Array): boolean {
  return draft.holds(trackerId, timeMs, content) || draft.ports.track.holds(trackerId, timeMs, content);
}

function remember(draft: Draft, trackerId: number, fix: Fix): void {
  draft.take(trackerId, [fix]);
  draft.counts.recordsStored += 1;
  if (fix.invalidity !== null) countReason(draft.counts.fixesInvalid, fix.invalidity);
  const progress = draft.movingOf(trackerId);
  const { timeMs } = fix.position;
  if (fix.invalidity !== 'in_future') progress.newestMs = Math.max(progress.newestMs, timeMs);
  else if (progress.aheadMs.length < AHEAD_MAX) progress.aheadMs = [...progress.aheadMs, timeMs];
  else progress.newestMs = Number.POSITIVE_INFINITY;
}
