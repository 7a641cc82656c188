/** Forms by their tasks: random questions are answered as by a look at every task, and templates are found by an index. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TaskForm } from '../../src/model/form.ts';
import type { Task } from '../../src/model/task.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { SqliteFormQueries } from '../../src/store/form-queries.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import type { FormFilter, FormSortField } from '../../src/store/store.ts';
import { taskOfValues } from '../../src/store/task-rows.ts';
import { batch, MINUTE, NEW_FACTS, T0, task, testDirectory, tracker } from './kit.ts';

const WORDS = ['Apfel', 'birne', 'ПЛИТКА', 'öl', '%_', ''];
const word = fc.constantFrom(...WORDS);
const minute = fc.nat(5).map((n) => T0 + n * MINUTE);

const anyForm: fc.Arbitrary<TaskForm | null> = fc.option(
  fc.record({
    templateId: fc.integer({ min: 1, max: 3 }),
    templateVersion: fc.constant(1),
    label: word,
    description: word,
    fields: fc.constant([]),
    isInZone: fc.boolean(),
    createdMs: minute,
    values: fc.constant(null),
    submittedMs: fc.option(minute),
    submitPlace: fc.constant(null),
  }),
);

const anyTasks = fc
  .array(
    fc.record({
      form: anyForm,
      label: word,
      address: word,
      trackerId: fc.constantFrom(null, 1, 2, 3),
      isGone: fc.boolean(),
    }),
    {
      maxLength: 12,
    },
  )
  .map((all) =>
    all.map(({ form, label, address, trackerId, isGone }, i): Task => {
      const base = task(i + 1);
      return {
        ...base,
        text: { ...base.text, label, address, form },
        tenure: { ...base.tenure, trackerId },
        facts: { ...NEW_FACTS, state: trackerId === null ? 'unassigned' : 'assigned' },
        deletedMs: isGone && i % 3 === 0 ? T0 : null,
      };
    }),
  );

const period = fc.record({ fromMs: fc.option(minute), toMs: fc.option(minute) });
const SORTS: FormSortField[] = [
  'task_id',
  'submitted',
  'created',
  'form_label',
  'task_label',
  'tracker_label',
  'vehicle_label',
];
const anyFilter: fc.Arbitrary<FormFilter> = fc.record(
  {
    templateId: fc.integer({ min: 1, max: 4 }),
    taskIds: fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 6 }),
    isSubmitted: fc.constant(true as const),
    texts: fc.record(
      {
        form_label: word,
        form_description: word,
        task_label: word,
        task_address: word,
        tracker_label: word,
        vehicle_label: word,
        employee_full_name: word,
      },
      { requiredKeys: [] },
    ),
    periods: fc.record({ submitted: period, task_creation_date: period }, { requiredKeys: [] }),
    sort: fc.record({ field: fc.constantFrom(...SORTS), descending: fc.boolean() }),
    offset: fc.nat(3),
    limit: fc.nat(8),
  },
  { requiredKeys: ['texts', 'periods', 'sort', 'offset', 'limit'] },
);

const TRACKERS = [tracker(1, { label: 'Apfelwagen' }), tracker(2, { label: 'плитка 2' }), tracker(3, { label: 'Öl' })];
const PERSON = { email: '', phone: '', departmentId: null, home: null, tags: [], extra: {} };
const PEOPLE = [
  { ...PERSON, trackerId: 1, firstName: 'Birne', middleName: '', lastName: 'Öl' },
  { ...PERSON, trackerId: 1, firstName: 'Second', middleName: '', lastName: 'Apfel' },
  { ...PERSON, trackerId: null, firstName: 'Nobody', middleName: '', lastName: '' },
];
const CARS = [{ trackerId: 2, label: 'Apfel', garageId: null, tags: [], extra: {} }];

describe('a search for forms', () => {
  it('finds, counts and orders as a look at every task does', () => {
    fc.assert(
      fc.property(anyTasks, fc.array(anyFilter, { minLength: 1, maxLength: 6 }), (tasks, filters) => {
        const directory = testDirectory();
        const store = openStore({ directory });
        for (const person of PEOPLE) store.records.create('employee', person);
        for (const car of CARS) store.records.create('vehicle', car);
        store.append(batch({ rows: { trackers: TRACKERS, createdTasks: tasks } }));
        const reader = openReader(directory);
        try {
          for (const filter of filters) {
            const { rows, count } = reader.forms.search(filter);
            const expected = naive(tasks, filter);
            expect(count).toBe(expected.length);
            const page = expected.slice(filter.offset, filter.offset + filter.limit);
            expect(rows.map((row) => taskOfValues(row.task).id)).toEqual(page.map(({ id }) => id));
            for (const row of rows) {
              const { trackerId } = taskOfValues(row.task).tenure;
              expect(row.trackerLabel).toBe(labelOf(trackerId));
              expect([row.employeeId, row.vehicleId]).toEqual([trackerId === 1 ? 1 : null, trackerId === 2 ? 4 : null]);
            }
          }
        } finally {
          reader.close();
          store.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds what was filled in for a tracker in a period, page by page, also of deleted tasks', () => {
    const span = fc.tuple(minute, minute).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }));
    fc.assert(
      fc.property(anyTasks, span, fc.integer({ min: 1, max: 3 }), (tasks, { fromMs, toMs }, limit) => {
        const directory = testDirectory();
        const store = openStore({ directory });
        store.append(batch({ rows: { trackers: TRACKERS, createdTasks: tasks } }));
        const reader = openReader(directory);
        const found: number[] = [];
        for (let page = null; page === null || page.length > 0; ) {
          page = reader.forms.ofTracker({ trackerId: 1, fromMs, toMs }, found.at(-1) ?? 0, limit);
          for (const { taskId, formMs } of page) {
            expect(formMs).toBe(tasks[taskId - 1]!.text.form!.createdMs);
            found.push(taskId);
          }
        }
        const expected = tasks.filter(({ tenure, terms, text: { form } }) => {
          if (form === null || tenure.trackerId !== 1) return false;
          const [first, last] =
            form.submittedMs === null ? [terms.fromMs, terms.toMs] : [form.submittedMs, form.submittedMs];
          return first <= toMs && last >= fromMs;
        });
        expect(found).toEqual(expected.map(({ id }) => id));
        reader.close();
        store.close();
      }),
      { numRuns: 20 },
    );
  });

  it('reads the tasks of a template by their index', () => {
    const directory = testDirectory();
    openStore({ directory }).close();
    const db = new Database(join(directory, DATABASE_FILE));
    onTestFinished(() => void db.close());
    const asked: string[] = [];
    const listening = new Proxy(db, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (key === 'prepare') {
          return (sql: string) => {
            asked.push(sql);
            return target.prepare(sql);
          };
        }
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const queries = new SqliteFormQueries(listening);
    queries.useOf(1);
    queries.search({
      templateId: 1,
      texts: {},
      periods: {},
      sort: { field: 'task_id', descending: false },
      offset: 0,
      limit: 1,
    });
    expect(asked).toHaveLength(3);
    for (const sql of asked) {
      const plan = db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length: sql.split('?').length - 1 }, () => 1));
      expect(JSON.stringify(plan)).toContain('tasks_by_template');
    }
  });
});

function naive(tasks: readonly Task[], filter: FormFilter): Task[] {
  const found = tasks.filter((one) => {
    const { form } = one.text;
    if (form === null || one.deletedMs !== null) return false;
    if (filter.templateId !== undefined && form.templateId !== filter.templateId) return false;
    if (filter.taskIds !== undefined && !filter.taskIds.includes(one.id)) return false;
    if (filter.isSubmitted === true && form.submittedMs === null) return false;
    for (const [field, part] of Object.entries(filter.texts)) {
      const text = soughtIn(one, field as FormSortField);
      if (text === null || !String(text).toLowerCase().includes(part.toLowerCase())) return false;
    }
    for (const [field, { fromMs, toMs }] of Object.entries(filter.periods)) {
      const time = soughtIn(one, field as FormSortField);
      if (fromMs !== null && (time === null || Number(time) < fromMs)) return false;
      if (toMs !== null && (time === null || Number(time) > toMs)) return false;
    }
    return true;
  });
  const sign = filter.sort.descending ? -1 : 1;
  return found.sort((a, b) => {
    const [left, right] = [soughtIn(a, filter.sort.field), soughtIn(b, filter.sort.field)];
    return sign * compare(left, right) || a.id - b.id;
  });
}

/** As SQLite does: nothing first, texts by their bytes. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function soughtIn({ id, text, tenure, createdMs }: Task, field: FormSortField): string | number | null {
  const form = text.form!;
  switch (field) {
    case 'task_id':
      return id;
    case 'submitted':
      return form.submittedMs;
    case 'created':
      return form.createdMs;
    case 'form_label':
      return form.label;
    case 'form_description':
      return form.description;
    case 'task_label':
      return text.label;
    case 'task_address':
      return text.address;
    case 'tracker_label':
      return labelOf(tenure.trackerId);
    case 'vehicle_label':
      return tenure.trackerId === 2 ? 'Apfel' : null;
    case 'employee_full_name':
      return tenure.trackerId === 1 ? 'Birne Öl' : null;
    case 'task_creation_date':
      return createdMs;
    default:
      throw new Error(`nothing is asked by ${field} here`);
  }
}

function labelOf(trackerId: number | null): string | null {
  return TRACKERS.find(({ id }) => id === trackerId)?.label ?? null;
}
