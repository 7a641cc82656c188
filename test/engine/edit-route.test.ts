import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointWish, CommandOutcome } from '../../src/model/command.ts';
import { checkpoint, create, drive, ROUTE_TEXT, told, type Window } from './route-kit.ts';
import { at, Bench, terms } from './world-kit.ts';

const DAY: Window = ['09:00', '17:00'];
const EVENING: Window = ['18:00', '19:00'];

let bench: Bench;
let routeId: number;
let ids: readonly number[];

beforeEach(() => {
  bench = new Bench(at('08:00'));
  ({ routeId, checkpointIds: ids } = create(bench, [DAY, DAY, EVENING]));
});

function edit(checkpoints: readonly CheckpointWish[] | null, label = 'Round'): CommandOutcome {
  return bench.do({ kind: 'edit_route', routeId, text: { ...ROUTE_TEXT, label }, checkpoints });
}

/** The checkpoints of now, as they are. */
function same(...places: number[]): CheckpointWish[] {
  return places.map((n) => checkpoint(n === 2 ? EVENING : DAY, ids[n]!));
}

describe('an edited route', () => {
  it('without a list says something else and keeps its checkpoints', () => {
    expect(edit(null, 'New')).toEqual({ kind: 'route', routeId, checkpointIds: ids });
    expect(bench.route(routeId)).toMatchObject({ text: { label: 'New' }, checkpointIds: ids });
    expect(told(bench, routeId).at(-1)).toEqual({
      kind: 'route_update',
      text: { label: 'New' },
      checkpointIds: null,
    });
  });

  it('is reordered by the order of the list, and tells nothing of checkpoints that stay as they are', () => {
    const since = bench.events.length;
    edit(same(1, 0, 2));
    const now = [ids[1], ids[0], ids[2]];
    expect(bench.route(routeId).checkpointIds).toEqual(now);
    expect(bench.task(ids[1]!).checkpoint).toEqual({ routeId, order: 0 });
    expect(bench.events.slice(since).map(({ taskId, body }) => [taskId, body])).toEqual([
      [routeId, { kind: 'route_update', text: {}, checkpointIds: now }],
    ]);
  });

  it('loses what the list leaves out, changes what it has, and gets what is new in it, at once', () => {
    const outcome = edit([checkpoint(DAY), checkpoint(['10:00', '16:00'], ids[1]!), checkpoint(EVENING)]);
    if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
    const [first, second, third] = outcome.checkpointIds;
    expect(second).toBe(ids[1]);
    expect(bench.route(routeId).checkpointIds).toEqual([first, second, third]);
    expect([ids[0]!, ids[2]!].map((id) => bench.task(id).deletedMs)).toEqual([at('08:00'), at('08:00')]);
    expect(bench.task(second!).terms.fromMs).toBe(at('10:00'));
    const places = [first!, second!, third!].map((id) => bench.task(id).checkpoint?.order);
    expect(places).toEqual([0, 1, 2]);
    expect(bench.task(first!)).toMatchObject({ dialect: 'navixy', tenure: { trackerId: 1 } });
  });

  it('says its new window', () => {
    edit([checkpoint(['10:00', '12:00'], ids[0]!)]);
    expect(bench.route(routeId).facts).toMatchObject({ fromMs: at('10:00'), toMs: at('12:00') });
  });

  it.each<[string, () => CheckpointWish[], string]>([
    ['an empty list', () => [], 'invalid'],
    ['a list of 501', () => Array.from({ length: 501 }, () => checkpoint(DAY)), 'invalid'],
    ['a checkpoint twice', () => same(0, 0), 'invalid'],
    ['windows that do not agree', () => same(2, 0), 'invalid'],
    [
      'the checkpoint of another route',
      () => [checkpoint(DAY, create(bench, [DAY]).checkpointIds[0]!)],
      'task_not_found',
    ],
    ['a task', () => [checkpoint(DAY, bench.create(terms('09:00', '17:00')))], 'task_not_found'],
    ['an id that nothing has', () => [checkpoint(DAY, 99)], 'task_not_found'],
  ])('refuses %s, and changes nothing', (_, list, code) => {
    const wishes = list();
    const before = bench.events.length;
    expect(edit(wishes, 'New')).toMatchObject({ kind: 'refused', code });
    expect(bench.events.length).toBe(before);
    expect(bench.route(routeId)).toMatchObject({ text: { label: 'Round' }, checkpointIds: ids });
  });

  it('of a blocked tracker gets nothing new, but may be changed', () => {
    bench.do({ kind: 'edit_tracker', trackerId: 1, edit: { isBlocked: true } });
    expect(edit([...same(0), checkpoint(DAY)])).toMatchObject({ code: 'tracker_blocked' });
    expect(edit(same(1, 0))).toMatchObject({ kind: 'route' });
  });
});

describe('once a checkpoint has been begun', () => {
  beforeEach(() => drive(bench, '-08:50 +09:10'));

  it('it may be listed as it is, and stand somewhere else', () => {
    expect(edit([...same(1, 0), checkpoint(['10:00', '17:00']), ...same(2)])).toMatchObject({ kind: 'route' });
    expect(bench.route(routeId).checkpointIds).toHaveLength(4);
  });

  it.each<[string, () => CheckpointWish[]]>([
    ['left out', () => same(0, 2)],
    ['changed', () => [...same(0), checkpoint(['09:00', '16:00'], ids[1]!), ...same(2)]],
  ])('it may not be %s', (_, list) => {
    expect(edit(list(), 'New')).toMatchObject({ code: 'task_state' });
    expect(bench.route(routeId).text.label).toBe('Round');
  });

  it('nothing may be changed when all are over', () => {
    drive(bench, '-09:30 +18:10');
    expect(bench.route(routeId).facts.status).toBe('done');
    expect(edit(null, 'New')).toMatchObject({ code: 'task_state' });
    expect(bench.do({ kind: 'edit_route', routeId: 99, text: ROUTE_TEXT, checkpoints: null })).toMatchObject({
      code: 'task_not_found',
    });
  });
});
