/** A schedule: what a task says and asks for, and at what time of which local days it is to be made anew. */
import type { TaskText, Zone } from './task.ts';

export interface ScheduleDays {
  /** 1 = Monday .. 7 = Sunday, or 1..31; a day that a month does not have is left out. */
  readonly kind: 'weekdays' | 'month_days';
  readonly days: readonly number[];
}

export interface TaskSchedule {
  readonly id: number;
  /** With a local day it names the task of that day. */
  readonly uuid: string;
  /** Since when it reads as it does: only local days that begin later are its own. */
  readonly sinceMs: number;
  readonly trackerId: number | null;
  readonly text: Pick<TaskText, 'label' | 'description' | 'externalId' | 'address' | 'tags' | 'extra'>;
  readonly zone: Zone;
  /** Of the window's beginning, by the clock on the wall, after midnight. */
  readonly fromTimeMs: number;
  readonly durationMs: number;
  readonly maxDelayMs: number;
  readonly minStayMs: number;
  readonly minArrivalMs: number;
  readonly days: ScheduleDays;
  /** The form that its tasks get; null = none. Where the template is gone by then, neither. */
  readonly formTemplateId: number | null;
}
