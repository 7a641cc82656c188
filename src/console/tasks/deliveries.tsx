/** What webhooks were told of a task, newest first. */

import { TableHead } from '../parts/table.tsx';
import { When } from '../parts/time.tsx';
import type { Delivery } from '../wire.ts';
import { eventHash, toldOf, webhookHash } from './chain.ts';
import { Outcome } from './chain-view.tsx';

const HEAD = ['Event', 'Webhook', 'Last tried', 'Outcome'];

export function Deliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const told = toldOf(deliveries, null);
  return (
    <section aria-labelledby="task-told">
      <h2 id="task-told">What webhooks were told</h2>
      {told.length === 0 && <p class="dim">Nothing yet.</p>}
      {told.length > 0 && (
        <table class="task-table">
          <TableHead names={HEAD} />
          <tbody>
            {told.map(({ webhook, webhookName, type, tries, last }) => (
              <tr key={`${webhook} ${last.messageId}`}>
                <th scope="row">
                  <EventLink delivery={last} type={type} />
                </th>
                <td>
                  <a href={webhookHash(webhook)}>{webhookName}</a>
                </td>
                <td>
                  <When at={last.at} />
                </td>
                <td>
                  <Outcome of={last} tries={tries} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function EventLink({ delivery: { taskId, eventId }, type }: { readonly delivery: Delivery; readonly type: string }) {
  return taskId === null ? <span>{type}</span> : <a href={eventHash(taskId, eventId)}>{type}</a>;
}
