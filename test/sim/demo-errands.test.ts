import { describe, expect, it } from 'vitest';
import { Actor } from '../../src/sim/demo-actor.ts';
import { type Errand, Errands } from '../../src/sim/demo-errands.ts';
import { DeviceLink, FleetTally } from '../../src/sim/device-link.ts';
import { createFleet } from '../../src/sim/fleet.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { moved } from '../../src/sim/roads.ts';
import { speechOf } from '../../src/sim/speeches.ts';

const NOW_MS = Date.UTC(2026, 4, 4, 8);
const MINUTE_MS = 60_000;
const ERRAND: Omit<Errand, 'place'> = {
  trackerId: 1,
  fromMs: NOW_MS,
  deadlineMs: NOW_MS + 120 * MINUTE_MS,
  stayMs: 3 * MINUTE_MS,
};

/** Two vehicles, and what the tasks ask for, which a test may change. */
function stage(tasks: Record<number, Errand | null>) {
  const { town, vehicles } = createFleet({ devices: 2, mix: 'mix', seed: 1, startMs: NOW_MS, tunnels: 0 });
  const actors = vehicles.map((vehicle, index) => {
    const link = new DeviceLink({
      imei: vehicle.imei,
      speech: speechOf(vehicle.protocol),
      host: '127.0.0.1',
      port: 9,
      stopwatch: () => 0,
      random: seededRandom(1),
      tally: new FleetTally(),
    });
    const actor = new Actor({ vehicle, index, link, random: seededRandom(2), startMs: NOW_MS, nowMs: NOW_MS });
    actor.trackerId = index + 1;
    return actor;
  });
  const errands = new Errands((taskId) => tasks[taskId] ?? null);
  return { actors, errands, town };
}

/** Fixed places in town. */
const { town } = createFleet({ devices: 1, mix: 'mix', seed: 1, startMs: NOW_MS, tunnels: 0 });
const NEAR = { ...ERRAND, place: moved(town.centre, 100, 100) };
const FAR = { ...ERRAND, place: moved(town.centre, -2000, 1500) };

describe('errands', () => {
  it('send the vehicle that the task was given to, and no other', () => {
    const { actors, errands } = stage({ 7: { ...NEAR, trackerId: 2 } });
    errands.add(7);
    errands.dispatch(actors, NOW_MS);
    expect(actors.map((actor) => actor.isOnErrand(NOW_MS + 1))).toEqual([false, true]);
  });

  it('bring it there for as long as the task asks', () => {
    const { actors, errands } = stage({ 7: NEAR });
    errands.add(7);
    errands.dispatch(actors, NOW_MS);
    let insideMs = 0;
    for (let timeMs = NOW_MS; actors[0]!.isOnErrand(timeMs); timeMs += 1000) {
      const { latDeg, lonDeg } = actors[0]!.vehicle.drive.read(timeMs);
      const isInside = Math.hypot(latDeg - NEAR.place.latDeg, lonDeg - NEAR.place.lonDeg) < 0.0005;
      if (isInside) insideMs += 1000;
    }
    expect(insideMs).toBeGreaterThanOrEqual(NEAR.stayMs);
  });

  it('wait for each other', () => {
    const { actors, errands } = stage({ 7: NEAR, 8: FAR });
    errands.add(7);
    errands.add(8);
    errands.dispatch(actors, NOW_MS);
    let timeMs = NOW_MS;
    while (actors[0]!.isOnErrand(timeMs)) timeMs += 1000;
    errands.dispatch(actors, timeMs);
    expect(actors[0]!.isOnErrand(timeMs + 1)).toBe(true);
  });

  it.each<[string, Errand | null]>([
    ['is over or gone', null],
    ['is of a tracker that the demo has no vehicle for', { ...NEAR, trackerId: 99 }],
    ['is past its deadline', { ...NEAR, deadlineMs: NOW_MS - 1 }],
    ['is where no road leads', { ...NEAR, place: moved(town.centre, 0, 12_000) }],
  ])('send nobody where the task %s', (_what, errand) => {
    const { actors, errands } = stage({ 7: errand });
    errands.add(7);
    errands.dispatch(actors, NOW_MS);
    expect(actors.some((actor) => actor.isOnErrand(NOW_MS + 1))).toBe(false);
  });

  it('leave in time for a window that opens later', () => {
    const { actors, errands } = stage({ 7: { ...NEAR, fromMs: NOW_MS + 60 * MINUTE_MS } });
    errands.add(7);
    errands.dispatch(actors, NOW_MS);
    expect(actors[0]!.isOnErrand(NOW_MS + 1)).toBe(false);
    errands.dispatch(actors, NOW_MS + 41 * MINUTE_MS);
    expect(actors[0]!.isOnErrand(NOW_MS + 42 * MINUTE_MS)).toBe(true);
  });
});
