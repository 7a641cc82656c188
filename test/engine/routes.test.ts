import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, Bench, DEPOT, HOUR, inside, MINUTE, outside, terms } from './world-kit.ts';

const text = { label: 'Round', description: '', externalId: null, tags: [], origin: 'manual', extra: {} } as const;

/** Checkpoints all at the depot, each with a window of its own. */
function create(
  bench: Bench,
  windows: readonly [from: string, to: string, stayMin?: number][],
  trackerId: number | null = 1,
) {
  const outcome = bench.do({
    kind: 'create_route',
    route: {
      uuid: randomUUID(),
      dialect: 'navixy',
      trackerId,
      text,
      checkpoints: windows.map(([from, to, stayMin = 0]) => ({
        uuid: randomUUID(),
        text: { ...text, address: '', form: null },
        terms: terms(from, to, { zone: DEPOT, minStayMs: stayMin * MINUTE }),
      })),
    },
  });
  if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
  return outcome;
}

function drive(bench: Bench, track: string) {
  for (const word of track.split(' ')) {
    bench.deliver([(word[0] === '+' ? inside : outside)(word.slice(1))]);
    bench.clock(bench.nowMs);
  }
}

describe('a route', () => {
  it('waits until every checkpoint is final, then is done with the latest date', () => {
    const bench = new Bench(at('08:00'));
    const { routeId } = create(bench, [
      ['09:00', '10:00'],
      ['10:00', '11:00'],
    ]);
    drive(bench, '-08:50 +09:10 -09:20');
    expect(bench.route(routeId).facts).toEqual({ status: 'assigned', statusMs: at('08:00') });
    drive(bench, '-10:05 +10:10');
    expect(bench.route(routeId).facts).toEqual({ status: 'done', statusMs: at('10:10') });
    expect(bench.events.filter(({ body }) => body.kind === 'route_status')).toHaveLength(1);
  });

  it('is failed when a checkpoint is, faulty when one is, and a late checkpoint does not make it late', () => {
    const bench = new Bench(at('08:00'));
    const failed = create(bench, [
      ['09:00', '10:00'],
      ['12:00', '13:00'],
    ]);
    const faulty = create(bench, [
      ['09:00', '10:00'],
      ['09:00', '10:00', 55],
    ]);
    drive(bench, '-08:50 +09:10 -09:20');
    bench.wait(at('14:00'));
    expect(bench.route(failed.routeId).facts).toEqual({ status: 'failed', statusMs: at('13:00') });
    expect(bench.route(faulty.routeId).facts).toEqual({ status: 'faulty', statusMs: at('10:00') });
  });

  it('is faulty when the arrivals are not in order; ties are fine', () => {
    const bench = new Bench(at('08:00'));
    const tied = create(bench, [
      ['09:00', '11:00'],
      ['09:00', '11:00'],
    ]);
    const crossed = create(bench, [
      ['10:00', '11:00'],
      ['09:00', '09:30'],
    ]);
    drive(bench, '-08:50 +09:10 -09:20 +10:10');
    expect(bench.route(tied.routeId).facts.status).toBe('done');
    expect(bench.route(crossed.routeId).facts).toEqual({ status: 'faulty', statusMs: at('10:10') });
  });

  it('leaves cancelled checkpoints out, and is failed when none is left', () => {
    const bench = new Bench(at('08:00'));
    const some = create(bench, [
      ['09:00', '10:00'],
      ['12:00', '13:00'],
    ]);
    const none = create(bench, [['12:00', '13:00']]);
    drive(bench, '-08:50 +09:10');
    for (const taskId of [some.checkpointIds[1]!, none.checkpointIds[0]!]) {
      bench.do({ kind: 'move_task', taskId, move: 'cancel', timeMs: null });
    }
    expect(bench.route(some.routeId).facts).toEqual({ status: 'done', statusMs: at('09:10') });
    expect(bench.route(none.routeId).facts.status).toBe('failed');
  });

  it('is derived anew by late evidence', () => {
    const bench = new Bench(at('08:00'));
    const { routeId } = create(bench, [['09:00', '10:00']]);
    bench.wait(at('11:00'));
    expect(bench.route(routeId).facts.status).toBe('failed');
    bench.deliver([inside('09:10', at('11:00'))]);
    expect(bench.route(routeId).facts).toEqual({ status: 'done', statusMs: at('09:10') });
    expect(bench.events.at(-1)).toMatchObject({ taskId: routeId, body: { from: 'failed', to: 'done', revised: true } });
  });

  it('is given with all its checkpoints, from then on, and not once one has been begun', () => {
    const bench = new Bench(at('08:00'));
    const { routeId, checkpointIds } = create(
      bench,
      [
        ['07:00', '10:00', 5],
        ['09:00', '10:00'],
      ],
      null,
    );
    expect(bench.route(routeId).facts.status).toBe('unassigned');
    bench.clock(at('08:30'));
    bench.do({ kind: 'assign_route', routeId, trackerId: 1 });
    expect(bench.route(routeId).facts).toEqual({ status: 'assigned', statusMs: at('08:30') });
    expect(checkpointIds.map((id) => bench.task(id).tenure.trackerId)).toEqual([1, 1]);
    drive(bench, '-08:35 +08:40');
    expect(bench.do({ kind: 'assign_route', routeId, trackerId: 2 })).toMatchObject({ code: 'task_state' });
  });

  it('closes the gap of a deleted checkpoint, and goes with its last one', () => {
    const bench = new Bench(at('08:00'));
    const { routeId, checkpointIds } = create(bench, [
      ['09:00', '10:00'],
      ['10:00', '11:00'],
    ]);
    bench.do({ kind: 'delete_task', taskId: checkpointIds[0]! });
    expect(bench.route(routeId).checkpointIds).toEqual([checkpointIds[1]]);
    expect(bench.task(checkpointIds[1]!).checkpoint).toEqual({ routeId, order: 0 });
    bench.do({ kind: 'delete_task', taskId: checkpointIds[1]! });
    expect(bench.route(routeId).deletedMs).toBe(at('08:00'));
  });

  it('is deleted with its checkpoints', () => {
    const bench = new Bench(at('08:00'));
    const { routeId, checkpointIds } = create(bench, [
      ['09:00', '10:00'],
      ['10:00', '11:00'],
    ]);
    bench.do({ kind: 'delete_route', routeId });
    expect(checkpointIds.map((id) => bench.task(id).deletedMs)).toEqual([at('08:00'), at('08:00')]);
    expect(bench.do({ kind: 'delete_route', routeId })).toMatchObject({ code: 'task_not_found' });
  });

  it.each([0, 501])('of %i checkpoints is refused', (count) => {
    const bench = new Bench(at('08:00') + HOUR);
    const windows = Array.from({ length: count }, (): [string, string] => ['09:00', '10:00']);
    expect(() => create(bench, windows)).toThrow('expected 1 to 500');
  });
});
