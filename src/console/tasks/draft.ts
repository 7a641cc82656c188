/** A task as it is being written: fields as the form has them, what is wrong with them, and what is sent of them. */
import type { Iso, Problem, Task, TaskWish, Zone } from '../wire.ts';
import { RADIUS_MAX, RADIUS_MIN } from './circle.ts';

export interface Draft {
  readonly label: string;
  readonly description: string;
  readonly externalId: string;
  readonly trackerId: number | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly radius: number | null;
  /** A polygon comes from an API; here it can be kept, or given up for a circle. */
  readonly ring: Zone['ring'];
  readonly address: string;
  readonly from: Iso | null;
  readonly to: Iso | null;
  /** Minutes. */
  readonly maxDelay: number | null;
  readonly minStay: number | null;
  readonly minArrival: number | null;
}

export type FieldName = keyof Draft;
export type Faults = Readonly<Partial<Record<FieldName, string>>>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * 60_000;
export const RADIUS_USUAL = 100;
export const MINUTES_MAX = 512_000;
export const LABEL_MAX = 200;
export const DESCRIPTION_MAX = 20_000;
export const EXTERNAL_ID_MAX = 100;

/** From the next full hour, for two hours. */
export function newDraft(nowMs: number): Draft {
  const fromMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return {
    ...{ label: '', description: '', externalId: '', trackerId: null, address: '' },
    ...{ lat: null, lon: null, radius: RADIUS_USUAL, ring: null },
    from: new Date(fromMs).toISOString(),
    to: new Date(fromMs + 2 * HOUR_MS).toISOString(),
    ...{ maxDelay: 0, minStay: 0, minArrival: 0 },
  };
}

export function draftOf(task: Task): Draft {
  const { label, description, externalId, trackerId, zone, address, from, to, maxDelay, minStay, minArrival } = task;
  return {
    ...{ label, description, externalId: externalId ?? '', trackerId, address, from, to },
    lat: zone?.lat ?? null,
    lon: zone?.lon ?? null,
    radius: zone === null ? RADIUS_USUAL : zone.radius,
    ring: zone?.ring ?? null,
    maxDelay: maxDelay / 60,
    minStay: minStay / 60,
    minArrival: minArrival / 60,
  };
}

/** What can be seen to be wrong without asking the gateway; `before` = the task that is edited. */
export function faultsOf(draft: Draft, before: Task | null): Faults {
  const faults: Partial<Record<FieldName, string>> = {};
  if (draft.label.trim() === '') faults.label = 'A task needs a label.';
  // A task that came without a place, or without an end of its window, may stay so.
  const isPlaced = draft.lat !== null || draft.lon !== null || (before?.zone ?? null) !== null;
  if (before === null || isPlaced) Object.assign(faults, placeFaults(draft));
  if (draft.from === null && (before === null || before.from !== null)) faults.from = 'When may it begin?';
  if (draft.to === null && (before === null || before.to !== null)) faults.to = 'When must it be done?';
  if (draft.from !== null && draft.to !== null && Date.parse(draft.from) > Date.parse(draft.to)) {
    faults.to = 'The window ends before it begins.';
  }
  for (const name of ['maxDelay', 'minStay', 'minArrival'] as const) {
    const minutes = draft[name];
    if (minutes === null || minutes < 0 || minutes > MINUTES_MAX) faults[name] = `Minutes from 0 to ${MINUTES_MAX}.`;
  }
  return faults;
}

function placeFaults({ lat, lon, radius }: Draft): Faults {
  return {
    ...(!isWithin(lat, -90, 90) && { lat: 'Degrees from -90 to 90. Click on the map, or type them here.' }),
    ...(!isWithin(lon, -180, 180) && { lon: 'Degrees from -180 to 180.' }),
    ...(!isWithin(radius, RADIUS_MIN, RADIUS_MAX) && { radius: `Metres from ${RADIUS_MIN} to ${RADIUS_MAX}.` }),
  };
}

function isWithin(value: number | null, min: number, max: number): boolean {
  return value !== null && value >= min && value <= max;
}

/** Of a draft without faults. What an edited task has never had is filled in the same before and after, and so not sent. */
export function wishOf(draft: Draft): TaskWish {
  return {
    label: draft.label.trim(),
    description: draft.description,
    externalId: draft.externalId.trim() === '' ? null : draft.externalId.trim(),
    trackerId: draft.trackerId,
    zone: zoneOf(draft) ?? { lat: 0, lon: 0, radius: RADIUS_USUAL },
    address: draft.address.trim(),
    from: draft.from ?? '',
    to: draft.to ?? '',
    maxDelay: seconds(draft.maxDelay),
    minStay: seconds(draft.minStay),
    minArrival: seconds(draft.minArrival),
  };
}

/** Only what differs is sent: nothing that another API has said is overwritten by what this form makes of it. */
export function changesOf(task: Task, draft: Draft): Partial<TaskWish> {
  const [before, after] = [wishOf(draftOf(task)), wishOf(draft)];
  const changed = (Object.keys(after) as (keyof TaskWish)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

function zoneOf({ lat, lon, radius, ring }: Draft): TaskWish['zone'] | null {
  if (lat === null || lon === null) return null;
  return { lat, lon, radius: radius ?? RADIUS_USUAL, ...(ring !== null && { ring }) };
}

function seconds(minutes: number | null): number {
  return Math.round((minutes ?? 0) * 60);
}

const FIELDS: Readonly<Record<string, FieldName>> = {
  ...{ label: 'label', description: 'description', externalId: 'externalId', trackerId: 'trackerId' },
  ...{ address: 'address', from: 'from', to: 'to', maxDelay: 'maxDelay', minStay: 'minStay', minArrival: 'minArrival' },
  ...{ zone: 'lat', 'zone.lat': 'lat', 'zone.lon': 'lon', 'zone.radius': 'radius', 'zone.ring': 'lat' },
};

/** What the gateway refuses, at the field that it is about; `others` = what is about none. */
export function refusedFields(problem: Pick<Problem, 'code' | 'detail' | 'errors'>): {
  readonly faults: Faults;
  readonly others: readonly string[];
} {
  if (problem.code.startsWith('tracker_')) return { faults: { trackerId: problem.detail }, others: [] };
  const faults: Partial<Record<FieldName, string>> = {};
  const others: string[] = [];
  for (const { parameter, expected } of problem.errors ?? []) {
    const path = parameter.replace(/^\/?(?:body[./])?/, '').replaceAll('/', '.');
    const field = FIELDS[path] ?? FIELDS[path.replace(/\.\d.*$/, '')];
    if (field === undefined) others.push(`${parameter}: expected ${expected}`);
    else faults[field] = `Expected ${expected}.`;
  }
  const isSaid = Object.keys(faults).length > 0 || others.length > 0;
  return { faults, others: isSaid ? others : [problem.detail] };
}
