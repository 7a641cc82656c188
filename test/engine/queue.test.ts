import { describe, expect, it } from 'vitest';
import type { TaskTerms } from '../../src/model/task.ts';
import { at, Bench, DEPOT, fix, inside, outside, terms } from './world-kit.ts';

/** No window, at the depot unless it is said otherwise. */
function job(change: Partial<TaskTerms> = {}): TaskTerms {
  return terms('06:00', '20:00', { openEnds: 'both', ...change });
}

/** Other places than the depot, some kilometres apart. */
const NORTH = { ...DEPOT, latDeg: DEPOT.latDeg + 0.1 };

function queue(bench: Bench, count: number, change: Partial<TaskTerms> = {}): number[] {
  return Array.from({ length: count }, () => bench.create(job(change), 1, 'thetrack'));
}

function states(bench: Bench, ids: readonly number[]): string[] {
  return ids.map((id) => bench.task(id).facts.state);
}

function starts(bench: Bench, ids: readonly number[]): (number | undefined)[] {
  return ids.map((id) => bench.task(id).facts.startMs);
}

describe('the head of a queue', () => {
  it('starts by itself with the first fix after it was given; those behind it wait', () => {
    const bench = new Bench(at('08:00'));
    bench.deliver([outside('07:59', at('08:00'))]);
    const ids = queue(bench, 3);
    expect(states(bench, ids)).toEqual(['assigned', 'assigned', 'assigned']);
    bench.deliver([outside('08:10'), outside('08:11', at('08:11'))]);
    expect(states(bench, ids)).toEqual(['in_transit', 'assigned', 'assigned']);
    expect(bench.task(ids[0]!).facts).toMatchObject({ startMs: at('08:10'), statusMs: at('08:00') });
    const [begun] = bench.events.filter(({ body }) => body.kind === 'status_change');
    expect(begun).toMatchObject({ eventMs: at('08:10'), body: { reason: 'fix', witness: { timeMs: at('08:10') } } });
  });

  it('does not start without a fix, whatever the clock says', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 1);
    bench.wait(at('12:00'));
    expect(states(bench, ids)).toEqual(['assigned']);
  });

  it.each(['complete', 'fail', 'cancel'] as const)('that ends with %s makes room for the next one', (move) => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2);
    bench.deliver([outside('08:10')]);
    bench.clock(at('09:00'));
    bench.move(ids[0]!, move);
    expect(states(bench, ids)[1]).toBe('assigned');
    bench.deliver([outside('09:05')]);
    expect(bench.task(ids[1]!).facts).toMatchObject({ state: 'in_transit', startMs: at('09:05') });
  });

  it('finished some time ago lets the next one start with a fix that is stored already', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2);
    for (const time of ['08:10', '08:20', '08:30', '08:40']) bench.deliver([outside(time)]);
    bench.move(ids[0]!, 'complete', at('08:25'));
    expect(starts(bench, ids)).toEqual([at('08:10'), at('08:30')]);
  });

  it('is not visited in passing before its turn', () => {
    const bench = new Bench(at('08:00'));
    const [first, second] = [bench.create(job({ zone: NORTH }), 1, 'thetrack'), bench.create(job(), 1, 'thetrack')];
    bench.deliver([outside('08:10'), inside('08:20'), outside('08:30', at('08:30'))]);
    bench.move(first, 'complete');
    expect(bench.task(second).facts).toMatchObject({ state: 'assigned', arrivalMs: null });
    bench.deliver([outside('08:40')]);
    expect(bench.task(second).facts).toMatchObject({ state: 'in_transit', arrivalMs: null });
    bench.deliver([inside('08:50')]);
    expect(bench.task(second).facts).toMatchObject({ state: 'active', arrivalMs: at('08:50') });
  });

  it('that has no place starts too', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(job({ zone: null }), 1, 'thetrack');
    bench.deliver([outside('08:10')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'in_transit', startMs: at('08:10') });
  });

  it('that was accepted starts too, and one that is suspended holds up the next', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2);
    bench.move(ids[0]!, 'accept');
    bench.deliver([outside('08:10')]);
    bench.move(ids[0]!, 'suspend');
    bench.deliver([outside('08:20')]);
    expect(states(bench, ids)).toEqual(['suspended', 'assigned']);
    expect(bench.task(ids[0]!).facts.startMs).toBe(at('08:10'));
  });

  it('is the one with the lowest position, those without one last, the older first', () => {
    const bench = new Bench(at('08:00'));
    const positions = [undefined, 3, 1.5, 1.5];
    const ids = positions.map((position) => {
      return bench.create(job(position === undefined ? {} : { position }), 1, 'thetrack');
    });
    const order: number[] = [];
    for (let n = 0; n < ids.length; n++) {
      bench.deliver([outside(`08:${10 + n}`)]);
      const id = ids.find((one) => bench.task(one).facts.state === 'in_transit')!;
      order.push(id);
      bench.move(id, 'complete');
    }
    expect(order).toEqual([ids[2], ids[3], ids[1], ids[0]]);
  });

  it("drafts, other trackers' tasks and other dialects' tasks stand in no queue", () => {
    const bench = new Bench(at('08:00'));
    bench.create(job({ position: 0 }), 1, 'thetrack', 'draft');
    bench.create(job({ position: 0 }), 2, 'thetrack');
    const worker = bench.create(job({ position: 0 }), 1, 'gsmtasks');
    const id = bench.create(job({ position: 9 }), 1, 'thetrack');
    bench.deliver([outside('08:10')]);
    expect(states(bench, [worker, id])).toEqual(['assigned', 'in_transit']);
  });
});

it('a task that turns out to have begun once its window is over leaves the index with the grace', () => {
  const bench = new Bench(at('08:00'));
  const id = bench.create(terms('09:00', '10:00'), 1, 'thetrack');
  bench.wait(at('10:05'));
  bench.deliver([outside('08:30', at('10:05'))]);
  expect(bench.task(id).facts).toMatchObject({ state: 'in_transit', startMs: at('08:30'), isSettled: false });
  bench.wait(at('10:20'));
  expect(bench.task(id).facts).toMatchObject({ state: 'in_transit', isSettled: true });
  expect(bench.world.states.get(1)!.evidence.size).toBe(0);
});

describe('a fix that comes late', () => {
  it('moves the start back, and with it what counts', () => {
    const bench = new Bench(at('08:00'));
    const [id] = queue(bench, 1);
    bench.deliver([outside('08:30'), outside('08:40', at('08:40'))]);
    expect(bench.task(id!).facts).toMatchObject({ startMs: at('08:30'), arrivalMs: null });
    bench.deliver([inside('08:10', at('08:50')), outside('08:20', at('08:50'))]);
    expect(bench.task(id!).facts).toMatchObject({ state: 'active', startMs: at('08:10'), arrivalMs: at('08:10') });
    const revised = bench.events.filter(({ body }) => body.kind === 'status_change' && body.revised);
    expect(revised.map(({ eventMs }) => eventMs)).toEqual([at('08:10')]);
  });

  it('starts what was finished before anything was known, up to its finish', () => {
    const bench = new Bench(at('08:00'));
    const [id] = queue(bench, 1);
    bench.clock(at('09:00'));
    bench.move(id!, 'complete');
    expect(bench.task(id!).facts.startMs).toBeUndefined();
    bench.deliver([outside('09:10')]);
    expect(bench.task(id!).facts.startMs).toBeUndefined();
    bench.deliver([outside('08:10', at('09:20')), inside('08:30', at('09:20'))]);
    expect(bench.task(id!).facts).toMatchObject({ state: 'completed', startMs: at('08:10'), arrivalMs: at('08:30') });
    expect(bench.statusEvents(id!)).toEqual(['completed']);
  });

  it('comes in order and still before what a person said', () => {
    const bench = new Bench(at('08:00'));
    const [id] = queue(bench, 1);
    bench.clock(at('09:00'));
    bench.move(id!, 'start');
    bench.deliver([inside('08:30', at('09:10'))]);
    expect(bench.task(id!)).toMatchObject({
      attempt: { startedMs: at('09:00') },
      facts: { state: 'active', startMs: at('08:30'), arrivalMs: at('08:30') },
    });
  });

  it('is one of a whole day that comes in order, and all of it counts', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2);
    bench.clock(at('12:00'));
    const day = ['-08:10', '+08:20', '-08:30', '-11:00'];
    bench.deliver(day.map((word) => (word[0] === '+' ? inside : outside)(word.slice(1), at('12:00'))));
    expect(bench.task(ids[0]!).facts).toMatchObject({ state: 'active', startMs: at('08:10'), arrivalMs: at('08:20') });
    expect(bench.statusEvents(ids[0]!)).toEqual(['in_transit', 'active']);
    expect(bench.task(ids[1]!).facts.state).toBe('assigned');
  });
});

it.each([
  ['before its first fix has not begun', '08:05', undefined],
  ['after it has', '08:15', '08:10'],
])('what is finished %s', (_, finished, started) => {
  const bench = new Bench(at('08:00'));
  const [id] = queue(bench, 1);
  for (const time of ['08:10', '08:20']) bench.deliver([outside(time)]);
  bench.move(id!, 'fail', at(finished));
  expect(bench.task(id!).facts.startMs).toBe(started === undefined ? undefined : at(started));
  // The attempt goes on to its last word.
  bench.move(id!, 'cancel');
  expect(bench.task(id!).facts.startMs).toBe(at('08:10'));
});

describe('a queue that people change', () => {
  it.each([
    ['is deleted', (bench: Bench, taskId: number) => bench.do({ kind: 'delete_task', taskId })],
    [
      'is given to another driver',
      (bench: Bench, taskId: number) => bench.do({ kind: 'assign_task', taskId, trackerId: 2, by: 'thetrack' }),
    ],
    [
      'is taken away',
      (bench: Bench, taskId: number) => bench.do({ kind: 'assign_task', taskId, trackerId: null, by: 'thetrack' }),
    ],
    ['is rejected', (bench: Bench, taskId: number) => bench.move(taskId, 'reject')],
    ['is taken back', (bench: Bench, taskId: number) => bench.move(taskId, 'shelve')],
    ['is put behind the others', (bench: Bench, taskId: number) => put(bench, taskId, 99)],
  ])('the head %s: the next one starts after that, not in hindsight', (_, change) => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2, { position: 5 });
    bench.clock(at('09:00'));
    change(bench, ids[0]!);
    bench.deliver([outside('08:30', at('09:10'))]);
    expect(bench.task(ids[1]!).facts.state).toBe('assigned');
    bench.deliver([outside('09:10')]);
    expect(bench.task(ids[1]!).facts).toMatchObject({ state: 'in_transit', startMs: at('09:10') });
  });

  it('what is put before a task that has started does not stop it', () => {
    const bench = new Bench(at('08:00'));
    const [first] = queue(bench, 1, { position: 5 });
    bench.deliver([outside('08:10')]);
    const urgent = bench.create(job({ position: 1 }), 1, 'thetrack');
    bench.deliver([inside('08:20')]);
    expect(bench.task(first!).facts).toMatchObject({ state: 'active', startMs: at('08:10') });
    expect(bench.task(urgent).facts).toMatchObject({ startMs: at('08:20') });
  });

  it('what is put before a task that waits comes first', () => {
    const bench = new Bench(at('08:00'));
    const [first] = queue(bench, 1, { position: 5 });
    const urgent = bench.create(job({ position: 1 }), 1, 'thetrack');
    bench.deliver([outside('08:20')]);
    expect(states(bench, [first!, urgent])).toEqual(['assigned', 'in_transit']);
    bench.move(urgent, 'complete');
    bench.deliver([outside('08:30')]);
    expect(bench.task(first!).facts.startMs).toBe(at('08:30'));
  });

  it('a position that changes nothing about the order changes nothing about the start', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 2, { position: 5 });
    bench.clock(at('09:00'));
    put(bench, ids[0]!, 4);
    bench.deliver([outside('08:30', at('09:10'))]);
    expect(starts(bench, ids)).toEqual([at('08:30'), undefined]);
  });

  it('two finishes are told out of order: the next one waits for the later of them', () => {
    const bench = new Bench(at('08:00'));
    const ids = queue(bench, 3);
    for (const time of ['08:10', '08:20', '08:30', '08:40']) bench.deliver([outside(time)]);
    bench.move(ids[1]!, 'complete', at('08:35'));
    bench.move(ids[0]!, 'complete', at('08:15'));
    expect(starts(bench, ids)).toEqual([at('08:10'), undefined, at('08:40')]);
  });

  it('a restart begins anew, and so does a new tenure', () => {
    const bench = new Bench(at('08:00'));
    const [id] = queue(bench, 1);
    bench.deliver([outside('08:10')]);
    bench.move(id!, 'fail');
    bench.clock(at('09:00'));
    bench.move(id!, 'restart');
    expect(bench.task(id!).facts).not.toHaveProperty('startMs');
    bench.deliver([outside('09:10')]);
    expect(bench.task(id!).facts.startMs).toBe(at('09:10'));
    bench.do({ kind: 'assign_task', taskId: id!, trackerId: 2, by: 'thetrack' });
    expect(bench.task(id!).facts).not.toHaveProperty('startMs');
  });
});

describe('after a restart of the gateway', () => {
  it.each(['before the fix', 'after the fix', 'after the finish'])('the queue goes on where it was: %s', (when) => {
    const play = (isRestarted: boolean) => {
      const bench = new Bench(at('08:00'));
      const ids = queue(bench, 3);
      const steps = [
        () => bench.clock(at('08:05')),
        () => bench.deliver([outside('08:10'), inside('08:20')]),
        () => bench.move(ids[0]!, 'complete'),
      ];
      for (const [i, step] of steps.entries()) {
        step();
        if (isRestarted && i === ['before the fix', 'after the fix', 'after the finish'].indexOf(when)) bench.restart();
      }
      bench.deliver([inside('08:30')]);
      bench.deliver([outside('08:09', at('08:40')), outside('08:40')]);
      return ids.map((id) => [bench.task(id).facts, bench.task(id).attempt, bench.statusEvents(id)]);
    };
    expect(play(true)).toEqual(play(false));
  });
});

it('of a fleet without queues nothing is kept about them', () => {
  const bench = new Bench(at('08:00'));
  bench.create(terms('09:00', '10:00'));
  bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
  bench.deliver([fix(at('08:30'), 0, 0, at('08:30'))]);
  expect(bench.world.states.get(1)!.progress).not.toHaveProperty('startsUntilMs');
});

function put(bench: Bench, taskId: number, position: number): void {
  const { text, terms: before } = bench.task(taskId);
  bench.do({ kind: 'edit_task', taskId, text, terms: { ...before, position }, by: 'gsmtasks' });
}
