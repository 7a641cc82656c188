/** What can be asked about forms: how many tasks use a template, and lists of forms with whom and what they are about. */
import type Database from 'better-sqlite3';
import { NAVIXY_STATUSES, type NavixyStatus } from '../model/projections.ts';
import type {
  FormDateField,
  FormFilter,
  FormOfTask,
  FormQueries,
  FormSortField,
  FormTextField,
  FoundForm,
  TemplateUse,
  TrackPeriod,
} from './store.ts';
import { addTextFunctions } from './task-conditions.ts';
import { TASK_COLUMNS, type TaskValues } from './task-rows.ts';

/** Every name in the SQL comes from here; every value is bound. */
const TEXTS: Readonly<Record<FormTextField, string>> = {
  employee_full_name: 'people.name',
  form_description: `form ->> '$.description'`,
  form_label: `form ->> '$.label'`,
  submit_address: `coalesce(form ->> '$.submitPlace.address', '')`,
  task_address: 'tasks.address',
  task_label: 'tasks.label',
  tracker_label: 'trackers.label',
  vehicle_label: 'cars.label',
};

const DATES: Readonly<Record<FormDateField, string>> = {
  submitted: `form ->> '$.submittedMs'`,
  task_creation_date: 'tasks.created_ms',
  task_from: 'tasks.from_ms',
  task_to: 'tasks.to_ms',
  task_arrival_date: 'tasks.arrival_ms',
  task_completion_date: 'tasks.completion_ms',
};

const SORTS: Readonly<Record<FormSortField, string>> = {
  ...TEXTS,
  ...DATES,
  task_id: 'tasks.id',
  created: `form ->> '$.createdMs'`,
};

/** Of several at one tracker the first one counts. */
const COMPANY = `WITH
  people AS MATERIALIZED (
    SELECT body ->> '$.trackerId' AS tracker_id, min(id) AS id, trim(replace(
      (body ->> '$.firstName') || ' ' || (body ->> '$.middleName') || ' ' || (body ->> '$.lastName'), '  ', ' ')) AS name
    FROM records WHERE kind = 'employee' AND body ->> '$.trackerId' IS NOT NULL GROUP BY 1),
  cars AS MATERIALIZED (
    SELECT body ->> '$.trackerId' AS tracker_id, min(id) AS id, body ->> '$.label' AS label
    FROM records WHERE kind = 'vehicle' AND body ->> '$.trackerId' IS NOT NULL GROUP BY 1)`;

const SOURCE = `FROM tasks LEFT JOIN trackers ON trackers.id = tasks.tracker_id
  LEFT JOIN people ON people.tracker_id = tasks.tracker_id LEFT JOIN cars ON cars.tracker_id = tasks.tracker_id`;

/** The first two as in the partial index `tasks_by_template`. */
const SHOWN = 'tasks.deleted_ms IS NULL AND form IS NOT NULL AND navixy_status IS NOT NULL';

const USE = `SELECT navixy_status, count(*) FROM tasks WHERE ${SHOWN} AND form ->> '$.templateId' = ? GROUP BY 1
  UNION ALL SELECT 'scheduled', count(*) FROM records
  WHERE kind = 'task_schedule' AND body ->> '$.formTemplateId' = ?`;

const OF_TRACKER = `SELECT id AS taskId, form ->> '$.createdMs' AS formMs FROM tasks
  WHERE id > @afterId AND tracker_id = @trackerId AND form IS NOT NULL AND CASE
    WHEN form ->> '$.submittedMs' IS NULL THEN from_ms <= @toMs AND to_ms >= @fromMs
    ELSE form ->> '$.submittedMs' BETWEEN @fromMs AND @toMs END
  ORDER BY id LIMIT @limit`;

const TASK = TASK_COLUMNS.map((column) => `tasks.${column}`).join(', ');
const COMPANY_COLUMNS = 'trackers.label, people.id, cars.id';

type Row = readonly [trackerLabel: string | null, employeeId: number | null, vehicleId: number | null, ...TaskValues];

export class SqliteFormQueries implements FormQueries {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
    addTextFunctions(db);
  }

  useOf(templateId: number): TemplateUse {
    const counts = this.#db.prepare<[number, number], [NavixyStatus | 'scheduled', number]>(USE).raw();
    const found = new Map(counts.all(templateId, templateId));
    const tasks = NAVIXY_STATUSES.map((status) => [status, found.get(status) ?? 0] as const);
    return {
      tasks: Object.fromEntries(tasks) as Record<NavixyStatus, number>,
      scheduled: found.get('scheduled') ?? 0,
    };
  }

  ofTracker({ trackerId, fromMs, toMs }: TrackPeriod, afterId: number, limit: number): readonly FormOfTask[] {
    return this.#db.prepare<[object], FormOfTask>(OF_TRACKER).all({ trackerId, fromMs, toMs, afterId, limit });
  }

  search(filter: FormFilter): { readonly rows: readonly FoundForm[]; readonly count: number } {
    const { terms, values } = matchesOf(filter);
    const matching = `${SOURCE} WHERE ${terms.join(' AND ')}`;
    const count = this.#db.prepare<unknown[], number>(`${COMPANY} SELECT count(*) ${matching}`).pluck();
    const order = `${SORTS[filter.sort.field]} ${filter.sort.descending ? 'DESC' : 'ASC'}, tasks.id`;
    const page = this.#db
      .prepare<unknown[], Row>(
        `${COMPANY} SELECT ${COMPANY_COLUMNS}, ${TASK} ${matching} ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .raw();
    return {
      rows: page.all(...values, filter.limit, filter.offset).map(foundForm),
      count: count.get(...values)!,
    };
  }
}

function foundForm([trackerLabel, employeeId, vehicleId, ...task]: Row): FoundForm {
  return { task, trackerLabel, employeeId, vehicleId };
}

/** Lists are bound as one JSON array each. */
function matchesOf(filter: FormFilter): { readonly terms: readonly string[]; readonly values: readonly unknown[] } {
  const terms = [SHOWN];
  const values: unknown[] = [];
  const add = (term: string, ...bound: readonly unknown[]): void => {
    terms.push(term);
    values.push(...bound);
  };
  if (filter.templateId !== undefined) add(`form ->> '$.templateId' = ?`, filter.templateId);
  if (filter.taskIds !== undefined) add('tasks.id IN (SELECT value FROM json_each(?))', JSON.stringify(filter.taskIds));
  if (filter.isSubmitted === true) add(`form ->> '$.submittedMs' IS NOT NULL`);
  for (const [field, part] of Object.entries(filter.texts)) {
    add(`instr(folded(${TEXTS[field as FormTextField]}), folded(?)) > 0`, part);
  }
  for (const [field, { fromMs, toMs }] of Object.entries(filter.periods)) {
    const date = DATES[field as FormDateField];
    if (fromMs !== null) add(`${date} >= ?`, fromMs);
    if (toMs !== null) add(`${date} <= ?`, toMs);
  }
  return { terms, values };
}
