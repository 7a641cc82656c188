import { describe, expect, it } from 'vitest';
import { MOVES, type Move, nextState } from '../../src/engine/lifecycle.ts';
import { isOpen, LIFECYCLE_STATES, type LifecycleState } from '../../src/model/task.ts';
import { at, Bench, DEPOT, HOUR, inside, MINUTE, outside, SETTINGS, submission, terms } from './world-kit.ts';

/** The events of the common model, each with where it may come from and where it leads. */
const EVENTS: Record<Move, { readonly from: readonly LifecycleState[]; readonly to: LifecycleState }> = {
  assign: { from: LIFECYCLE_STATES.filter((state) => state !== 'completed' && state !== 'cancelled'), to: 'assigned' },
  unassign: { from: ['assigned', 'accepted', 'in_transit', 'active', 'suspended', 'failed'], to: 'unassigned' },
  accept: { from: ['assigned'], to: 'accepted' },
  unaccept: { from: ['accepted'], to: 'assigned' },
  reject: { from: ['assigned', 'accepted'], to: 'unassigned' },
  start: { from: ['assigned', 'accepted', 'suspended'], to: 'in_transit' },
  activate: { from: ['assigned', 'accepted', 'in_transit', 'suspended'], to: 'active' },
  suspend: { from: ['in_transit', 'active'], to: 'suspended' },
  complete: { from: ['assigned', 'accepted', 'in_transit', 'active', 'suspended'], to: 'completed' },
  fail: { from: ['assigned', 'accepted', 'in_transit', 'active', 'suspended'], to: 'failed' },
  cancel: { from: LIFECYCLE_STATES.filter((state) => isOpen(state) || state === 'failed'), to: 'cancelled' },
  restart: { from: ['failed'], to: 'assigned' },
  release: { from: ['draft', 'scheduled'], to: 'assigned' },
  shelve: { from: ['scheduled', 'unassigned', 'assigned', 'accepted'], to: 'draft' },
};

describe.each(LIFECYCLE_STATES)('from %s', (state) => {
  it.each(MOVES)('%s', (move) => {
    const { from, to } = EVENTS[move];
    expect(nextState(state, move, true)).toBe(from.includes(state) ? to : null);
  });
});

it('a restart without a tracker ends unassigned', () => {
  expect(nextState('failed', 'restart', false)).toBe('unassigned');
});

function drive(text: string) {
  return text.split(' ').map((word) => (word[0] === '+' ? inside : outside)(word.slice(1)));
}

function move(bench: Bench, taskId: number, what: Parameters<Bench['do']>[0] & { kind: 'move_task' }) {
  return bench.do({ ...what, taskId });
}

const now = (m: 'accept' | 'start' | 'complete' | 'fail' | 'cancel' | 'restart' | 'suspend', taskId: number) =>
  ({ kind: 'move_task', move: m, taskId, timeMs: null }) as const;

describe('what GPS may do', () => {
  it.each([
    ['navixy', 'completed', 'gps'],
    ['gsmtasks', 'assigned', null],
    ['thetrack', 'active', null],
  ] as const)('a visit to a task of %s leaves it %s', (dialect, state, closer) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, dialect);
    bench.deliver(drive('-08:50 +09:10 +09:20 -09:30 -11:00'));
    bench.wait(at('12:00'));
    expect(bench.task(id).facts).toMatchObject({ state, closer, arrivalMs: at('09:10'), stayMs: 10 * MINUTE });
  });

  it('a task that only people finish leaves the index after its deadline, and late fixes still fill its facts', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
    bench.deliver(drive('-08:50 -11:00'));
    bench.wait(at('12:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', isSettled: true, arrivalMs: null });
    bench.deliver(drive('+09:10 -09:20').map((fix) => ({ ...fix, receivedMs: at('12:00') })));
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', arrivalMs: at('09:10') });
  });
});

describe('what a person has finished', () => {
  it('is frozen, but its arrival and stay fill up to the finish', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { minStayMs: HOUR }));
    bench.clock(at('09:30'));
    move(bench, id, now('complete', id));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', closer: 'person', issues: ['no_visit'] });
    bench.deliver(drive('-08:50 +09:10 +09:50 -10:00'));
    expect(bench.task(id).facts).toMatchObject({
      state: 'completed',
      statusMs: at('09:30'),
      issues: ['no_visit'],
      arrivalMs: at('09:10'),
      stayMs: 20 * MINUTE,
    });
  });

  it("a person's own time dates the finish, but not before the task was given nor after now", () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'), null, 'gsmtasks');
    bench.clock(at('09:00'));
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 1, by: 'gsmtasks' });
    bench.clock(at('10:00'));
    bench.do({ kind: 'move_task', taskId: id, move: 'complete', timeMs: at('08:30') });
    expect(bench.task(id).facts.statusMs).toBe(at('09:00'));
  });

  it('a cancellation after the clock has failed it ends re-derivation', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.wait(at('10:30'));
    move(bench, id, now('cancel', id));
    bench.deliver(drive('-08:50 +09:10 -09:30').map((fix) => ({ ...fix, receivedMs: at('10:40') })));
    expect(bench.task(id).facts).toMatchObject({ state: 'cancelled', closer: 'person', arrivalMs: at('09:10') });
  });
});

describe('a restart', () => {
  it('begins a new attempt: evidence before it no longer counts', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    bench.deliver(drive('-08:50'));
    move(bench, id, now('fail', id));
    bench.deliver(drive('+09:10 +09:30'));
    bench.clock(at('09:40'));
    expect(move(bench, id, now('restart', id))).toEqual({ kind: 'task', taskId: id });
    expect(bench.task(id)).toMatchObject({ attempt: { number: 2 }, facts: { state: 'assigned', arrivalMs: null } });
    bench.deliver(drive('+09:50'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:40') });
  });

  it('past the deadline is refused unless the same call moves the end', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.wait(at('10:30'));
    expect(move(bench, id, now('restart', id))).toMatchObject({ code: 'task_state' });
    bench.do({ kind: 'move_task', taskId: id, move: 'restart', timeMs: null, toMs: at('12:00') });
    bench.deliver(drive('-10:40 +11:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('11:00') });
  });
});

describe('a form', () => {
  const form = { isFormRequired: true };
  it('is waited for after the visit, and dates the completion', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', form));
    bench.deliver(drive('-08:50 +09:10 +09:20'));
    expect(bench.task(id).facts.state).toBe('active');
    bench.clock(at('09:25'));
    bench.do(submission(bench, id));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:25') });
  });

  it('may come before arrival', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', form));
    bench.do(submission(bench, id));
    bench.deliver(drive('-08:50 +09:10'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:10') });
  });

  it('missing at the deadline makes the task faulty, and a late upload of it done', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', form));
    bench.deliver(drive('-08:50 +09:10 -09:20'));
    bench.wait(at('10:30'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', isFaulty: true, issues: ['form_missing'] });
    bench.do(submission(bench, id, at('09:15')));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:15'), issues: [] });
    expect(bench.statusEvents(id)).toEqual(['active', 'failed', 'completed (revised)']);
  });

  it('counts the visits that come in for the time up to it', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', form));
    bench.deliver(drive('-08:50 +09:10 +09:20 -09:25'));
    bench.clock(at('10:00'));
    bench.do(submission(bench, id));
    bench.deliver(
      drive('+09:40 +09:50 -09:55 +10:05 +10:20 -10:30').map((fix) => ({ ...fix, receivedMs: at('10:40') })),
    );
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('10:00'), stayMs: 20 * MINUTE });
  });

  it.each([
    ['with a fix inside, three minutes old', '-08:50 +09:10', '09:13', null, 'task'],
    ['with a fix inside that is too old', '-08:50 +09:10', '09:16', null, 'refused'],
    ['with a fix outside', '-08:50 -09:10', '09:11', null, 'refused'],
    ['with a place of its own inside', '-08:50 -09:10', '09:11', DEPOT, 'task'],
  ])('only taken in the zone: %s', (_, track, clock, place, kind) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { ...form, isFormInZone: true }));
    bench.deliver(drive(track));
    bench.clock(at(clock));
    expect(bench.do(submission(bench, id, null, place)).kind).toBe(kind);
  });
});

describe('hygiene', () => {
  it.each([
    [
      'max-gap: two inside fixes further apart are two visits',
      { maxGapMs: 10 * MINUTE },
      '+09:00 +09:05 +09:30 +09:31 -09:40',
      6,
    ],
    [
      'exit-margin: a wobble just outside does not end the visit',
      { exitMarginM: 2000 },
      '+09:00 -09:05 +09:10 -09:20',
      20,
    ],
    ['off: the same wobble does', {}, '+09:00 -09:05 +09:10 -09:20', 0],
    ['min-satellites: fixes with fewer are no evidence', { minSatellites: 10 }, '+09:00 +09:10', 0],
  ])('%s', (_, hygiene, track, stayMin) => {
    const bench = new Bench(at('08:00'), { ...SETTINGS, hygiene: { ...SETTINGS.hygiene, ...hygiene } });
    const id = bench.create(terms('08:30', '12:00', { minStayMs: HOUR }));
    for (const fix of drive(`-08:40 ${track}`)) bench.deliver([fix]);
    bench.wait(at('12:30'));
    expect(bench.task(id).facts.stayMs).toBe(stayMin * MINUTE);
  });

  it('exit-margin: whether a run is open at the start of the window may hang on a late fix long before it', () => {
    const bench = new Bench(at('08:00'), { ...SETTINGS, hygiene: { ...SETTINGS.hygiene, exitMarginM: 2000 } });
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-08:30 -08:40 -08:50 -09:10'));
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.deliver([inside('08:20', at('09:11'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:00') });
  });

  it('exit-margin: a late fix far before the window does not hide what lies between', () => {
    const bench = new Bench(at('08:00'), { ...SETTINGS, hygiene: { ...SETTINGS.hygiene, exitMarginM: 2000 } });
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('+08:20 -08:50 -09:10'));
    const early = outside('08:00', at('09:11'));
    bench.deliver([{ ...early, position: { ...early.position, latDeg: DEPOT.latDeg + 1 } }]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:00') });
  });

  it('pass-through: the way between two outside fixes is a visit with interpolated ends', () => {
    const settings = { ...SETTINGS, hygiene: { ...SETTINGS.hygiene, passThroughMs: 5 * MINUTE } };
    const bench = new Bench(at('08:00'), settings);
    const id = bench.create(terms('09:00', '10:00'));
    const south = outside('09:12');
    const position = { ...south.position, latDeg: 2 * DEPOT.latDeg - south.position.latDeg };
    bench.deliver([outside('09:10')]);
    bench.deliver([{ ...south, position }]);
    const { state, arrivalMs, stayMs } = bench.task(id).facts;
    expect(state).toBe('completed');
    expect(arrivalMs! - at('09:11')).toBeLessThan(0);
    expect(arrivalMs! + stayMs - at('09:11')).toBeGreaterThan(0);
    expect(stayMs).toBeGreaterThan(10_000);
    expect(stayMs).toBeLessThan(12_000);
  });
});
