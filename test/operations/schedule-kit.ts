/** A schedule for tests: every day at eight for an hour, unless said otherwise. */
import type { TaskSchedule } from '../../src/model/schedule.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const DAILY = [1, 2, 3, 4, 5, 6, 7];

export function schedule(part: Partial<TaskSchedule> = {}): TaskSchedule {
  return {
    id: 1,
    uuid: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
    sinceMs: 0,
    trackerId: null,
    text: { label: 'Empty the bins', description: '', externalId: null, address: 'Quay 4', tags: [], extra: {} },
    zone: { latDeg: 51.2, lonDeg: 7.3, radiusM: 100 },
    fromTimeMs: 8 * HOUR,
    durationMs: HOUR,
    maxDelayMs: 0,
    minStayMs: 0,
    minArrivalMs: 0,
    days: { kind: 'weekdays', days: DAILY },
    formTemplateId: null,
    ...part,
  };
}
