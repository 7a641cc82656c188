/** The pure parts of the map: lines beneath it, vehicles on their way, what is urgent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graticule, stepFor } from '../../src/console/map/graticule.ts';
import { LEG_MS, Motion } from '../../src/console/map/motion.ts';
import { onEachWorld, unwrapped } from '../../src/console/map/outline.ts';
import { byUrgency } from '../../src/console/map/urgency.ts';
import type { Position } from '../../src/console/wire.ts';

describe('the graticule', () => {
  it.each([
    ['the world', { south: -85, west: -180, north: 85, east: 180 }, 30],
    ['a country', { south: 47, west: 6, north: 55, east: 15 }, 1],
    ['a town', { south: 50, west: 14.3, north: 50.15, east: 14.6 }, 0.05],
    ['several worlds', { south: -85, west: -900, north: 85, east: 900 }, 45],
  ])('of %s is as wide as can be read', (_name, view, step) => {
    expect(stepFor(view)).toBe(step);
  });

  it('lies within the view, on multiples of its step, and is no thicket', () => {
    const degrees = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const views = fc.record({
      south: degrees(-85, 80),
      west: degrees(-400, 400),
      height: degrees(0.01, 5),
      width: degrees(0.01, 360),
    });
    fc.assert(
      fc.property(views, ({ south, west, height, width }) => {
        const view = { south, west, north: south + height, east: west + width };
        const step = stepFor(view);
        const lines = graticule(view);
        expect(lines.length).toBeLessThan(30);
        for (const [[latA, lonA], [latB, lonB]] of lines as [[number, number], [number, number]][]) {
          const fixed = lonA === lonB ? lonA : latA;
          expect(lonA === lonB || latA === latB).toBe(true);
          expect(Math.abs(fixed / step - Math.round(fixed / step))).toBeLessThan(1e-6);
        }
      }),
    );
  });
});

describe('an outline', () => {
  it.each([
    [
      'that crosses no edge is as it was',
      [
        [10, 1],
        [20, 2],
        [10, 1],
      ],
      [
        [10, 1],
        [20, 2],
        [10, 1],
      ],
    ],
    [
      'goes on beyond the edge to the east',
      [
        [170, 1],
        [-170, 2],
        [170, 1],
      ],
      [
        [170, 1],
        [190, 2],
        [170, 1],
      ],
    ],
    [
      'goes on beyond the edge to the west',
      [
        [-170, 1],
        [170, 2],
        [-170, 1],
      ],
      [
        [-170, 1],
        [-190, 2],
        [-170, 1],
      ],
    ],
    [
      'that goes around the south pole is led along the edge of the map',
      [
        [-180, -80],
        [-60, -70],
        [60, -70],
        [180, -80],
      ],
      [
        [-180, -80],
        [-60, -70],
        [60, -70],
        [180, -80],
        [180, -85],
        [-180, -85],
      ],
    ],
    ['of nothing is nothing', [], []],
  ])('%s', (_name, ring, expected) => {
    expect(unwrapped(ring)).toEqual(expected);
  });

  it('never jumps, wherever it goes', () => {
    const lons = fc.array(fc.double({ min: -180, max: 180, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(lons, (ring) => {
        const points = unwrapped(ring.map((lon) => [lon, 50])).slice(0, ring.length);
        return points.every(([lon], i) => i === 0 || Math.abs(lon - points[i - 1]![0]) <= 180.000001);
      }),
    );
  });

  it('is on each world beside the first, the other way round', () => {
    expect(onEachWorld([[10, 1]])).toEqual([[[1, -350]], [[1, 10]], [[1, 370]]]);
  });
});

describe('a vehicle', () => {
  const at = (lat: number, lon: number): Position => ({ time: '2026-03-01T12:00:00Z', lat, lon, speed: 30, course: 0 });
  const fleet = (position: Position) => new Map([[1, position]]);

  it('goes from where it was to where it is', () => {
    const motion = new Motion();
    motion.update(fleet(at(50, 14)), 0, false);
    expect(motion.isGoing(0)).toBe(false);
    motion.update(fleet(at(50.01, 14)), 5000, false);
    expect(motion.placeOf(1, 5000)!.lat).toBe(50);
    expect(motion.placeOf(1, 5000 + LEG_MS / 2)!.lat).toBeCloseTo(50.005, 9);
    expect(motion.placeOf(1, 5000 + LEG_MS * 3)!.lat).toBeCloseTo(50.01, 9);
    expect([motion.isGoing(5000), motion.isGoing(5000 + LEG_MS)]).toEqual([true, false]);
  });

  it('turns to the next place from wherever it is on its way', () => {
    const motion = new Motion();
    motion.update(fleet(at(50, 14)), 0, false);
    motion.update(fleet(at(50.01, 14)), 0, false);
    motion.update(fleet(at(50.01, 14.01)), LEG_MS / 2, false);
    expect(motion.placeOf(1, LEG_MS / 2)!.lat).toBeCloseTo(50.005, 9);
  });

  it.each([
    ['that was silent for long', at(51, 14), false],
    ['where no movement is wanted', at(50.01, 14), true],
  ])('%s is put where it is', (_name, next, isStill) => {
    const motion = new Motion();
    motion.update(fleet(at(50, 14)), 0, false);
    motion.update(fleet(next), 100, isStill);
    expect([motion.placeOf(1, 100), motion.isGoing(100)]).toEqual([{ lat: next.lat, lon: next.lon }, false]);
  });

  it('that nobody knows any more is nowhere', () => {
    const motion = new Motion();
    motion.update(fleet(at(50, 14)), 0, false);
    motion.update(new Map(), 100, false);
    expect(motion.placeOf(1, 100)).toBeNull();
  });
});

it('urgent is where somebody is, then what is due, then what is older', () => {
  const tasks = [
    { id: 1, status: 'assigned' as const, to: null },
    { id: 2, status: 'assigned' as const, to: '2026-03-01T13:00:00Z' },
    { id: 3, status: 'assigned' as const, to: '2026-03-01T12:00:00Z' },
    { id: 4, status: 'arrived' as const, to: '2026-03-01T14:00:00Z' },
    { id: 5, status: 'unassigned' as const, to: null },
  ];
  expect(tasks.toSorted(byUrgency).map(({ id }) => id)).toEqual([4, 3, 2, 1, 5]);
});
