/** One webhook: what it is told and how that went, what was given up, and telling it again. */
import '../trackers/trackers.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { may } from '../live.ts';
import { useAction } from '../parts/action.ts';
import { OneTimeSecret } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Button } from '../parts/form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { When } from '../parts/time.tsx';
import type { Delivery, Webhook } from '../wire.ts';
import { DeadLetters, DeliveryLog } from './deliveries.tsx';
import { WebhookForm } from './form.tsx';
import { WebhookState } from './list.tsx';
import { RedeliverPeriod } from './redeliver.tsx';
import { outcomeText } from './topics.ts';

const REFRESH_MS = 5000;

export function WebhookPage({ params }: { readonly params: Readonly<Record<string, string>> }): JSX.Element {
  const path = `/api/webhooks/${encodeURIComponent(params['uuid'] ?? '')}`;
  const load = useLoad<Webhook>(path);
  const { data: webhook, error, reload } = load;
  useRefresh(load, REFRESH_MS);
  if (webhook === null) {
    return (
      <Page title="Webhook" back={{ href: '#/webhooks', label: 'Webhooks' }}>
        {error === null ? <Loading /> : <Failure error={error} onRetry={reload} />}
      </Page>
    );
  }
  return (
    <Page title={webhook.name} back={{ href: '#/webhooks', label: 'Webhooks' }}>
      <Failure error={error} onRetry={reload} />
      <Facts webhook={webhook} />
      {may('webhooks:write') && <Controls webhook={webhook} path={path} onChanged={reload} />}
      <DeliveryLog webhook={webhook} path={path} />
      <DeadLetters webhook={webhook} path={path} />
      {may('webhooks:write') && <RedeliverPeriod path={path} onAsked={reload} />}
    </Page>
  );
}

function Facts({ webhook }: { readonly webhook: Webhook }): JSX.Element {
  return (
    <dl class="fleet-head-facts">
      <div>
        <dt>State</dt>
        <dd>
          <WebhookState webhook={webhook} />
        </dd>
      </div>
      <div>
        <dt>Address</dt>
        <dd class="fleet-address">{webhook.url}</dd>
      </div>
      <div>
        <dt>Told of</dt>
        <dd>{webhook.topics.length === 0 ? 'everything' : webhook.topics.join(', ')}</dd>
      </div>
      <div>
        <dt>Backlog</dt>
        <dd>{webhook.backlog === 0 ? 'none' : `${webhook.backlog} events that it has not come to yet`}</dd>
      </div>
      <div>
        <dt>Since</dt>
        <dd>
          <When at={webhook.createdAt} />
        </dd>
      </div>
    </dl>
  );
}

interface ControlsProps {
  readonly webhook: Webhook;
  readonly path: string;
  readonly onChanged: () => void;
}

type Asked = 'edit' | 'rotate' | 'delete' | null;

function Controls({ webhook, path, onChanged }: ControlsProps): JSX.Element {
  const [asked, setAsked] = useState<Asked>(null);
  const [outcome, setOutcome] = useState<Delivery | null>(null);
  const { isBusy, error, run } = useAction();
  const isEnabled = webhook.state === 'active';
  function close(): void {
    setAsked(null);
    onChanged();
  }
  function test(): void {
    setOutcome(null);
    run(async () => setOutcome(await send<Delivery>('POST', `${path}/test`)));
  }
  function toggle(): void {
    run(async () => {
      await send('PATCH', path, { isEnabled: !isEnabled });
      onChanged();
    });
  }
  return (
    <>
      <div class="fleet-player-row">
        <Button kind="primary" onClick={test} isDisabled={isBusy}>
          Send a test
        </Button>
        <Button kind="plain" onClick={toggle} isDisabled={isBusy}>
          {isEnabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button kind="plain" onClick={() => setAsked('edit')}>
          Edit
        </Button>
        <Button kind="plain" onClick={() => setAsked('rotate')}>
          New secret
        </Button>
        <Button kind="danger" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      </div>
      <p role="status">{outcome !== null && <Outcome delivery={outcome} />}</p>
      <Failure error={error} />
      <Dialog title="Edit webhook" isOpen={asked === 'edit'} onClose={() => setAsked(null)}>
        {asked === 'edit' && <WebhookForm webhook={webhook} onSaved={close} />}
      </Dialog>
      <Dialog title="New secret" isOpen={asked === 'rotate'} onClose={close}>
        {asked === 'rotate' && <Rotate path={path} />}
      </Dialog>
      <Dialog title={`Delete ${webhook.name}?`} isOpen={asked === 'delete'} onClose={() => setAsked(null)}>
        {asked === 'delete' && <Remove webhook={webhook} path={path} />}
      </Dialog>
    </>
  );
}

function Outcome({ delivery }: { readonly delivery: Delivery }): JSX.Element {
  const { error, status, duration } = delivery;
  return (
    <span class={error === null ? 'fleet-good' : 'fleet-warned'}>
      {`The test was ${error === null ? 'taken' : 'not taken'}: ${outcomeText(status, error)}, after ${duration} ms`}
    </span>
  );
}

function Rotate({ path }: { readonly path: string }): JSX.Element {
  const [secret, setSecret] = useState<string | null>(null);
  const { isBusy, error, run } = useAction();
  if (secret !== null) return <OneTimeSecret label="The new secret" secret={secret} />;
  return (
    <div class="fleet-stack">
      <p>The old secret goes on signing beside the new one for a day: change the receiver within it.</p>
      <Failure error={error} />
      <Button
        kind="primary"
        isDisabled={isBusy}
        onClick={() => run(async () => setSecret((await send<Webhook>('POST', `${path}/rotate`)).secret ?? ''))}
      >
        Make a new secret
      </Button>
    </div>
  );
}

function Remove({ webhook, path }: { readonly webhook: Webhook; readonly path: string }): JSX.Element {
  const { isBusy, error, run } = useAction();
  function remove(): void {
    run(async () => {
      await send('DELETE', path);
      location.hash = '#/webhooks';
    });
  }
  return (
    <div class="fleet-stack">
      <p>
        {webhook.backlog === 0
          ? 'It is not told anything from then on.'
          : `It is not told anything from then on: ${webhook.backlog} events that it has not come to are lost to it.`}
      </p>
      <Failure error={error} />
      <Button kind="danger" isDisabled={isBusy} onClick={remove}>
        Delete
      </Button>
    </div>
  );
}
