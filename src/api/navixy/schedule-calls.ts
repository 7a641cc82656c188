/** `/task/schedule/*`: what is to be done again and again, and which tasks that will make. */
import type { TaskSchedule } from '../../model/schedule.ts';
import type { Operations } from '../../operations/operations.ts';
import { DAY_MS } from '../../operations/wall-clock.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Failure, failure, invalid } from './errors.ts';
import { instant, optional, required } from './parameters.ts';
import { taskWire } from './read.ts';
import { referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import {
  EDITED_SCHEDULE,
  NEW_SCHEDULE,
  SCHEDULE_FILTER,
  type ScheduleWish,
  scheduleDraft,
  scheduleFilter,
  scheduleWire,
} from './schedule-write.ts';
import { INTEGER, LOCATION, listOf, maybe, nullable, oneOfWords, record, STRING, TASK } from './shapes.ts';
import { id } from './usual.ts';

/** Of a look ahead: as long as nothing else is said, and at most. */
const AHEAD_MS = 31 * DAY_MS;
const AHEAD_MS_MAX = 93 * DAY_MS;

const SCHEDULE = record({
  id: INTEGER,
  user_id: INTEGER,
  tracker_id: nullable(INTEGER),
  type: oneOfWords(['task']),
  location: LOCATION,
  label: STRING,
  description: STRING,
  external_id: nullable(STRING),
  from_time: STRING,
  duration: INTEGER,
  max_delay: INTEGER,
  min_stay_duration: INTEGER,
  min_arrival_duration: INTEGER,
  parameters: record({
    type: oneOfWords(['weekdays', 'month_days']),
    weekdays: maybe(listOf(INTEGER)),
    month_days: maybe(listOf(INTEGER)),
  }),
  tags: listOf(INTEGER),
  form_template_id: nullable(INTEGER),
  fields: maybe({ type: 'object' }),
});

/** What a schedule names has to be there. */
function refusedReferences(operations: Operations, wish: ScheduleWish, before: TaskSchedule | null): Failure | null {
  const faults = referenceFaults(operations, 'schedule', wish, before?.text ?? null);
  if (faults.length > 0) return invalid(faults);
  const isFormKnown = wish.form_template_id === null || operations.readFormTemplate(wish.form_template_id) !== null;
  return isFormKnown ? null : failure(204);
}

export const SCHEDULE_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/schedule/create',
      scope: 'tasks:write',
      summary: 'Creates a schedule; its first task is that of the next local day it names',
      takes: { schedule: required(NEW_SCHEDULE) },
      gives: { id: INTEGER },
      makes: true,
    },
    ({ schedule }, { operations }, _pen, _caller, uuidOf) => {
      const refused = refusedReferences(operations, schedule, null);
      if (refused !== null) return refused;
      const outcome = operations.createSchedule(scheduleDraft(schedule, null), uuidOf(0));
      if (outcome === null) return failure(267);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ id: outcome.schedule.id });
    },
  ),
  call(
    {
      path: 'task/schedule/read',
      scope: 'tasks:read',
      summary: 'Reads a schedule',
      takes: { id: required(id) },
      gives: { value: SCHEDULE },
    },
    (given, { operations }) => {
      const schedule = operations.readSchedule(given.id);
      return schedule === null ? failure(201) : success({ value: scheduleWire(schedule) });
    },
  ),
  call(
    {
      path: 'task/schedule/list',
      scope: 'tasks:read',
      summary: 'Lists schedules; those of nobody are among them whatever trackers are asked for',
      takes: SCHEDULE_FILTER,
      gives: { list: listOf(SCHEDULE) },
    },
    (parameters, { operations }) => {
      const filter = scheduleFilter(parameters);
      return listing(filter === null ? [] : operations.listSchedules(filter), scheduleWire);
    },
  ),
  call(
    {
      path: 'task/schedule/update',
      scope: 'tasks:write',
      summary: 'Replaces a schedule, from the next local day on',
      takes: { schedule: required(EDITED_SCHEDULE) },
      gives: {},
    },
    ({ schedule }, { operations }) => {
      const before = operations.readSchedule(schedule.id);
      if (before === null) return failure(204);
      const refused = refusedReferences(operations, schedule, before);
      if (refused !== null) return refused;
      const outcome = operations.updateSchedule(schedule.id, scheduleDraft(schedule, before));
      if (outcome === null) return failure(204);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    {
      path: 'task/schedule/delete',
      scope: 'tasks:write',
      summary: 'Deletes a schedule; the tasks it made stay',
      takes: { schedule_id: required(id) },
      gives: {},
    },
    ({ schedule_id }, { operations }) => (operations.deleteSchedule(schedule_id) ? success() : failure(201)),
  ),
  call(
    {
      path: 'task/schedule/proposal/list',
      scope: 'tasks:read',
      summary: 'Lists the tasks that schedules will make on days to come, by the beginning of their windows',
      takes: { from: optional(instant), to: optional(instant), ...SCHEDULE_FILTER },
      gives: { list: listOf(TASK) },
    },
    async ({ from, to, ...parameters }, { operations, calendar, rule }, pen) => {
      const fromMs = from ?? rule.now();
      const toMs = to ?? fromMs + AHEAD_MS;
      if (toMs < fromMs) return invalid([{ parameter: 'to', error: "must not be before 'from'" }]);
      if (toMs - fromMs > AHEAD_MS_MAX) return failure(211);
      const filter = scheduleFilter(parameters);
      const tasks = filter === null ? [] : operations.proposeTasks(fromMs, toMs, filter, calendar.zoneName);
      return listing(tasks, (task) => ({ ...taskWire(task, pen), id: null }));
    },
  ),
];
