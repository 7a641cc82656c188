/** Tasks that come to something at a known minute, for the feed and the rules that look at it. */
import { RealKit } from '../real-kit.ts';

/** 1 March 2026, a Sunday, noon UTC. */
export const NOON = Date.UTC(2026, 2, 1, 12);
export const MINUTE = 60_000;
const PLACE = { latDeg: 51.283546, lonDeg: 7.301086 };
const AWAY = { latDeg: 51.4, lonDeg: 7.301086 };

/** Two trackers: Van 1 and Van 2. */
export async function feedKit(): Promise<RealKit> {
  const kit = new RealKit(NOON);
  await kit.addTracker('Van 1');
  await kit.addTracker('Van 2');
  return kit;
}

/** A task from an hour ago to an hour ahead. */
export async function addTask(kit: RealKit, trackerId: number | null, part: object = {}): Promise<number> {
  const task = {
    location: { lat: PLACE.latDeg, lng: PLACE.lonDeg, address: 'Fichtenstrasse 11', radius: 150 },
    label: 'Deliver parcels',
    description: '',
    from: wall(kit.nowMs - 60 * MINUTE),
    to: wall(kit.nowMs + 60 * MINUTE),
    tracker_id: trackerId,
    ...part,
  };
  return (await kit.navixy('task/create', { task })).id;
}

export async function visit(kit: RealKit, trackerId: number): Promise<void> {
  await kit.send(trackerId, [{ timeMs: kit.nowMs, ...PLACE }]);
}

export async function leave(kit: RealKit, trackerId: number): Promise<void> {
  await kit.send(trackerId, [{ timeMs: kit.nowMs, ...AWAY }]);
}

/** Minutes later; the clock of the line turns with each of them: a jump would begin the grace anew. */
export async function later(kit: RealKit, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    kit.nowMs += MINUTE;
    await kit.tick();
  }
}

function wall(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}

export const TODAY = { from: '2026-03-01 00:00:00', to: '2026-03-02 23:59:59' };
