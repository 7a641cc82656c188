/** Who is told of what happens, and how far behind each of them is. */
import '../trackers/trackers.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLoad } from '../api.ts';
import { may } from '../live.ts';
import { OneTimeSecret } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Button } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Table } from '../parts/table.tsx';
import type { Webhook } from '../wire.ts';
import { WebhookForm } from './form.tsx';

const REFRESH_MS = 5000;

export function WebhookListPage(): JSX.Element {
  const load = useLoad<{ webhooks: readonly Webhook[] }>('/api/webhooks');
  const { data, error, reload } = load;
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<Webhook | null>(null);
  useRefresh(load, REFRESH_MS);
  function created(webhook: Webhook): void {
    setMade(webhook);
    reload();
  }
  function close(): void {
    setAdding(false);
    setMade(null);
  }
  const actions = may('webhooks:write') && (
    <Button kind="primary" onClick={() => setAdding(true)}>
      New webhook
    </Button>
  );
  return (
    <Page title="Webhooks" actions={actions}>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && data.webhooks.length === 0 && (
        <Empty>
          Nobody is told yet. A webhook is sent every event of a task, signed by the Standard Webhooks specification.
        </Empty>
      )}
      {data !== null && data.webhooks.length > 0 && <Webhooks webhooks={data.webhooks} />}
      <Dialog title={made === null ? 'New webhook' : 'Its secret'} isOpen={isAdding} onClose={close}>
        {isAdding && made === null && <WebhookForm webhook={null} onSaved={created} />}
        {made !== null && <Made webhook={made} onClose={close} />}
      </Dialog>
    </Page>
  );
}

function Webhooks({ webhooks }: { readonly webhooks: readonly Webhook[] }): JSX.Element {
  return (
    <Table
      head={['Name', 'State', 'Address', 'Told of', 'Backlog']}
      rows={webhooks.map((webhook) => [
        <a href={`#/webhooks/${webhook.uuid}`}>{webhook.name}</a>,
        <WebhookState webhook={webhook} />,
        <span class="fleet-address">{webhook.url}</span>,
        webhook.topics.length === 0 ? 'everything' : webhook.topics.join(', '),
        webhook.backlog === 0 ? 'none' : `${webhook.backlog} events`,
      ])}
    />
  );
}

export function WebhookState({ webhook: { state, failure } }: { readonly webhook: Webhook }): JSX.Element {
  switch (state) {
    case 'active':
      return <span class="fleet-good">active</span>;
    case 'inactive':
      return <span class="dim">switched off</span>;
    case 'failed':
      return <span class="fleet-warned">{failure === null ? 'failed' : `failed: ${failure}`}</span>;
  }
}

function Made({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }): JSX.Element {
  return (
    <div class="fleet-stack">
      {webhook.secret !== undefined && (
        <OneTimeSecret label="Secret that signs what it is sent" secret={webhook.secret} />
      )}
      <p>
        <a href={`#/webhooks/${webhook.uuid}`}>Go to {webhook.name}</a>, and send it a test.
      </p>
      <Button kind="plain" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}
