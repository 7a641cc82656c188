import { describe, expect, it } from 'vitest';
import { distanceM } from '../../src/geo/distance.ts';
import { type JourneyInquiry, journeys } from '../../src/operations/journey.ts';
import { SERVICE_MS, type Stop } from '../../src/operations/queue-eta.ts';
import type { StoredFix, Tracks } from '../../src/store/store.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const GOAL = { latDeg: 52.5, lonDeg: 13.4 };
const STOP: Stop = { zone: GOAL, serviceMs: SERVICE_MS, arrivalMs: null };

interface Spot {
  readonly agoMs: number;
  readonly latDeg: number;
  readonly lonDeg?: number;
  readonly isValid?: boolean;
}

/** A track of these records, and a count of those that were read of it. */
function trackOf(spots: readonly Spot[]): Tracks & { recordsRead: number } {
  const fixes = spots
    .map(({ agoMs, latDeg, lonDeg = 13.4, isValid = true }) => {
      const position = { timeMs: NOW_MS - agoMs, latDeg, lonDeg, speedKmh: 36 };
      return { position, invalidity: isValid ? null : 'no_position' } as unknown as StoredFix;
    })
    .sort((a, b) => a.position.timeMs - b.position.timeMs);
  const valid = fixes.filter(({ invalidity }) => invalidity === null);
  const track = {
    recordsRead: 0,
    fixes(_: number, fromMs: number, toMs: number, limit: number) {
      const found = fixes
        .filter(({ position }) => position.timeMs >= fromMs && position.timeMs <= toMs)
        .slice(0, limit);
      track.recordsRead += found.length;
      return found;
    },
    evidence(_: number, fromMs: number, toMs: number) {
      const before = valid.filter(({ position }) => position.timeMs < fromMs).slice(-1);
      const after = valid.filter(({ position }) => position.timeMs > toMs).slice(0, 1);
      const within = valid.filter(({ position }) => position.timeMs >= fromMs && position.timeMs <= toMs);
      return [...before, ...within, ...after];
    },
    lastValidFix: () => valid.at(-1) ?? null,
  };
  return track as unknown as Tracks & { recordsRead: number };
}

function journeyOf(inquiry: Partial<JourneyInquiry>, tracks: Tracks, pointsMax = 100) {
  const whole = { trackerId: 1, startMs: null, finishMs: null, stops: [STOP], ...inquiry };
  return journeys([whole], () => tracks, { nowMs: NOW_MS, pointsMax })[0]!;
}

describe('a journey', () => {
  const track = trackOf([
    { agoMs: 5000, latDeg: 52.45 },
    { agoMs: 4000, latDeg: 10, isValid: false },
    { agoMs: 3000, latDeg: 52.46 },
    { agoMs: 1000, latDeg: 52.47 },
  ]);

  it('of a tracker that was never seen is nothing', () => {
    expect(journeyOf({ startMs: NOW_MS - 1000 }, trackOf([]))).toEqual({
      ...{ start: null, finish: null, here: null, leftM: null, etaMs: null, initialEtaMs: null },
      ...{ line: null, distanceM: null },
    });
  });

  it('that has not begun has a forecast and no way', () => {
    const journey = journeyOf({}, track);
    expect(journey).toMatchObject({ start: null, line: null, distanceM: null, here: { latDeg: 52.47 } });
    expect(journey.etaMs).toBeGreaterThan(NOW_MS);
    expect(journey.initialEtaMs).toBe(journey.etaMs);
    expect(journey.leftM).toBe(Math.round(distanceM(52.47, 13.4, 52.5, 13.4)));
  });

  it('goes along valid fixes from its start on', () => {
    const journey = journeyOf({ startMs: NOW_MS - 3500 }, track);
    expect(journey).toMatchObject({
      start: { latDeg: 52.45 },
      finish: null,
      line: [
        [13.4, 52.46],
        [13.4, 52.47],
      ],
    });
    expect(journey.distanceM).toBe(Math.round(distanceM(52.46, 13.4, 52.47, 13.4)));
  });

  it('ends at the finish, and nothing after that moves it', () => {
    const wish = { startMs: NOW_MS - 5000, finishMs: NOW_MS - 2000 };
    const journey = journeyOf(wish, track);
    expect(journey).toMatchObject({ finish: { latDeg: 52.46 }, here: null, leftM: null });
    expect(journey.line).toHaveLength(2);
    const more = trackOf([
      ...[5000, 3000].map((agoMs, i) => ({ agoMs, latDeg: 52.45 + i / 100 })),
      ...[1500, 500, 0].map((agoMs) => ({ agoMs, latDeg: 52.3 })),
    ]);
    expect(journeyOf(wish, more)).toEqual(journey);
  });

  it('keeps the forecast that was made at its start', () => {
    const first = journeyOf({ startMs: NOW_MS - 5000 }, track).initialEtaMs;
    expect(first).toBe(journeyOf({ finishMs: NOW_MS - 5000 }, track).etaMs);
    expect(first).toBe(journeyOf({ startMs: NOW_MS - 5000, finishMs: NOW_MS }, track).initialEtaMs);
    const arrived = { startMs: NOW_MS - 5000, stops: [{ ...STOP, arrivalMs: NOW_MS - 1000 }] };
    expect(journeyOf(arrived, track)).toMatchObject({ initialEtaMs: first, etaMs: NOW_MS - 1000 });
  });

  it('has no forecast where its place in the queue is not known', () => {
    expect(journeyOf({ stops: null }, track)).toMatchObject({
      etaMs: null,
      initialEtaMs: null,
      here: { latDeg: 52.47 },
    });
  });

  it('is measured along all fixes, and drawn with as many as are asked for', () => {
    const zigzag = (i: number) => ({ latDeg: 52 + (i % 2) / 1000, lonDeg: 13 + i / 100_000 });
    const spots = Array.from({ length: 12_000 }, (_, i) => ({ agoMs: i * 1000, ...zigzag(i) }));
    const journey = journeyOf({ startMs: NOW_MS - 20_000_000 }, trackOf(spots), 50);
    expect(journey.line).toHaveLength(50);
    const [one, next] = [zigzag(0), zigzag(1)];
    const stepM = distanceM(one.latDeg, one.lonDeg, next.latDeg, next.lonDeg);
    expect(journey.distanceM).toBeCloseTo(11_999 * stepM, -2);
  });

  it('is neither drawn nor measured where there is too much to read, and others go without, too', () => {
    const spots = Array.from({ length: 100_001 }, (_, i) => ({ agoMs: i, latDeg: 52 }));
    const [long, short] = [trackOf(spots), trackOf(spots.slice(0, 10))];
    const inquiry = { startMs: NOW_MS - 200_000, finishMs: null, stops: [STOP] };
    const inquiries = [1, 2].map((trackerId) => ({ ...inquiry, trackerId }));
    const found = journeys(inquiries, (id) => (id === 1 ? long : short), { nowMs: NOW_MS, pointsMax: 50 });
    expect(found.map(({ line }) => line)).toEqual([null, null]);
    expect(long.recordsRead).toBeLessThan(102_000);
    const swapped = journeys(inquiries.toReversed(), (id) => (id === 1 ? long : short), {
      nowMs: NOW_MS,
      pointsMax: 50,
    });
    expect(swapped.map(({ line }) => line?.length)).toEqual([2, undefined]);
  });

  it('reads nothing of the way where it is not to be drawn', () => {
    const long = trackOf(Array.from({ length: 5000 }, (_, i) => ({ agoMs: i * 1000, latDeg: 52 })));
    expect(journeyOf({ startMs: NOW_MS - 4_999_000 }, long, 0)).toMatchObject({ line: null, start: { latDeg: 52 } });
    expect(long.recordsRead).toBeLessThan(1300);
  });
});
