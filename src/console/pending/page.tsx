/** Devices that knocked and are not known: let them in with a click, and what to do when yours is not among them. */
import '../trackers/trackers.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { may } from '../live.ts';
import { faultOf, useAction } from '../parts/action.ts';
import { Button, TextField } from '../parts/form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Ago } from '../parts/time.tsx';
import type { Pending, Tracker } from '../wire.ts';

const REFRESH_MS = 3000;

type Accepted = Tracker & { readonly warnings?: readonly string[] };

export function PendingPage(): JSX.Element {
  const load = useLoad<{ pending: readonly Pending[] }>('/api/trackers/pending');
  const { data, error, reload } = load;
  const [accepted, setAccepted] = useState<readonly Accepted[]>([]);
  useRefresh(load, REFRESH_MS);
  function welcome(tracker: Accepted): void {
    setAccepted([tracker, ...accepted]);
    reload();
  }
  return (
    <Page title="Devices that wait" back={{ href: '#/trackers', label: 'Trackers' }}>
      <p>
        A device that is not known is not let in: its data are refused until you accept it. Accept only what you know:
        an IMEI proves nothing, it is printed on the case.
      </p>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      <div role="status">
        {accepted.map((tracker) => (
          <AcceptedLine key={tracker.id} tracker={tracker} />
        ))}
      </div>
      {data !== null && data.pending.length > 0 && (
        <ul class="fleet-cards">
          {data.pending.map((pending) => (
            <li key={pending.imei} class="fleet-card">
              <Waiting pending={pending} onAccepted={welcome} />
            </li>
          ))}
        </ul>
      )}
      {data !== null && data.pending.length === 0 && <Nobody />}
    </Page>
  );
}

function AcceptedLine({ tracker }: { readonly tracker: Accepted }): JSX.Element {
  return (
    <p class="fleet-good">
      <a href={`#/trackers/${tracker.id}`}>{tracker.label}</a> is accepted: its next login is let in.
      {tracker.warnings?.map((warning) => (
        <span key={warning} class="fleet-warned">
          {' '}
          {warning}
        </span>
      ))}
    </p>
  );
}

interface WaitingProps {
  readonly pending: Pending;
  readonly onAccepted: (tracker: Accepted) => void;
}

function Waiting({ pending, onAccepted }: WaitingProps): JSX.Element {
  const { imei, protocol, address, firstSeenAt, lastSeenAt, logins } = pending;
  const [label, setLabel] = useState('');
  const { isBusy, error, run } = useAction();
  function accept(event: Event): void {
    event.preventDefault();
    run(async () => {
      const wish = label.trim() === '' ? {} : { label: label.trim() };
      onAccepted(await send<Accepted>('POST', `/api/trackers/pending/${imei}/accept`, wish));
    });
  }
  return (
    <>
      <h2>
        <code>{imei}</code>
      </h2>
      <p class="dim">
        {`speaks ${protocol}, from ${address}, ${logins} ${logins === 1 ? 'login' : 'logins'}; first `}
        <Ago at={firstSeenAt} />
        {', last '}
        <Ago at={lastSeenAt} />
      </p>
      {may('trackers:write') && (
        <form class="fleet-filters" onSubmit={accept}>
          <TextField
            label="Label"
            name={`label-${imei}`}
            value={label}
            onInput={setLabel}
            hint="empty: its IMEI"
            fault={faultOf(error, 'label')}
          />
          <Button kind="primary" type="submit" isDisabled={isBusy}>
            Accept
          </Button>
        </form>
      )}
      <Failure error={error} />
    </>
  );
}

function Nobody(): JSX.Element {
  return (
    <section class="fleet-card" aria-labelledby="nobody-title">
      <h2 id="nobody-title">Nobody waits</h2>
      <p>This page looks again every three seconds. When your device does not appear:</p>
      <ol>
        <li>
          It must reach the gateway: set its server to this machine's public name and to the port of the gateway, TCP.
        </li>
        <li>
          Ports: the one that tells protocols apart takes all of them; Teltonika's customary one is 5027, GT06's 5023.
          The log line with the word <code>ready</code> says which are open.
        </li>
        <li>
          Teltonika: codec 8 or 8 Extended, acknowledgement type <em>AVL</em> (not <em>TCP/IP</em>, which loses what the
          gateway has not stored), and records only leave when there are some: drive, or set a short period.
        </li>
        <li>
          GT06 and its relatives by text message: <code>SERVER,1,your.name,5020,0#</code>, and <code>GMT,E,0,0#</code>{' '}
          so that its clock keeps UTC.
        </li>
        <li>
          A firewall or a NAT before the gateway must pass the port. <code>milepost doctor</code> looks at this machine.
        </li>
        <li>
          The setting <code>unknown-trackers</code> must not be <code>reject</code>: then nobody waits, they are
          refused.
        </li>
        <li>Is it known already? Then it is among the trackers, perhaps blocked.</li>
      </ol>
    </section>
  );
}
