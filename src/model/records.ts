/** What people keep beside tasks and trackers, and nothing is judged by: tags, people, vehicles, places of work. */
import type { FormTemplate } from './form.ts';
import type { TrackerRule } from './rule.ts';
import type { TaskSchedule } from './schedule.ts';

export interface Tag {
  readonly id: number;
  readonly name: string;
  /** RRGGBB. */
  readonly color: string;
}

/** What a tracker is tagged with, in the order of the ordinals. */
export interface TrackerTags {
  readonly id: number;
  readonly trackerId: number;
  readonly bindings: readonly { readonly tagId: number; readonly ordinal: number }[];
}

/** Where somebody or something belongs. */
export interface Whereabouts {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly address: string;
  /** Metres, where it is more than a point. */
  readonly radiusM?: number;
}

/** A person; what is assigned to their tracker is theirs to do. */
export interface Employee {
  readonly id: number;
  readonly trackerId: number | null;
  readonly firstName: string;
  readonly middleName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly departmentId: number | null;
  readonly home: Whereabouts | null;
  readonly tags: readonly number[];
  /** Fields of a dialect that nothing here looks at; JSON-safe. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface Vehicle {
  readonly id: number;
  readonly trackerId: number | null;
  readonly label: string;
  readonly garageId: number | null;
  readonly tags: readonly number[];
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Of people. */
export interface Department {
  readonly id: number;
  readonly label: string;
  readonly place: Whereabouts | null;
}

/** Of vehicles. */
export interface Garage {
  readonly id: number;
  readonly label: string;
  readonly place: Whereabouts | null;
  readonly mechanic?: string;
  readonly dispatcher?: string;
}

export const FIELD_TYPES = ['text', 'bigtext', 'email', 'phone', 'decimal', 'integer', 'employee'] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** A field that the owner has given to tasks. */
export interface CustomField {
  readonly id: number;
  readonly label: string;
  readonly type: FieldType;
  readonly isRequired: boolean;
  readonly description: string;
  /** Of a field of people: who is named in it is the one responsible. */
  readonly isResponsible: boolean;
}

/** How forms show a task: its own fields and the owner's (by their ids as digits), in sections. */
export interface Layout {
  readonly id: number;
  readonly sections: readonly LayoutSection[];
}

export interface LayoutSection {
  readonly label: string;
  readonly fields: readonly string[];
}

/** What the owner prefers; there is one of them, or none yet. */
export interface Account {
  readonly id: number;
  /** IANA name; null = as the gateway's settings say. */
  readonly timeZone: string | null;
  /** Preferences that nothing here looks at; JSON-safe. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What GSMtasks calls the account; absent = as usual. */
  readonly name?: string;
  /** When open tasks of GSMtasks are over by themselves; absent = never. */
  readonly expiry?: TaskExpiry;
}

/** How long after the beginning or the end of its window a task is over, ms; null = never. */
export interface TaskExpiry {
  readonly afterFromMs: number | null;
  readonly afterToMs: number | null;
  /** What becomes of it. */
  readonly state: 'cancelled' | 'completed';
}

/** A key that opens nothing but the progress of deliveries, for pages that others show; the newest one counts. */
interface DeliverySession {
  readonly id: number;
  readonly key: string;
}

/** The name of this database's one account. */
interface Identity {
  readonly id: number;
  readonly uuid: string;
}

/** What makes the addresses of public pages hard to guess: 64 hex digits. */
interface TrackingSecret {
  readonly id: number;
  readonly secret: string;
}

/** Every kind of record with its type; the name is what the database calls it. */
export interface Records {
  readonly tag: Tag;
  readonly employee: Employee;
  readonly vehicle: Vehicle;
  readonly department: Department;
  readonly garage: Garage;
  readonly form_template: FormTemplate;
  readonly tracker_tags: TrackerTags;
  readonly custom_field: CustomField;
  readonly layout: Layout;
  readonly account: Account;
  readonly task_schedule: TaskSchedule;
  readonly tracker_rule: TrackerRule;
  readonly delivery_session: DeliverySession;
  readonly identity: Identity;
  readonly tracking_secret: TrackingSecret;
}

export type RecordKind = keyof Records;
