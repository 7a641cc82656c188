import { describe, expect, it } from 'vitest';
import { jobFor } from '../../src/sim/demo-jobs.ts';
import { createFleet } from '../../src/sim/fleet.ts';
import { distanceM } from '../../src/sim/ways.ts';

const START_MS = Date.UTC(2026, 4, 4, 8);
const { town, vehicles } = createFleet({ devices: 12, mix: 'mix', seed: 1, startMs: START_MS, tunnels: 0 });
const jobs = vehicles.flatMap(({ drive }) =>
  drive.stops(START_MS, START_MS + 3_600_000).map((stop, nth) => ({ stop, job: jobFor(stop, nth, town.centre) })),
);

describe('jobs of the demo', () => {
  it('have windows that the gateway takes', () => {
    expect(jobs.length).toBeGreaterThan(60);
    for (const { job } of jobs) {
      expect(job.fromMs).toBeLessThan(job.toMs);
      expect(Number.isInteger(job.minStayMinutes) && job.minStayMinutes >= 0).toBe(true);
    }
  });

  it.each<[string, (stayMs: number, minStayMs: number, toMs: number, arriveMs: number, leaveMs: number) => boolean]>([
    ['Delivery', (stayMs, minStayMs, toMs, _arriveMs, leaveMs) => stayMs >= minStayMs && toMs > leaveMs],
    ['Parcel', (stayMs, minStayMs, toMs, arriveMs) => stayMs >= minStayMs && arriveMs + minStayMs > toMs],
    ['Handover', (stayMs, minStayMs, toMs, _arriveMs, leaveMs) => stayMs >= minStayMs && toMs > leaveMs],
    ['Repair', (stayMs, minStayMs, toMs, _arriveMs, leaveMs) => stayMs + 120_000 < minStayMs && toMs > leaveMs],
  ])('%s is at a stop and ends as its description says', (name, isAsSaid) => {
    const named = jobs.filter(({ job }) => job.label.startsWith(name));
    expect(named.length).toBeGreaterThan(5);
    for (const { job, stop } of named) {
      expect(distanceM(stop, job)).toBeLessThan(1);
      const { arriveMs, leaveMs } = stop;
      expect(isAsSaid(leaveMs - arriveMs, job.minStayMinutes * 60_000, job.toMs, arriveMs, leaveMs)).toBe(true);
    }
  });

  it('Pickup is in town, but farther away than a vehicle drives within its window', () => {
    const pickups = jobs.filter(({ job }) => job.label.startsWith('Pickup'));
    expect(pickups.length).toBeGreaterThan(5);
    for (const { job, stop } of pickups) {
      const reachM = ((job.toMs - job.fromMs) / 3_600_000) * 62_000;
      expect(distanceM(stop, job) - job.radiusM).toBeGreaterThan(reachM);
      expect(distanceM(town.centre, job)).toBeLessThan(7000);
    }
  });
});
