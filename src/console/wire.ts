/**
 * What `/api` says, as the console reads it. Times are ISO 8601 in UTC, durations seconds, distances metres, angles
 * degrees. `test/api/own` holds the server's shapes to these names.
 */

export type Iso = string;

export interface Session {
  readonly keyName: string;
  /** `*` = all of them. */
  readonly scopes: readonly string[];
  /** How much faster than the wall the gateway's clock runs: 1 but in the demo. */
  readonly clockFactor: number;
  /** The gateway's clock at the answer. */
  readonly now: Iso;
}

export type Status = 'unassigned' | 'assigned' | 'arrived' | 'done' | 'delayed' | 'faulty' | 'failed';

export interface Zone {
  readonly lat: number;
  readonly lon: number;
  /** Of a polygon: of the smallest circle around it. */
  readonly radius: number;
  /** [lat, lon] in order, not closed; null = a circle. */
  readonly ring: readonly (readonly [number, number])[] | null;
}

export interface Task {
  readonly id: number;
  readonly uuid: string;
  /** The API that made it, by whose rules it goes. */
  readonly dialect: 'navixy' | 'gsmtasks' | 'thetrack';
  readonly label: string;
  readonly description: string;
  readonly externalId: string | null;
  /** As Navixy names it; null = a draft. */
  readonly status: Status | null;
  /** draft, scheduled, unassigned, assigned, accepted, in_transit, active, suspended, completed, failed, cancelled. */
  readonly state: string;
  readonly isOpen: boolean;
  readonly statusAt: Iso;
  readonly trackerId: number | null;
  readonly trackerLabel: string | null;
  /** null = it has no place yet. */
  readonly zone: Zone | null;
  readonly address: string;
  /** null = nobody has set this end. */
  readonly from: Iso | null;
  readonly to: Iso | null;
  readonly maxDelay: number;
  readonly minStay: number;
  readonly minArrival: number;
  readonly arrivedAt: Iso | null;
  readonly departedAt: Iso | null;
  /** So far. */
  readonly stay: number;
  readonly issues: readonly string[];
  readonly isLate: boolean;
  readonly isFaulty: boolean;
  readonly routeId: number | null;
  readonly createdAt: Iso;
  readonly form: TaskForm | null;
}

export interface TaskForm {
  readonly label: string;
  readonly description: string;
  readonly isInZone: boolean;
  readonly submittedAt: Iso | null;
  readonly fields: readonly {
    readonly id: string;
    readonly label: string;
    readonly type: string;
    readonly isRequired: boolean;
    readonly value: string | null;
  }[];
}

/** GET /api/tasks?status=a,b&tracker=1,2&search=words&from=ISO&to=ISO&cursor=...&limit=50: newest first. */
export interface TaskPage {
  readonly tasks: readonly Task[];
  /** null = that was all. */
  readonly nextCursor: string | null;
}

/** POST /api/tasks; PATCH /api/tasks/:id takes some of the members. Both answer the task. */
export interface TaskWish {
  readonly label: string;
  readonly description?: string;
  readonly externalId?: string | null;
  readonly trackerId?: number | null;
  readonly zone: { readonly lat: number; readonly lon: number; readonly radius: number; readonly ring?: Zone['ring'] };
  readonly address?: string;
  readonly from: Iso;
  readonly to: Iso;
  readonly maxDelay?: number;
  readonly minStay?: number;
  readonly minArrival?: number;
}

/** GET /api/tasks/:id/history: oldest first. */
export interface History {
  readonly events: readonly HistoryEvent[];
}

export interface HistoryEvent {
  /** Row of history; the id of the same event in the live stream and in deliveries. */
  readonly id: number;
  readonly uid: string;
  readonly taskId: number;
  /** create, update, assign, presence, delete, form, place, status_change, route_*. */
  readonly kind: string;
  readonly eventAt: Iso;
  readonly recordedAt: Iso;
  /** A sentence for a person. */
  readonly words: string;
  readonly fromStatus: Status | null;
  readonly toStatus: Status | null;
  readonly isRevised: boolean;
  readonly reason: string | null;
  /** The fix that moved it. */
  readonly witness: { readonly time: Iso; readonly lat: number; readonly lon: number } | null;
  readonly trackerId: number | null;
}

/** GET /api/tasks/:id/explain. */
export interface Explanation {
  readonly taskId: number;
  readonly words: readonly string[];
  /** What was seen of its zone within its time, the first hundred. */
  readonly visits: readonly Visit[];
  readonly completedAt: Iso | null;
  readonly formAt: Iso | null;
}

export interface Visit {
  readonly from: Iso;
  readonly to: Iso;
  /** Long enough to be one. */
  readonly counts: boolean;
}

/** GET /api/tasks/:id/deliveries: what webhooks were told of it, newest first. */
export interface TaskDeliveries {
  readonly deliveries: readonly Delivery[];
}

export interface Tracker {
  readonly id: number;
  readonly uuid: string;
  readonly label: string;
  readonly imei: string | null;
  readonly model: string | null;
  readonly timeZone: string;
  readonly isBlocked: boolean;
  readonly createdAt: Iso;
  readonly clockSuspicion: { readonly ahead: string; readonly frames: number; readonly since: Iso } | null;
  /** Until when its bytes are captured (POST .../capture {minutes}; GET .../capture: the talk); null = they are not. */
  readonly captureUntil: Iso | null;
}

/** GET /api/trackers/:id/state. */
export interface TrackerState {
  readonly trackerId: number;
  readonly isOnline: boolean;
  readonly lastSeenAt: Iso | null;
  readonly fix: Fix | null;
  readonly attributes: Readonly<Record<string, number | string | boolean>>;
}

export interface Fix {
  readonly time: Iso;
  readonly receivedAt: Iso;
  readonly protocol: string;
  readonly lat: number;
  readonly lon: number;
  readonly altitude: number | null;
  readonly speed: number | null;
  readonly course: number;
  readonly satellites: number | null;
  readonly valid: boolean;
  readonly invalidity: string | null;
  readonly io: Readonly<Record<string, number | string>>;
  readonly attributes: Readonly<Record<string, number | string | boolean>>;
}

/** GET /api/trackers/:id/fixes?from&to&limit: oldest first. */
export interface Fixes {
  readonly trackerId: number;
  readonly fixes: readonly Fix[];
  readonly hasMore: boolean;
}

/**
 * GET /api/trackers/:id/frames?from=ISO&to=ISO&limit=50: by receipt, newest first; `before` (ISO of the oldest one) pages.
 * GET /api/trackers/:id/frames?fix=ISO: the frames that brought the records of this device time.
 */
export interface Frames {
  readonly trackerId: number;
  readonly frames: readonly Frame[];
  readonly hasMore: boolean;
}

export interface Frame {
  readonly receivedAt: Iso;
  readonly protocol: string;
  readonly hex: string;
  /** login, records, location, heartbeat, ...; `unreadable` with `error` where it could not be decoded. */
  readonly message: string;
  readonly error: string | null;
  /** What the gateway answers, hex. */
  readonly reply: string | null;
  readonly fields: readonly FrameField[];
  /** In wire order; `isKept` false = it was stored before. */
  readonly fixes: readonly (Fix & { readonly isKept: boolean })[];
}

export interface FrameField {
  /** First byte, counted from 0; `length` 0 = derived. */
  readonly offset: number;
  readonly length: number;
  /** Which records' part: 'record 1 / AVL data / ...', '' at the top. */
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** GET /api/live: what a map begins with; the stream goes on from `eventId`. */
export interface LiveStart {
  readonly now: Iso;
  readonly eventId: number;
  readonly trackers: readonly (Pick<Tracker, 'id' | 'label'> & {
    readonly isOnline: boolean;
    readonly position: Position | null;
  })[];
  /** Open ones with a place, and those that ended in the last hour; at most 5000. */
  readonly tasks: readonly Task[];
  readonly hasMoreTasks: boolean;
}

export interface Position {
  readonly time: Iso;
  readonly lat: number;
  readonly lon: number;
  readonly speed: number | null;
  readonly course: number;
}

/**
 * GET /api/events (SSE), ?kinds=task,position,connection,delivery &tracker=1,2 &task=7. Each `event:` is a kind and each
 * `data:` one of these. Only `task` and `hello` carry an `id:` (the history row), from which Last-Event-ID (or ?after=ROW)
 * goes on. `position`: the latest of each tracker, once a second. `gap`: what is too long ago to be resumed; load anew.
 */
export interface LiveHello {
  readonly now: Iso;
  readonly eventId: number;
}

export interface LiveTaskEvent extends HistoryEvent {
  /** As it is after that; null = deleted. */
  readonly task: Task | null;
}

export interface LivePositions {
  readonly positions: readonly (Position & { readonly trackerId: number })[];
}

export interface LiveConnection {
  readonly trackerId: number;
  readonly isOnline: boolean;
}

/** A webhook was told, or was not. */
export type LiveDelivery = Delivery;

/** GET /api/webhooks -> { webhooks }. POST and PATCH take name, url, topics, isEnabled. */
export interface Webhook {
  readonly uuid: string;
  readonly name: string;
  readonly url: string;
  /** Event types such as `task.arrived`; empty = all. */
  readonly topics: readonly string[];
  readonly state: 'active' | 'inactive' | 'failed';
  readonly failure: string | null;
  readonly createdAt: Iso;
  /** Events that it has not come to yet. */
  readonly backlog: number;
  /** `whsec_...`: only in the answers to POST and POST .../rotate. */
  readonly secret?: string;
}

/**
 * GET /api/webhooks/:uuid/deliveries: tries, newest first. GET .../dead: those given up. POST .../redeliver {eventId} or
 * {from, to}. POST .../test sends a `milepost.test` at once and answers a Delivery. POST .../rotate: a new secret, the old
 * one signs beside it for a day.
 */
export interface Delivery {
  readonly webhook: string;
  readonly webhookName: string;
  /** The history row. 0 = a test. */
  readonly eventId: number;
  readonly taskId: number | null;
  /** `webhook-id`: the same over all tries. */
  readonly messageId: string;
  readonly type: string;
  readonly at: Iso;
  /** Milliseconds. */
  readonly duration: number;
  readonly status: number | null;
  /** null = it was taken. */
  readonly error: string | null;
}

export interface Pending {
  readonly imei: string;
  readonly protocol: string;
  readonly address: string;
  readonly firstSeenAt: Iso;
  readonly lastSeenAt: Iso;
  readonly logins: number;
}

/** GET /api/trackers/:id/commands; POST {text, expires_in}. */
export interface DeviceCommand {
  readonly id: number;
  readonly trackerId: number;
  readonly text: string;
  readonly state: string;
  readonly createdAt: Iso;
  readonly expiresAt: Iso;
  readonly sentAt: Iso | null;
  readonly closedAt: Iso | null;
  readonly answer: string | null;
  readonly reason: string | null;
}

/** GET /api/keys -> { keys, scopes }. POST {name, scopes, expiresAt?} -> Key with `key`, this once. DELETE /api/keys/:name. */
export interface Key {
  readonly name: string;
  /** Its first digits. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: Iso;
  readonly expiresAt: Iso | null;
  readonly key?: string;
}

/** GET /api/audit?before=ID&limit=100 -> { entries, hasMore }, newest first. */
export interface AuditEntry {
  readonly id: number;
  readonly at: Iso;
  /** null = nobody: a refused login, or the program itself. */
  readonly keyName: string | null;
  readonly address: string | null;
  /** `task.create`, `tracker.edit`, `key.create`, `login.refused`, ... */
  readonly action: string;
  /** `task 7`, `key dispatch`; '' = none. */
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** GET /api/alerts -> { alerts }: trackers that are silent for longer than `alerts.silent-after`, and clocks that seem wrong. */
export interface Alert {
  readonly kind: 'silent' | 'clock';
  readonly trackerId: number;
  readonly trackerLabel: string;
  readonly since: Iso;
  readonly words: string;
}

/** GET /api/console: what the console is to show a map on. */
export interface ConsoleSettings {
  /** Of tiles, with {z} {x} {y}; null = none. */
  readonly tileUrl: string | null;
  readonly tileAttribution: string;
  /** Address of a .pmtiles file; null = none. */
  readonly pmtilesUrl: string | null;
  /** Roads of a made-up town as lines of [lat, lon]; null but in the demo. */
  readonly roads: readonly (readonly (readonly [number, number])[])[] | null;
}

/** RFC 9457, as every refusal of `/api` is said. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly received?: unknown; readonly expected: string }[];
}
