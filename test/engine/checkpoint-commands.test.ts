import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../src/model/command.ts';
import { CHECKPOINT_TEXT, checkpoint, create, drive, told, type Window } from './route-kit.ts';
import { at, Bench, inside, terms } from './world-kit.ts';

const DAY: Window = ['09:00', '17:00'];

let bench: Bench;
let routeId: number;
let ids: readonly number[];

beforeEach(() => {
  bench = new Bench(at('08:00'));
  ({ routeId, checkpointIds: ids } = create(bench, [DAY, DAY, DAY]));
});

/** The route's list, which each checkpoint agrees with. */
function expectOrder(expected: readonly number[]): void {
  expect(bench.route(routeId).checkpointIds).toEqual(expected);
  const places = expected.map((id) => bench.task(id).checkpoint);
  expect(places).toEqual(expected.map((_, order) => ({ routeId, order })));
}

function add(order: number, window: Window = DAY): CommandOutcome {
  return bench.do({ kind: 'create_checkpoint', routeId, order, checkpoint: checkpoint(window) });
}

function edit(taskId: number, order: number | null, window: Window = DAY): CommandOutcome {
  const wish = checkpoint(window);
  return bench.do({ kind: 'edit_checkpoint', taskId, text: CHECKPOINT_TEXT, terms: wish.terms, order });
}

function join(taskId: number, order: number, into = routeId): CommandOutcome {
  return bench.do({ kind: 'join_route', taskId, routeId: into, order });
}

function leave(taskId: number): CommandOutcome {
  return bench.do({ kind: 'leave_route', taskId });
}

function remove(taskId: number): CommandOutcome {
  return bench.do({ kind: 'delete_checkpoint', taskId });
}

/** The commands on a checkpoint of the route and on its first one, once somebody has arrived there. */
const ON_CHECKPOINTS: readonly [string, (taskId: number) => CommandOutcome][] = [
  ['edit', (taskId) => edit(taskId, null)],
  ['delete', remove],
  ['leave', leave],
];

describe('a new checkpoint', () => {
  it.each([
    [0, (id: number) => [id, ids[0]!, ids[1]!, ids[2]!]],
    [2, (id: number) => [ids[0]!, ids[1]!, id, ids[2]!]],
    [3, (id: number) => [...ids, id]],
    [99, (id: number) => [...ids, id]],
  ])('at order %i makes the others move down', (order, expected) => {
    const outcome = add(order);
    if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
    expectOrder(expected(outcome.taskId));
    expect(bench.task(outcome.taskId).tenure.trackerId).toBe(1);
    expect(told(bench, routeId).at(-1)).toEqual({
      kind: 'route_update',
      text: {},
      checkpointIds: expected(outcome.taskId),
    });
  });

  it('moves the window of the route', () => {
    add(0, ['08:30', '17:00']);
    add(9, ['09:00', '19:00']);
    expect(bench.route(routeId).facts).toMatchObject({ fromMs: at('08:30'), toMs: at('19:00') });
  });

  it('must not end before an earlier one begins, nor begin after a later one ends', () => {
    expect(add(1, ['08:00', '08:59'])).toMatchObject({ code: 'invalid' });
    expect(add(2, ['17:01', '18:00'])).toMatchObject({ code: 'invalid' });
    expect(add(0, ['08:00', '08:59'])).toMatchObject({ kind: 'task' });
    expect(add(9, ['17:01', '18:00'])).toMatchObject({ kind: 'task' });
  });

  it('is refused in a route that is unknown, full, over, or of a blocked tracker', () => {
    const anywhere = { kind: 'create_checkpoint', order: 0, checkpoint: checkpoint(DAY) } as const;
    expect(bench.do({ ...anywhere, routeId: 99 })).toMatchObject({ code: 'task_not_found' });
    expect(bench.do({ ...anywhere, routeId: ids[0]! })).toMatchObject({ code: 'task_not_found' });
    const full = create(
      bench,
      Array.from({ length: 500 }, () => DAY),
      null,
    );
    expect(bench.do({ ...anywhere, routeId: full.routeId })).toMatchObject({ code: 'invalid' });
    bench.do({ kind: 'edit_tracker', trackerId: 1, edit: { isBlocked: true } });
    expect(add(0)).toMatchObject({ code: 'tracker_blocked' });
    bench.do({ kind: 'edit_tracker', trackerId: 1, edit: { isBlocked: false } });
    drive(bench, '-08:50 +09:10');
    expect(bench.route(routeId).facts.status).toBe('done');
    expect(add(0)).toMatchObject({ code: 'task_state' });
  });
});

describe('an edited checkpoint', () => {
  it.each([
    [0, 2, [1, 2, 0]],
    [0, 99, [1, 2, 0]],
    [2, 0, [2, 0, 1]],
    [1, 0, [1, 0, 2]],
    [1, 1, [0, 1, 2]],
    [1, null, [0, 1, 2]],
  ])('from order %i to %s puts the others in order', (from, to, expected) => {
    expect(edit(ids[from]!, to)).toEqual({ kind: 'task', taskId: ids[from] });
    expectOrder(expected.map((n) => ids[n]!));
  });

  it('is judged anew on what is stored, and told of', () => {
    bench.deliver([inside('08:30')]);
    const since = bench.events.length;
    edit(ids[1]!, 2, ['08:20', '17:00', 0]);
    expect(bench.task(ids[1]!).facts.state).toBe('completed');
    expect(told(bench, ids[1]!, since).map((body) => Reflect.get(body, 'kind'))).toEqual([
      'update',
      'status_change',
      'status_change',
      'place',
    ]);
    expect(told(bench, routeId, since)).toMatchObject([{ kind: 'route_update' }]);
  });

  it('agrees with the others in its new place, not in its old one', () => {
    expect(edit(ids[0]!, 2, ['18:00', '19:00'])).toMatchObject({ kind: 'task' });
    expect(edit(ids[1]!, 2, ['16:00', '17:30'])).toMatchObject({ code: 'invalid' });
    expect(edit(ids[1]!, 0, ['16:00', '17:30'])).toMatchObject({ kind: 'task' });
  });

  it('keeps the rule of windows also when it is edited as a task', () => {
    const task = bench.task(ids[2]!);
    const early = { ...task.terms, fromMs: at('08:00'), toMs: at('08:30') };
    const command = { kind: 'edit_task', taskId: task.id, text: task.text, terms: early } as const;
    expect(bench.do({ ...command, by: 'gsmtasks' })).toMatchObject({ code: 'invalid' });
    expect(bench.do({ ...command, by: 'navixy' })).toMatchObject({ code: 'task_not_found' });
  });
});

describe('a deleted checkpoint', () => {
  it('leaves no gap, and the last one takes the route along', () => {
    remove(ids[1]!);
    expectOrder([ids[0]!, ids[2]!]);
    remove(ids[2]!);
    remove(ids[0]!);
    expect(bench.route(routeId).deletedMs).toBe(at('08:00'));
    expect(bench.task(ids[0]!).deletedMs).toBe(at('08:00'));
    expect(told(bench, routeId).at(-1)).toEqual({ kind: 'delete' });
  });

  it('is not in the way of the others any more: the route may be over', () => {
    add(9, ['18:00', '19:00']);
    const last = bench.route(routeId).checkpointIds[3]!;
    drive(bench, '-08:50 +09:10');
    expect(bench.route(routeId).facts.status).toBe('assigned');
    remove(last);
    expect(bench.route(routeId).facts).toMatchObject({ status: 'done', statusMs: at('09:10') });
  });

  it('as a task it is unknown, and a task is no checkpoint', () => {
    expect(bench.do({ kind: 'delete_task', taskId: ids[0]! })).toMatchObject({ code: 'task_not_found' });
    expect(remove(bench.create(terms('09:00', '10:00')))).toMatchObject({ code: 'task_not_found' });
  });
});

describe('a task that becomes a checkpoint', () => {
  it.each([
    [0, (id: number) => [id, ...ids]],
    [1, (id: number) => [ids[0]!, id, ids[1]!, ids[2]!]],
    [7, (id: number) => [...ids, id]],
  ])('at order %i keeps its id and makes the others move down', (order, expected) => {
    const taskId = bench.create(terms('09:00', '17:00'));
    expect(join(taskId, order)).toEqual({ kind: 'task', taskId });
    expectOrder(expected(taskId));
    expect(told(bench, taskId).at(-1)).toEqual({
      kind: 'place',
      checkpoint: { routeId, order: Math.min(order, 3) },
    });
  });

  it.each([
    [2, 1],
    [null, 1],
    [2, null],
  ])('of tracker %s is given to that of the route, %s, from then on', (from, to) => {
    const route = create(bench, [DAY], to);
    const taskId = bench.create(terms('08:00', '17:00'), from);
    bench.clock(at('08:30'));
    join(taskId, 0, route.routeId);
    expect(bench.task(taskId).tenure).toMatchObject({ trackerId: to, givenMs: at('08:30') });
    expect(told(bench, taskId)).toContainEqual(expect.objectContaining({ kind: 'assign', trackerId: to }));
  });

  it('of the same tracker keeps its tenure', () => {
    const taskId = bench.create(terms('09:00', '17:00'));
    const before = bench.task(taskId).tenure;
    join(taskId, 0);
    expect(bench.task(taskId).tenure).toEqual(before);
  });

  it('is refused when it, or any checkpoint, has been begun', () => {
    const early = bench.create(terms('08:00', '08:30'));
    const late = bench.create(terms('15:00', '17:00'));
    drive(bench, '-08:05 +08:10');
    expect(join(early, 0)).toMatchObject({ code: 'task_state' });
    drive(bench, '-08:50 +09:10');
    expect(join(late, 0)).toMatchObject({ code: 'task_state' });
  });

  it('is refused when the windows do not agree, and where one of them is unknown', () => {
    const taskId = bench.create(terms('18:00', '19:00'));
    expect(join(taskId, 0)).toMatchObject({ code: 'invalid' });
    expect(join(99, 0)).toMatchObject({ code: 'task_not_found' });
    expect(join(taskId, 0, 99)).toMatchObject({ code: 'task_not_found' });
    expect(join(ids[0]!, 0)).toMatchObject({ code: 'task_not_found' });
    expect(join(taskId, 3)).toMatchObject({ kind: 'task' });
  });
});

describe('a checkpoint that becomes a task', () => {
  it('keeps its tracker and leaves no gap', () => {
    const before = bench.task(ids[0]!);
    leave(ids[0]!);
    expectOrder([ids[1]!, ids[2]!]);
    expect(bench.task(ids[0]!)).toEqual({ ...before, checkpoint: null });
    expect(told(bench, ids[0]!).at(-1)).toEqual({ kind: 'place', checkpoint: null });
  });

  it('may go back where it came from', () => {
    leave(ids[1]!);
    join(ids[1]!, 1);
    expectOrder(ids);
  });

  it('as the last one takes the route along, and stays itself', () => {
    const alone = create(bench, [DAY]);
    leave(alone.checkpointIds[0]!);
    expect(bench.route(alone.routeId).deletedMs).toBe(at('08:00'));
    expect(bench.task(alone.checkpointIds[0]!).deletedMs).toBeNull();
  });

  it('stays while any checkpoint of the route has been begun', () => {
    add(9, ['18:00', '19:00']);
    drive(bench, '-08:50 +09:10');
    expect(leave(bench.route(routeId).checkpointIds[3]!)).toMatchObject({ code: 'task_state' });
  });
});

describe.each(ON_CHECKPOINTS)('%s', (_, command) => {
  it('is refused for what is begun, unknown, a route, or no checkpoint', () => {
    const { length } = bench.events;
    expect(command(99)).toMatchObject({ code: 'task_not_found' });
    expect(command(routeId)).toMatchObject({ code: 'task_not_found' });
    expect(bench.events.length).toBe(length);
    expect(command(bench.create(terms('09:00', '10:00')))).toMatchObject({ code: 'task_not_found' });
    drive(bench, '-08:50 +09:10');
    expect(command(ids[0]!)).toMatchObject({ code: 'task_state' });
    expectOrder(ids);
  });
});
