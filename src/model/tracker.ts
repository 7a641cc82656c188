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
