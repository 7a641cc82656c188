/** Circles of the editor: where the handle sits, what a drag and a key make of the radius. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampRadius,
  destination,
  distanceM,
  handleSpot,
  RADIUS_MAX,
  RADIUS_MIN,
  radiusByKey,
  radiusTo,
  tidySpot,
} from '../../../src/console/tasks/circle.ts';
import { sphereDistanceM } from '../../../src/geo/distance.ts';

const spots = fc.record({
  lat: fc.double({ min: -89, max: 89, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const radii = fc.integer({ min: RADIUS_MIN, max: RADIUS_MAX });

describe('a circle on the map', () => {
  it('has its handle on its edge, so that taking hold of it changes nothing', () => {
    fc.assert(
      fc.property(spots, radii, (centre, radius) => {
        expect(Math.abs(radiusTo(centre, handleSpot(centre, radius)) - radius)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is as large as the gateway measures it on the sphere', () => {
    fc.assert(
      fc.property(spots, spots, (a, b) => {
        expect(distanceM(a, b)).toBeCloseTo(sphereDistanceM(a.lat, a.lon, b.lat, b.lon), 3);
      }),
    );
  });

  it('is reached in every direction', () => {
    fc.assert(
      fc.property(spots, fc.double({ min: 0, max: 360, noNaN: true }), radii, (centre, course, metres) => {
        expect(Math.abs(distanceM(centre, destination(centre, course, metres)) - metres)).toBeLessThan(0.01);
      }),
    );
  });

  it.each([
    ['ArrowUp', 100, 110],
    ['ArrowRight', 100, 110],
    ['ArrowDown', 100, 90],
    ['ArrowLeft', 3, 2],
    ['ArrowLeft', 1, 1],
    ['PageUp', 100, 200],
    ['PageDown', 100, 50],
    ['Home', 100, 1],
    ['End', 100, 300_000],
    ['PageUp', 299_999, 300_000],
    ['Tab', 100, null],
  ])('%s makes %i m to %s', (key, radius, expected) => {
    expect(radiusByKey(radius, key)).toBe(expected);
  });

  it('never gets a radius that the gateway refuses', () => {
    expect([clampRadius(-5), clampRadius(0.4), clampRadius(1e9), clampRadius(12.6)]).toEqual([1, 1, 300_000, 13]);
  });

  it.each([
    [
      { lat: 52.123_456_7, lon: 13.4 },
      { lat: 52.123_457, lon: 13.4 },
    ],
    [
      { lat: 0, lon: 190 },
      { lat: 0, lon: -170 },
    ],
    [
      { lat: 0, lon: -541 },
      { lat: 0, lon: 179 },
    ],
    [
      { lat: 91, lon: 0 },
      { lat: 90, lon: 0 },
    ],
  ])('a spot of a map that was rolled on is a spot of the earth: %o', (spot, expected) => {
    expect(tidySpot(spot)).toEqual(expected);
  });
});
