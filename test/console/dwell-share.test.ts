/** How full the ring of a stay is. */
import { expect, it } from 'vitest';
import { dwellShare, stayNow } from '../../src/console/parts/dwell-share.ts';

const ARRIVED = '2026-03-01T12:00:00.000Z';
const LEFT = '2026-03-01T12:01:00.000Z';
const INSIDE = { minStay: 100, stay: 0, arrivedAt: ARRIVED, departedAt: null, isOpen: true };

it.each([
  ['nobody has come', { ...INSIDE, arrivedAt: null }, 50, null],
  ['no stay is asked for', { ...INSIDE, minStay: 0 }, 50, null],
  ['just arrived', INSIDE, 0, 0],
  ['halfway', INSIDE, 50, 0.5],
  ['more was counted than the clock says', { ...INSIDE, stay: 70 }, 50, 0.7],
  ['the clock is behind the vehicle', INSIDE, -20, 0],
  ['long enough by the clock, but the gateway has not said so', INSIDE, 500, 0.98],
  ['gone before it was enough', { ...INSIDE, stay: 60, departedAt: LEFT }, 500, 0.6],
  ['over', { ...INSIDE, stay: 100, isOpen: false }, 500, 1],
  ['over before it was enough', { ...INSIDE, stay: 30, isOpen: false }, 500, 0.3],
])('%s', (_name, task, secondsLater, share) => {
  const nowMs = Date.parse(ARRIVED) + secondsLater * 1000;
  const found = dwellShare(task, nowMs);
  if (share === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(share, 9);
});

it('a stay goes on only while somebody is there', () => {
  const nowMs = Date.parse(ARRIVED) + 500_000;
  expect(stayNow(INSIDE, nowMs)).toBe(500);
  expect(stayNow({ ...INSIDE, stay: 60, departedAt: LEFT }, nowMs)).toBe(60);
});
