/** What a webhook was told, try by try, as it happens; and what was given up. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { may, onDelivery } from '../live.ts';
import { useAction } from '../parts/action.ts';
import { Button } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { When } from '../parts/time.tsx';
import type { Delivery, Webhook } from '../wire.ts';
import { withNewest } from './log.ts';
import { outcomeText } from './topics.ts';

interface Props {
  readonly webhook: Webhook;
  readonly path: string;
}

interface Deliveries {
  readonly deliveries: readonly Delivery[];
}

const HEAD = ['When', 'Event', 'Task', 'Outcome', 'Took', ''] as const;

export function DeliveryLog({ webhook, path }: Props): JSX.Element {
  const { data, error, reload } = useLoad<Deliveries>(`${path}/deliveries`);
  const [fresh, setFresh] = useState<readonly Delivery[]>([]);
  useEffect(
    () =>
      onDelivery((delivery) => {
        if (delivery.webhook === webhook.uuid) setFresh((former) => withNewest([delivery], former));
      }),
    [webhook.uuid],
  );
  const log = withNewest(fresh, data?.deliveries ?? []);
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">Deliveries</h2>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && log.length === 0 && <Empty>It has not been told anything yet.</Empty>}
      {log.length > 0 && <Log deliveries={log} path={path} onAsked={reload} />}
    </section>
  );
}

export function DeadLetters({ path }: Props): JSX.Element {
  const { data, error, reload } = useLoad<Deliveries>(`${path}/dead`);
  return (
    <section aria-labelledby="dead-title">
      <h2 id="dead-title">Given up</h2>
      <p class="dim">Events that it did not take after every try. They are told again only when you ask for it.</p>
      <Failure error={error} onRetry={reload} />
      {data !== null && data.deliveries.length === 0 && <Empty>None.</Empty>}
      {data !== null && data.deliveries.length > 0 && <Log deliveries={data.deliveries} path={path} onAsked={reload} />}
    </section>
  );
}

interface LogProps {
  readonly deliveries: readonly Delivery[];
  readonly path: string;
  readonly onAsked: () => void;
}

function Log({ deliveries, path, onAsked }: LogProps): JSX.Element {
  return (
    <Table
      head={HEAD}
      rows={deliveries.map((delivery) => [
        <When at={delivery.at} />,
        <span title={delivery.messageId}>{delivery.type}</span>,
        delivery.taskId === null ? (
          ''
        ) : (
          <a href={`#/tasks/${delivery.taskId}?event=${delivery.eventId}`}>{delivery.taskId}</a>
        ),
        <span class={delivery.error === null ? 'fleet-good' : 'fleet-warned'}>
          {outcomeText(delivery.status, delivery.error)}
        </span>,
        `${delivery.duration} ms`,
        delivery.eventId === 0 ? '' : <Again eventId={delivery.eventId} path={path} onAsked={onAsked} />,
      ])}
    />
  );
}

interface AgainProps {
  readonly eventId: number;
  readonly path: string;
  readonly onAsked: () => void;
}

function Again({ eventId, path, onAsked }: AgainProps): JSX.Element | null {
  const { isBusy, error, run } = useAction();
  if (!may('webhooks:write')) return null;
  function redeliver(): void {
    run(async () => {
      await send('POST', `${path}/redeliver`, { eventId });
      onAsked();
    });
  }
  return (
    <>
      <Button kind="plain" isDisabled={isBusy} onClick={redeliver}>
        Tell again
      </Button>
      {error !== null && <span role="alert">{error.detail}</span>}
    </>
  );
}
