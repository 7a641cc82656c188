import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM } from '../../src/geo/distance.ts';
import type { Sighting } from '../../src/operations/eta.ts';
import { DETOUR, forecastMs, PACE_MPS_MIN, SERVICE_MS, type Stop } from '../../src/operations/queue-eta.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const SLOW: Sighting = { timeMs: NOW_MS - 60_000, latDeg: 52.4, lonDeg: 13.4, speedKmh: 0 };
const FAST: Sighting = { ...SLOW, speedKmh: 72 };
const A = { latDeg: 52.5, lonDeg: 13.4 };
const B = { latDeg: 52.5, lonDeg: 13.5 };

function stop(zone: Stop['zone'], more: Partial<Stop> = {}): Stop {
  return { zone, serviceMs: SERVICE_MS, arrivalMs: null, ...more };
}

function wayMs(from: { latDeg: number; lonDeg: number }, to: { latDeg: number; lonDeg: number }, mps: number): number {
  return (distanceM(from.latDeg, from.lonDeg, to.latDeg, to.lonDeg) * DETOUR * 1000) / mps;
}

describe('a forecast', () => {
  it.each([
    ['no fix', [stop(A)], [], null],
    ['no place', [stop(null)], [SLOW], null],
    ['nothing to do', [], [SLOW], null],
    ['an arrival', [stop(A, { arrivalMs: 7 })], [SLOW], 7],
    ['an arrival, and no fix', [stop(A, { arrivalMs: 7 })], [], 7],
    ['a slow tracker', [stop(A)], [SLOW], NOW_MS + wayMs(SLOW, A, PACE_MPS_MIN)],
    ['a fast one', [stop(A)], [FAST], NOW_MS + wayMs(SLOW, A, 20)],
    ['a place behind another', [stop(A), stop(B)], [FAST], NOW_MS + wayMs(SLOW, A, 20) + SERVICE_MS + wayMs(A, B, 20)],
    [
      'a place behind one where the work takes longer',
      [stop(A, { serviceMs: 3_600_000 }), stop(B)],
      [FAST],
      NOW_MS + wayMs(SLOW, A, 20) + 3_600_000 + wayMs(A, B, 20),
    ],
    [
      'a place behind one where the tracker is',
      [stop(A, { arrivalMs: NOW_MS - 240_000 }), stop(B)],
      [FAST],
      NOW_MS + SERVICE_MS - 240_000 + wayMs(A, B, 20),
    ],
    [
      'a place behind one where the tracker has been for too long',
      [stop(A, { arrivalMs: NOW_MS - 2 * SERVICE_MS }), stop(B)],
      [FAST],
      NOW_MS + wayMs(A, B, 20),
    ],
    ['a place behind work without one', [stop(null), stop(A)], [FAST], NOW_MS + SERVICE_MS + wayMs(SLOW, A, 20)],
    ['work that takes for ever', [stop(A, { serviceMs: 8.64e15 }), stop(B)], [FAST], null],
  ] as const)('of %s', (_name, stops, sightings, expected) => {
    expect(forecastMs(stops, sightings, NOW_MS)).toBe(expected === null ? null : Math.round(expected));
  });

  it('takes the pace of the way that was made, stops included', () => {
    const before = { ...SLOW, timeMs: SLOW.timeMs - 600_000, latDeg: 52.3, speedKmh: 99 };
    const mps = distanceM(52.3, 13.4, 52.4, 13.4) / 600;
    expect(forecastMs([stop(A)], [before, SLOW], NOW_MS)).toBeCloseTo(NOW_MS + wayMs(SLOW, A, mps), -1);
  });

  it('is never earlier than that of what comes before', () => {
    const place = fc.record({
      latDeg: fc.double({ min: -80, max: 80, noNaN: true }),
      lonDeg: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 6 }), place, (places, from) => {
        const stops = places.map((zone) => stop(zone));
        const times = stops.map((_, i) => forecastMs(stops.slice(0, i + 1), [{ ...SLOW, ...from }], NOW_MS)!);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times[0]).toBeGreaterThanOrEqual(NOW_MS);
      }),
    );
  });
});
