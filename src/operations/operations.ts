/** What can be asked of Milepost, in the model's words. Every dialect and the console speak through this one face. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import { type AccessOperations, accessOperations } from './access.ts';
import { type AccountOperations, accountOperations } from './account.ts';
import { type AlertOperations, type AlertRules, alertOperations } from './alerts.ts';
import { type AssigneeOperations, assigneeOperations } from './assignees.ts';
import { type AuditOperations, auditOperations } from './audit.ts';
import { type BulkOperations, bulkOperations } from './bulk.ts';
import { type CaptureDesk, type CaptureOperations, captureOperations } from './captures.ts';
import { type CustomFieldOperations, customFieldOperations } from './custom-fields.ts';
import { type DeliveryOperations, deliveryOperations } from './deliveries.ts';
import { type DeviceCommandOperations, type DeviceCommandRules, deviceCommandOperations } from './device-commands.ts';
import { type DriverOperations, driverOperations } from './drivers.ts';
import { type ErasureOperations, erasureOperations } from './erasure.ts';
import { type FeedOperations, feedOperations } from './event-pages.ts';
import { DEFAULT_FILE_RULES, type FormFileOperations, type FormFileRules, formFileOperations } from './form-files.ts';
import { type FormOperations, formOperations } from './forms.ts';
import { type FrameOperations, frameOperations } from './frames.ts';
import { type Geocoder, type GeocoderOperations, geocoderOperations } from './geocoder.ts';
import { type HealthOperations, healthOperations } from './health.ts';
import { type HookOperations, hookOperations } from './hooks.ts';
import { type IdentityOperations, identityOperations } from './identity.ts';
import { type InstructionOperations, instructionOperations } from './instructions.ts';
import { type JourneyOperations, journeyOperations } from './journeys.ts';
import { type LastFixOperations, lastFixOperations } from './last-fixes.ts';
import { type LiveOperations, liveOperations } from './live.ts';
import { type MembershipOperations, membershipOperations } from './memberships.ts';
import { type OnceOperations, onceOperations } from './once.ts';
import { type PeopleOperations, peopleOperations } from './people.ts';
import { type PerformerOperations, performerOperations } from './performers.ts';
import { type PlaceOperations, placeOperations } from './places.ts';
import { type PointOperations, pointOperations } from './points.ts';
import { type QueueOperations, queueOperations } from './queues.ts';
import { type ResourceOperations, resourceOperations } from './resources.ts';
import { type RouteOperations, routeOperations } from './routes.ts';
import { type RuleOperations, ruleOperations } from './rules.ts';
import { type ScheduleOperations, scheduleOperations } from './schedules.ts';
import type { Searches } from './searches.ts';
import { Pacer } from './slices.ts';
import { type StateCountOperations, stateCountOperations } from './states-report.ts';
import { type TagOperations, tagOperations } from './tags.ts';
import { type TaskEventOperations, taskEventOperations } from './task-events.ts';
import { type TaskCommandOperations, taskCommandOperations } from './task-moves.ts';
import { type TaskSearchOperations, taskSearchOperations } from './task-search.ts';
import { type TaskTallyOperations, taskTallyOperations } from './task-tallies.ts';
import { type TaskOperations, taskOperations } from './tasks.ts';
import { type TimeLocationOperations, timeLocationOperations } from './time-locations.ts';
import { type TrackerOperations, trackerOperations } from './trackers.ts';
import { type TrackingOperations, trackingOperations } from './tracking.ts';
import { type Presence, type TrackOperations, trackOperations } from './tracks.ts';
import { type UserOperations, userOperations } from './users.ts';
import { type VehicleOperations, vehicleOperations } from './vehicles.ts';
import { type WebhookOperations, webhookOperations } from './webhooks.ts';

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
  /** Absent = nothing can be captured. */
  readonly captures?: CaptureDesk;
  /** Absent = nobody is called silent. */
  readonly alertRules?: AlertRules;
  /** Absent = as usual. */
  readonly formFiles?: FormFileRules;
  /** Absent = addresses are not looked up. */
  readonly geocoder?: Geocoder | null;
  /** How much faster than the wall `now` goes; absent = as fast. */
  readonly clockFactor?: number;
}

export type Operations = TaskOperations &
  TaskSearchOperations &
  TaskCommandOperations &
  AssigneeOperations &
  ResourceOperations &
  BulkOperations &
  OnceOperations &
  PerformerOperations &
  RouteOperations &
  TrackerOperations &
  TrackOperations &
  DeviceCommandOperations &
  FormOperations &
  FormFileOperations &
  ScheduleOperations &
  DeliveryOperations &
  RuleOperations &
  FeedOperations &
  AccessOperations &
  AuditOperations &
  AlertOperations &
  CaptureOperations &
  AccountOperations &
  TagOperations &
  CustomFieldOperations &
  PeopleOperations &
  ErasureOperations &
  VehicleOperations &
  GeocoderOperations &
  IdentityOperations &
  MembershipOperations &
  UserOperations &
  PointOperations &
  LastFixOperations &
  TimeLocationOperations &
  InstructionOperations &
  TaskEventOperations &
  TaskTallyOperations &
  StateCountOperations &
  DriverOperations &
  PlaceOperations &
  QueueOperations &
  JourneyOperations &
  TrackingOperations &
  HookOperations &
  FrameOperations &
  LiveOperations &
  WebhookOperations &
  HealthOperations;

export function createOperations(options: OperationsDeps): Operations {
  const deps = { formFiles: DEFAULT_FILE_RULES, ...options, pacer: new Pacer(options.now) };
  const files = formFileOperations(deps);
  const tasks = taskOperations(deps);
  const search = taskSearchOperations(deps);
  const access = accessOperations(deps);
  const people = peopleOperations(deps);
  const vehicles = vehicleOperations(deps);
  const identity = identityOperations(deps);
  const tracks = trackOperations(deps);
  const moves = taskCommandOperations({ ...deps, tasks });
  const queues = queueOperations({ search, moves, tasks });
  return {
    ...tasks,
    ...assigneeOperations(deps),
    ...resourceOperations(deps),
    ...bulkOperations({ ...deps, tasks }),
    ...onceOperations(deps),
    ...performerOperations(deps),
    ...routeOperations(deps),
    ...trackerOperations(deps),
    ...tracks,
    ...alertOperations({ ...deps, clockSuspicion: tracks.clockSuspicion }),
    ...captureOperations(deps),
    ...deviceCommandOperations(deps),
    ...formOperations({ ...deps, files }),
    ...files,
    ...scheduleOperations(deps),
    ...deliveryOperations(deps),
    ...ruleOperations(deps),
    ...feedOperations(deps),
    ...access,
    ...auditOperations(deps),
    ...accountOperations(deps),
    ...tagOperations(deps),
    ...customFieldOperations(deps),
    ...people,
    ...erasureOperations(deps),
    ...vehicles,
    ...geocoderOperations(deps),
    ...identity,
    ...search,
    ...membershipOperations({ ...deps, search }),
    ...userOperations({ ...deps, access, identity, people, vehicles }),
    ...pointOperations(deps),
    ...lastFixOperations(deps),
    ...timeLocationOperations(deps),
    ...instructionOperations(deps),
    ...taskEventOperations(deps),
    ...taskTallyOperations(deps),
    ...stateCountOperations(deps),
    ...moves,
    ...driverOperations(deps),
    ...placeOperations(deps),
    ...queues,
    ...journeyOperations({ ...deps, queues }),
    ...trackingOperations({ ...deps, tasks }),
    ...hookOperations(deps),
    ...frameOperations(deps),
    ...liveOperations({ ...deps, search }),
    ...webhookOperations(deps),
    ...healthOperations(deps),
  };
}
