/** Which tasks schedules have due: pure, from the schedules, a zone's clock on the wall, and days or instants. */
import { createHash } from 'node:crypto';
import type { NewTask } from '../model/command.ts';
import { blankForm, type FormTemplate, formTerms } from '../model/form.ts';
import type { ScheduleDays, TaskSchedule } from '../model/schedule.ts';
import { uuidFrom } from '../model/uuid.ts';
import type { RecordShelf } from '../store/store.ts';
import { knownIds } from './filing.ts';
import { DAY_MS, instantOf, localDayMs, type Offsets } from './wall-clock.ts';

/** One task that a schedule has due. */
export interface Occurrence {
  readonly schedule: TaskSchedule;
  /** The local day it belongs to, as its midnight's digits: `dayMs` of 29 March 2026 is that date in UTC. */
  readonly dayMs: number;
  /** When that day began. */
  readonly bornMs: number;
  /** The window. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those of one local day, in the order of the schedules; a day that the zone skipped has none. */
export function* occurrencesOn(
  dayMs: number,
  schedules: Iterable<TaskSchedule>,
  offsetMs: Offsets,
): Generator<Occurrence> {
  const bornMs = instantOf(dayMs, offsetMs);
  if (!isOnCalendar(dayMs, offsetMs)) return;
  for (const schedule of schedules) {
    if (schedule.sinceMs > bornMs || !isNamed(schedule.days, dayMs)) continue;
    // A time of day that is skipped moves forward, one that occurs twice is the earlier one, as everywhere here.
    const fromMs = instantOf(dayMs + schedule.fromTimeMs, offsetMs);
    yield { schedule, dayMs, bornMs, fromMs, toMs: fromMs + schedule.durationMs };
  }
}

/** Those whose window begins between two instants, both included, day by day. */
export function* occurrencesIn(
  fromMs: number,
  toMs: number,
  schedules: readonly TaskSchedule[],
  offsetMs: Offsets,
): Generator<Occurrence> {
  // A time of day that was skipped may have moved into the next day.
  const firstMs = localDayMs(fromMs, offsetMs) - DAY_MS;
  for (let dayMs = firstMs; dayMs <= localDayMs(toMs, offsetMs); dayMs += DAY_MS) {
    for (const occurrence of occurrencesOn(dayMs, schedules, offsetMs)) {
      if (occurrence.fromMs >= fromMs && occurrence.fromMs <= toMs) yield occurrence;
    }
  }
}

const NOON_MS = DAY_MS / 2;

/** Samoa had no 30 December 2011. No zone has skipped as much as half of a day that it had. */
function isOnCalendar(dayMs: number, offsetMs: Offsets): boolean {
  return localDayMs(instantOf(dayMs + NOON_MS, offsetMs), offsetMs) === dayMs;
}

function isNamed({ kind, days }: ScheduleDays, dayMs: number): boolean {
  const date = new Date(dayMs);
  // Sunday is 0 there and 7 here.
  return days.includes(kind === 'weekdays' ? date.getUTCDay() || 7 : date.getUTCDate());
}

/** As the line takes it. Its UUID follows from schedule and local day, so that the same task is never made twice. */
export function taskOf({ schedule, dayMs, bornMs, fromMs, toMs }: Occurrence, template: FormTemplate | null): NewTask {
  const form = template && blankForm(template, bornMs);
  const { uuid, trackerId, text, zone, maxDelayMs, minStayMs, minArrivalMs } = schedule;
  return {
    uuid: dayUuid(uuid, dayMs),
    dialect: 'navixy',
    trackerId,
    text: { ...text, origin: 'scheduled', form },
    terms: { zone, fromMs, toMs, maxDelayMs, minStayMs, minArrivalMs, ...formTerms(form) },
  };
}

/** All of them, without the tags and templates that are gone. */
export function schedulesIn(records: Pick<RecordShelf, 'list'>): readonly TaskSchedule[] {
  const knownTags = knownIds(records, 'tag');
  const knownTemplates = knownIds(records, 'form_template');
  return records.list('task_schedule').map((schedule) => {
    const { text, formTemplateId } = schedule;
    return {
      ...schedule,
      text: { ...text, tags: text.tags.filter((tag) => knownTags.has(tag)) },
      formTemplateId: formTemplateId !== null && knownTemplates.has(formTemplateId) ? formTemplateId : null,
    };
  });
}

/** The template of the form that its tasks get; null = none, or it is gone. */
export function templateOf(
  records: Pick<RecordShelf, 'read'>,
  { formTemplateId }: Pick<TaskSchedule, 'formTemplateId'>,
): FormTemplate | null {
  return formTemplateId === null ? null : records.read('form_template', formTemplateId);
}

/** Version 5 (RFC 9562): the schedule's UUID is the name space, the date the name. */
function dayUuid(scheduleUuid: string, dayMs: number): string {
  const date = new Date(dayMs).toISOString().slice(0, 10);
  const space = Buffer.from(scheduleUuid.replaceAll('-', ''), 'hex');
  return uuidFrom(createHash('sha1').update(space).update(date).digest(), 5);
}
