/** Who listens is told where trackers are, after the commit and no sooner. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineKit } from './line-kit.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const spot = (secondsAgo: number, more: object = {}) => {
  return { timeMs: NOW_MS - secondsAgo * 1000, latDeg: 51, lonDeg: 7, ...more };
};

let kit: LineKit;
let seen: [trackerId: number, secondsAgo: number][];
let off: () => void;

beforeEach(() => {
  kit = new LineKit(NOW_MS);
  seen = [];
  off = kit.line.onSeen((trackerId, { position }) => {
    expect(kit.log).toContain('commit');
    seen.push([trackerId, (NOW_MS - position.timeMs) / 1000]);
  });
});
afterEach(() => kit.close());

it('the newest valid fix of each frame, of whichever tracker', async () => {
  const [a, b] = [await kit.register('356307042441013'), await kit.register('356307042441021')];
  await Promise.all([
    kit.deliver(a, [spot(10), spot(2), spot(5), spot(1, { satellites: 0 })]),
    kit.deliver(b, [spot(3)]),
    kit.deliver(b, [spot(4, { satellites: 0 })]),
  ]);
  expect(seen).toEqual([
    [a, 2],
    [b, 3],
  ]);
});

it('nothing of what could not be committed', async () => {
  const tracker = await kit.register('356307042441013');
  kit.isDiskFull = true;
  await kit.deliver(tracker, [spot(1)]);
  expect(seen).toEqual([]);
});

it('nothing once nobody listens', async () => {
  const tracker = await kit.register('356307042441013');
  off();
  await kit.deliver(tracker, [spot(1)]);
  expect(seen).toEqual([]);
});
