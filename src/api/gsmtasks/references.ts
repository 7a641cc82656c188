/** What a body refers to: whether there is such a thing, and what it is. */
import type { Task } from '../../model/task.ts';
import type { FieldValue } from '../../operations/custom-fields.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Faults } from '../rest/faults.ts';
import { trackerOfAssignee } from './assignee.ts';
import { customFieldsOf } from './metafields.ts';
import type { Found, SentTask } from './task-write.ts';

type CustomFields = Readonly<Record<string, FieldValue>>;

/** In place of something that is not there. */
const MISSING = 'missing';
const MISSING_FAULT = ['Expected something that exists.'];

/** `before`: as the task is now, null = it is to be made. What it refers to already may be gone meanwhile. */
export function lookUp(
  sent: SentTask,
  operations: Operations,
  before: Task | null,
): { readonly value: Found } | { readonly faults: Faults } {
  const tracker = assigneeOf(sent, operations);
  const contactAddress = contactAddressOf(sent, operations, before);
  const custom = customOf(sent, operations, before);
  const faults = {
    ...relationFaults(sent, operations, before),
    ...(contactAddress === MISSING && { [addressLink(sent)]: MISSING_FAULT }),
    ...assigneeFaults(tracker, before),
    ...metafieldFaults(sent, operations, before, custom),
  };
  if (Object.keys(faults).length > 0 || tracker === MISSING || contactAddress === MISSING) return { faults };
  return {
    value: {
      ...(tracker !== undefined && { tracker }),
      ...(contactAddress !== undefined && { contactAddress }),
      ...(custom !== undefined && { custom }),
      ...(operations.hasGeocoder() && { isLookedUp: true as const }),
    },
  };
}

function relationFaults({ id, account, order, route }: SentTask, operations: Operations, before: Task | null): Faults {
  const { orderUuid, runUuid } = before?.text.details ?? {};
  const isForeign = account !== undefined && account !== operations.accountUuid();
  const isTaken = before === null && typeof id === 'string' && operations.anyTaskOfUuid(id) !== null;
  const isIn = (kind: 'order' | 'run', uuid: string) => operations.readResource(kind, uuid) !== null;
  return {
    ...(isForeign && { account: ['Expected the account of this key.'] }),
    ...(isTaken && { id: ['Expected an id that no task has yet.'] }),
    ...(order && order !== orderUuid && !isIn('order', order) && { order: MISSING_FAULT }),
    ...(route && route !== runUuid && !isIn('run', route) && { route: MISSING_FAULT }),
  };
}

function assigneeOf({ assignee }: SentTask, operations: Operations): Found['tracker'] | typeof MISSING {
  return assignee ? (trackerOfAssignee(assignee, operations) ?? MISSING) : assignee;
}

function assigneeFaults(tracker: ReturnType<typeof assigneeOf>, before: Task | null): Faults {
  if (tracker === MISSING) return { assignee: MISSING_FAULT };
  const isNew = tracker && tracker.id !== before?.tenure.trackerId;
  return isNew && tracker.isBlocked
    ? { assignee: [`Expected a worker who takes tasks: ${tracker.label} is blocked.`] }
    : {};
}

/** undefined = the link stays as it is. */
function contactAddressOf(
  { contact_address: uuid, contact_address_external_id: name }: SentTask,
  operations: Operations,
  before: Task | null,
): Found['contactAddress'] | typeof MISSING {
  const { contactAddressUuid, contactAddressName } = before?.text.details ?? {};
  if (uuid) {
    if (uuid === contactAddressUuid) return undefined;
    return operations.readResource('contact_address', uuid) ?? MISSING;
  }
  if (name) {
    if (name === contactAddressName) return undefined;
    return operations.namedResource('contact_address', name) ?? MISSING;
  }
  return uuid === null || name === null ? null : undefined;
}

function addressLink({ contact_address }: SentTask): string {
  return contact_address ? 'contact_address' : 'contact_address_external_id';
}

/** All fields of the owner's that the task is to have; undefined = as they are. */
function customOf({ metafields }: SentTask, operations: Operations, before: Task | null): CustomFields | undefined {
  const sent = Object.entries(metafields?.custom ?? {});
  if (sent.length === 0) return undefined;
  const was = before === null ? {} : customFieldsOf(before);
  const types = new Map(operations.listFields().map(({ id, type }) => [String(id), type]));
  const typed = sent.map(([id, value]) => {
    const type = types.get(id) ?? was[id]?.type ?? (typeof value === 'number' ? 'decimal' : 'text');
    return [id, { type, value }] as const;
  });
  return { ...was, ...Object.fromEntries(typed) };
}

function metafieldFaults(
  { metafields }: SentTask,
  operations: Operations,
  before: Task | null,
  custom: CustomFields | undefined,
): Faults {
  const added = (metafields?.own['navixy:tags'] ?? []).filter((id) => !before?.text.tags.includes(id));
  const unknown = operations.unknownTags(added);
  const sent = new Set(Object.keys(metafields?.custom ?? {}));
  const wrong = custom === undefined ? [] : operations.fieldFaults(custom).filter(({ id }) => sent.has(id));
  const faults = {
    ...(unknown.length > 0 && { 'navixy:tags': [`Expected ids of tags, not ${unknown.slice(0, 10).join(', ')}.`] }),
    ...Object.fromEntries(wrong.map(({ id, error }) => [`navixy:f${id}`, [error]])),
  };
  return Object.keys(faults).length === 0 ? {} : { metafields: faults };
}
