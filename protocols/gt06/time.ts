/** The device's clock. Its digits are UTC, or the local time that it is set to: what is known of the device decides. */
import type { DeviceProfile } from '../protocol.ts';
import { utcMs } from '../wire/time.ts';

const YEAR_BASE = 2000;
const MINUTE_MS = 60_000;

/** YY MM DD hh mm ss in binary, as UTC. */
export function clockMs(bytes: Buffer, at: number, profile: DeviceProfile): number {
  const b = bytes;
  return onClock(utcMs(YEAR_BASE + b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!), profile);
}

/** Digits that were read as UTC; an impossible date is 1970 on any clock. */
export function onClock(digitsMs: number, { clockAheadMinutes }: DeviceProfile): number {
  return digitsMs === 0 ? 0 : digitsMs - clockAheadMinutes * MINUTE_MS;
}
