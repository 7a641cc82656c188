import { describe, expect, it } from 'vitest';
import { at, Bench, DEPOT, fix, HOUR, inside, MINUTE, outside, SETTINGS, terms } from './world-kit.ts';

const DAY = 24 * HOUR;
const later = (days: number, from: string, to: string) => {
  return { ...terms(from, to), fromMs: at(from) + days * DAY, toMs: at(to) + days * DAY };
};

describe('after a restart', () => {
  it('nothing is in memory until something is asked of a tracker, and then only what is its own', () => {
    const bench = new Bench(at('08:00'));
    const [own] = [bench.create(terms('09:00', '10:00')), bench.create(terms('09:00', '10:00'), 2)];
    bench.create(terms('09:00', '10:00'), null);
    bench.restart();
    bench.clock(at('08:10'));
    expect(bench.world.tasks.size).toBe(0);
    bench.deliver([outside('08:20')]);
    expect([...bench.world.tasks.keys()]).toEqual([own]);
  });

  it('a new task does not bring its tracker into memory before something falls due', () => {
    const bench = new Bench(at('08:00'));
    bench.restart();
    bench.create(terms('12:00', '13:00'));
    bench.wait(at('12:59'));
    expect(bench.world.tasks.size).toBe(0);
    bench.wait(at('13:01'));
    expect(bench.world.tasks.size).toBe(1);
  });

  it('a fix finds the tasks of its tracker', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver([outside('08:50')]);
    bench.restart();
    bench.deliver([inside('09:10')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
  });

  it('a late fix finds the closed ones too', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.wait(at('10:11'));
    expect(bench.task(id).facts.state).toBe('failed');
    bench.restart();
    bench.deliver([inside('09:30', at('12:00'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:30') });
  });

  it('the clock closes a task whose day is far ahead, with no fix and no command in between', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(later(30, '09:00', '10:00'));
    bench.restart();
    bench.clock(at('10:09') + 30 * DAY);
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.wait(at('10:20') + 30 * DAY);
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('10:00') + 30 * DAY });
  });

  it.each([1, 63, 64, 65, 150])('%i deadlines of one instant are all passed', (count) => {
    const bench = new Bench(at('08:00'));
    const ids = Array.from({ length: count }, (_, i) => bench.create(terms('09:00', '10:00'), 1 + (i % 2)));
    bench.restart();
    bench.wait(at('10:11'));
    expect(new Set(ids.map((id) => bench.task(id).facts.state))).toEqual(new Set(['failed']));
  });

  it('a task that nobody had is given to someone and done', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'), null);
    bench.restart();
    bench.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: 1 });
    bench.deliver([outside('08:50'), inside('09:10')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
    expect('text' in bench.world.tasks.get(id)!).toBe(false);
  });

  it('a task given to another tracker leaves the one and comes to the other, whichever is in memory', () => {
    for (const touched of [[], [1], [2], [1, 2]]) {
      const bench = new Bench(at('08:00'));
      const id = bench.create(terms('09:00', '12:00'));
      bench.restart();
      for (const trackerId of touched) bench.deliver([outside('08:10')], trackerId);
      bench.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: 2 });
      bench.deliver([inside('09:10')], 1);
      expect(bench.task(id).facts.state).toBe('assigned');
      bench.deliver([inside('09:20')], 2);
      expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:20') });
    }
  });

  it('a deadline moved behind the clock of a tracker that is not in memory is not missed', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(later(30, '09:00', '10:00'));
    bench.restart();
    bench.clock(at('13:00'));
    const { text } = bench.task(id);
    bench.do({ kind: 'edit_task', by: 'navixy', taskId: id, text, terms: terms('09:00', '10:00') });
    bench.wait(at('13:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('10:00') });
  });

  it.each(['08:00', '13:00'])('a deadline long before the window begins is not missed either, at %s', (now) => {
    const bench = new Bench(at('08:00'));
    bench.restart();
    bench.clock(at(now));
    const id = bench.create(terms('18:00', '10:00'));
    bench.wait(at('17:01'));
    expect(bench.task(id).facts.state).toBe('failed');
  });

  it('an edit moves a deadline away before it comes', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.restart();
    const { text } = bench.task(id);
    bench.do({ kind: 'edit_task', by: 'navixy', taskId: id, text, terms: terms('09:00', '11:00') });
    bench.wait(at('11:09'));
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.wait(at('11:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('11:00') });
  });

  it('a device that counted ahead over D closes the task at D, not after the grace', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver([outside('09:57'), outside('10:01', at('09:58'))]);
    bench.nowMs = at('09:59');
    bench.restart();
    bench.clock(at('10:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('10:00') });
  });
});

describe('a tracker read back', () => {
  /** [what the track says before the restart, inside?, the stay by the fix that follows, in minutes]. */
  const tracks = [
    ['nobody has come', '-09:10 -09:20', 0],
    ['an open visit', '-09:10 +09:20 +09:25', 10],
    ['an open visit of hours before the window', '-05:10 +05:20 +06:20 +07:20 +08:20 +09:10', 30],
    ['inside from the first fix on', '+08:20 +09:10', 30],
    ['inside all along', '+08:20 +09:05 +09:10', 30],
    ['an ended visit', '-09:00 +09:05 +09:10 -09:15', 5],
    ['an ended visit and an open one', '-09:00 +09:05 +09:10 -09:15 +09:20', 15],
  ] as const;
  const rows = tracks.flatMap(([name, track, stayMin]) => [0, 5, 25].map((min) => ({ name, track, stayMin, min })));
  it.each(rows)('goes on where it was: $name, arriving takes $min minutes', ({ track, stayMin, min }) => {
    const minArrivalMs = min * MINUTE;
    const fixes = track.split(' ').map((word) => (word[0] === '+' ? inside : outside)(word.slice(1)));
    const isInside = track.split(' ').at(-1)!.startsWith('+');
    const [straight, broken] = [false, true].map((isRestarted) => {
      const bench = new Bench(at('05:00'));
      const id = bench.create(terms('09:00', '18:00', { minStayMs: 5 * HOUR, minArrivalMs }));
      for (const fix of fixes) bench.deliver([fix]);
      if (isRestarted) bench.restart();
      const next = isInside ? inside('09:30') : outside('09:30');
      bench.deliver([next]);
      return { facts: bench.task(id).facts, ...bench.live(id), events: bench.statusEvents(id) };
    });
    expect(broken).toEqual(straight);
    if (min === 0) expect(broken!.stayMs).toBe(stayMin * MINUTE);
  });

  it('does not read the day again for tasks that nobody has come to', () => {
    const bench = new Bench(at('05:00'));
    for (let i = 0; i < 20; i++) bench.create(terms('06:00', '22:00', { zone: { ...DEPOT, latDeg: 48 + i } }));
    bench.clock(at('05:30'));
    const drive = Array.from({ length: 600 }, (_, minute) => at('06:00') + minute * MINUTE);
    for (const timeMs of drive) bench.deliver([fix(timeMs, 47, 13, timeMs)]);
    bench.restart();
    bench.reads.length = 0;
    bench.deliver([outside('17:00')]);
    expect(bench.reads.filter((fromMs) => fromMs <= drive.at(-1)!)).toEqual([]);
  });
});

describe('tasks that came due while nobody looked', () => {
  it.each([false, true])('are judged in the commit of the fixes that concern them; in memory: %s', (isHeld) => {
    const bench = new Bench(at('08:00'));
    if (isHeld) bench.deliver([outside('08:05')]);
    const id = bench.create(terms('12:00', '18:00'));
    bench.deliver([outside('08:10')]);
    // A sleep of the machine: no tick until the device has sent what it saw.
    bench.deliver([inside('12:30', at('13:00')), outside('12:40', at('13:00'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('12:30') });
    bench.restart();
    bench.deliver([inside('13:10')]);
    expect(bench.statusEvents(id)).toEqual(['active', 'completed']);
  });
});

it('closed tasks leave the memory with their horizon', () => {
  const bench = new Bench(at('08:00'));
  bench.create(terms('09:00', '10:00'));
  bench.restart();
  bench.wait(at('10:11'));
  expect(bench.world.tasks.size).toBe(1);
  bench.clock(at('10:00') + SETTINGS.lateDataHorizonMs + MINUTE);
  expect(bench.world.tasks.size).toBe(0);
});
