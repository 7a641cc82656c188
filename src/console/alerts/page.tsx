/** What needs somebody's eye: devices that are silent, clocks that seem wrong. */
import '../trackers/trackers.css';
import type { JSX } from 'preact';
import { useLoad } from '../api.ts';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import type { Alert } from '../wire.ts';

const REFRESH_MS = 15_000;

const KINDS: Readonly<Record<Alert['kind'], string>> = { silent: 'silent', clock: 'clock seems wrong' };

export function AlertsPage(): JSX.Element {
  const load = useLoad<{ alerts: readonly Alert[] }>('/api/alerts');
  const { data, error, reload } = load;
  useRefresh(load, REFRESH_MS);
  return (
    <Page title="Alerts">
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && data.alerts.length === 0 && (
        <Empty>
          Nothing needs an eye: no tracker is silent for too long, and no clock seems wrong. How long a silence may be
          is the setting <code>alerts.silent-after</code>.
        </Empty>
      )}
      {data !== null && data.alerts.length > 0 && (
        <Table
          head={['Tracker', 'What', 'Since', '']}
          rows={data.alerts.map((alert) => [
            <a href={`#/trackers/${alert.trackerId}`}>{alert.trackerLabel}</a>,
            <span class="fleet-warned">{KINDS[alert.kind]}</span>,
            <Ago at={alert.since} />,
            alert.words,
          ])}
        />
      )}
    </Page>
  );
}
