import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/model/command.ts';
import type { TaskTerms, TaskText } from '../../src/model/task.ts';
import { at, Bench, DEPOT, HOUR, inside, MINUTE, outside, SETTINGS, submission, terms } from './world-kit.ts';

const REMARK = {
  by: '8c5dbb2f-3d8e-4b8e-8a3f-3f4b2f5f1a11',
  notes: 'at the back door',
  place: { latDeg: 1, lonDeg: 2 },
};

type Edit = Partial<Omit<Command & { kind: 'edit_task' }, 'terms' | 'text'>> & {
  readonly terms?: Partial<TaskTerms>;
  readonly text?: Partial<TaskText>;
};

function edit(bench: Bench, taskId: number, { terms: change, text, ...rest }: Edit = {}) {
  const task = bench.task(taskId);
  const { form: _, ...said } = { ...task.text, ...text };
  return bench.do({
    kind: 'edit_task',
    taskId,
    text: said,
    terms: { ...task.terms, ...change },
    by: 'gsmtasks',
    ...rest,
  });
}

function last(bench: Bench, kind: string) {
  return bench.events.findLast(({ body }) => body.kind === kind)!;
}

describe('what somebody says beside a command', () => {
  it('stands in the event that tells of it', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
    edit(bench, id, { text: { description: 'ring twice' }, remark: REMARK });
    expect(last(bench, 'update').body).toMatchObject({ text: { description: 'ring twice' }, remark: REMARK });
    bench.do({ kind: 'move_task', taskId: id, move: 'accept', timeMs: null, remark: REMARK });
    expect(last(bench, 'status_change').body).toMatchObject({ reason: 'accept', remark: REMARK });
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 2, by: 'gsmtasks', remark: REMARK });
    expect(last(bench, 'assign').body).toMatchObject({ kind: 'assign', trackerId: 2, remark: REMARK });
  });

  it('is absent where nothing was said', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
    edit(bench, id);
    bench.move(id, 'accept');
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 2, by: 'gsmtasks' });
    for (const { body } of bench.events) expect(body).not.toHaveProperty('remark');
  });
});

describe('a move of a person', () => {
  it.each(['accept', 'start', 'activate', 'complete', 'fail', 'cancel', 'reject', 'shelve'] as const)(
    '%s is dated by the clock of the person',
    (move) => {
      const bench = new Bench(at('08:00'));
      const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
      bench.clock(at('09:00'));
      bench.move(id, move, at('08:40'));
      expect(last(bench, 'status_change')).toMatchObject({ eventMs: at('08:40'), recordedMs: at('09:00') });
    },
  );

  it('a status that does not change keeps its date', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks');
    bench.clock(at('09:00'));
    bench.move(id, 'accept');
    expect(bench.task(id).facts.statusMs).toBe(at('08:00'));
  });

  it.each(['navixy', 'gsmtasks', 'thetrack'] as const)(
    'the first word that the work has begun counts: %s',
    (dialect) => {
      const bench = new Bench(at('08:00'));
      const id = bench.create(terms('09:00', '12:00'), 1, dialect);
      bench.clock(at('09:00'));
      bench.move(id, 'start', at('08:50'));
      expect(bench.task(id)).toMatchObject({ attempt: { startedMs: at('08:50') }, facts: { startMs: at('08:50') } });
      bench.move(id, 'suspend');
      bench.clock(at('09:30'));
      bench.move(id, 'activate');
      expect(bench.task(id)).toMatchObject({ attempt: { startedMs: at('08:50') }, facts: { startMs: at('08:50') } });
      bench.deliver([outside('09:40')]);
      bench.move(id, 'fail');
      bench.move(id, 'restart');
      expect(bench.task(id).attempt).not.toHaveProperty('startedMs');
      expect(bench.task(id).facts).not.toHaveProperty('startMs');
    },
  );
});

describe('a task that is prepared', () => {
  it.each(['draft', 'scheduled'] as const)('is begun as a %s, and nothing counts for it', (begins) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'navixy', begins);
    bench.deliver([outside('08:50'), inside('09:10'), outside('09:20', at('09:20'))]);
    bench.wait(at('11:00'));
    expect(bench.task(id).facts).toMatchObject({ state: begins, arrivalMs: null, isSettled: false });
    bench.restart();
    bench.deliver([inside('09:05', at('11:01'))]);
    expect(bench.task(id).facts).toMatchObject({ state: begins, arrivalMs: null });
    expect(bench.statusEvents(id)).toEqual([]);
  });

  it.each(['draft', 'scheduled'] as const)('is put up for work from then on, or from its window on: %s', (begins) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:10', '12:00', { minStayMs: HOUR }), 1, 'navixy', begins);
    bench.deliver([inside('08:20'), inside('08:40')]);
    bench.move(id, 'release');
    bench.deliver([inside('08:50')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'active', arrivalMs: at('08:40') });
    expect(bench.live(id).stayMs).toBe(10 * MINUTE);
  });

  it.each([
    ['the same tracker', 1],
    ['another one', 2],
  ])('is put up for work by giving it to %s', (_, trackerId) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks', 'draft');
    bench.clock(at('08:30'));
    expect(bench.do({ kind: 'assign_task', taskId: id, trackerId, by: 'gsmtasks' }).kind).toBe('task');
    expect(bench.task(id)).toMatchObject({
      tenure: { trackerId, givenMs: at('08:30') },
      facts: { state: 'assigned', statusMs: at('08:30') },
    });
  });

  it('without a tracker ends unassigned', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), null, 'gsmtasks', 'scheduled');
    bench.move(id, 'release');
    expect(bench.task(id).facts).toMatchObject({ state: 'unassigned', statusMs: at('08:00') });
  });

  it('past its end is judged once it is put up for work, and not before', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'navixy', 'draft');
    bench.wait(at('12:00'));
    expect(bench.task(id).facts.state).toBe('draft');
    bench.move(id, 'release');
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.wait(at('12:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', closer: 'clock', statusMs: at('12:00') });
  });

  it('that is cancelled has never been visited, whenever the fixes come', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00'), 1, 'gsmtasks', 'draft');
    bench.deliver([inside('08:20')]);
    bench.move(id, 'cancel');
    bench.deliver([inside('08:10', at('08:30')), inside('08:20', at('08:30'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'cancelled', arrivalMs: null, stayMs: 0 });
  });

  it('keeps the form that was filled in', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }), 1, 'navixy', 'draft');
    bench.do(submission(bench, id));
    bench.move(id, 'release');
    bench.deliver([outside('08:50'), inside('09:10')]);
    expect(bench.task(id).facts.state).toBe('completed');
  });

  it('stays so when its tracker is deleted', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), 1, 'gsmtasks', 'scheduled');
    bench.do({ kind: 'delete_tracker', trackerId: 1 });
    expect(bench.task(id)).toMatchObject({ tenure: { trackerId: null }, facts: { state: 'scheduled' } });
  });

  it('and was taken back begins anew when it is put up again', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '12:00'), 1, 'gsmtasks');
    bench.deliver([inside('08:10')]);
    expect(bench.task(id).facts.arrivalMs).toBe(at('08:10'));
    bench.move(id, 'shelve');
    expect(bench.task(id).facts).toMatchObject({ state: 'draft', arrivalMs: null, statusMs: at('08:10') });
    bench.deliver([inside('08:20')]);
    bench.move(id, 'release');
    bench.deliver([inside('08:30')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', arrivalMs: at('08:20') });
  });
});

describe('a place that comes and goes', () => {
  it.each([false, true])('a task gets one and is judged by what is stored; after a restart: %s', (isRestarted) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00', { zone: null }));
    bench.deliver([outside('08:10'), inside('08:20'), outside('08:30', at('08:30'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', arrivalMs: null });
    if (isRestarted) bench.restart();
    expect(edit(bench, id, { terms: { zone: DEPOT } }).kind).toBe('task');
    if (isRestarted) bench.restart();
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('08:20') });
  });

  it.each([false, true])('and is judged by what comes after; after a restart: %s', (isRestarted) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00', { zone: null }));
    bench.deliver([outside('08:10')]);
    edit(bench, id, { terms: { zone: DEPOT } });
    if (isRestarted) bench.restart();
    bench.deliver([inside('08:20')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('08:20') });
  });

  it.each([false, true])('a task that loses its place is judged no more; after a restart: %s', (isRestarted) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00'));
    bench.deliver([outside('08:10')]);
    const before = bench.task(id).facts;
    edit(bench, id, { terms: { zone: null } });
    expect(bench.task(id).facts).toEqual(before);
    if (isRestarted) bench.restart();
    bench.deliver([inside('08:20')]);
    bench.wait(at('12:00'));
    expect(bench.task(id).facts).toEqual(before);
    expect(bench.world.states.get(1)!.zones.size).toBe(0);
  });

  it('a place that somebody has been at stays', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00'), 1, 'gsmtasks');
    bench.deliver([inside('08:10')]);
    expect(edit(bench, id, { terms: { zone: null } })).toMatchObject({ kind: 'refused', code: 'task_state' });
    expect(bench.task(id).terms.zone).toEqual(DEPOT);
  });
});

describe('a window without an end', () => {
  const open = { openEnds: 'to' } as const;

  it('is never over: neither clock nor fixes close the task, and a visit completes it in time', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', open));
    bench.deliver([outside('08:10')]);
    bench.clock(at('08:00') + 30 * 24 * HOUR);
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', isSettled: false });
    const lateMs = bench.nowMs - at('00:00');
    const hhmm = (minutes: number) => `${Math.floor(lateMs / HOUR)}:${minutes}`;
    bench.deliver([outside(hhmm(1)), inside(hhmm(2)), outside(hhmm(3))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', isLate: false, arrivalMs: at(hhmm(2)) });
  });

  it.each([false, true])('is closed by setting one, and judged by it; after a restart: %s', (isRestarted) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', open));
    bench.wait(at('10:00'));
    const { openEnds: _, ...closed } = bench.task(id).terms;
    bench.do({ kind: 'edit_task', taskId: id, text: bench.task(id).text, terms: closed, by: 'gsmtasks' });
    if (isRestarted) bench.restart();
    bench.wait(at('10:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('09:00') });
  });

  it('opened again after people alone could finish it, fixes in order count again', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00'), 1, 'gsmtasks');
    bench.wait(at('10:00'));
    expect(bench.task(id).facts.isSettled).toBe(true);
    edit(bench, id, { terms: open });
    bench.deliver([inside('10:10')]);
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', arrivalMs: at('10:10') });
  });

  it('a person finishes the task, and late fixes fill its facts for the horizon after that', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', open), 1, 'gsmtasks');
    bench.clock(at('12:00'));
    bench.move(id, 'complete');
    expect(bench.task(id).facts.isLate).toBe(false);
    bench.clock(at('12:00') + SETTINGS.lateDataHorizonMs);
    bench.deliver([inside('11:00', bench.nowMs)]);
    expect(bench.task(id).facts.arrivalMs).toBe(at('11:00'));
    bench.clock(bench.nowMs + MINUTE);
    expect(bench.world.tasks.size).toBe(0);
  });

  it('a beginning that nobody has set is the creation, and holds', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', { openEnds: 'both' }), 1, 'navixy');
    bench.deliver([inside('07:50', at('08:05')), outside('07:55', at('08:05'))]);
    expect(bench.task(id).facts.arrivalMs).toBeNull();
  });

  it('a restart past what stood there needs no other end, and one that it is given is one', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', open), 1, 'gsmtasks');
    bench.clock(at('12:00'));
    bench.move(id, 'fail');
    expect(bench.move(id, 'restart').kind).toBe('task');
    bench.move(id, 'fail');
    const refused = bench.do({ kind: 'move_task', taskId: id, move: 'restart', timeMs: null, toMs: at('11:00') });
    expect(refused).toMatchObject({ code: 'task_state' });
    bench.do({ kind: 'move_task', taskId: id, move: 'restart', timeMs: null, toMs: at('13:00') });
    expect(bench.task(id).terms).toMatchObject({ toMs: at('13:00') });
    expect(bench.task(id).terms).not.toHaveProperty('openEnds');
  });

  it('an edit through Navixy that says what stood there leaves it open', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '09:00', { openEnds: 'both', position: 4 }), 1, 'gsmtasks');
    const { openEnds: _, position: __, ...shown } = bench.task(id).terms;
    const { form: ___, ...text } = bench.task(id).text;
    const said = { kind: 'edit_task', taskId: id, text: { ...text, label: 'N' }, by: 'navixy' } as const;
    bench.do({ ...said, terms: shown });
    expect(bench.task(id)).toMatchObject({ text: { label: 'N' }, terms: { openEnds: 'both', position: 4 } });
    bench.do({ ...said, terms: { ...shown, toMs: at('18:00') } });
    expect(bench.task(id).terms).toMatchObject({ openEnds: 'from', position: 4, toMs: at('18:00') });
  });
});

describe('a finished task', () => {
  function finished() {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('08:00', '10:00', { openEnds: 'to' }), 1, 'gsmtasks');
    bench.deliver([inside('08:10')]);
    bench.move(id, 'complete');
    return { bench, id };
  }

  it.each(['gsmtasks', 'thetrack'] as const)('may be put in other words by %s', (by) => {
    const { bench, id } = finished();
    const before = bench.task(id);
    const text = { description: 'left with the neighbour', details: { reference: 'A-1' } };
    expect(edit(bench, id, { by, text, remark: REMARK, terms: { position: 3 } }).kind).toBe('task');
    expect(bench.task(id)).toMatchObject({ text, terms: { position: 3 }, facts: before.facts });
    expect(last(bench, 'update').body).toEqual({ kind: 'update', text, terms: { position: 3 }, remark: REMARK });
    bench.restart();
    bench.deliver([outside('08:20')]);
    expect(bench.task(id).facts).toEqual(before.facts);
  });

  it.each<[string, Partial<TaskTerms>]>([
    ['place', { zone: { ...DEPOT, radiusM: 5 } }],
    ['end', { toMs: at('12:00') }],
    ['stay', { minStayMs: 1 }],
  ])('is not given another %s', (_, change) => {
    const { bench, id } = finished();
    const before = bench.task(id);
    expect(edit(bench, id, { terms: change })).toMatchObject({ kind: 'refused', code: 'task_state' });
    expect(bench.task(id)).toEqual(before);
  });

  it('is not edited through Navixy at all', () => {
    const { bench, id } = finished();
    expect(edit(bench, id, { by: 'navixy' })).toMatchObject({ kind: 'refused', code: 'task_state' });
  });
});

it('arrival locks a task for Navixy alone', () => {
  const bench = new Bench(at('08:00'));
  const id = bench.create(terms('08:00', '10:00', { minStayMs: HOUR }));
  bench.deliver([inside('08:10')]);
  expect(edit(bench, id, { by: 'navixy' })).toMatchObject({ code: 'task_state' });
  expect(edit(bench, id, { by: 'gsmtasks', terms: { minStayMs: 0 } }).kind).toBe('task');
  expect(bench.task(id).facts.state).toBe('completed');
});

it('what is deleted is cancelled for those who can still see it', () => {
  const bench = new Bench(at('08:00'));
  const id = bench.create(terms('08:00', '10:00'));
  bench.do({ kind: 'delete_task', taskId: id });
  expect(bench.task(id)).toMatchObject({ deletedMs: at('08:00'), facts: { state: 'cancelled', closer: 'person' } });
});
