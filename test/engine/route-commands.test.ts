import { describe, expect, it } from 'vitest';
import { checkpoint, create, made, order, told } from './route-kit.ts';
import { at, Bench, inside, outside, terms } from './world-kit.ts';

const MORNING = ['09:00', '10:00'] as const;
const NOON = ['12:00', '13:00'] as const;

describe('a new route', () => {
  it('shares its ids with tasks, and says its window', () => {
    const bench = new Bench(at('08:00'));
    const taskId = bench.create(terms(...MORNING));
    const { routeId, checkpointIds } = create(bench, [MORNING, NOON]);
    expect([taskId, routeId, ...checkpointIds]).toEqual([1, 2, 3, 4]);
    expect(bench.route(routeId).facts).toEqual({
      status: 'assigned',
      statusMs: at('08:00'),
      fromMs: at('09:00'),
      toMs: at('13:00'),
    });
    expect(told(bench, routeId)).toMatchObject([{ kind: 'route_create' }]);
  });

  it('is refused when a window ends before an earlier one begins, by the dialect that has that rule', () => {
    const bench = new Bench(at('08:00'));
    const windows = [NOON, MORNING].map((window) => checkpoint(window));
    expect(order(bench, windows)).toMatchObject({ code: 'invalid', parameter: 'checkpoints' });
    expect(
      order(bench, [checkpoint(NOON), checkpoint(['14:00', '15:00']), checkpoint(['13:30', '13:45'])]),
    ).toMatchObject({ message: 'the window at order 2 must not end before the one at order 1 begins' });
    expect(order(bench, [checkpoint(NOON), checkpoint(['11:00', '12:00'])])).toMatchObject({ kind: 'route' });
    expect(order(bench, windows, { dialect: 'gsmtasks' })).toMatchObject({ kind: 'route' });
  });

  it('takes one task in, with its new terms and for its own tracker', () => {
    const bench = new Bench(at('08:00'));
    const taskId = bench.create(terms(...NOON), 2);
    bench.deliver([inside('08:30'), outside('08:40')]);
    const { routeId, checkpointIds } = made(
      order(bench, [checkpoint(['08:00', '09:00']), checkpoint(['08:00', '09:30'], taskId)]),
    );
    expect(checkpointIds[1]).toBe(taskId);
    const { tenure, terms: own, checkpoint: place, facts } = bench.task(taskId);
    expect([tenure.trackerId, tenure.givenMs, own.toMs]).toEqual([1, at('08:40'), at('09:30')]);
    expect(place).toEqual({ routeId, order: 1 });
    // The visit was before it was given to this tracker.
    expect(facts.state).toBe('assigned');
    expect(told(bench, taskId).slice(1)).toMatchObject([{ kind: 'update' }, { kind: 'assign' }, { kind: 'place' }]);
  });

  it.each([
    ['no task', (_: Bench) => [99], 'task_not_found'],
    ['a checkpoint', (bench: Bench) => [create(bench, [NOON]).checkpointIds[0]!], 'task_not_found'],
    ['a route', (bench: Bench) => [create(bench, [NOON]).routeId], 'task_not_found'],
    ['two tasks', (bench: Bench) => [bench.create(terms(...NOON)), bench.create(terms(...NOON))], 'invalid'],
    ['a task that is done', done, 'task_state'],
    ['a task past its deadline, of another tracker', past, 'task_state'],
  ])('does not take in %s', (_, ids, code) => {
    const bench = new Bench(at('08:00'));
    const wishes = ids(bench).map((id) => checkpoint(['08:00', '08:05'], id));
    const before = bench.events.length;
    expect(order(bench, wishes)).toMatchObject({ kind: 'refused', code });
    expect(bench.events.length).toBe(before);
  });

  function done(bench: Bench): number[] {
    const id = bench.create(terms('07:00', '10:00'));
    bench.deliver([inside('08:10')]);
    return [id];
  }

  function past(bench: Bench): number[] {
    bench.clock(at('08:10'));
    return [bench.create(terms('07:00', '10:00'), 2)];
  }

  it('is refused for a tracker that is blocked or unknown', () => {
    const bench = new Bench(at('08:00'));
    bench.do({ kind: 'edit_tracker', trackerId: 2, edit: { isBlocked: true } });
    expect(order(bench, [checkpoint(NOON)], { trackerId: 2 })).toMatchObject({ code: 'tracker_blocked' });
    expect(order(bench, [checkpoint(NOON)], { trackerId: 9 })).toMatchObject({ code: 'tracker_not_found' });
  });
});

describe('a route that is given to another tracker', () => {
  it('is refused as a whole when one of its checkpoints is past its deadline', () => {
    const bench = new Bench(at('08:00'));
    const { routeId, checkpointIds } = create(bench, [['08:00', '08:05'], NOON]);
    bench.nowMs = at('08:10');
    const outcome = bench.do({ kind: 'assign_route', routeId, trackerId: 2 });
    expect(outcome).toMatchObject({ code: 'task_state' });
    expect(checkpointIds.map((id) => bench.task(id).tenure.trackerId)).toEqual([1, 1]);
    expect(bench.route(routeId).trackerId).toBe(1);
  });

  it('is refused for a tracker that is blocked or unknown, and changes nothing for its own', () => {
    const bench = new Bench(at('08:00'));
    bench.do({ kind: 'edit_tracker', trackerId: 2, edit: { isBlocked: true } });
    const { routeId } = create(bench, [MORNING, NOON]);
    const before = bench.events.length;
    const assign = (trackerId: number) => bench.do({ kind: 'assign_route', routeId, trackerId });
    expect(assign(2)).toMatchObject({ code: 'tracker_blocked' });
    expect(assign(9)).toMatchObject({ code: 'tracker_not_found' });
    expect(assign(1)).toMatchObject({ kind: 'route' });
    expect(bench.events.length).toBe(before);
  });
});
