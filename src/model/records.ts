/** What people keep beside tasks and trackers, and nothing is judged by: tags, people, vehicles, places of work. */
import type { TrackerRule } from './rule.ts';
import type { TaskSchedule } from './schedule.ts';

export interface Tag {
  readonly id: number;
  readonly name: string;
  /** RRGGBB. */
  readonly color: string;
}

/** Where somebody or something belongs. */
export interface Whereabouts {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly address: string;
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
}

/** A key that opens nothing but the progress of deliveries, for pages that others show; the newest one counts. */
interface DeliverySession {
  readonly id: number;
  readonly key: string;
}

/** Every kind of record with its type; the name is what the database calls it. */
export interface Records {
  readonly tag: Tag;
  readonly employee: Employee;
  readonly vehicle: Vehicle;
  readonly department: Department;
  readonly garage: Garage;
  readonly task_schedule: TaskSchedule;
  readonly tracker_rule: TrackerRule;
  readonly delivery_session: DeliverySession;
}

export type RecordKind = keyof Records;
