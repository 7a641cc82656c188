/** One tracker: where it is, what it says, where it has been, its tasks, and what it is told. */
import './trackers.css';
import type * as L from 'leaflet';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLoad } from '../api.ts';
import { connections, may, positions } from '../live.ts';
import { MapPane } from '../map/map-pane.tsx';
import { Button } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Status } from '../parts/status.tsx';
import { Table } from '../parts/table.tsx';
import { Ago, When } from '../parts/time.tsx';
import type { Fix, Position, TaskPage, Tracker, TrackerState } from '../wire.ts';
import { attributeWords, courseText, placeText } from './attribute-words.ts';
import { CaptureControl } from './capture.tsx';
import { ClockRepair } from './clock-repair.tsx';
import { Commands } from './commands.tsx';
import { EditTracker } from './edit.tsx';
import { type Period, Replay } from './replay.tsx';
import { VehicleMarker } from './replay-map.ts';

interface Props {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** Its clock may come under suspicion while somebody looks. */
const TRACKER_EVERY_MS = 15_000;

export function TrackerPage({ params, query }: Props): JSX.Element {
  const id = Number(params['id']);
  const load = useLoad<Tracker>(`/api/trackers/${id}`);
  const { data: tracker, error, reload } = load;
  useRefresh(load, TRACKER_EVERY_MS);
  if (tracker === null) {
    return (
      <Page title={`Tracker ${id}`} back={{ href: '#/trackers', label: 'Trackers' }}>
        {error === null ? <Loading /> : <Failure error={error} onRetry={reload} />}
      </Page>
    );
  }
  const actions = (
    <>
      <a class="button button-plain" href={`#/trackers/${id}/frames`}>
        Raw frames
      </a>
      {may('trackers:write') && <EditTracker tracker={tracker} onChanged={reload} />}
    </>
  );
  return (
    <Page title={tracker.label} back={{ href: '#/trackers', label: 'Trackers' }} actions={actions}>
      <Head tracker={tracker} />
      {tracker.clockSuspicion !== null && <ClockRepair tracker={tracker} onRepaired={reload} />}
      <OnMap key={query.toString()} tracker={tracker} asked={periodOf(query)} />
      <div class="fleet-columns">
        <Values trackerId={id} />
        {may('tasks:read') && <Tasks trackerId={id} />}
      </div>
      {may('tracker_command') && tracker.imei !== null && <Commands tracker={tracker} />}
      <CaptureControl tracker={tracker} onChanged={reload} />
    </Page>
  );
}

function periodOf(query: URLSearchParams): Period | null {
  const [from, to] = [query.get('from'), query.get('to')];
  const isPeriod = from !== null && to !== null && Date.parse(from) < Date.parse(to);
  return isPeriod ? { from: new Date(from).toISOString(), to: new Date(to).toISOString() } : null;
}

function Head({ tracker }: { readonly tracker: Tracker }): JSX.Element {
  const isOnline = connections.value.get(tracker.id) === true;
  return (
    <dl class="fleet-head-facts">
      <div>
        <dt>Link</dt>
        <dd class={isOnline ? 'fleet-online' : 'fleet-offline'}>{isOnline ? 'online' : 'offline'}</dd>
      </div>
      <div>
        <dt>IMEI</dt>
        <dd>{tracker.imei === null ? 'no device' : <code>{tracker.imei}</code>}</dd>
      </div>
      <div>
        <dt>Model</dt>
        <dd>{tracker.model ?? 'not stated'}</dd>
      </div>
      <div>
        <dt>Device clock</dt>
        <dd>{tracker.timeZone === 'utc' ? 'UTC' : tracker.timeZone}</dd>
      </div>
      {tracker.isBlocked && (
        <div>
          <dt>Blocked</dt>
          <dd class="fleet-warned">its logins are refused</dd>
        </div>
      )}
    </dl>
  );
}

function OnMap({ tracker, asked }: { readonly tracker: Tracker; readonly asked: Period | null }): JSX.Element {
  const [map, setMap] = useState<L.Map | null>(null);
  const position = positions.value.get(tracker.id) ?? null;
  useLivePosition(map, tracker.label, position, asked === null);
  return (
    <div class="fleet-map">
      <div class="fleet-stage">
        <MapPane
          label={`Map of ${tracker.label}`}
          onMap={(opened) => {
            setMap(opened);
            return () => setMap(null);
          }}
        />
        <p class="fleet-moment">
          {position === null ? (
            'No position yet.'
          ) : (
            <>
              Last position: {placeText(position.lat, position.lon)}, {speedText(position)}, <Ago at={position.time} />{' '}
              <Button onClick={() => map?.setView([position.lat, position.lon], Math.max(map.getZoom(), 14))}>
                Go there
              </Button>
            </>
          )}
        </p>
      </div>
      <Replay trackerId={tracker.id} label={tracker.label} map={map} asked={asked} lastAt={position?.time ?? null} />
    </div>
  );
}

function speedText({ speed, course }: Pick<Position, 'speed' | 'course'>): string {
  if (speed === null) return courseText(course);
  return speed < 1 ? 'standing' : `${Math.round(speed)} km/h to ${courseText(course)}`;
}

function useLivePosition(map: L.Map | null, label: string, position: Position | null, isCentred: boolean): void {
  const marker = useMemo(() => new VehicleMarker('live', label), [label]);
  useEffect(() => () => marker.remove(), [marker]);
  useEffect(() => {
    if (map !== null && position !== null) marker.show(map, position);
  }, [map, marker, position]);
  const isKnown = position !== null;
  // Once, where it is first known; then the map is its user's.
  useEffect(() => {
    if (map !== null && position !== null && isCentred)
      map.setView([position.lat, position.lon], 15, { animate: false });
  }, [map, isKnown]);
}

const VALUES_EVERY_MS = 5000;

function Values({ trackerId }: { readonly trackerId: number }): JSX.Element {
  const load = useLoad<TrackerState>(`/api/trackers/${trackerId}/state`);
  const { data: state, error, reload } = load;
  useRefresh(load, VALUES_EVERY_MS);
  return (
    <section aria-labelledby="values-title">
      <h2 id="values-title">Last values</h2>
      <Failure error={error} onRetry={reload} />
      {state === null && error === null && <Loading />}
      {state !== null && (
        <dl class="fleet-values">
          <Value name="Last receipt" value={<When at={state.lastSeenAt} />} />
          {state.fix !== null && <FixValues fix={state.fix} trackerId={trackerId} />}
          {Object.entries(state.attributes).map(([name, value]) => {
            const words = attributeWords(name, value);
            return <Value key={name} name={words.label} value={words.value} title={name} />;
          })}
        </dl>
      )}
      {state !== null && state.fix === null && <Empty>It has sent no valid position yet.</Empty>}
    </section>
  );
}

function FixValues({ fix, trackerId }: { readonly fix: Fix; readonly trackerId: number }): JSX.Element {
  const framesHref = `#/trackers/${trackerId}/frames?fix=${encodeURIComponent(fix.time)}`;
  return (
    <>
      <Value
        name="Newest fix"
        value={
          <>
            <When at={fix.time} /> <a href={framesHref}>its bytes</a>
          </>
        }
      />
      <Value name="Position" value={placeText(fix.lat, fix.lon)} />
      <Value name="Speed" value={fix.speed === null ? 'not said' : `${fix.speed} km/h`} />
      <Value name="Course" value={courseText(fix.course)} />
      {fix.altitude !== null && <Value name="Altitude" value={`${fix.altitude} m`} />}
      {fix.satellites !== null && <Value name="Satellites" value={fix.satellites} />}
      <Value name="Protocol" value={fix.protocol} />
    </>
  );
}

interface ValueProps {
  readonly name: string;
  readonly value: JSX.Element | string | number;
  readonly title?: string;
}

function Value({ name, value, title }: ValueProps): JSX.Element {
  return (
    <div>
      <dt {...(title !== undefined && { title })}>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Tasks({ trackerId }: { readonly trackerId: number }): JSX.Element {
  const load = useLoad<TaskPage>(`/api/tasks?tracker=${trackerId}&limit=10`);
  const { data, error, reload } = load;
  useRefresh(load, VALUES_EVERY_MS);
  return (
    <section aria-labelledby="tasks-title">
      <h2 id="tasks-title">Tasks</h2>
      <Failure error={error} onRetry={reload} />
      {data !== null && data.tasks.length === 0 && <Empty>It has no tasks.</Empty>}
      {data !== null && data.tasks.length > 0 && (
        <Table
          head={['Task', 'Status', 'Until']}
          rows={data.tasks.map((task) => [
            <a href={`#/tasks/${task.id}`}>{task.label}</a>,
            <Status of={task.status} />,
            <When at={task.to} />,
          ])}
        />
      )}
      {data !== null && data.nextCursor !== null && <a href={`#/tasks?tracker=${trackerId}`}>All its tasks</a>}
    </section>
  );
}
