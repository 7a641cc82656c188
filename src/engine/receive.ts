/** Telling new records from repeated ones, by tracker and content, however late they come (engine rules, section 8). */
import type { Fix } from '../model/fix.ts';
import { countReason } from '../model/tally.ts';
import type { Draft } from './draft.ts';
import { isExpired } from './expiry.ts';

/** Records times ahead of the receipt that are remembered one by one; beyond, every record is looked up on disk. */
const AHEAD_MAX = 256;

/**
 * Tells new records from repeated ones and takes the new valid fixes in, to be judged by `advance`.
 * Returns which of the fixes are kept, in wire order.
 */
export function receive(draft: Draft, trackerId: number, fixes: readonly Fix[]): boolean[] {
  const kept = fixes.map(() => false);
  const order = fixes.map((_, i) => i).sort((a, b) => fixes[a]!.position.timeMs - fixes[b]!.position.timeMs);
  for (const i of order) {
    const fix = fixes[i]!;
    if (isOld(draft, trackerId, fix)) {
      if (isStored(draft, trackerId, fix)) {
        draft.counts.recordsDuplicate += 1;
        continue;
      }
      if (isExpired(draft, trackerId, fix)) {
        draft.counts.recordsExpired += 1;
        continue;
      }
    }
    kept[i] = true;
    remember(draft, trackerId, fix);
  }
  return kept;
}

/** Only a record that is not newer than all before it can be a repeated one: everything else needs no look at disk. */
function isOld(draft: Draft, trackerId: number, { position: { timeMs } }: Fix): boolean {
  const { newestMs, aheadMs } = draft.progressOf(trackerId);
  return timeMs <= newestMs || aheadMs.includes(timeMs);
}

function isStored(draft: Draft, trackerId: number, { position: { timeMs, content } }: Fix): boolean {
  return draft.holds(trackerId, timeMs, content) || draft.ports.track.holds(trackerId, timeMs, content);
}

function remember(draft: Draft, trackerId: number, fix: Fix): void {
  draft.take(trackerId, fix);
  draft.counts.recordsStored += 1;
  if (fix.invalidity !== null) countReason(draft.counts.fixesInvalid, fix.invalidity);
  const { newestMs, aheadMs } = draft.progressOf(trackerId);
  const { timeMs } = fix.position;
  if (fix.invalidity !== 'in_future') {
    if (timeMs > newestMs) draft.moveTo(trackerId, { newestMs: timeMs });
  } else if (aheadMs.length < AHEAD_MAX) draft.moveTo(trackerId, { aheadMs: [...aheadMs, timeMs] });
  else draft.moveTo(trackerId, { newestMs: Number.POSITIVE_INFINITY });
}
