/** What a webhook is told of an event: its type and what the live stream says of it, below the size that receivers take. */
import type { RecordedEvent } from '../../model/event.ts';
import type { Webhook } from '../../model/resources.ts';
import type { Operations } from '../../operations/operations.ts';
import { isTold, webhookType } from '../../operations/webhook-events.ts';
import { liveEventView } from './event-view.ts';
import { iso } from './iso.ts';

/** Standard Webhooks asks for less than 20 KB. */
export const BODY_BYTES_MAX = 20_000;

/** As JSON, with the task as it is by now; null = it does not ask for this. */
export function webhookBody(
  webhook: Pick<Webhook, 'topics'>,
  event: RecordedEvent,
  { readTask, readTracker }: Pick<Operations, 'readTask' | 'readTracker'>,
): string | null {
  if (!isTold(webhook, event)) return null;
  const nameOf = (trackerId: number) => readTracker(trackerId)?.label ?? null;
  const said = liveEventView(event, readTask(event.taskId), nameOf);
  return fitted((data) => ({ type: webhookType(event), timestamp: iso(event.eventMs), data }), said);
}

/** One step after the other is tried; a list that is longer than it may be is left out, for half a polygon is another one. */
const STEPS = [
  { charactersMax: Infinity, itemsMax: Infinity },
  { charactersMax: 2000, itemsMax: 100 },
  { charactersMax: 500, itemsMax: 20 },
  { charactersMax: 100, itemsMax: 5 },
  { charactersMax: 50, itemsMax: 0 },
] as const;

/** `shortened`: the members that are not whole, by their paths. */
export function fitted(wrap: (data: object) => object, data: object): string {
  let body = '';
  for (const step of STEPS) {
    const shortened: string[] = [];
    const cut = cutTo(data, step, '', shortened) as object;
    body = JSON.stringify(wrap(shortened.length === 0 ? cut : { ...cut, shortened }));
    if (Buffer.byteLength(body) < BODY_BYTES_MAX) return body;
  }
  throw new Error(`an event of ${Buffer.byteLength(body)} bytes cannot be made shorter`);
}

function cutTo(value: unknown, step: (typeof STEPS)[number], path: string, shortened: string[]): unknown {
  if (typeof value === 'string') {
    if (value.length <= step.charactersMax) return value;
    shortened.push(path);
    // Not in the middle of a character of two halves.
    return `${value.slice(0, step.charactersMax).replace(/[\ud800-\udbff]$/, '')}…`;
  }
  if (Array.isArray(value)) {
    if (value.length > step.itemsMax) {
      shortened.push(path);
      return [];
    }
    return value.map((item, i) => cutTo(item, step, `${path}.${i}`, shortened));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    return [name, cutTo(member, step, path === '' ? name : `${path}.${name}`, shortened)] as const;
  });
  return Object.fromEntries(members);
}
