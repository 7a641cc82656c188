import { describe, expect, it } from 'vitest';
import type { Fix } from '../../src/model/fix.ts';
import type { Dialect, TaskTerms } from '../../src/model/task.ts';
import { at, Bench, DEPOT, fix, terms } from './world-kit.ts';

/** So many metres north of the depot. */
function metres(away: number, hhmm: string, receivedMs = at(hhmm)): Fix {
  return fix(at(hhmm), DEPOT.latDeg + away / 111_250, DEPOT.lonDeg, receivedMs);
}

function worker(change: Partial<TaskTerms> = {}, dialect: Dialect = 'gsmtasks') {
  const bench = new Bench(at('08:00'));
  return { bench, id: bench.create(terms('06:00', '20:00', change), 1, dialect) };
}

function sightings(bench: Bench, taskId: number): [boolean, number][] {
  return bench.events.flatMap(({ taskId: id, eventMs, body }): [boolean, number][] => {
    return id === taskId && body.kind === 'presence' ? [[body.isNear, eventMs]] : [];
  });
}

describe('near and away', () => {
  it.each(['gsmtasks', 'thetrack'] as const)('are told at the edge, with the fix: %s', (dialect) => {
    const { bench, id } = worker({}, dialect);
    for (const [away, time] of [
      [900, '08:10'],
      [290, '08:11'],
      [50, '08:12'],
      [200, '08:13'],
      [310, '08:14'],
      [400, '08:15'],
    ] as const) {
      bench.deliver([metres(away, time)]);
    }
    expect(sightings(bench, id)).toEqual([
      [true, at('08:11')],
      [false, at('08:14')],
    ]);
    expect(bench.task(id).isNear).toBe(false);
    const [seen] = bench.events.filter(({ body }) => body.kind === 'presence');
    expect(seen?.body).toMatchObject({ witness: { timeMs: at('08:11'), lonDeg: DEPOT.lonDeg } });
    expect(seen?.body).not.toHaveProperty('remark');
  });

  it('are told of every edge of a batch, and of one instant once', () => {
    const { bench, id } = worker();
    bench.deliver(
      [metres(900, '08:10'), metres(100, '08:11'), metres(900, '08:11'), metres(900, '08:12')].map((one) => {
        return { ...one, receivedMs: at('08:12') };
      }),
    );
    expect(sightings(bench, id)).toEqual([
      [true, at('08:11')],
      [false, at('08:12')],
    ]);
  });

  it('reach as far as a zone that is larger', () => {
    const { bench, id } = worker({ zone: { ...DEPOT, radiusM: 1000 } });
    bench.deliver([metres(900, '08:10')]);
    expect(bench.task(id).isNear).toBe(true);
  });

  it('are told before the window and behind the head of a queue, too', () => {
    const bench = new Bench(at('08:00'));
    const later = bench.create(terms('15:00', '16:00'), 1, 'gsmtasks');
    const queued = [1, 2].map(() => bench.create(terms('06:00', '20:00'), 1, 'thetrack'));
    bench.deliver([metres(200, '08:10')]);
    expect([later, ...queued].map((id) => bench.task(id).isNear)).toEqual([true, true, true]);
  });

  it.each([
    ['Navixy', {}, 'navixy', undefined],
    ['one that has no place', { zone: null }, 'gsmtasks', undefined],
    ['one that is being prepared', {}, 'gsmtasks', 'draft'],
  ] as const)('are not told of tasks of %s', (_, change, dialect, begins) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('06:00', '20:00', change), 1, dialect, begins);
    bench.deliver([metres(200, '08:10'), metres(5, '08:11', at('08:11'))]);
    expect(bench.task(id)).not.toHaveProperty('isNear');
    expect(bench.world.states.get(1)).not.toHaveProperty('near');
  });

  it('are not told by fixes that come late', () => {
    const { bench, id } = worker();
    bench.deliver([metres(900, '08:30')]);
    bench.deliver([metres(10, '08:20', at('08:31'))]);
    expect(sightings(bench, id)).toEqual([]);
  });

  it('stay as they were at the finish', () => {
    const { bench, id } = worker();
    bench.deliver([metres(200, '08:10')]);
    bench.move(id, 'complete');
    bench.deliver([metres(900, '08:20')]);
    expect(bench.task(id).isNear).toBe(true);
    expect(sightings(bench, id)).toHaveLength(1);
  });

  it.each([
    [
      'given to another tracker',
      (bench: Bench, taskId: number) => bench.do({ kind: 'assign_task', taskId, trackerId: 2, by: 'gsmtasks' }),
    ],
    ['rejected', (bench: Bench, taskId: number) => bench.move(taskId, 'reject')],
    ['restarted', (bench: Bench, taskId: number) => [bench.move(taskId, 'fail'), bench.move(taskId, 'restart')]],
  ])('are unknown of a task that is %s', (_, begin) => {
    const { bench, id } = worker();
    bench.deliver([metres(200, '08:10')]);
    begin(bench, id);
    expect(bench.task(id)).not.toHaveProperty('isNear');
  });

  it('are told anew of a task that was restarted while its tracker stayed', () => {
    const { bench, id } = worker();
    bench.deliver([metres(200, '08:10')]);
    bench.move(id, 'fail');
    bench.move(id, 'restart');
    bench.deliver([metres(200, '08:20')]);
    expect(sightings(bench, id).map(([isNear]) => isNear)).toEqual([true, true]);
  });

  it('are known after a restart of the gateway', () => {
    const { bench, id } = worker();
    bench.deliver([metres(200, '08:10')]);
    bench.restart();
    bench.deliver([metres(100, '08:20')]);
    expect(sightings(bench, id)).toHaveLength(1);
    bench.restart();
    bench.deliver([metres(900, '08:30')]);
    expect(sightings(bench, id).at(-1)).toEqual([false, at('08:30')]);
  });

  it('a person may say so, and the fixes go on from there', () => {
    const { bench, id } = worker();
    bench.deliver([metres(900, '08:10')]);
    const remark = { by: null, notes: 'at the gate', place: null };
    bench.do({ kind: 'sight_task', taskId: id, isNear: true, remark });
    bench.do({ kind: 'sight_task', taskId: id, isNear: true });
    expect(bench.events.at(-1)?.body).toEqual({ kind: 'presence', isNear: true, witness: null, remark });
    bench.deliver([metres(800, '08:20')]);
    expect(sightings(bench, id).map(([isNear]) => isNear)).toEqual([true, false]);
  });

  it('follow the place when it is moved, and are forgotten with it', () => {
    const { bench, id } = worker();
    bench.deliver([metres(900, '08:10')]);
    const { text, terms: before } = bench.task(id);
    const edit = (zone: TaskTerms['zone']) =>
      bench.do({ kind: 'edit_task', taskId: id, text, terms: { ...before, zone }, by: 'gsmtasks' });
    edit({ ...DEPOT, latDeg: DEPOT.latDeg + 0.009 });
    bench.deliver([metres(950, '08:20')]);
    expect(bench.task(id).isNear).toBe(true);
    // Somebody is inside: first the place moves away from under them.
    edit({ ...DEPOT, latDeg: DEPOT.latDeg + 1 });
    edit(null);
    expect(bench.task(id)).not.toHaveProperty('isNear');
  });
});
