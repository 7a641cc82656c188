import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinePoint, simplified } from '../../src/geo/simplify.ts';

const point = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -85, max: 85, noNaN: true }));
const nearby = fc
  .tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 }))
  .map(([east, north]): LinePoint => [13.4 + east / 10_000, 52.5 + north / 10_000]);

describe('a simplified line', () => {
  it('keeps its ends, its order and none but its own points, and is as short as it was asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(point, nearby), { maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (line, most) => {
          const few = simplified(line, most);
          expect(few.length).toBeLessThanOrEqual(Math.min(most, line.length));
          expect([few[0], few.at(-1)]).toEqual([line[0], line.at(-1)]);
          let next = 0;
          for (const kept of few) {
            next = line.indexOf(kept, next) + 1;
            expect(next).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it('has the corners of a way and none of what lies straight between', () => {
    const straight = Array.from({ length: 50 }, (_, i): LinePoint => [13.4 + i / 1000, 52.5]);
    const up = Array.from({ length: 50 }, (_, i): LinePoint => [13.449, 52.5 + i / 1000]);
    expect(simplified([...straight, ...up], 1000)).toEqual([
      [13.4, 52.5],
      [13.449, 52.5],
      [13.449, 52.549],
    ]);
  });

  it('keeps the detour that is missed most where there is room for one', () => {
    const line: LinePoint[] = [
      [13.4, 52.5],
      [13.41, 52.501],
      [13.42, 52.51],
      [13.43, 52.5],
      [13.44, 52.5],
    ];
    expect(simplified(line, 3)).toEqual([line[0], line[2], line[4]]);
  });

  it('takes what a fix is off by for straight, and no more', () => {
    const off = (metres: number): LinePoint[] => [
      [13.4, 52.5],
      [13.41, 52.5 + metres / 111_195],
      [13.42, 52.5],
    ];
    expect(simplified(off(4), 10)).toHaveLength(2);
    expect(simplified(off(6), 10)).toHaveLength(3);
  });

  it('is straight over 180 degrees', () => {
    const line: LinePoint[] = [
      [179.9, 10],
      [180, 10],
      [-179.9, 10],
    ];
    expect(simplified(line, 10)).toHaveLength(2);
  });

  it('keeps the far point of a way there and back', () => {
    const line: LinePoint[] = [
      [13.4, 52.5],
      [13.5, 52.5],
      [13.4, 52.5],
    ];
    expect(simplified(line, 10)).toEqual(line);
  });
});
