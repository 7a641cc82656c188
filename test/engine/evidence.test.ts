/** Departures: when the last counting visit was over, and when nobody can say. */
import { describe, expect, it } from 'vitest';
import type { TaskTerms } from '../../src/model/task.ts';
import { at, Bench, inside, MINUTE, outside, SETTINGS, terms } from './world-kit.ts';

interface Row {
  readonly name: string;
  /** `+08:50 -09:10`: inside and outside. */
  readonly track: string;
  readonly change?: Partial<TaskTerms>;
  readonly departure: string | null;
}

const ROWS: readonly Row[] = [
  { name: 'never there', track: '-08:50 -09:10 -10:10', departure: null },
  { name: 'still inside', track: '-08:50 +09:10 +09:20', departure: null },
  { name: 'left', track: '-08:50 +09:10 +09:20 -09:30', departure: '09:20' },
  { name: 'seen inside once', track: '-08:50 +09:10 -09:30', departure: '09:10' },
  { name: 'left, and back again', track: '+09:10 -09:20 +09:30', departure: null, change: { minStayMs: 30 * MINUTE } },
  {
    name: 'back, and left again',
    track: '+09:10 -09:20 +09:30 -09:40',
    departure: '09:30',
    change: { minStayMs: 30 * MINUTE },
  },
  {
    name: 'back, but not long enough yet to count',
    track: '+09:00 +09:10 -09:20 +09:30 +09:33',
    departure: '09:10',
    change: { minStayMs: 30 * MINUTE, minArrivalMs: 5 * MINUTE },
  },
  {
    name: 'back for too short a time to count',
    track: '+09:00 +09:10 -09:20 +09:30 +09:33 -09:35',
    departure: '09:10',
    change: { minStayMs: 30 * MINUTE, minArrivalMs: 5 * MINUTE },
  },
  { name: 'back once it was done', track: '+09:10 -09:20 +09:30 -09:40', departure: '09:10' },
  { name: 'there from before the window to beyond the deadline', track: '+08:00 +10:30 -10:40', departure: '10:00' },
  { name: 'there at the deadline', track: '+09:30 +10:00', departure: '10:00' },
  {
    name: 'last seen inside before the deadline, and outside after it',
    track: '+09:30 +09:50 -10:30',
    departure: '09:50',
  },
  { name: 'gone before the window', track: '+08:30 -08:40 -09:10', departure: null },
];

describe('a departure', () => {
  it.each(ROWS)('of a tracker that was $name', ({ track, change = {}, departure }) => {
    const fixes = track.split(' ').map((word) => (word[0] === '+' ? inside : outside)(word.slice(1)));
    const expected = departure === null ? null : at(departure);
    const inOrder = new Bench(at('07:00'));
    const followed = inOrder.create(terms('09:00', '10:00', change));
    for (const fix of fixes) inOrder.deliver([fix]);
    expect(inOrder.live(followed).departureMs).toBe(expected);
    const late = new Bench(at('07:00'));
    const derived = late.create(terms('09:00', '10:00', change));
    for (const fix of fixes.toReversed()) late.deliver([{ ...fix, receivedMs: at('11:00') }]);
    expect(late.live(derived).departureMs).toBe(expected);
    for (const bench of [inOrder, late]) {
      bench.wait(at('12:00'));
      expect(bench.live(1).departureMs).toBe(expected);
      if (bench.task(1).facts.isSettled) expect(bench.task(1).facts.departureMs).toBe(expected);
    }
  });

  it('is written with the fix that ends the visit, and again when late evidence moves it', () => {
    const bench = new Bench(at('07:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver([inside('09:10'), inside('09:20')]);
    expect(bench.task(id).facts.departureMs).toBeNull();
    bench.deliver([outside('09:40')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', departureMs: at('09:20'), isSettled: true });
    bench.deliver([inside('09:35', at('09:50'))]);
    expect(bench.task(id).facts.departureMs).toBe(at('09:35'));
  });

  it('is written when a fix after the deadline ends the visit, though nothing is added to the stay', () => {
    const bench = new Bench(at('07:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 30 * MINUTE }));
    bench.deliver([inside('09:50')]);
    bench.wait(at('10:20'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', stayMs: 0, departureMs: null, isSettled: true });
    bench.deliver([outside('10:30')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', stayMs: 0, departureMs: at('09:50') });
  });

  it('of a task that a person has finished is no later than the finish', () => {
    const bench = new Bench(at('07:00'), SETTINGS);
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
    bench.deliver([inside('09:10')]);
    bench.deliver([inside('09:40')]);
    bench.do({ kind: 'move_task', taskId: id, move: 'complete', timeMs: at('09:20') });
    bench.deliver([outside('09:50')]);
    expect(bench.live(id).departureMs).toBe(at('09:20'));
  });
});
