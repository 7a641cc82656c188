/** A task as GSMtasks shows it: always all 43 keys (fact sheet, section 4). */
import type { FastifyRequest } from 'fastify';
import type { TaskDetails } from '../../model/details.ts';
import { gsmtasksProximity, gsmtasksState } from '../../model/projections.ts';
import { type Issue, isEndOpen, type Task, type TaskTerms } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import { baseUrl } from '../rest/base-url.ts';
import { durationText, instantText, instantTextOrNull } from '../rest/wire.ts';
import { actionsWire } from './actions.ts';
import { addressOfTask, addressWire } from './address.ts';
import { categoryOf } from './categories.ts';
import { contactWire, NO_CONTACT, nameOfContact } from './contact.ts';
import type { GsmtasksDesk } from './desk.ts';
import { type Links, linkOrNull, linksAt } from './links.ts';
import { metafieldsWire } from './metafields.ts';

/** What there is around a task. */
export interface TaskView {
  readonly links: Links;
  readonly accountUuid: string;
  /** null = it was deleted. */
  trackerUuid(trackerId: number): string | null;
  /** Who gave an order, as people call them; empty = it does not say. Absent = nobody can be asked. */
  ordererName?(orderUuid: string): string;
}

type Wire = Record<string, unknown>;

export function viewOf(request: FastifyRequest, desk: GsmtasksDesk): TaskView {
  return viewAt(baseUrl(request, desk.publicUrl), desk.operations);
}

/** `base`: where the gateway is reached, without a slash at the end. */
export function viewAt(base: string, operations: Operations): TaskView {
  return {
    links: linksAt(base),
    accountUuid: operations.accountUuid(),
    trackerUuid: (trackerId) => operations.readTracker(trackerId)?.uuid ?? null,
    ordererName: (orderUuid) => nameOfContact(operations.readResource('order', orderUuid)?.body.orderer),
  };
}

export function taskWire(task: Task, view: TaskView): Wire {
  const { links, accountUuid } = view;
  const { text, tenure } = task;
  const details = text.details ?? {};
  const url = links('tasks', task.uuid);
  const trackerUuid = tenure.trackerId === null ? null : view.trackerUuid(tenure.trackerId);
  return {
    id: task.uuid,
    url,
    account: links('accounts', accountUuid),
    external_id: text.externalId,
    reference: details.reference ?? '',
    barcodes: details.barcodes ?? [],
    state: gsmtasksState(task.facts.state),
    category: categoryOf(details),
    assignee: linkOrNull(links, 'users', trackerUuid),
    auto_assign: details.isAutoAssigned ?? false,
    assignee_proximity: gsmtasksProximity(task),
    order: linkOrNull(links, 'orders', details.orderUuid),
    orderer_name: ordererName(details, view),
    route: linkOrNull(links, 'routes', details.runUuid),
    contact: contactWire(details.contact ?? NO_CONTACT),
    address: addressWire(addressOfTask(task)),
    contact_address: linkOrNull(links, 'contact_addresses', details.contactAddressUuid),
    contact_address_external_id: details.contactAddressName ?? null,
    description: text.description,
    ...timesWire(task, details),
    position: task.terms.position ?? null,
    priority: details.priority ?? 0,
    duration: details.serviceMs === undefined ? null : durationText(details.serviceMs),
    size: details.size ?? null,
    forms: formsWire(task),
    form_default_values: details.formDefaults ?? null,
    documents: details.documents ?? [],
    signatures: details.signatures ?? [],
    signers: (details.signers ?? []).map(contactWire),
    metafields: metafieldsWire(task),
    // Public pages and repetitions are not kept here.
    trackers: [],
    recurrence: null,
    issues: issuesWire(task),
    counts: countsWire(task, details),
    actions: actionsWire(task, url),
    created_by: linkOrNull(links, 'users', details.createdBy),
  };
}

/** The order's orderer, or else whoever is to be met. */
function ordererName({ orderUuid, contact }: TaskDetails, view: TaskView): string {
  const named = orderUuid === undefined ? '' : view.ordererName?.(orderUuid);
  return named || nameOfContact(contact);
}

function timesWire(task: Task, { plannedMs }: TaskDetails): Wire {
  const { fromMs, toMs } = setEnds(task.terms);
  const { state, statusMs } = task.facts;
  const { createdMs, modifiedMs = Math.max(createdMs, statusMs) } = task;
  return {
    complete_after: instantTextOrNull(fromMs),
    complete_before: instantTextOrNull(toMs),
    scheduled_time: instantTextOrNull(plannedMs),
    calendar_time: instantTextOrNull(plannedMs ?? fromMs ?? toMs),
    completed_at: state === 'completed' ? instantText(statusMs) : null,
    cancelled_at: state === 'cancelled' ? instantText(statusMs) : null,
    created_at: instantText(createdMs),
    updated_at: instantText(modifiedMs),
  };
}

/** null = nobody has set that end of the window. */
export function setEnds(terms: TaskTerms): { readonly fromMs: number | null; readonly toMs: number | null } {
  const isStartOpen = terms.openEnds === 'from' || terms.openEnds === 'both';
  return { fromMs: isStartOpen ? null : terms.fromMs, toMs: isEndOpen(terms) ? null : terms.toMs };
}

function formsWire({ text: { form } }: Task): readonly Wire[] {
  if (form === null) return [];
  return [{ id: form.templateId, name: form.label, completed: form.submittedMs !== null }];
}

const ISSUES: Readonly<Record<Issue, string>> = {
  no_visit: 'The address was not visited.',
  short_stay: 'The stay at the address was too short.',
  form_missing: 'The form was not submitted.',
};

function issuesWire({ text: { details }, terms, facts }: Task): readonly string[] {
  const isLost = terms.zone === null && typeof details?.geocoding?.failedMs === 'number';
  return [...(isLost ? ['The address could not be found on the map.'] : []), ...facts.issues.map((one) => ISSUES[one])];
}

/** null = not counted: events are told by /task_events/ and /task_metadatas/. */
function countsWire({ text: { form } }: Task, { documents, signatures }: TaskDetails): Wire {
  return {
    events: null,
    documents: documents?.length ?? 0,
    signatures: signatures?.length ?? 0,
    forms: form === null ? 0 : 1,
    forms_completed: form === null || form.submittedMs === null ? 0 : 1,
  };
}
