/** The zone, the way of the vehicle around the window, its stays, and the fixes that moved the task. */
import * as L from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLoad } from '../api.ts';
import { clockNow, may, positions } from '../live.ts';
import { MapPane } from '../map/map-pane.tsx';
import { zoneLayer } from '../map/zones.ts';
import { Failure } from '../parts/notice.tsx';
import type { Fixes, HistoryEvent, Task, Visit } from '../wire.ts';
import { evidencePeriod, type PartKind, trackParts } from './track.ts';
import { momentWords } from './window-words.ts';

const FIXES_MAX = 5000;

interface EvidenceProps {
  readonly task: Task;
  readonly visits: readonly Visit[];
  readonly events: readonly HistoryEvent[];
  readonly chosen: HistoryEvent | null;
}

export function EvidenceMap({ task, visits, events, chosen }: EvidenceProps) {
  const [map, setMap] = useState<L.Map | null>(null);
  const fixes = useLoad<Fixes>(useFixesPath(task, visits));
  const shown = useLast(fixes.data);
  const list = shown?.fixes ?? [];

  useLayer(map, () => zoneGroup(task), [task.zone, task.status]);
  useLayer(map, () => trackGroup(trackParts(list, visits)), [shown, visits]);
  useLayer(map, () => witnessGroup(events, chosen), [events.length, chosen?.id]);
  useVehicle(map, task.isOpen ? task.trackerId : null);
  useEffect(() => {
    if (map !== null && task.zone !== null) showZone(map, task.zone);
  }, [map, task.zone?.lat, task.zone?.lon, task.zone?.radius]);
  useEffect(() => {
    if (map === null || chosen === null || chosen.witness === null) return;
    const at = L.latLng(chosen.witness.lat, chosen.witness.lon);
    if (!map.getBounds().contains(at)) map.panTo(at);
  }, [map, chosen?.id]);

  return (
    <section aria-labelledby="task-where">
      <h2 id="task-where">Where it was seen</h2>
      <MapPane class="task-map" label="Zone of the task and the way of its vehicle" onMap={(made) => setMap(made)} />
      {fixes.error !== null && <Failure error={fixes.error} onRetry={fixes.reload} />}
      <p class="dim">{seenWords(list.length, shown?.hasMore ?? false, visits.length)}</p>
    </section>
  );
}

function seenWords(fixes: number, hasMore: boolean, visits: number): string {
  const stays = visits === 1 ? '1 stay inside' : `${visits} stays inside`;
  const more = hasMore ? `; only the first ${fixes} are drawn` : '';
  return `${fixes === 1 ? '1 fix' : `${fixes} fixes`} around its time, ${stays}${more}. Dashed: nothing is known of the way.`;
}

/** The period is settled when the page opens and when another visit is seen; the present is drawn from the live stream. */
function useFixesPath(task: Task, visits: readonly Visit[]): string | null {
  const [path, setPath] = useState<string | null>(null);
  useEffect(() => {
    const period = evidencePeriod(task, visits, clockNow());
    if (period === null || !may('trackers:read')) return setPath(null);
    const query = new URLSearchParams({
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
      limit: String(FIXES_MAX),
    });
    setPath(`/api/trackers/${task.trackerId}/fixes?${query}`);
  }, [task.trackerId, task.status, task.from, task.to, visits.length, visits.at(-1)?.to]);
  return path;
}

/** The way stays on the map while more of it is fetched. */
function useLast<T>(data: T | null): T | null {
  const last = useRef<T | null>(null);
  if (data !== null) last.current = data;
  return last.current;
}

function useLayer(map: L.Map | null, make: () => L.Layer, keys: readonly unknown[]): void {
  useEffect(() => {
    if (map === null) return;
    const layer = make().addTo(map);
    return () => {
      layer.remove();
    };
  }, [map, ...keys]);
}

function zoneGroup({ zone, status }: Task): L.Layer {
  return zone === null ? L.layerGroup() : zoneLayer(zone, status);
}

const LINES: Readonly<Record<PartKind, L.PolylineOptions>> = {
  way: { className: 'track-way', weight: 3 },
  visit: { className: 'track-visit', weight: 7 },
  gap: { className: 'track-gap', weight: 2, dashArray: '4 8' },
};

function trackGroup(parts: ReturnType<typeof trackParts>): L.Layer {
  return L.layerGroup(
    parts.map(({ kind, points }) =>
      L.polyline(
        points.map(([lat, lon]) => [lat, lon] as L.LatLngTuple),
        { ...LINES[kind], interactive: false },
      ),
    ),
  );
}

function witnessGroup(events: readonly HistoryEvent[], chosen: HistoryEvent | null): L.Layer {
  const group = L.layerGroup();
  for (const event of events) {
    if (event.witness === null) continue;
    const isChosen = event.id === chosen?.id;
    const dot = L.circleMarker([event.witness.lat, event.witness.lon], {
      radius: isChosen ? 9 : 5,
      className: isChosen ? 'witness chosen' : 'witness',
    });
    dot.bindTooltip(textNode(`${event.words} ${momentWords(Date.parse(event.witness.time), clockNow())}`));
    group.addLayer(dot);
  }
  return group;
}

/** What devices and users have said is text, never markup. */
function textNode(words: string): HTMLElement {
  const node = document.createElement('span');
  node.textContent = words;
  return node;
}

function useVehicle(map: L.Map | null, trackerId: number | null): void {
  useEffect(() => {
    if (map === null || trackerId === null) return;
    const dot = L.circleMarker([0, 0], { radius: 7, className: 'vehicle', interactive: false });
    const stop = positions.subscribe((known) => {
      const position = known.get(trackerId);
      if (position !== undefined) dot.setLatLng([position.lat, position.lon]).addTo(map);
    });
    return () => {
      stop();
      dot.remove();
    };
  }, [map, trackerId]);
}

function showZone(map: L.Map, { lat, lon, radius }: NonNullable<Task['zone']>): void {
  map.fitBounds(L.latLng(lat, lon).toBounds(Math.max(radius, 100) * 4), { animate: false, maxZoom: 17 });
}
