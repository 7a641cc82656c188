/** Forms and the verdict: what giving one, taking it away and filling it in does to a task. */
import { describe, expect, it } from 'vitest';
import { at, Bench, DEPOT, formFor, inside, outside, submission, terms } from './world-kit.ts';

const FORM = formFor(terms('09:00', '12:00', { isFormRequired: true }))!;
const LATER = { ...FORM, createdMs: FORM.createdMs + 1 };

function set(bench: Bench, taskId: number, form: typeof FORM | null, isFinishedToo = false) {
  return bench.do({ kind: 'set_form', taskId, form, isFinishedToo });
}

function correct(bench: Bench, taskId: number, isFinishedToo = false, formMs = FORM.createdMs) {
  const values = { a: { kind: 'text', text: 'other' } } as const;
  return bench.do({ kind: 'correct_form', taskId, formMs, values, isFinishedToo });
}

/** There from 09:10 to 09:20. */
const VISIT = [outside('08:50'), inside('09:10'), inside('09:20'), outside('09:25')];

describe('a form that is given to a task', () => {
  it('is asked for from then on, by the terms that follow from it', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    expect(set(bench, id, { ...FORM, isInZone: true })).toEqual({ kind: 'task', taskId: id });
    expect(bench.task(id).terms).toMatchObject({ isFormRequired: true, isFormInZone: true });
    bench.deliver(VISIT);
    expect(bench.task(id).facts.state).toBe('active');
    bench.deliver([inside('09:40')]);
    bench.do(submission(bench, id));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:40') });
  });

  it('holds back one that has arrived, and lets it go again when it is taken away', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { minStayMs: 600_000 }));
    bench.deliver(VISIT.slice(0, 2));
    set(bench, id, FORM);
    bench.deliver(VISIT.slice(2));
    expect(bench.task(id).facts).toMatchObject({ state: 'active', completionMs: null });
    bench.clock(at('10:00'));
    set(bench, id, null);
    expect(bench.task(id)).toMatchObject({
      text: { form: null },
      terms: { isFormRequired: false },
      facts: { state: 'completed', statusMs: at('09:20'), closer: 'gps' },
    });
    expect(bench.statusEvents(id)).toEqual(['active', 'completed']);
  });

  it('missing when its time is over makes it faulty', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 300_000 }));
    bench.deliver(VISIT.slice(0, 2));
    set(bench, id, FORM);
    bench.deliver(VISIT.slice(2));
    bench.wait(at('11:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', isFaulty: true, issues: ['form_missing'] });
  });

  it('when all was over is only kept, even if late data opens the task again', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { minStayMs: 900_000 }));
    bench.deliver([outside('08:50'), inside('09:10'), inside('09:30')]);
    expect(bench.task(id).facts.state).toBe('completed');
    set(bench, id, FORM, true);
    bench.deliver([outside('09:20')]);
    expect(bench.task(id)).toMatchObject({
      text: { form: FORM },
      terms: { isFormRequired: false },
      facts: { state: 'active' },
    });
    bench.deliver([inside('09:31'), inside('09:50')]);
    expect(bench.task(id).facts.state).toBe('completed');
  });

  it('is remembered after a restart', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    set(bench, id, FORM);
    bench.restart();
    bench.deliver(VISIT);
    expect(bench.task(id).facts.state).toBe('active');
  });

  it('is refused where there is one, and one that is not there cannot be taken away', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    expect(set(bench, id, null)).toMatchObject({ code: 'form_not_wanted' });
    set(bench, id, FORM);
    expect(set(bench, id, LATER)).toMatchObject({ code: 'form_exists' });
    expect(set(bench, 99, FORM)).toMatchObject({ code: 'task_not_found' });
  });

  it('that is finished leaves the outcome as it is, only where that is allowed', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    bench.deliver(VISIT);
    const { facts } = bench.task(id);
    expect(set(bench, id, FORM)).toMatchObject({ code: 'task_state' });
    expect(set(bench, id, FORM, true).kind).toBe('task');
    expect(set(bench, id, null, true)).toMatchObject({ code: 'task_state' });
    expect(bench.do(submission(bench, id)).kind).toBe('task');
    // Late evidence still counts, and does not miss the form.
    bench.deliver([inside('09:05', at('10:00'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:05'), issues: [] });
    expect(facts.arrivalMs).toBe(at('09:10'));
    expect(bench.task(id).text.form).toMatchObject({ submittedMs: at('09:25'), values: {} });
  });

  it('that is finished is asked for once the task is restarted', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.wait(at('10:30'));
    set(bench, id, FORM, true);
    bench.do({ kind: 'move_task', taskId: id, move: 'restart', timeMs: null, toMs: at('12:00') });
    expect(bench.task(id).terms.isFormRequired).toBe(true);
  });
});

describe('an edit of a task', () => {
  const edit = (bench: Bench, taskId: number, form?: typeof FORM | null) => {
    const { text } = bench.task(taskId);
    const change = form === undefined ? {} : { form };
    return bench.do({
      kind: 'edit_task',
      taskId,
      text: { ...text, label: 'New' },
      terms: terms('09:00', '13:00'),
      by: 'navixy',
      ...change,
    });
  };

  it('keeps a form and what was filled in, whatever the terms say', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    bench.do(submission(bench, id));
    edit(bench, id);
    expect(bench.task(id)).toMatchObject({
      text: { label: 'New', form: { submittedMs: at('08:00') } },
      terms: { isFormRequired: true, toMs: at('13:00') },
      attempt: { formMs: at('08:00') },
    });
  });

  it('replaces a form by a blank one, also when the clock has not moved', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    bench.do(submission(bench, id));
    edit(bench, id, FORM);
    const { text, attempt } = bench.task(id);
    expect([text.form?.createdMs, text.form?.submittedMs, attempt.formMs]).toEqual([FORM.createdMs + 1, null, null]);
    bench.deliver(VISIT);
    expect(bench.task(id).facts.state).toBe('active');
  });

  it('takes a form away', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    edit(bench, id, null);
    bench.deliver(VISIT);
    expect(bench.task(id).facts.state).toBe('completed');
  });
});

describe('a submission', () => {
  it('says where it was made: as the client says, or else where the tracker was seen', () => {
    const bench = new Bench(at('08:00'));
    const ids = [1, 2, 3].map(() => bench.create(terms('09:00', '12:00', { isFormRequired: true })));
    bench.do(submission(bench, ids[0]!, null, { latDeg: 1, lonDeg: 2 }));
    bench.deliver([inside('09:10')]);
    bench.clock(at('09:15'));
    bench.do(submission(bench, ids[1]!));
    bench.clock(at('09:16'));
    bench.do(submission(bench, ids[2]!));
    const { latDeg, lonDeg } = DEPOT;
    const places = ids.map((id) => bench.task(id).text.form?.submitPlace);
    expect(places).toEqual([{ latDeg: 1, lonDeg: 2 }, { latDeg, lonDeg }, null]);
  });

  it('of another form than the task has by now is refused', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    const late = { ...submission(bench, id), formMs: FORM.createdMs - 1 };
    expect(bench.do(late)).toMatchObject({ code: 'task_state' });
    expect(correct(bench, id, true, FORM.createdMs - 1)).toMatchObject({ code: 'task_state' });
  });

  it('sent again is no other event, and with other values refused', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    bench.do(submission(bench, id));
    expect(bench.do(submission(bench, id)).kind).toBe('task');
    const other = { ...submission(bench, id), values: { a: { kind: 'rating', stars: 1 } } } as const;
    expect(bench.do(other)).toMatchObject({ code: 'task_state' });
    expect(bench.events.filter(({ body }) => body.kind === 'form')).toHaveLength(1);
  });

  it('is void once the task is given to another tracker, and can be read until the next', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    bench.do(submission(bench, id));
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 2, by: 'navixy' });
    expect(bench.task(id)).toMatchObject({
      text: { form: { values: {}, submittedMs: null, submitPlace: null } },
      attempt: { formMs: null },
    });
    bench.deliver(VISIT, 2);
    expect(bench.task(id).facts.state).toBe('active');
    expect(bench.do(submission(bench, id)).kind).toBe('task');
    expect(bench.task(id).facts.state).toBe('completed');
  });

  it('is refused for what a person has finished, and beyond the horizon', () => {
    const bench = new Bench(at('08:00'));
    const finished = bench.create(terms('09:00', '10:00', { isFormRequired: true }));
    const failed = bench.create(terms('09:00', '10:00', { isFormRequired: true }));
    bench.do({ kind: 'move_task', taskId: finished, move: 'fail', timeMs: null });
    expect(bench.do(submission(bench, finished))).toMatchObject({ code: 'task_state' });
    bench.wait(at('10:30'));
    bench.clock(at('10:00') + 8 * 24 * 3_600_000);
    expect(bench.do(submission(bench, failed))).toMatchObject({ code: 'task_state' });
  });
});

describe('a correction', () => {
  it('changes the values and nothing else, before the end by anybody', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
    expect(correct(bench, id, true)).toMatchObject({ code: 'task_state' });
    bench.do(submission(bench, id));
    expect(correct(bench, id).kind).toBe('task');
    bench.deliver(VISIT);
    const { facts } = bench.task(id);
    expect(facts).toMatchObject({ state: 'completed', statusMs: at('09:10') });
    expect(correct(bench, id)).toMatchObject({ code: 'task_state' });
    expect(correct(bench, id, true).kind).toBe('task');
    expect(bench.task(id)).toMatchObject({
      facts,
      text: { form: { values: { a: { text: 'other' } }, submittedMs: at('08:00') } },
    });
    const told = bench.events.flatMap(({ body }) => (body.kind === 'form' ? [body.isCorrection ?? false] : []));
    expect(told).toEqual([false, true, true]);
  });
});

it('what was filled in can be taken away for good in any state, and the outcome stays', () => {
  const place = { latDeg: DEPOT.latDeg, lonDeg: DEPOT.lonDeg };
  const bench = new Bench(at('08:00'));
  const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
  const waiting = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
  const bare = bench.create(terms('09:00', '12:00'));
  bench.do(submission(bench, id, null, place));
  bench.deliver(VISIT);
  const before = bench.task(id);
  expect(before.text.form).toMatchObject({ submitPlace: place });
  const { length } = bench.events;
  expect(bench.do({ kind: 'erase_forms', taskIds: [id, waiting, bare, 99] })).toEqual({ kind: 'forms_erased' });
  const form = { ...before.text.form, values: null, submitPlace: null };
  expect(bench.task(id)).toEqual({ ...before, text: { ...before.text, form } });
  expect(bench.events).toHaveLength(length);
  bench.do(submission(bench, waiting));
  expect(bench.task(waiting).facts.state).toBe('completed');
});

it('the engine holds no form in memory', () => {
  const bench = new Bench(at('08:00'));
  const id = bench.create(terms('09:00', '12:00', { isFormRequired: true }));
  bench.do(submission(bench, id));
  bench.restart();
  bench.deliver(VISIT);
  expect([...bench.world.tasks.keys()]).toEqual([id]);
  expect(JSON.stringify([...bench.world.tasks.values()])).not.toContain('submittedMs');
});
