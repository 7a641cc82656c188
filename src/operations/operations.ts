/** What can be asked of Milepost, in the model's words. Every dialect and the console speak through this one face. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import { type AccessOperations, accessOperations } from './access.ts';
import { type DeliveryOperations, deliveryOperations } from './deliveries.ts';
import { type DeviceCommandOperations, type DeviceCommandRules, deviceCommandOperations } from './device-commands.ts';
import { type FeedOperations, feedOperations } from './event-feed.ts';
import { type HealthOperations, healthOperations } from './health.ts';
import { type RuleOperations, ruleOperations } from './rules.ts';
import { type ScheduleOperations, scheduleOperations } from './schedules.ts';
import type { Searches } from './searches.ts';
import { Pacer } from './slices.ts';
import { type TaskOperations, taskOperations } from './tasks.ts';
import { type TrackerOperations, trackerOperations } from './trackers.ts';
import { type Presence, type TrackOperations, trackOperations } from './tracks.ts';

export interface OperationsDeps {
  readonly store: Store;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly presence: Presence;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** The setting `api-key`: 32 hex digits, all rights; null = none. */
  readonly firstKey: string | null;
  readonly deviceCommands: DeviceCommandRules;
}

export type Operations = TaskOperations &
  TrackerOperations &
  TrackOperations &
  DeviceCommandOperations &
  ScheduleOperations &
  DeliveryOperations &
  RuleOperations &
  FeedOperations &
  AccessOperations &
  HealthOperations;

export function createOperations(options: OperationsDeps): Operations {
  const deps = { ...options, pacer: new Pacer(options.now) };
  return {
    ...taskOperations(deps),
    ...trackerOperations(deps),
    ...trackOperations(deps),
    ...deviceCommandOperations(deps),
    ...scheduleOperations(deps),
    ...deliveryOperations(deps),
    ...ruleOperations(deps),
    ...feedOperations(deps),
    ...accessOperations(deps),
    ...healthOperations(deps),
  };
}
