/** A task as `/api` shows it, in its answers, in the live stream and to webhooks. */
import { type FieldValue, type FormField, plainWords, type TaskForm } from '../../model/form.ts';
import { isBeginningOpen, isEndOpen, isOpen, type Task, type Zone } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import { statusOf } from '../../operations/story.ts';
import { iso, isoOrNull } from './iso.ts';

/** `trackerLabel`: of the tracker that answers for it; null = nobody does, or it is gone. */
export function taskView(task: Task, trackerLabel: string | null = null): object {
  const { text, terms, tenure, facts } = task;
  return {
    id: task.id,
    uuid: task.uuid,
    dialect: task.dialect,
    label: text.label,
    description: text.description,
    externalId: text.externalId,
    status: statusOf(task),
    state: facts.state,
    isOpen: isOpen(facts.state),
    statusAt: iso(facts.statusMs),
    trackerId: tenure.trackerId,
    trackerLabel,
    zone: terms.zone && zoneView(terms.zone),
    address: text.address,
    from: isBeginningOpen(terms) ? null : iso(terms.fromMs),
    to: isEndOpen(terms) ? null : iso(terms.toMs),
    maxDelay: terms.maxDelayMs / 1000,
    minStay: terms.minStayMs / 1000,
    minArrival: terms.minArrivalMs / 1000,
    arrivedAt: isoOrNull(facts.arrivalMs),
    departedAt: isoOrNull(facts.departureMs),
    stay: Math.floor(facts.stayMs / 1000),
    issues: facts.issues,
    isLate: facts.isLate,
    isFaulty: facts.isFaulty,
    routeId: task.checkpoint?.routeId ?? null,
    createdAt: iso(task.createdMs),
    form: text.form && formView(text.form),
  };
}

/** Latitude first, as maps in browsers have it; GeoJSON, and the model, are the other way round and closed. */
export function nameIn(operations: Pick<Operations, 'readTracker'>): (trackerId: number) => string | null {
  return (trackerId) => operations.readTracker(trackerId)?.label ?? null;
}

export function zoneView({ latDeg, lonDeg, radiusM, ring }: Zone): object {
  const corners = ring?.slice(0, -1).map(([cornerLon, cornerLat]) => [cornerLat, cornerLon]);
  return { lat: latDeg, lon: lonDeg, radius: radiusM, ring: corners ?? null };
}

function formView({ label, description, isInZone, submittedMs, fields, values }: TaskForm): object {
  return {
    label,
    description,
    isInZone,
    submittedAt: isoOrNull(submittedMs),
    fields: fields.map((field) => fieldView(field, values?.[field.id] ?? null)),
  };
}

function fieldView(field: FormField, value: FieldValue | null): object {
  const { id, label, kind, isRequired } = field;
  return { id, label, type: kind, isRequired, value: value && valueText(field, value) };
}

function valueText(field: FormField, value: FieldValue): string {
  switch (value.kind) {
    case 'text':
    case 'checkbox_group':
    case 'dropdown':
    case 'radio_group':
    case 'date':
      return plainWords(field, value) ?? '';
    case 'rating':
      return String(value.stars);
    case 'file':
    case 'photo':
      return `${value.fileIds.length} ${value.fileIds.length === 1 ? 'file' : 'files'}`;
    case 'signature':
      return 'signed';
  }
}
