/** A tracker: one row, three faces (Navixy tracker, GSMtasks worker, TheTrack driver). May have no device. */

export interface Tracker {
  readonly id: number;
  readonly uuid: string;
  readonly label: string;
  /** 15 digits, or the 10 or more that a device without an IMEI goes by; null = no device. */
  readonly imei: string | null;
  /** Vendor's model name as the operator states it; decides variants of a protocol. */
  readonly model: string | null;
  /** How the device stamps its times: `utc`, `login` or `+hh:mm`. */
  readonly timeZone: string;
  readonly isBlocked: boolean;
  readonly createdMs: number;
  /** Absent = it is there. */
  readonly deletedMs?: number;
}

/** A tracker of which all that is kept is to be read in another way: its model or its clock is not what was thought. */
export interface Rereading {
  /** As it is from now on. */
  readonly tracker: Tracker;
  /** By how much the clock of every kept frame is ahead of UTC; null = as each was read before. */
  readonly clockAheadMinutes: number | null;
}

/** Live frames whose clock is off by a whole number of quarters of an hour: most likely the zone that the device is set to. */
export interface ClockSuspicion {
  /** How far ahead of UTC its clock would be, minutes. */
  readonly aheadMinutes: number;
  /** How many frames in a row say so, and the receipt of the first of them. */
  readonly frames: number;
  readonly sinceMs: number;
}

/** Minutes ahead of UTC; null = `login`, each login says it. */
export function clockMinutes(timeZone: Tracker['timeZone']): number | null {
  if (timeZone === 'utc') return 0;
  if (timeZone === 'login') return null;
  const minutes = Number(timeZone.slice(1, 3)) * 60 + Number(timeZone.slice(4));
  return timeZone.startsWith('-') && minutes > 0 ? -minutes : minutes;
}

/** The same the other way round: `+05:30`. */
export function zoneText(aheadMinutes: number): string {
  const digits = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const minutes = Math.abs(aheadMinutes);
  return `${aheadMinutes < 0 ? '-' : '+'}${digits(minutes / 60)}:${digits(minutes % 60)}`;
}

export type TrackerEdit = Partial<Pick<Tracker, 'label' | 'imei' | 'model' | 'timeZone' | 'isBlocked'>>;

/** A device that logged in and is not registered. */
export interface PendingTracker {
  readonly imei: string;
  readonly protocol: string;
  readonly address: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly logins: number;
}
