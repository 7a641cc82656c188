import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockWatch, type Sighting, zoneOf } from '../../src/gateway/clock-watch.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 4, 1, 8);

/** A live frame received so many minutes after T0, whose clock is so many minutes ahead, and seconds off. */
function live(minute: number, aheadMinutes: number, offS = 0, readAheadMinutes = 0): Sighting {
  const receivedMs = T0 + minute * MINUTE;
  return { receivedMs, timeMs: receivedMs + aheadMinutes * MINUTE + offS * 1000, readAheadMinutes };
}

const ofZone = () => true;

function suspicionAfter(sightings: readonly Sighting[]): object | null {
  const watch = new ClockWatch();
  for (const sighting of sightings) watch.note(7, sighting, ofZone);
  return watch.suspicion(7);
}

const each = (count: number, sighting: (i: number) => Sighting) => Array.from({ length: count }, (_, i) => sighting(i));

describe('one frame seems to be in the zone', () => {
  it.each([
    ['exact', 480, 0, 0, 480],
    ['a minute on its way', 480, -60, 0, 480],
    ['at the limit', -300, 90, 0, -300],
    ['beyond the limit', 480, -91, 0, null],
    ['right', 0, -3, 0, 0],
    ['as it is read', 0, 0, 330, 330],
    ['an hour beside what it is read by', 60, 0, 480, 540],
    ['between two quarters', 7, 30, 0, null],
    ['east of all zones', 855, 0, 0, null],
    ['west of all zones', -735, 0, 0, null],
    ['a clock that was never set', -13_000_000, 0, 0, null],
  ])('%s', (_, aheadMinutes, offS, readAheadMinutes, expected) => {
    expect(zoneOf(live(0, aheadMinutes, offS, readAheadMinutes))).toBe(expected);
  });
});

describe('a clock is suspected', () => {
  const rows: readonly (readonly [string, readonly Sighting[], object | null])[] = [
    ['of nothing when it is right', each(9, (i) => live(i, 0, -2)), null],
    ['after five frames in five minutes', each(5, (i) => live(i * 1.25, 480)), { aheadMinutes: 480, frames: 5 }],
    ['west as well as east', each(9, (i) => live(i, -210, -5)), { aheadMinutes: -210, frames: 9 }],
    ['not after four', each(4, (i) => live(i * 5, 480)), null],
    ['not within less than five minutes', each(40, (i) => live(i / 10, 480)), null],
    [
      'not of a frame that comes again and again',
      each(9, (i) => ({ ...live(i, 480), timeMs: T0 + 480 * MINUTE })),
      null,
    ],
    ['anew once it is another one', [...each(9, (i) => live(i, 480)), ...each(3, (i) => live(9 + i, 420))], null],
    ['of nothing any more once it is right', [...each(9, (i) => live(i, 480)), live(9, 0)], null],
    [
      'still, whatever a backlog says in between',
      [...each(6, (i) => live(i, 480)), live(6, -1234), live(7, 480)],
      { aheadMinutes: 480, frames: 7 },
    ],
    ['by what it is ahead in all', each(6, (i) => live(i, -60, 0, 480)), { aheadMinutes: 420, frames: 6 }],
  ];
  it.each(rows)('%s', (_, sightings, expected) => {
    const suspicion = suspicionAfter(sightings);
    if (expected === null) expect(suspicion).toBeNull();
    else expect(suspicion).toEqual({ ...expected, sinceMs: T0 });
  });

  it('and that is told once', () => {
    const watch = new ClockWatch();
    const told = each(30, (i) => live(i, 480)).map((sighting) => watch.note(1, sighting, ofZone));
    expect(told.filter((suspicion) => suspicion !== null)).toEqual([{ aheadMinutes: 480, frames: 6, sinceMs: T0 }]);
  });

  describe('only where the frame that raises it', () => {
    const asked: number[] = [];
    const raisedBy = (isOfZone: () => boolean, count: number) => {
      const watch = new ClockWatch();
      asked.length = 0;
      for (const [i, sighting] of each(count, (n) => live(n * 2, 480)).entries()) {
        watch.note(1, sighting, () => {
          asked.push(i);
          return isOfZone();
        });
      }
      return watch.suspicion(1);
    };

    it('is of that zone, and no other one is read again', () => {
      expect(raisedBy(() => true, 20)).toMatchObject({ frames: 20 });
      expect(asked).toEqual([4]);
    });

    it('is not in UTC by itself, or buffered: then it begins anew', () => {
      expect(raisedBy(() => false, 20)).toBeNull();
      expect(asked).toEqual([4, 9, 14, 19]);
    });
  });

  it('never where an upload of old records goes by at its own pace', () => {
    const backlog = fc.record({ lag: fc.integer({ min: 10, max: 600 }), every: fc.integer({ min: 5, max: 300 }) });
    fc.assert(
      fc.property(backlog, fc.integer({ min: 2, max: 20 }), ({ lag, every }, pace) => {
        // Records of every few seconds, sent `pace` times as fast as they were made.
        const sightings = each(200, (i) => {
          const timeMs = T0 - lag * MINUTE + i * every * 1000;
          return { timeMs, receivedMs: T0 + (i * every * 1000) / pace, readAheadMinutes: 0 };
        });
        const late = sightings.filter(({ timeMs, receivedMs }) => timeMs < receivedMs);
        expect(suspicionAfter(late)).toBeNull();
      }),
    );
  });
});
