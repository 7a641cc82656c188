import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { create } from './route-kit.ts';
import { at, Bench, inside, terms } from './world-kit.ts';

type Said = Pick<Task, 'text' | 'terms'>;

function bench(dialect: Task['dialect'] = 'gsmtasks', trackerId: number | null = 1) {
  const made = new Bench(at('08:00'));
  return { made, id: made.create(terms('09:00', '10:00'), trackerId, dialect) };
}

function amend(
  made: Bench,
  id: number,
  change: (before: Said) => Said,
  before: Said = made.task(id),
  trackerId?: number,
) {
  const said = { text: before.text, terms: before.terms };
  const command = { kind: 'amend_task', taskId: id, before: said, after: change(said), by: 'gsmtasks' } as const;
  return made.do({ ...command, ...(trackerId !== undefined && { trackerId }) });
}

const describing = (description: string) => (before: Said) => ({ ...before, text: { ...before.text, description } });
const ending = (hhmm: string) => (before: Said) => ({ ...before, terms: { ...before.terms, toMs: at(hhmm) } });
const holding = (metafields: Record<string, unknown>) => (before: Said) => ({
  ...before,
  text: { ...before.text, details: { ...before.text.details, metafields } },
});

describe('an amendment', () => {
  it('changes what it changes, and keeps what others have changed since it was read', () => {
    const { made, id } = bench();
    const read = made.task(id);
    amend(made, id, describing('One'), read);
    amend(made, id, ending('11:00'), read);
    expect(made.task(id)).toMatchObject({
      text: { description: 'One' },
      terms: { fromMs: at('09:00'), toMs: at('11:00') },
    });
  });

  it('goes member by member where there are many', () => {
    const { made, id } = bench();
    amend(made, id, holding({ 'a:a': 1, 'a:b': 1 }));
    const read = made.task(id);
    amend(made, id, holding({ 'a:a': 1, 'a:b': 2 }), read);
    amend(made, id, holding({ 'a:b': 1, 'a:c': 3 }), read);
    expect(made.task(id).text.details).toEqual({ metafields: { 'a:b': 2, 'a:c': 3 } });
  });

  it('takes away what is not there any more', () => {
    const { made, id } = bench();
    amend(made, id, (before) => ({ ...before, terms: { ...before.terms, openEnds: 'to', position: 4 } }));
    amend(made, id, (before) => ({ ...before, terms: terms('09:00', '10:00') }));
    expect(made.task(id).terms).toEqual(terms('09:00', '10:00'));
  });

  it('that changes nothing is told to nobody', () => {
    const { made, id } = bench();
    const told = made.events.length;
    expect(amend(made, id, (before) => before)).toEqual({ kind: 'task', taskId: id });
    expect(made.events.length).toBe(told);
  });

  it('is judged by what the task is to be', () => {
    const { made, id } = bench('navixy');
    made.deliver([inside('08:30'), inside('08:40')]);
    expect(made.task(id).facts.state).toBe('assigned');
    amend(made, id, (before) => ({ ...before, terms: { ...before.terms, fromMs: at('08:00') } }));
    expect(made.task(id).facts.state).toBe('completed');
  });

  it('gives the task to another tracker in the same go, or changes nothing at all', () => {
    const { made, id } = bench();
    expect(amend(made, id, describing('Given'), made.task(id), 2)).toEqual({ kind: 'task', taskId: id });
    const given = { tenure: { trackerId: 2 }, text: { description: 'Given', details: { formerTrackers: ['u1'] } } };
    expect(made.task(id)).toMatchObject(given);
    expect(amend(made, id, describing('Lost'), made.task(id), 77)).toMatchObject({ code: 'tracker_not_found' });
    made.do({ kind: 'move_task', taskId: id, move: 'complete', timeMs: null });
    expect(amend(made, id, describing('Lost'), made.task(id), 1)).toMatchObject({ code: 'task_state' });
    expect(made.task(id)).toMatchObject(given);
  });

  it('gives a task that is past its end to another tracker with a later one, and not without', () => {
    const { made, id } = bench();
    made.nowMs = at('10:30');
    expect(amend(made, id, describing('Late'), made.task(id), 2)).toMatchObject({ code: 'task_state' });
    expect(amend(made, id, ending('12:00'), made.task(id), 2)).toEqual({ kind: 'task', taskId: id });
    expect(made.task(id)).toMatchObject({ tenure: { trackerId: 2 }, terms: { toMs: at('12:00') } });
  });

  it('that a route does not allow gives its checkpoint to nobody else either', () => {
    const made = new Bench(at('08:00'));
    const [first = 0] = create(made, [
      ['09:00', '10:00'],
      ['11:00', '12:00'],
    ]).checkpointIds;
    const late = (before: Said) => ({ ...before, terms: terms('13:00', '14:00') });
    expect(amend(made, first, late, made.task(first), 2)).toMatchObject({ code: 'invalid' });
    expect(made.task(first)).toMatchObject({ tenure: { trackerId: 1 }, terms: { fromMs: at('09:00') } });
  });

  it('leaves to the task who had it before, each once', () => {
    const { made, id } = bench();
    for (const trackerId of [2, 1, 2]) made.do({ kind: 'assign_task', taskId: id, trackerId, by: 'gsmtasks' });
    amend(made, id, describing('x'));
    expect(made.task(id).text.details).toEqual({ formerTrackers: ['u2', 'u1'] });
    made.do({ kind: 'move_task', taskId: id, move: 'reject', timeMs: null });
    expect(made.task(id).text.details).toEqual({ formerTrackers: ['u1', 'u2'] });
  });

  it('of a task that is not there is refused', () => {
    const { made, id } = bench();
    const read = made.task(id);
    made.do({ kind: 'delete_task', taskId: id });
    expect(amend(made, id, describing('x'), read)).toMatchObject({ code: 'task_not_found' });
  });
});
