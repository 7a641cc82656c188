/**
 * A task as `/api` is asked for it. What is sent is laid over what is known, so that an edit loses nothing that only
 * another dialect can say. Forms have passed the schema; here is what a schema cannot tell.
 */
import type { Corner, Task, TaskTerms, TaskText, Zone } from '../../model/task.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { drawnZone } from '../../operations/zones.ts';
import { parseInstant } from './instant.ts';
import type { ParameterFault } from './problem.ts';
import { INSTANT_EXPECTED } from './schemas.ts';
import { zoneView } from './task-view.ts';

export interface SentTask {
  readonly label?: string;
  readonly description?: string;
  readonly externalId?: string | null;
  readonly trackerId?: number | null;
  readonly zone?: SentZone;
  readonly address?: string;
  readonly from?: string;
  readonly to?: string;
  readonly maxDelay?: number;
  readonly minStay?: number;
  readonly minArrival?: number;
}

interface SentZone {
  readonly lat: number;
  readonly lon: number;
  readonly radius: number;
  readonly ring?: readonly (readonly [lat: number, lon: number])[] | null;
}

type Written<T> = { readonly value: T } | { readonly faults: readonly ParameterFault[] };
export type TaskEdit = Pick<Task, 'text' | 'terms'> & { readonly trackerId?: number | null };

const BLANK: Pick<Task, 'text' | 'terms'> = {
  text: {
    ...{ label: '', description: '', externalId: null, address: '', tags: [] },
    ...{ origin: 'manual', form: null, extra: {} },
  },
  terms: {
    ...{ zone: null, fromMs: 0, toMs: 0, maxDelayMs: 0, minStayMs: 0, minArrivalMs: 0 },
    ...{ isFormRequired: false, isFormInZone: false },
  },
};

export function newTaskOf(sent: SentTask): Written<TaskDraft> {
  const written = writtenOver(BLANK, sent);
  if ('faults' in written) return written;
  return { value: { dialect: 'navixy', trackerId: sent.trackerId ?? null, ...written.value } };
}

export function editOf(sent: SentTask, task: Task): Written<TaskEdit> {
  const written = writtenOver(task, sent);
  if ('faults' in written) return written;
  const { trackerId } = sent;
  const isGiven = trackerId !== undefined && trackerId !== task.tenure.trackerId;
  return { value: { ...written.value, ...(isGiven && { trackerId }) } };
}

function writtenOver(before: Pick<Task, 'text' | 'terms'>, sent: SentTask): Written<Pick<Task, 'text' | 'terms'>> {
  const faults: ParameterFault[] = [];
  const terms = writtenTerms(before.terms, sent, faults);
  return faults.length > 0 ? { faults } : { value: { text: writtenText(before.text, sent), terms } };
}

function writtenText(was: TaskText, sent: SentTask): TaskText {
  return {
    ...was,
    label: sent.label ?? was.label,
    description: sent.description ?? was.description,
    externalId: sent.externalId === undefined ? was.externalId : sent.externalId,
    address: sent.address ?? was.address,
  };
}

function writtenTerms(was: TaskTerms, sent: SentTask, faults: ParameterFault[]): TaskTerms {
  const { openEnds: _, ...kept } = was;
  return {
    ...kept,
    ...writtenWindow(was, sent, faults),
    zone: sent.zone === undefined ? was.zone : writtenZone(was.zone, sent.zone, faults),
    maxDelayMs: msOf(sent.maxDelay) ?? was.maxDelayMs,
    minStayMs: msOf(sent.minStay) ?? was.minStayMs,
    minArrivalMs: msOf(sent.minArrival) ?? was.minArrivalMs,
  };
}

/** An end that is said is not open any more. */
function writtenWindow(
  { fromMs, toMs, openEnds }: TaskTerms,
  sent: SentTask,
  faults: ParameterFault[],
): Pick<TaskTerms, 'fromMs' | 'toMs' | 'openEnds'> {
  const from = sentInstant('from', sent.from, faults) ?? fromMs;
  const to = sentInstant('to', sent.to, faults) ?? toMs;
  if (from > to)
    faults.push({ parameter: 'to', received: sent.to ?? null, expected: 'a time that is not before from' });
  const isFromOpen = sent.from === undefined && (openEnds === 'from' || openEnds === 'both');
  const isToOpen = sent.to === undefined && (openEnds === 'to' || openEnds === 'both');
  const open = isFromOpen && isToOpen ? 'both' : isFromOpen ? 'from' : isToOpen ? 'to' : undefined;
  return { fromMs: from, toMs: to, ...(open && { openEnds: open }) };
}

function sentInstant(parameter: string, text: string | undefined, faults: ParameterFault[]): number | undefined {
  if (text === undefined) return undefined;
  const timeMs = parseInstant(text);
  if (timeMs !== null && Math.abs(timeMs) <= DATE_MS_MAX) return timeMs;
  faults.push({ parameter, received: text, expected: INSTANT_EXPECTED });
  return undefined;
}

/** The end of the last year of four digits. */
const DATE_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What comes back as it was shown stays as it is, to the last digit. */
function writtenZone(was: Zone | null, sent: SentZone, faults: ParameterFault[]): Zone | null {
  const { lat, lon, radius, ring = null } = sent;
  const isSame = was !== null && JSON.stringify(zoneView(was)) === JSON.stringify({ lat, lon, radius, ring });
  if (isSame) return was;
  if (ring === null) return { latDeg: lat, lonDeg: lon, radiusM: radius };
  const corners = ring.map(([cornerLat, cornerLon]): Corner => [cornerLon, cornerLat]);
  const isOnEarth = corners.every(([lonDeg, latDeg]) => Math.abs(lonDeg) <= 180 && Math.abs(latDeg) <= 90);
  const zone = isOnEarth ? drawnZone([[...corners, corners[0]!]]) : null;
  if (zone !== null && !('kind' in zone)) return zone;
  faults.push({
    parameter: 'zone.ring',
    received: ring,
    expected: `a ring: it ${zone?.message ?? 'must have corners on earth as [lat, lon]'}`,
  });
  return was;
}

function msOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
