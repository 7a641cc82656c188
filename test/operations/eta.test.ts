import { describe, expect, it } from 'vitest';
import { etaS, type Sighting } from '../../src/operations/eta.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
/** A degree of latitude at the equator is 110 574 m on WGS84. */
const KM = 1 / 110.574;
const ZONE = { latDeg: 0, lonDeg: 0, radiusM: 1000 };

function seen(minutesAgo: number, kmAway: number, speedKmh: number | null = null): Sighting {
  return { timeMs: NOW - minutesAgo * MINUTE, latDeg: kmAway * KM, lonDeg: 0, speedKmh };
}

describe('how long it takes to a zone', () => {
  it.each([
    ['12 km in 10 minutes, 10 km to the edge', [seen(10, 23), seen(0, 11)], 500],
    ['the same, stops and detours included', [seen(10, 15), seen(5, 17), seen(2, 17), seen(0, 11)], 750],
    ['the newest fix is a minute old', [seen(11, 23), seen(1, 11)], 440],
    ['it should be there by now', [seen(12, 11), seen(10, 2)], 0],
    ['a single fix, by its own speed', [seen(0, 11, 36)], 1000],
    ['inside the zone', [seen(0, 0.5, 0)], 0],
    ['it stands', [seen(10, 11), seen(0, 11)], null],
    ['a single fix that says no speed', [seen(0, 11)], null],
    ['nothing was heard for a quarter of an hour', [seen(25, 23, 72), seen(15.1, 11, 72)], null],
    ['nothing was ever heard', [], null],
  ])('%s', (_name, sightings, expected) => {
    const seconds = etaS(ZONE, sightings, NOW);
    if (expected === null || seconds === null) expect(seconds).toBe(expected);
    else expect(Math.abs(seconds - expected)).toBeLessThanOrEqual(1);
  });
});
