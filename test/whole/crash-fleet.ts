/** The simulated fleet of both protocols, driven from the test: what was acknowledged is known record by record. */
import { type Report, simulate } from '../../src/sim/simulate.ts';

export interface DriveOptions {
  readonly devices: number;
  readonly seed: number;
  /** What the devices' clocks show at first, and how much faster than the wall they run. */
  readonly startMs: number;
  readonly scale: number;
  /** Records per device and second. */
  readonly rate: number;
  readonly port: number;
}

export interface DrivenFleet {
  /** Grows with every acknowledgement; as recordText has it. */
  readonly acknowledged: readonly string[];
  /** Records no more; resolves when everything is acknowledged, or no more than that can be hoped for. */
  end(): Promise<Report>;
}

/** Devices that wait for no answer longer than this, and for no connection: a gateway that is back is found at once. */
const PATIENCE = { answerMs: 1500, backoffMsMax: 400 };
/** After a thousand kills on a busy machine backlogs are long; the drain ends by itself when they are empty. */
const DRAIN_MS = 600_000;

export function driveFleet({ port, ...drive }: DriveOptions): DrivenFleet {
  const stopped = new AbortController();
  const acknowledged: string[] = [];
  const sent = simulate(
    { ...drive, mix: 'mix', seconds: null, drainMs: DRAIN_MS, host: '127.0.0.1', port, patience: PATIENCE },
    {
      stopwatch: () => performance.now(),
      stopped: stopped.signal,
      recordOnAcknowledged: (imei, { timeMs, latDeg, lonDeg }) =>
        acknowledged.push(recordText(imei, timeMs, latDeg, lonDeg)),
    },
  );
  return {
    acknowledged,
    end() {
      stopped.abort();
      return sent;
    },
  };
}

/** What tells one record from all others, as the device sent it. */
export function recordText(imei: string, timeMs: number, latDeg: number, lonDeg: number): string {
  return [imei, new Date(timeMs).toISOString(), latDeg.toFixed(7), lonDeg.toFixed(7)].join();
}
