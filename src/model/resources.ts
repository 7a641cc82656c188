/**
 * What GSMtasks and TheTrack keep beside tasks, each by its UUID. Nothing is judged by it. There may be many of a kind:
 * they are read by UUID or in pages.
 */
import type { AddressParts, Contact, Geocoding } from './details.ts';

/** A place with what is known of it; `point` null = only its words are. */
export interface Address {
  readonly text: string;
  readonly parts: AddressParts | null;
  readonly point: { readonly latDeg: number; readonly lonDeg: number } | null;
  readonly geocoding: Geocoding | null;
}

/** Tasks of one purchase. Its tasks name it. */
export interface Order {
  readonly reference: string;
  readonly description: string;
  readonly orderer: Contact | null;
  readonly isAutoAssigned: boolean;
  readonly createdBy: string | null;
}

/** An entry of the address book; tasks copy it. */
export interface ContactAddress {
  readonly contact: Contact;
  readonly address: Address;
  readonly isOrderer: boolean;
  readonly isReceiver: boolean;
  readonly source: string;
  readonly metafields: Readonly<Record<string, unknown>>;
}

/** GSMtasks' route: tasks of one run. Its tasks name it. */
export interface WorkRun {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  /** A tracker, by its UUID. */
  readonly assignee: string | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly startAddress: Address | null;
  readonly endAddress: Address | null;
  readonly state: 'active' | 'archived' | 'draft';
  readonly objective: string | null;
  readonly metafields: Readonly<Record<string, unknown>>;
}

/** The definition of a metafield. */
export interface Metafield {
  readonly namespace: string;
  readonly key: string;
  readonly valueType: string;
  readonly label: string;
  readonly isSearchable: boolean;
  /** Its other settings, as they came. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** TheTrack's location. */
export interface NamedPlace {
  readonly address: string;
  readonly landmark: string;
  readonly point: { readonly latDeg: number; readonly lonDeg: number } | null;
}

/** What TheTrack says of a driver and GSMtasks of a user, beside the tracker that both are. Its UUID is the tracker's. */
export interface Profile {
  readonly phone: string | null;
  readonly photo: string | null;
  readonly vehicleType: 'car' | 'transit';
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** Absent = yes, as of everybody who has not said otherwise. */
  readonly isOnDuty?: boolean;
}

/** Whether somebody is told of events, and from where on. */
export interface EndpointState {
  readonly state: 'inactive' | 'active' | 'failed';
  readonly failMessage: string;
  readonly activatedMs: number | null;
  readonly failedMs: number | null;
  /** History row up to which it has been told. */
  readonly toldId: number;
}

/** Who is told of task events over HTTP, as GSMtasks does it. */
export interface Hook extends EndpointState {
  readonly name: string;
  readonly target: string;
  readonly version: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly topics: readonly string[];
  readonly notificationEmails: readonly string[];
  readonly sharedSecret: string;
}

/** Who is told of task events by the Standard Webhooks specification. */
export interface Webhook extends EndpointState {
  readonly name: string;
  readonly url: string;
  /** Types of events; empty = all. */
  readonly topics: readonly string[];
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  /** The secret before this one, which signs beside it until then; null = there is none. */
  readonly retired: { readonly secret: string; readonly untilMs: number } | null;
}

export interface Resources {
  readonly order: Order;
  readonly contact_address: ContactAddress;
  readonly run: WorkRun;
  readonly metafield: Metafield;
  readonly place: NamedPlace;
  readonly profile: Profile;
  readonly hook: Hook;
  readonly webhook: Webhook;
}

export type ResourceKind = keyof Resources;

export interface Resource<K extends ResourceKind> {
  /** Grows with every resource of the database. */
  readonly id: number;
  readonly uuid: string;
  /** The client's own name for it; need not be the only one. */
  readonly externalId: string | null;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly body: Resources[K];
}
