/** What GSMtasks and TheTrack can say about a task and Navixy cannot. Nothing is judged by it. JSON-safe. */

/** What kind of work it is. */
export const TASK_KINDS = ['generic', 'pickup', 'dropoff', 'service', 'warehouse'] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/** Whoever is to be met. */
export interface Contact {
  readonly name: string;
  readonly company: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly notes: string;
}

/** An address in parts; the one line that people read is `TaskText.address`, the point is the zone's. */
export interface AddressParts {
  /** As it was typed. */
  readonly raw: string;
  readonly placeId: string;
  readonly pointOfInterest: string;
  readonly street: string;
  readonly houseNumber: string;
  readonly apartmentNumber: string | null;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  readonly countryCode: string;
}

/** Of an address that is said in one line. */
export const NO_PARTS: AddressParts = Object.freeze({
  raw: '',
  placeId: '',
  pointOfInterest: '',
  street: '',
  houseNumber: '',
  apartmentNumber: null,
  city: '',
  state: '',
  postalCode: '',
  country: '',
  countryCode: '',
});

/** How the point of an address was found. */
export interface Geocoding {
  readonly provider: string | null;
  readonly atMs: number | null;
  /** When it was looked for in vain, last. */
  readonly failedMs: number | null;
}

/** Every member may be absent: it was never said. */
export interface TaskDetails {
  readonly kind?: TaskKind;
  /** The kind in the word of the dialect that said it: words without a counterpart come back as they were. */
  readonly kindWord?: { readonly gsmtasks?: string; readonly thetrack?: string };
  /** The number that people call the order by. */
  readonly reference?: string;
  readonly barcodes?: readonly string[];
  readonly priority?: number;
  readonly contact?: Contact;
  readonly signers?: readonly Contact[];
  readonly parts?: AddressParts;
  readonly geocoding?: Geocoding;
  /** How to find the door. */
  readonly landmark?: string;
  /** TheTrack's location, by its UUID. */
  readonly locationUuid?: string;
  /** How long the work is expected to take, ms. */
  readonly serviceMs?: number;
  /** Load, for each capacity unit of the account. */
  readonly size?: readonly number[];
  /** When a planner means it to be done. */
  readonly plannedMs?: number;
  /** The arrival that the customer was promised. */
  readonly promisedMs?: number;
  /** Orders, runs and contact addresses by their UUIDs. */
  readonly orderUuid?: string;
  readonly runUuid?: string;
  readonly contactAddressUuid?: string;
  /** The name that its client gave the contact address, when the task was linked to it. */
  readonly contactAddressName?: string;
  readonly isAutoAssigned?: boolean;
  readonly formDefaults?: Readonly<Record<string, unknown>>;
  readonly documents?: readonly string[];
  readonly signatures?: readonly string[];
  /** Values by `namespace:key`. */
  readonly metafields?: Readonly<Record<string, unknown>>;
  /** Trackers that had it before, by their UUIDs, each once. */
  readonly formerTrackers?: readonly string[];
  /** Who made it, by the UUID that GSMtasks knows users by. */
  readonly createdBy?: string;
}
