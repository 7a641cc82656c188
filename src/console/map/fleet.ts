/** The fleet and its zones on a map: drawn when something has come, and while something is on its way. */
import { effect } from '@preact/signals';
import * as L from 'leaflet';
import { clockNow, connections, openTasks, positions, trackerLabels } from '../live.ts';
import { dwellShare } from '../parts/dwell-share.ts';
import { go } from '../route.ts';
import { look } from '../theme.ts';
import type { Task } from '../wire.ts';
import { isStill } from './map-pane.tsx';
import { isMoving, Motion, type Vehicle } from './motion.ts';
import { VehicleLayer } from './vehicle-layer.ts';
import { dwellLayer, zoneBounds, zoneLayer } from './zones.ts';

/** Zones drawn at once; of more, those of the newest tasks in view. */
const ZONES_MAX = 1000;
const DWELL_EVERY_MS = 500;
const FIT_ZOOM_MAX = 15;
/** Vehicles are slow: an eye sees no more pictures than these. */
const FRAME_MS = 30;

/** Where the map was left, for when one comes back to it. */
let lastView: { readonly center: L.LatLng; readonly zoom: number } | null = null;

export interface FleetOnMap {
  fitAll(): void;
  /** null = nobody. */
  follow(trackerId: number | null): void;
  end(): void;
}

export function showFleet(map: L.Map): FleetOnMap {
  const motion = new Motion();
  const layer = new VehicleLayer();
  let followed: number | null = null;
  let frame = 0;
  let drawnMs = 0;
  let isPlaced = lastView !== null;

  if (lastView !== null) map.setView(lastView.center, lastView.zoom);
  else map.setView([20, 0], map.getMinZoom());
  layer.addTo(map);

  const draw = () => {
    frame = 0;
    const nowMs = performance.now();
    if (nowMs - drawnMs < FRAME_MS) return drawSoon();
    drawnMs = nowMs;
    layer.show(vehiclesAt(motion, nowMs), followed);
    const place = followed === null ? null : motion.placeOf(followed, nowMs);
    if (place !== null) map.panTo([place.lat, place.lon], { animate: false });
    if (motion.isGoing(nowMs)) drawSoon();
  };
  const drawSoon = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const show = (bounds: L.LatLngBounds) => {
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.08), { maxZoom: FIT_ZOOM_MAX, animate: false });
    isPlaced ||= bounds.isValid();
  };
  const open = (point: L.Point, taskId: number | null) => {
    // A vehicle in a zone is what was meant.
    const id = layer.vehicleAt(point);
    if (id !== null) go(`/trackers/${id}`);
    else if (taskId !== null) go(`/tasks/${taskId}`);
  };
  const zones = showZones(map, open);
  const ends = [
    effect(() => {
      void connections.value;
      void trackerLabels.value;
      motion.update(positions.value, performance.now(), isStill());
      // A task far away is no reason to see nothing of the fleet.
      if (!isPlaced) show(boundsOfFleet());
      drawSoon();
    }),
    effect(() => {
      void look.value;
      layer.forgetColours();
    }),
    zones.end,
  ];
  map.on('click', ({ containerPoint }) => open(containerPoint, null));
  map.on('mousemove', ({ containerPoint }) => {
    map.getContainer().classList.toggle('map-over-vehicle', layer.vehicleAt(containerPoint) !== null);
  });
  map.on('moveend', () => {
    if (isPlaced) lastView = { center: map.getCenter(), zoom: map.getZoom() };
  });
  return {
    fitAll: () => show(boundsOfAll()),
    follow(trackerId) {
      followed = trackerId;
      const place = trackerId === null ? null : motion.placeOf(trackerId, performance.now());
      if (place !== null)
        map.setView([place.lat, place.lon], Math.max(map.getZoom(), FIT_ZOOM_MAX), { animate: false });
      drawSoon();
    },
    end() {
      cancelAnimationFrame(frame);
      for (const end of ends) end();
    },
  };
}

function vehiclesAt(motion: Motion, nowMs: number): Vehicle[] {
  const [online, labels] = [connections.peek(), trackerLabels.peek()];
  return [...positions.peek()].map(([id, position]) => ({
    id,
    label: labels.get(id) ?? `#${id}`,
    isOnline: online.get(id) ?? false,
    course: position.course,
    isMoving: isMoving(position),
    ...(motion.placeOf(id, nowMs) ?? { lat: position.lat, lon: position.lon }),
  }));
}

function boundsOfFleet(): L.LatLngBounds {
  return L.latLngBounds([...positions.peek().values()].map(({ lat, lon }) => L.latLng(lat, lon)));
}

function boundsOfAll(): L.LatLngBounds {
  const bounds = boundsOfFleet();
  for (const { zone, isOpen } of openTasks.peek().values())
    if (zone !== null && isOpen) bounds.extend(zoneBounds(zone));
  return bounds;
}

interface ShownZone {
  readonly task: Task;
  readonly outline: L.Layer;
  dwell: L.Layer | null;
  share: number | null;
}

/** Those in view, each made anew only when its task is another one. */
function showZones(map: L.Map, open: (point: L.Point, taskId: number) => void): { end(): void } {
  const group = L.layerGroup().addTo(map);
  const shown = new Map<number, ShownZone>();

  function hide(zone: ShownZone): void {
    zone.outline.remove();
    zone.dwell?.remove();
    shown.delete(zone.task.id);
  }

  function show(task: Task): void {
    const outline = zoneLayer(task.zone!, task.status);
    outline.on('click', (event: L.LeafletMouseEvent) => {
      L.DomEvent.stopPropagation(event);
      open(event.containerPoint, task.id);
    });
    const label = document.createElement('span');
    label.textContent = `${task.label} · ${task.status ?? 'draft'}`;
    outline.bindTooltip(label, { sticky: true });
    group.addLayer(outline);
    shown.set(task.id, { task, outline, dwell: null, share: null });
  }

  function refresh(): void {
    const view = map.getBounds().pad(0.2);
    const wanted = new Map<number, Task>();
    for (const task of [...openTasks.peek().values()].sort((a, b) => b.id - a.id)) {
      if (task.zone === null || !view.intersects(zoneBounds(task.zone))) continue;
      wanted.set(task.id, task);
      if (wanted.size >= ZONES_MAX) break;
    }
    for (const zone of [...shown.values()]) if (wanted.get(zone.task.id) !== zone.task) hide(zone);
    for (const task of wanted.values()) if (!shown.has(task.id)) show(task);
    fill();
  }

  function fill(): void {
    const nowMs = clockNow();
    for (const zone of shown.values()) {
      const share = zone.task.isOpen ? dwellShare(zone.task, nowMs) : null;
      if (share === zone.share) continue;
      zone.share = share;
      zone.dwell?.remove();
      zone.dwell = share === null ? null : dwellLayer(zone.task.zone!, zone.task.status, share);
      if (zone.dwell !== null) group.addLayer(zone.dwell);
    }
  }

  const end = effect(() => {
    void openTasks.value;
    refresh();
  });
  map.on('moveend', refresh);
  const timer = setInterval(fill, DWELL_EVERY_MS);
  return {
    end() {
      end();
      clearInterval(timer);
    },
  };
}
