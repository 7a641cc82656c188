/** Keys: who may ask what, and until when. */
import '../trackers/trackers.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { session } from '../live.ts';
import { useAction } from '../parts/action.ts';
import { OneTimeSecret } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Button } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { When } from '../parts/time.tsx';
import type { Key } from '../wire.ts';
import { KeyForm } from './form.tsx';
import { scopesText } from './scopes.ts';

interface Keys {
  readonly keys: readonly Key[];
  readonly scopes: readonly string[];
}

export function KeysPage(): JSX.Element {
  const { data, error, reload } = useLoad<Keys>('/api/keys');
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<Key | null>(null);
  const [revoked, setRevoked] = useState<Key | null>(null);
  function created(key: Key): void {
    setMade(key);
    reload();
  }
  function close(): void {
    setAdding(false);
    setMade(null);
  }
  const actions = (
    <Button kind="primary" onClick={() => setAdding(true)} isDisabled={data === null}>
      New key
    </Button>
  );
  return (
    <Page title="Keys" actions={actions}>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && data.keys.length === 0 && <Empty>There are no keys but the one of the settings.</Empty>}
      {data !== null && data.keys.length > 0 && <KeyTable keys={data.keys} onRevoke={setRevoked} />}
      <Dialog title={made === null ? 'New key' : `The key ${made.name}`} isOpen={isAdding} onClose={close}>
        {isAdding && made === null && data !== null && <KeyForm scopes={data.scopes} onCreated={created} />}
        {made?.key !== undefined && <OneTimeSecret label="Key" secret={made.key} />}
      </Dialog>
      <Dialog title="Revoke key" isOpen={revoked !== null} onClose={() => setRevoked(null)}>
        {revoked !== null && (
          <Revoke
            of={revoked}
            onDone={() => {
              setRevoked(null);
              reload();
            }}
          />
        )}
      </Dialog>
    </Page>
  );
}

interface TableProps {
  readonly keys: readonly Key[];
  readonly onRevoke: (key: Key) => void;
}

function KeyTable({ keys, onRevoke }: TableProps): JSX.Element {
  return (
    <Table
      head={['Name', 'Begins with', 'May', 'Made', 'Ends', '']}
      rows={keys.map((key) => [
        key.name === session.value?.keyName ? `${key.name} (yours)` : key.name,
        <code>{key.prefix}</code>,
        scopesText(key.scopes),
        <When at={key.createdAt} />,
        key.expiresAt === null ? 'never' : <When at={key.expiresAt} />,
        <Button kind="danger" onClick={() => onRevoke(key)}>
          Revoke<span class="unseen">{` ${key.name}`}</span>
        </Button>,
      ])}
    />
  );
}

function Revoke({ of, onDone }: { readonly of: Key; readonly onDone: () => void }): JSX.Element {
  const { isBusy, error, run } = useAction();
  function revoke(): void {
    run(async () => {
      await send('DELETE', `/api/keys/${encodeURIComponent(of.name)}`);
      onDone();
    });
  }
  return (
    <div class="fleet-stack">
      <p>
        Whoever uses <strong>{of.name}</strong> is shut out at once, sessions of it included. This cannot be taken back.
      </p>
      {of.name === session.value?.keyName && (
        <p class="fleet-warned">You are here with this key: you will be logged out.</p>
      )}
      <Failure error={error} />
      <Button kind="danger" isDisabled={isBusy} onClick={revoke}>
        Revoke
      </Button>
    </div>
  );
}
