/** A ring that fills while a vehicle stays where it was sent. */
import { clockNow } from '../session.ts';
import type { Task } from '../wire.ts';
import { durationText } from './duration.ts';
import { dwellShare, stayNow } from './dwell-share.ts';
import { tick } from './tick.ts';

export function Dwell({ task }: { readonly task: Task }) {
  // Read, so that it is drawn anew each second.
  void tick.value;
  const nowMs = clockNow();
  const share = dwellShare(task, nowMs);
  if (share === null) return null;
  const stay = Math.min(stayNow(task, nowMs), task.minStay);
  const words = `stayed ${durationText(stay)} of ${durationText(task.minStay)}`;
  return (
    <svg class={`dwell status-${task.status ?? 'draft'}`} viewBox="0 0 20 20" role="img" aria-label={words}>
      <title>{words}</title>
      <circle class="dwell-track" cx="10" cy="10" r="8" />
      <circle class="dwell-share" cx="10" cy="10" r="8" pathLength="1" stroke-dasharray={`${share} 1`} />
    </svg>
  );
}
