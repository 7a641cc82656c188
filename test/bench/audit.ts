/**
 * After a run: everything that was acknowledged is in the store, once, in order and byte for byte where it tells a
 * record's time; and nothing else is. A run of which this is not true scores 0 (the faults say why).
 */
import { openStore } from '../../src/store/open.ts';
import type { Store, StoredFrame } from '../../src/store/store.ts';
import { faultsOfLoad, type LoadReport } from './load.ts';

/** Most faults that are told one by one. */
const FAULTS_MAX = 5;
/** Codec 8: the first record's device time, behind preamble, length, codec and count. */
const TIME_AT = 10;

export function audit(data: string, reports: readonly LoadReport[]): string[] {
  const faults = reports.flatMap(faultsOfLoad);
  const store = openStore({ directory: data });
  try {
    for (const report of reports) faults.push(...faultsOfRun(store, report));
  } finally {
    store.close();
  }
  return faults.length > FAULTS_MAX ? [...faults.slice(0, FAULTS_MAX), `${faults.length - FAULTS_MAX} more`] : faults;
}

function faultsOfRun(store: Store, { options, ackedByDevice, startedMs, endedMs }: LoadReport): string[] {
  const { first = 0, stride = 1 } = options;
  return ackedByDevice.flatMap((acked, i) => {
    const trackerId = first + i * stride;
    const frames = store.tracks.frames(trackerId, startedMs, endedMs, Number.MAX_SAFE_INTEGER);
    const fault = faultOfTrack(frames, acked, options);
    return fault === null ? [] : [`tracker ${trackerId}: ${fault}`];
  });
}

function timeOf(raw: Buffer): number {
  return Number(raw.readBigUInt64BE(TIME_AT));
}

/** Frame k of a device begins at base + k x records x step; the devices of a churn may leave some out. */
export function faultOfTrack(
  frames: readonly Pick<StoredFrame, 'raw' | 'kept'>[],
  acked: number,
  { base = 0, step = 1000, records = 1, mode }: LoadReport['options'],
): string | null {
  if (frames.length !== acked) return `${acked} frames acknowledged, ${frames.length} stored`;
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const [k, { raw, kept }] of frames.entries()) {
    const timeMs = timeOf(raw);
    if (kept !== null) return `frame ${k} is stored in part`;
    if (timeMs <= beforeMs) return `frame ${k} is stored out of order or twice`;
    if (mode !== 'churn' && timeMs !== base + k * records * step) return `frame ${k} is of ${timeMs}`;
    beforeMs = timeMs;
  }
  return null;
}
