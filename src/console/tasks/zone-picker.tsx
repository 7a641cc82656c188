/** A map on which the circle of a task is placed and pulled: by pointer, or by keys alone. */
import * as L from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import { positions } from '../live.ts';
import { MapPane } from '../map/map-pane.tsx';
import { Button } from '../parts/form.tsx';
import type { Zone } from '../wire.ts';
import { handleSpot, RADIUS_MAX, RADIUS_MIN, radiusByKey, radiusTo, type Spot, tidySpot } from './circle.ts';

interface PickerProps {
  /** null = not placed yet. */
  readonly centre: Spot | null;
  readonly radius: number;
  readonly ring: Zone['ring'];
  /** A task that is over keeps its place. */
  readonly isFixed: boolean;
  onPlace(spot: Spot): void;
  onRadius(metres: number): void;
}

export function ZonePicker(props: PickerProps) {
  const [map, setMap] = useState<L.Map | null>(null);
  // Listeners of the map outlive a rendering; they are to see what is true now.
  const latest = useRef(props);
  latest.current = props;
  const sketch = useRef<Sketch | null>(null);
  const { centre, radius, ring, isFixed } = props;
  const isPlaced = centre !== null;

  useEffect(() => (map === null ? undefined : fleetOn(map, latest)), [map]);
  useEffect(() => (map === null ? undefined : placeByMap(map, latest)), [map]);
  useEffect(() => {
    if (map === null || !isPlaced) return;
    const drawn = sketchOn(map, latest);
    sketch.current = drawn;
    return () => drawn.remove();
  }, [map, isPlaced, ring, isFixed]);
  useEffect(() => {
    if (centre !== null) sketch.current?.move(centre, radius);
  }, [map, centre?.lat, centre?.lon, radius, ring, isFixed]);
  useEffect(() => {
    if (map !== null && centre !== null) show(map, centre, radius);
  }, [map]);
  useEffect(() => {
    if (map !== null && centre !== null && !isSeen(map, centre, radius)) show(map, centre, radius);
  }, [map, centre?.lat, centre?.lon]);

  const placeInMiddle = (): void => {
    if (map !== null) props.onPlace(tidySpot(spotOf(map.getCenter())));
  };
  return (
    <div class="zone-picker">
      <div class="zone-map">
        <MapPane class="task-map" label="Place of the task" onMap={(made) => setMap(made)} />
        <span class="crosshair" aria-hidden="true" />
      </div>
      {!isFixed && (
        <p class="dim">
          Click where it is, or move the map with the arrow keys and press Enter. Pull the circle by its handle.
        </p>
      )}
      <div class="zone-tools">
        {!isFixed && <Button onClick={placeInMiddle}>Place at the middle of the map</Button>}
        <Button isDisabled={map === null || centre === null} onClick={() => show(map!, centre!, radius)}>
          Zoom to it
        </Button>
      </div>
    </div>
  );
}

type Latest = { readonly current: PickerProps };

/** Vehicles that are drawn for orientation. */
const VEHICLES_MAX = 500;

/** Where the vehicles are; a task without a place is most likely one for somewhere there. */
function fleetOn(map: L.Map, latest: Latest): () => void {
  const dots = new Map<number, L.CircleMarker>();
  const stop = positions.subscribe((known) => {
    const isFirst = dots.size === 0 && known.size > 0;
    for (const [id, { lat, lon }] of known) {
      const dot = dots.get(id);
      if (dot !== undefined) dot.setLatLng([lat, lon]);
      else if (dots.size < VEHICLES_MAX) dots.set(id, vehicleDot(lat, lon).addTo(map));
    }
    if (isFirst && latest.current.centre === null) {
      const spots = [...known.values()].map(({ lat, lon }) => L.latLng(lat, lon));
      map.fitBounds(L.latLngBounds(spots).pad(0.1), { animate: false, maxZoom: 14 });
    }
  });
  return () => {
    stop();
    removeAll(...dots.values());
  };
}

function vehicleDot(lat: number, lon: number): L.CircleMarker {
  return L.circleMarker([lat, lon], { radius: 5, className: 'vehicle', interactive: false });
}

/** A click places it there, Enter at the cross in the middle. */
function placeByMap(map: L.Map, latest: Latest): () => void {
  const place = (at: L.LatLng): void => {
    if (!latest.current.isFixed) latest.current.onPlace(tidySpot(spotOf(at)));
  };
  const mapOnClick = (event: L.LeafletMouseEvent): void => place(event.latlng);
  const paneOnKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== map.getContainer()) return;
    event.preventDefault();
    place(map.getCenter());
  };
  map.on('click', mapOnClick);
  map.getContainer().addEventListener('keydown', paneOnKeydown);
  return () => {
    map.off('click', mapOnClick);
    map.getContainer().removeEventListener('keydown', paneOnKeydown);
  };
}

/** What is drawn of the place, moved in place: whoever holds the handle, or has the focus on it, keeps it. */
interface Sketch {
  move(centre: Spot, radius: number): void;
  remove(): void;
}

function sketchOn(map: L.Map, latest: Latest): Sketch {
  const { ring, isFixed } = latest.current;
  const middle = L.circleMarker([0, 0], { radius: 3, className: 'zone-centre', interactive: false });
  if (ring !== null) {
    const polygon = L.polygon(ring as [number, number][], { className: 'zone-drawn', interactive: false }).addTo(map);
    return {
      move: ({ lat, lon }) => middle.setLatLng([lat, lon]).addTo(map),
      remove: () => removeAll(polygon, middle),
    };
  }
  const circle = L.circle([0, 0], { radius: 1, className: 'zone-drawn', interactive: false });
  const handle = isFixed ? null : radiusHandle(circle, latest);
  return {
    move({ lat, lon }, radius) {
      circle.setLatLng([lat, lon]).setRadius(radius).addTo(map);
      middle.setLatLng([lat, lon]).addTo(map);
      const at = handleSpot({ lat, lon }, radius);
      handle?.setLatLng([at.lat, at.lon]).addTo(map).getElement()?.setAttribute('aria-valuenow', String(radius));
    },
    remove: () => removeAll(circle, middle, handle),
  };
}

function removeAll(...layers: readonly (L.Layer | null)[]): void {
  for (const layer of layers) layer?.remove();
}

/** A slider for those who use keys, a handle for those who drag. */
function radiusHandle(circle: L.Circle, latest: Latest): L.Marker {
  const icon = L.divIcon({ className: 'radius-handle', iconSize: [24, 24], html: false });
  const handle = L.marker([0, 0], { icon, draggable: true, title: 'Radius' });
  const dragged = (): number => radiusTo(spotOf(circle.getLatLng()), spotOf(handle.getLatLng()));
  handle.on('drag', () => circle.setRadius(dragged()));
  handle.on('dragend', () => latest.current.onRadius(dragged()));
  handle.on('add', () => {
    const element = handle.getElement();
    if (element === undefined) return;
    element.setAttribute('role', 'slider');
    element.setAttribute('aria-label', 'Radius in metres');
    element.setAttribute('aria-valuemin', String(RADIUS_MIN));
    element.setAttribute('aria-valuemax', String(RADIUS_MAX));
    element.addEventListener('keydown', (event) => {
      const metres = radiusByKey(latest.current.radius, event.key);
      if (metres === null) return;
      event.preventDefault();
      // The map would move by the same keys.
      event.stopPropagation();
      latest.current.onRadius(metres);
    });
  });
  return handle;
}

function isSeen(map: L.Map, centre: Spot, radius: number): boolean {
  return map.getBounds().contains(L.latLng(centre.lat, centre.lon).toBounds(radius * 2));
}

function show(map: L.Map, centre: Spot, radius: number): void {
  map.fitBounds(L.latLng(centre.lat, centre.lon).toBounds(Math.max(radius, 100) * 4), { animate: false, maxZoom: 17 });
}

function spotOf({ lat, lng }: L.LatLng): Spot {
  return { lat, lon: lng };
}
