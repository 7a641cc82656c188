import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, Bench, DEPOT, inside, MINUTE, outside, terms } from './world-kit.ts';

const text = { label: 'Round', description: '', externalId: null, tags: [], origin: 'manual', extra: {} } as const;

function drive(bench: Bench, track: string, trackerId = 1): void {
  for (const word of track.split(' ')) {
    bench.deliver([(word[0] === '+' ? inside : outside)(word.slice(1))], trackerId);
    bench.clock(bench.nowMs);
  }
}

describe('deleting a tracker', () => {
  it('leaves open tasks to nobody, as if nothing had been found, and closed ones as they are', () => {
    const bench = new Bench(at('08:00'));
    const done = bench.create(terms('09:00', '10:00'));
    const arrived = bench.create(terms('09:00', '12:00', { minStayMs: 60 * MINUTE }));
    drive(bench, '-08:50 +09:10');
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    expect(bench.task(done)).toMatchObject({ tenure: { trackerId: 1 }, facts: { state: 'completed' } });
    expect(bench.task(arrived)).toMatchObject({
      tenure: { trackerId: null, assignedMs: null },
      facts: { state: 'unassigned', arrivalMs: null, stayMs: 0, statusMs: at('09:10') },
    });
    expect(bench.events.filter(({ body }) => body.kind === 'assign').map(({ taskId }) => taskId)).toEqual([arrived]);
    bench.wait(at('14:00'));
    expect(bench.task(arrived).facts.state).toBe('unassigned');
  });

  it.each([false, true])('somebody else can do what is left (after a restart: %s)', (isRestarted) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    if (isRestarted) bench.restart();
    expect(bench.do({ kind: 'assign_task', taskId: id, trackerId: 1, by: 'navixy' })).toMatchObject({
      code: 'tracker_not_found',
    });
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 2, by: 'navixy' });
    drive(bench, '-09:00 +09:10', 2);
    expect(bench.task(id).facts.state).toBe('completed');
  });

  it('its fixes that come late still revise what was closed, and give it nothing new', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.wait(at('10:30'));
    expect(bench.task(id).facts.state).toBe('failed');
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    bench.deliver([outside('09:00', at('10:31')), inside('09:30', at('10:31')), outside('10:05', at('10:31'))]);
    expect(bench.task(id)).toMatchObject({ tenure: { trackerId: 1 }, facts: { state: 'completed' } });
  });

  it('a route with open checkpoints is to nobody, one that is final stays', () => {
    const bench = new Bench(at('08:00'));
    const create = (windows: readonly [string, string][]) => {
      const checkpoints = windows.map(([from, to]) => ({
        uuid: randomUUID(),
        text: { ...text, address: '' },
        terms: terms(from, to, { zone: DEPOT }),
      }));
      const route = { uuid: randomUUID(), dialect: 'navixy', trackerId: 1, text, checkpoints } as const;
      const outcome = bench.do({ kind: 'create_route', route });
      if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
      return outcome.routeId;
    };
    const final = create([['09:00', '10:00']]);
    const open = create([
      ['09:00', '10:00'],
      ['11:00', '12:00'],
    ]);
    drive(bench, '-08:50 +09:10 -09:20');
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    expect(bench.route(final)).toMatchObject({ trackerId: 1, facts: { status: 'done' } });
    expect(bench.route(open)).toMatchObject({
      trackerId: null,
      facts: { status: 'unassigned', statusMs: at('09:20') },
    });
  });

  it('frees the IMEI in the same commit, and is refused a second time', () => {
    const bench = new Bench(at('08:00'));
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    const tracker = { uuid: 'u3', label: 'Next', imei: '1', model: null, timeZone: 'utc' };
    expect(bench.do({ kind: 'create_tracker', tracker })).toMatchObject({ tracker: { id: 3 } });
    expect(bench.do({ kind: 'delete_tracker', trackerId: 1 })).toMatchObject({ code: 'tracker_not_found' });
    expect(bench.do({ kind: 'edit_tracker', trackerId: 1, edit: { label: 'x' } })).toMatchObject({
      code: 'tracker_not_found',
    });
  });
});
