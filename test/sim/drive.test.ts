import { describe, expect, it } from 'vitest';
import { Drive } from '../../src/sim/drive.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { layTown, moved, offsetM } from '../../src/sim/roads.ts';

const START_MS = Date.UTC(2026, 4, 4, 8);
const HOUR_MS = 3_600_000;

function drive(seed: number, tunnels = 0): Drive {
  return new Drive({ town: layTown(1), random: seededRandom(seed), startMs: START_MS, tunnels });
}

describe('a drive', () => {
  it('is the same however far ahead it is planned', () => {
    const planned = drive(1);
    planned.stops(START_MS, START_MS + 5 * HOUR_MS);
    const unplanned = drive(1);
    for (let timeMs = START_MS; timeMs < START_MS + HOUR_MS; timeMs += 7000) {
      expect(unplanned.read(timeMs)).toEqual(planned.read(timeMs));
    }
  });

  it.each([1, 2, 3])('is at its stops when it says so, standing still with the ignition off (seed %d)', (seed) => {
    const stops = drive(seed).stops(START_MS, START_MS + HOUR_MS);
    expect(stops.length).toBeGreaterThan(5);
    const driven = drive(seed);
    for (const stop of stops) {
      expect(stop.leaveMs - stop.arriveMs).toBeGreaterThanOrEqual(120_000);
      for (const timeMs of [stop.arriveMs, stop.leaveMs - 1]) {
        const reading = driven.read(timeMs);
        const { eastM, northM } = offsetM(stop, reading);
        expect(Math.hypot(eastM, northM)).toBeLessThan(4);
        expect(reading).toMatchObject({ speedKmh: 0, isIgnitionOn: false });
      }
    }
  });

  it('moves as fast as it says, and its odometer with it', () => {
    const driven = drive(4);
    let before = driven.read(START_MS);
    for (let timeMs = START_MS + 1000; timeMs < START_MS + HOUR_MS; timeMs += 1000) {
      const now = driven.read(timeMs);
      const { eastM, northM } = offsetM(before, now);
      expect(Math.hypot(eastM, northM)).toBeLessThan(62 / 3.6 + 7);
      expect(now.odometerM).toBeGreaterThanOrEqual(before.odometerM);
      before = now;
    }
  });

  it('has no two records of one second at the same place, not even parked', () => {
    const driven = drive(5);
    for (let second = 0; second < 300; second++) {
      const places = new Set<string>();
      for (let i = 0; i < 50; i++) {
        const { latDeg, lonDeg } = driven.read(START_MS + second * 1000 + i * 20);
        places.add(`${Math.round(latDeg * 1_800_000)},${Math.round(lonDeg * 1_800_000)}`);
      }
      expect(places.size).toBe(50);
    }
  });

  it('has no fix in a tunnel and shows the last place it knew', () => {
    const driven = drive(6, 1);
    const first = driven.read(START_MS);
    const later = driven.read(START_MS + 20_000);
    expect(later).toMatchObject({ satellites: 0, latDeg: first.latDeg, lonDeg: first.lonDeg });
    expect(later.speedKmh).toBeGreaterThan(0);
  });

  const MIDDLE = layTown(1).centre;
  const LEAVE = (arriveMs: number) => arriveMs + 300_000;

  it.each([1, 2, 3, 4, 5])('can be sent to a place, stays as asked and goes on by road (seed %d)', (seed) => {
    const driven = drive(seed);
    const sentMs = START_MS + 17 * 60_000;
    for (let timeMs = START_MS; timeMs <= sentMs; timeMs += 10_000) driven.read(timeMs);
    const place = moved(MIDDLE, 130 * seed, -90 * seed);
    const stop = driven.sendTo(place, LEAVE, sentMs)!;
    expect(stop.leaveMs - stop.arriveMs).toBe(300_000);
    // Across the whole town in a quarter of an hour, after the stop that it is at.
    expect(stop.arriveMs - sentMs).toBeLessThan(20 * 60_000);
    let before = driven.read(sentMs + 1000);
    for (let timeMs = sentMs + 2000; timeMs < stop.leaveMs + HOUR_MS; timeMs += 1000) {
      const now = driven.read(timeMs);
      const step = offsetM(before, now);
      expect(Math.hypot(step.eastM, step.northM)).toBeLessThan(62 / 3.6 + 7);
      const away = offsetM(place, now);
      const isThere = timeMs >= stop.arriveMs && timeMs < stop.leaveMs;
      if (isThere) expect([Math.hypot(away.eastM, away.northM) < 4, now.speedKmh]).toEqual([true, 0]);
      before = now;
    }
  });

  it('does not offer an errand as a stop of its own, and drops what it had planned behind it', () => {
    const driven = drive(7);
    const planned = driven.stops(START_MS, START_MS + HOUR_MS);
    const errand = driven.sendTo(MIDDLE, LEAVE, START_MS + 60_000)!;
    const stops = driven.stops(START_MS, START_MS + 2 * HOUR_MS);
    expect(stops.map(({ arriveMs }) => arriveMs)).not.toContain(errand.arriveMs);
    expect(stops.filter(({ arriveMs }) => arriveMs < errand.leaveMs).length).toBeLessThanOrEqual(1);
    expect(stops.slice(1)).not.toEqual(planned.slice(1, stops.length));
  });

  it('can be sent on from beside a road', () => {
    const driven = drive(8);
    const first = driven.sendTo(moved(MIDDLE, 200, 200), LEAVE, START_MS + 60_000)!;
    const second = driven.sendTo(moved(MIDDLE, -1500, 900), LEAVE, first.arriveMs + 1000)!;
    expect(second.arriveMs).toBeGreaterThan(first.leaveMs);
    const { eastM, northM } = offsetM(second, driven.read(second.arriveMs + 1000));
    expect(Math.hypot(eastM, northM)).toBeLessThan(4);
  });

  it('is not sent where no road leads', () => {
    expect(drive(9).sendTo(moved(MIDDLE, 0, 12_000), LEAVE, START_MS)).toBeNull();
  });
});
