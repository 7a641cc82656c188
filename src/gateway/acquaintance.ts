/** What is known of a device besides its bytes: its tracker's model and time zone, and the zone that its login named. */
import { ANY_DEVICE, type DeviceProfile } from '../../protocols/protocol.ts';
import { clockMinutes, type Tracker } from '../model/tracker.ts';

/** Zones in use; a login that says another one says none. */
const ZONE_MINUTES_MIN = -12 * 60;
const ZONE_MINUTES_MAX = 14 * 60;
export const ZONE_STEP_MINUTES = 15;

export class Acquaintance {
  readonly #loginMinutes: number;
  #tracker: Tracker | null = null;
  #profile: DeviceProfile | null = null;

  /** `loginMinutes`: how far ahead of UTC the login says that the clock is; null = it does not say. */
  constructor(loginMinutes: number | null) {
    this.#loginMinutes = loginMinutes !== null && isZone(loginMinutes) ? loginMinutes : 0;
  }

  /** The same object for as long as the tracker is the same one. */
  profile(tracker: Tracker): DeviceProfile {
    if (this.#profile !== null && tracker === this.#tracker) return this.#profile;
    const { imei, model, timeZone } = tracker;
    const clockAheadMinutes = clockMinutes(timeZone) ?? this.#loginMinutes;
    this.#tracker = tracker;
    this.#profile = { model, clockAheadMinutes, ...(imei === null ? {} : { imei }) };
    return this.#profile;
  }
}

/** Of a device whose login is not at hand. */
export function profileOf(tracker: Tracker | null): DeviceProfile {
  return tracker === null ? ANY_DEVICE : new Acquaintance(null).profile(tracker);
}

export function isZone(minutes: number): boolean {
  return minutes % ZONE_STEP_MINUTES === 0 && minutes >= ZONE_MINUTES_MIN && minutes <= ZONE_MINUTES_MAX;
}
