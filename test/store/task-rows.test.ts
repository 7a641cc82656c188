import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskForm } from '../../src/model/form.ts';
import { navixyStatus } from '../../src/model/projections.ts';
import { FIRST_ATTEMPT, LIFECYCLE_STATES, type Task } from '../../src/model/task.ts';
import { batch, NEW_FACTS, T0, task, testStore } from './kit.ts';

const instant = fc.integer({ min: 0, max: T0 * 2 });
const duration = fc.integer({ min: 0, max: 1e12 });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true }).map((deg) => deg + 0);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

const anyForm: fc.Arbitrary<TaskForm> = fc.record({
  templateId: fc.nat(),
  templateVersion: fc.nat(),
  label: text,
  description: text,
  fields: fc.array(
    fc.record({
      kind: fc.constant('text' as const),
      id: text,
      label: text,
      description: text,
      isRequired: fc.boolean(),
      minLength: fc.nat(),
      maxLength: fc.nat(),
    }),
  ),
  isInZone: fc.boolean(),
  createdMs: instant,
  values: orNull(fc.constant({ a: { kind: 'photo' as const, fileIds: [1, 2] } })),
  submittedMs: orNull(instant),
  submitPlace: orNull(fc.constant({ latDeg: 1.5, lonDeg: -2 })),
});

const anyTask: fc.Arbitrary<Omit<Task, 'id' | 'uuid'>> = fc.record({
  dialect: fc.constantFrom('navixy', 'gsmtasks', 'thetrack'),
  createdMs: instant,
  deletedMs: fc.constant(null),
  text: fc.record({
    label: text,
    description: text,
    externalId: orNull(text),
    address: text,
    tags: fc.array(fc.nat()),
    origin: fc.constantFrom('manual', 'scheduled', 'imported'),
    extra: fc
      .dictionary(text, fc.jsonValue({ noUnicodeString: false } as never), { noNullPrototype: true })
      .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>),
    form: orNull(anyForm),
  }),
  terms: fc.record({
    zone: fc.record(
      {
        latDeg: degrees(90),
        lonDeg: degrees(180),
        radiusM: fc.double({ min: 1, max: 300_000, noNaN: true }),
        ring: fc.array(fc.tuple(degrees(180), degrees(90)), { minLength: 4, maxLength: 501 }),
      },
      { requiredKeys: ['latDeg', 'lonDeg', 'radiusM'] },
    ),
    fromMs: instant,
    toMs: instant,
    maxDelayMs: duration,
    minStayMs: duration,
    minArrivalMs: duration,
    isFormRequired: fc.boolean(),
    isFormInZone: fc.boolean(),
  }),
  tenure: fc.record({
    trackerId: orNull(fc.nat()),
    givenMs: fc.oneof(instant, fc.constant(-Infinity)),
    assignedMs: orNull(instant),
  }),
  attempt: fc.oneof(
    fc.constant(FIRST_ATTEMPT),
    fc.record({
      number: fc.integer({ min: 1, max: 9 }),
      restartedMs: orNull(instant),
      formMs: orNull(instant),
      movedTo: orNull(fc.constantFrom(...LIFECYCLE_STATES)),
      finishedMs: orNull(instant),
      issues: fc.subarray(['no_visit', 'short_stay', 'form_missing'] as const),
    }),
  ),
  checkpoint: orNull(fc.record({ routeId: fc.nat(), order: fc.nat(499) })),
  facts: fc.record({
    state: fc.constantFrom(...LIFECYCLE_STATES),
    statusMs: instant,
    arrivalMs: orNull(instant),
    completionMs: orNull(instant),
    stayMs: duration,
    departureMs: orNull(instant),
    issues: fc.subarray(['no_visit', 'short_stay', 'form_missing'] as const),
    isLate: fc.boolean(),
    isFaulty: fc.boolean(),
    closer: orNull(fc.constantFrom('gps', 'clock', 'person')),
    isSettled: fc.boolean(),
  }),
});

describe('a task', () => {
  it('comes back as it was written: created, edited, judged', () => {
    const store = testStore();
    let id = 0;
    fc.assert(
      fc.property(anyTask, anyTask, (first, second) => {
        const created: Task = { ...task(++id), ...first };
        store.append(batch({ rows: { createdTasks: [created] } }));
        expect(store.tasks.read(id)).toEqual(created);
        const { terms, tenure, attempt, facts, checkpoint } = second;
        store.append(batch({ rows: { editedTasks: [{ id, text: second.text, terms }] } }));
        expect(store.tasks.read(id)).toEqual({ ...created, text: second.text, terms });
        store.append(batch({ rows: { judgedTasks: [{ id, tenure, attempt, facts, checkpoint, deletedMs: null }] } }));
        expect(store.tasks.read(id)).toEqual({
          ...created,
          text: second.text,
          terms,
          tenure,
          attempt,
          facts,
          checkpoint,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is found under exactly the Navixy status that the projection gives, for every combination of facts', () => {
    const store = testStore();
    const flags = [false, true];
    const expected = new Map<number, string | null>();
    const createdTasks: Task[] = [];
    for (const state of LIFECYCLE_STATES)
      for (const hasTracker of flags)
        for (const hasArrived of flags)
          for (const isLate of flags)
            for (const hasIssues of flags)
              for (const isFaulty of flags) {
                const id = createdTasks.length + 1;
                expected.set(id, navixyStatus({ state, hasTracker, hasArrived, isLate, hasIssues, isFaulty }));
                createdTasks.push({
                  ...task(id),
                  tenure: { trackerId: hasTracker ? 1 : null, givenMs: -Infinity, assignedMs: null },
                  facts: {
                    ...NEW_FACTS,
                    state,
                    arrivalMs: hasArrived ? 0 : null,
                    isLate,
                    issues: hasIssues ? ['short_stay'] : [],
                    isFaulty,
                  },
                });
              }
    store.append(batch({ rows: { createdTasks } }));
    for (const status of ['unassigned', 'assigned', 'arrived', 'done', 'delayed', 'failed', 'faulty'] as const) {
      const ids = [...expected].filter(([, own]) => own === status).map(([id]) => id);
      const found = store.tasks.list({ statuses: [status], sort: [], offset: 0, limit: 1000 });
      expect(found.tasks.map(({ id }) => id)).toEqual(ids);
      expect(store.tasks.countByStatus()[status]).toBe(ids.length);
    }
  });
});
