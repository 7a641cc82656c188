/** Points of phones: frames like those of devices, through the same line. They are taken once they are durable. */
import { encodePoint, type Point } from '../../protocols/points/point.ts';
import { points as protocol } from '../../protocols/points/protocol.ts';
import type { Delivery, Intake, Settled } from '../intake/intake.ts';
import { judgeFix, YEAR_2005_MS } from '../model/fix.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { locationUuid, type TimeLocation } from './time-locations.ts';

export type { Point } from '../../protocols/points/point.ts';

/** A point of the phone that is this tracker. */
export interface PhonePoint {
  readonly trackerId: number;
  readonly point: Point;
}

interface PointsTaken {
  readonly kind: 'taken';
  /** In the order of the points, as they are read back from now on. */
  readonly locations: readonly TimeLocation[];
}

/** Of points that were recorded elsewhere: a clock that was set, and a date that a UUID can hold (time-locations.ts). */
export function isPointTime(timeMs: number): boolean {
  return Number.isInteger(timeMs) && timeMs >= YEAR_2005_MS && timeMs < YEAR_2100_MS;
}

const YEAR_2100_MS = Date.UTC(2100, 0, 1);

export const POINT_TIME_EXPECTED =
  'a time from 2005 to 2099, as ISO 8601 with an offset (2026-03-01T08:00:00Z) or ms since 1970';

export interface PointOperations {
  /**
   * Resolves once every one of them is on disk, the repeated ones since before; refused with `storage_unavailable`, and
   * then all may be sent again.
   */
  takePoints(points: readonly PhonePoint[]): Promise<PointsTaken | Refusal>;
}

export function pointOperations(deps: {
  readonly intake: Pick<Intake, 'submit' | 'whenRoom'>;
  readonly now: () => number;
}): PointOperations {
  const { intake, now } = deps;
  /** null = the line has room. */
  let room: Promise<void> | null = null;

  function awaitRoom(): void {
    room = new Promise((resolve) => {
      intake.whenRoom(() => {
        room = null;
        resolve();
      });
    });
  }

  function submit(delivery: Delivery): Promise<Settled> {
    return new Promise((frameOnSettled) => {
      if (!intake.submit(delivery, { frameOnSettled })) awaitRoom();
    });
  }

  return {
    async takePoints(points) {
      const receivedMs = now();
      const deliveries = points.map(({ trackerId, point }) => deliveryOf(trackerId, receivedMs, point));
      const settled: Promise<Settled>[] = [];
      for (const delivery of deliveries) {
        // What waits beside the line is no more than there are requests.
        while (room !== null) await room;
        settled.push(submit(delivery));
      }
      const isDurable = (await Promise.all(settled)).every((outcome) => outcome === 'durable');
      if (!isDurable) return refuse('storage_unavailable', 'the points could not be written');
      return { kind: 'taken', locations: deliveries.map(locationOf) };
    },
  };
}

function locationOf({ trackerId, fixes, protocol: name }: Delivery): TimeLocation {
  const fix = { ...fixes[0]!, protocol: name };
  return { uuid: locationUuid(trackerId, fix), trackerId, fix };
}

/** Read back from its own frame: what is judged now is what will be read from disk. */
function deliveryOf(trackerId: number, receivedMs: number, point: Point): Delivery {
  const raw = encodePoint(point);
  const decoded = protocol.decode(raw);
  if (decoded.kind === 'malformed') throw new Error(decoded.message);
  const fixes = decoded.records.map((record) => judgeFix(record, receivedMs));
  return { trackerId, receivedMs, protocol: protocol.name, raw, fixes };
}
