/** The fleet now: on a map, and beside it what happens, what is open, and the same as a table for whoever sees no map. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { may, trackerLabels } from '../live.ts';
import { Button } from '../parts/form.tsx';
import { Empty } from '../parts/notice.tsx';
import { Page, useTitle } from '../parts/page.tsx';
import { go } from '../route.ts';
import type { Place } from '../route-match.ts';
import { type FleetOnMap, showFleet } from './fleet.ts';
import { HappeningNow } from './happening.tsx';
import { MapPane } from './map-pane.tsx';
import { OpenTasks } from './open-tasks.tsx';
import { VehicleTable } from './vehicle-table.tsx';

export function MapPage({ query }: Place) {
  if (may('tasks:read')) return <FleetMap query={query} />;
  return (
    <Page title="Map">
      <Empty>The map shows tasks, and your key may not read them.</Empty>
    </Page>
  );
}

function FleetMap({ query }: Pick<Place, 'query'>) {
  const fleet = useRef<FleetOnMap | null>(null);
  const followed = numberOf(query.get('follow'));
  useTitle('Map');
  useEffect(() => fleet.current?.follow(followed), [followed]);
  return (
    <div class="map-page">
      <h1 class="unseen">Map</h1>
      <div class="map-stage">
        <MapPane
          label="Map of the fleet. The same as a table: Vehicles, beside it"
          onMap={(map) => {
            fleet.current = showFleet(map);
            return () => {
              fleet.current?.end();
              fleet.current = null;
            };
          }}
        />
        <div class="map-tools">
          <FollowField followed={followed} />
          <Button onClick={() => fleet.current?.fitAll()}>Fit all</Button>
        </div>
      </div>
      <Beside />
    </div>
  );
}

/** In the address, so that it can be kept and handed on. */
function follow(trackerId: number | null): void {
  go(trackerId === null ? '/' : `/?follow=${trackerId}`);
}

function numberOf(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function FollowField({ followed }: { readonly followed: number | null }) {
  const labels = [...trackerLabels.value].sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <label class="map-follow">
      <span class="unseen">Follow a vehicle</span>
      <select
        value={followed === null ? '' : String(followed)}
        onInput={({ currentTarget }) => follow(numberOf(currentTarget.value))}
      >
        <option value="">Follow nobody</option>
        {labels.map(([id, label]) => (
          <option key={id} value={String(id)}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

const TABS = ['Open tasks', 'Vehicles'] as const;

function Beside() {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Open tasks');
  return (
    <div class="map-beside">
      <section class="map-panel" aria-labelledby="now">
        <h2 id="now">Happening now</h2>
        <HappeningNow />
      </section>
      <section class="map-panel" aria-label={tab}>
        <div class="tabs">
          {TABS.map((name) => (
            <Button key={name} isPressed={name === tab} onClick={() => setTab(name)}>
              {name}
            </Button>
          ))}
        </div>
        {tab === 'Vehicles' ? <VehicleTable /> : <OpenTasks />}
      </section>
    </div>
  );
}
