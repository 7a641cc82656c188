/** Whether this machine's clock can be right, by everything else here that knows the time, or by a time server. */
import { readFileSync } from 'node:fs';
import { type Finding, failure, fine, warning } from './finding.ts';

export interface OtherClocks {
  /** Of the last commit in the data directory; null = there is none. */
  readonly committedMs: number | null;
  /** What the file system wrote on a file just now. */
  readonly fileMs: number | null;
  /** The battery clock. */
  readonly hardwareMs: number | null;
}

const SET_CLOCK = 'set the clock: `timedatectl set-ntp true`, or `date -u -s` with the time, then start the gateway';
/** Two clocks of one machine are no further apart than reading them takes. */
const NEAR_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of a time server: what devices' times are judged by may be this far off, and no further. */
const SERVER_NEAR_MS = 2000;
const SERVER_FAR_MS = 60_000;

/** Whoever wrote this lived later. */
const LEAST_MS = Date.UTC(2026, 0, 1);

export function clockFindings(nowMs: number, clocks: OtherClocks): readonly Finding[] {
  const { committedMs, fileMs, hardwareMs } = clocks;
  const found: Finding[] = [];
  if (nowMs < LEAST_MS) found.push(failure('clock', `it shows ${iso(nowMs)}, which is long over`, SET_CLOCK));
  if (committedMs !== null && nowMs < committedMs - NEAR_MS) {
    const seen = `it shows ${iso(nowMs)}, ${apart(committedMs - nowMs)} before the last commit (${iso(committedMs)})`;
    found.push(failure('clock', seen, `${SET_CLOCK}; if it was the commit's clock that was wrong, restore a backup`));
  }
  if (fileMs !== null && Math.abs(fileMs - nowMs) > NEAR_MS) {
    const seen = `it shows ${iso(nowMs)}, the file system of the data directory ${iso(fileMs)}`;
    found.push(warning('clock', seen, 'set the clocks of both machines by the same time server'));
  }
  if (hardwareMs !== null && Math.abs(hardwareMs - nowMs) > DAY_MS) {
    const seen = `it shows ${iso(nowMs)}, the hardware clock ${iso(hardwareMs)}`;
    found.push(
      warning('clock', seen, 'find out which is right (`timedatectl`), then `hwclock --systohc` or set the clock'),
    );
  }
  return found.length > 0 ? found : [fine('clock', `${iso(nowMs)}, nothing here says otherwise`)];
}

/** `aheadMs`: by how much this clock is ahead of the server's. */
export function serverClockFinding(server: string, aheadMs: number): Finding {
  const seen = `${apart(aheadMs)} ${aheadMs >= 0 ? 'ahead of' : 'behind'} ${server}`;
  if (Math.abs(aheadMs) <= SERVER_NEAR_MS) return fine('clock', seen);
  return Math.abs(aheadMs) > SERVER_FAR_MS ? failure('clock', seen, SET_CLOCK) : warning('clock', seen, SET_CLOCK);
}

/** null = there is none, or it may not be read. */
export function hardwareClockMs(): number | null {
  try {
    const seconds = Number(readFileSync('/sys/class/rtc/rtc0/since_epoch', 'utf8'));
    return seconds > 0 ? seconds * 1000 : null;
  } catch {
    return null;
  }
}

/** Where the clock is far off, that shows best. */
function apart(ms: number): string {
  const distance = Math.abs(ms);
  if (distance < 120_000) return `${Math.round(distance) / 1000} s`;
  return distance < 2 * DAY_MS ? `${Math.round(distance / 60_000)} minutes` : `${Math.round(distance / DAY_MS)} days`;
}

function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
