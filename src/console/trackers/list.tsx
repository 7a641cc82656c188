/** All trackers: which are online, when each was heard of last, how many open tasks it has, whose clock seems wrong. */
import './trackers.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { connections, may, openTasks, positions } from '../live.ts';
import { faultOf, useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Button, SelectField, TextField } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import type { Tracker } from '../wire.ts';
import { isAmong, SHOWN_CHOICES, type Shown } from './choosing.ts';

const SHOWN_AT_ONCE = 100;
/** Links and positions come by the stream; names and new ones do not. */
const REFRESH_MS = 30_000;

export function TrackerListPage(): JSX.Element {
  const load = useLoad<{ trackers: readonly Tracker[] }>('/api/trackers');
  const { data, error, reload } = load;
  useRefresh(load, REFRESH_MS);
  const [words, setWords] = useState('');
  const [shown, setShown] = useState<Shown>('all');
  const [count, setCount] = useState(SHOWN_AT_ONCE);
  const [isAdding, setAdding] = useState(false);
  const online = connections.value;
  const chosen = (data?.trackers ?? []).filter((tracker) => isAmong(tracker, words, shown, online.get(tracker.id)));
  const actions = may('trackers:write') && (
    <>
      <a class="button button-plain" href="#/pending">
        Devices that wait
      </a>
      <Button kind="primary" onClick={() => setAdding(true)}>
        New tracker
      </Button>
    </>
  );
  return (
    <Page title="Trackers" actions={actions}>
      <search class="fleet-filters">
        <TextField label="Search" name="search" value={words} onInput={setWords} hint="label, IMEI or model" />
        <SelectField
          label="Show"
          name="shown"
          value={shown}
          options={SHOWN_CHOICES}
          onInput={(value) => setShown(value as Shown)}
        />
      </search>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && (
        <>
          <p role="status" class="fleet-count">
            {countText(chosen.length, data.trackers.length)}
          </p>
          <TrackerTable trackers={chosen.slice(0, count)} />
          {chosen.length > count && (
            <Button kind="plain" onClick={() => setCount(count + SHOWN_AT_ONCE)}>
              {`Show more (${chosen.length - count} left)`}
            </Button>
          )}
          {data.trackers.length === 0 && (
            <Empty>
              No tracker yet. Point a device at the gateway: it appears among <a href="#/pending">those that wait</a>.
            </Empty>
          )}
        </>
      )}
      <NewTracker isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function countText(chosen: number, all: number): string {
  return chosen === all ? `${all} ${all === 1 ? 'tracker' : 'trackers'}` : `${chosen} of ${all} trackers`;
}

function TrackerTable({ trackers }: { readonly trackers: readonly Tracker[] }): JSX.Element | null {
  const tasks = new Map<number, number>();
  for (const { trackerId, isOpen } of openTasks.value.values()) {
    if (trackerId !== null && isOpen) tasks.set(trackerId, (tasks.get(trackerId) ?? 0) + 1);
  }
  if (trackers.length === 0) return null;
  return (
    <Table
      head={['Tracker', 'Link', 'Last position', 'Open tasks', 'Device']}
      rows={trackers.map((tracker) => [
        <a href={`#/trackers/${tracker.id}`}>{tracker.label}</a>,
        <LinkState tracker={tracker} />,
        <Ago at={positions.value.get(tracker.id)?.time ?? null} />,
        <TaskCount trackerId={tracker.id} count={tasks.get(tracker.id) ?? 0} />,
        <Device tracker={tracker} />,
      ])}
    />
  );
}

function LinkState({ tracker }: { readonly tracker: Tracker }): JSX.Element {
  const isOnline = connections.value.get(tracker.id) === true;
  return (
    <span class={isOnline ? 'fleet-online' : 'fleet-offline'}>
      {isOnline ? 'online' : 'offline'}
      {tracker.isBlocked && <span class="fleet-warned"> blocked</span>}
    </span>
  );
}

function TaskCount({ trackerId, count }: { readonly trackerId: number; readonly count: number }): JSX.Element {
  return count === 0 ? <span class="dim">none</span> : <a href={`#/tasks?tracker=${trackerId}`}>{count}</a>;
}

function Device({ tracker }: { readonly tracker: Tracker }): JSX.Element {
  const { clockSuspicion, imei, model } = tracker;
  return (
    <>
      {imei === null ? <span class="dim">no device</span> : <code>{imei}</code>}
      {model !== null && ` ${model}`}
      {clockSuspicion !== null && (
        <a class="fleet-warned" href={`#/trackers/${tracker.id}`}>
          {` clock seems ${clockSuspicion.ahead} off`}
        </a>
      )}
    </>
  );
}

function NewTracker({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): JSX.Element {
  const [label, setLabel] = useState('');
  const [imei, setImei] = useState('');
  const [model, setModel] = useState('');
  const { isBusy, error, run } = useAction();
  function create(event: Event): void {
    event.preventDefault();
    run(async () => {
      const made = await send<Tracker>('POST', '/api/trackers', { label, imei: imei || null, model: model || null });
      onClose();
      location.hash = `#/trackers/${made.id}`;
    });
  }
  return (
    <Dialog title="New tracker" isOpen={isOpen} onClose={onClose}>
      <form class="fleet-stack" onSubmit={create}>
        <TextField
          label="Label"
          name="label"
          value={label}
          onInput={setLabel}
          fault={faultOf(error, 'label')}
          isRequired
        />
        <TextField
          label="IMEI"
          name="imei"
          value={imei}
          onInput={setImei}
          hint="10 to 15 digits, as printed on the device; empty for a person without one"
          fault={faultOf(error, 'imei')}
        />
        <TextField label="Model" name="model" value={model} onInput={setModel} fault={faultOf(error, 'model')} />
        <Failure error={error} />
        <Button kind="primary" type="submit" isDisabled={isBusy}>
          Create
        </Button>
      </form>
    </Dialog>
  );
}
