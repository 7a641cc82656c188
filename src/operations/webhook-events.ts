/** Of which type of event a row of history is for webhooks. Pure. */
import type { RecordedEvent, TaskEventBody } from '../model/event.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { Webhook } from '../model/resources.ts';
import type { LifecycleState } from '../model/task.ts';
import { statusThen } from './story.ts';

export const WEBHOOK_TYPES = [
  'task.created',
  'task.updated',
  'task.assigned',
  'task.unassigned',
  'task.accepted',
  'task.in_transit',
  'task.suspended',
  'task.near',
  'task.away',
  'task.arrived',
  'task.done',
  'task.delayed',
  'task.faulty',
  'task.failed',
  'task.cancelled',
  'task.form_submitted',
  'task.deleted',
] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Whether a webhook asks for what this row says. */
export function isTold({ topics }: Pick<Webhook, 'topics'>, event: Pick<RecordedEvent, 'body'>): boolean {
  const type = webhookType(event);
  return type !== null && (topics.length === 0 || topics.includes(type));
}

/** null = nobody is told: it is about a route. */
export function webhookType({ body }: Pick<RecordedEvent, 'body'>): WebhookType | null {
  switch (body.kind) {
    case 'create':
      return 'task.created';
    case 'update':
    case 'place':
      return 'task.updated';
    case 'assign':
      return body.trackerId === null ? 'task.unassigned' : 'task.assigned';
    case 'presence':
      return body.isNear ? 'task.near' : 'task.away';
    case 'delete':
      return 'task.deleted';
    case 'form':
      return 'task.form_submitted';
    case 'status_change':
      return typeOfTurn(body, statusThen(body.from), statusThen(body.to));
    case 'route_create':
    case 'route_update':
    case 'route_status':
      return null;
  }
}

/** Where the status says too little, the state says more. */
const FINER: Partial<Record<LifecycleState, WebhookType>> = {
  accepted: 'task.accepted',
  in_transit: 'task.in_transit',
  suspended: 'task.suspended',
};

function typeOfTurn(
  { from, to }: Extract<TaskEventBody, { readonly kind: 'status_change' }>,
  before: NavixyStatus | null,
  after: NavixyStatus | null,
): WebhookType {
  if (to.state === 'cancelled' && from.state !== 'cancelled') return 'task.cancelled';
  if (after !== null && after !== before) return `task.${after}`;
  return (to.state !== from.state && FINER[to.state]) || 'task.updated';
}
