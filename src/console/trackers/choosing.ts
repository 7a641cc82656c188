/** Which trackers a list shows. Pure. */
import type { Tracker } from '../wire.ts';

export const SHOWN_CHOICES = [
  { value: 'all', label: 'all' },
  { value: 'online', label: 'online' },
  { value: 'offline', label: 'offline' },
  { value: 'suspect', label: 'whose clock seems wrong' },
  { value: 'blocked', label: 'blocked' },
] as const;

export type Shown = (typeof SHOWN_CHOICES)[number]['value'];

/** Every word must be in its label, IMEI or model. */
export function isAmong(tracker: Tracker, words: string, shown: Shown, isOnline: boolean | undefined): boolean {
  const text = [tracker.label, tracker.imei, tracker.model, tracker.id].join(' ').toLowerCase();
  const isMeant = words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
  return isMeant && isShown(tracker, shown, isOnline === true);
}

function isShown(tracker: Tracker, shown: Shown, isOnline: boolean): boolean {
  switch (shown) {
    case 'all':
      return true;
    case 'online':
      return isOnline;
    case 'offline':
      return !isOnline;
    case 'suspect':
      return tracker.clockSuspicion !== null;
    case 'blocked':
      return tracker.isBlocked;
  }
}
