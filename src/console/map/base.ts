/**
 * What a map shows beneath the fleet: the owner's tiles or archive where there are any, else meridians and the outlines
 * of the land; in the demo, its town's roads. Nothing of it asks anyone but the gateway, unless the owner named a server.
 */
import * as L from 'leaflet';
import { get } from '../api.ts';
import { isDark, look } from '../theme.ts';
import type { ConsoleSettings } from '../wire.ts';
import { graticule } from './graticule.ts';

/** From where on outlines of the land are too coarse to be true. */
const LAND_ZOOM_MAX = 9;
const PLAIN_ATTRIBUTION = 'Land: Natural Earth';
const ARCHIVE_ATTRIBUTION = 'Protomaps © OpenStreetMap';
const ROADS_ATTRIBUTION = 'Roads: of the demo';

/** Beneath everything else, whenever it comes. */
const BASE_PANE = 'base';

/** Asked once; after a failure again. */
let asked: Promise<ConsoleSettings> | null = null;

function settings(): Promise<ConsoleSettings> {
  asked ??= get<ConsoleSettings>('/api/console').catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Returns what takes it away again. */
export function addBase(map: L.Map): () => void {
  map.createPane(BASE_PANE);
  let isGone = false;
  const ends: (() => void)[] = [];
  const attribution = addAttribution(map);
  const ready = settings().then(async ({ tileUrl, tileAttribution, pmtilesUrl, roads }) => {
    if (isGone) return;
    if (roads !== null) addRoads(map, roads);
    if (tileUrl !== null) L.tileLayer(tileUrl, { maxZoom: 19, attribution: '' }).addTo(map);
    else if (pmtilesUrl !== null) ends.push(addArchive(map, pmtilesUrl));
    else ends.push(addGraticule(map), addLand(map));
    attribution.textContent = [
      tileUrl !== null ? tileAttribution : pmtilesUrl !== null ? ARCHIVE_ATTRIBUTION : PLAIN_ATTRIBUTION,
      ...(roads === null ? [] : [ROADS_ATTRIBUTION]),
    ].join(' · ');
  });
  ready.catch(() => {
    // The fleet is shown all the same; the next map asks again.
    if (!isGone) ends.push(addGraticule(map));
  });
  return () => {
    isGone = true;
    for (const end of ends) end();
  };
}

/** Leaflet's own takes what it is given for HTML. */
function addAttribution(map: L.Map): HTMLElement {
  const element = L.DomUtil.create('div', 'map-attribution');
  const control = new L.Control({ position: 'bottomright' });
  control.onAdd = () => element;
  control.addTo(map);
  return element;
}

function addRoads(map: L.Map, roads: NonNullable<ConsoleSettings['roads']>): void {
  const lines = roads.map((line) => line.map(([lat, lon]): [number, number] => [lat, lon]));
  L.polyline(lines, { pane: BASE_PANE, className: 'map-road', interactive: false, smoothFactor: 0.5 }).addTo(map);
}

function addGraticule(map: L.Map): () => void {
  const lines = L.polyline([], { pane: BASE_PANE, className: 'map-graticule', interactive: false, weight: 1 }).addTo(
    map,
  );
  const draw = () => {
    const bounds = map.getBounds().pad(0.3);
    const view = { south: bounds.getSouth(), west: bounds.getWest(), north: bounds.getNorth(), east: bounds.getEast() };
    lines.setLatLngs(graticule(view));
  };
  map.on('moveend', draw);
  if (hasView(map)) draw();
  return () => map.off('moveend', draw);
}

/** Leaflet throws where it is asked for bounds before it was told where to look. */
function hasView(map: L.Map): boolean {
  return map.getZoom() !== undefined;
}

function addLand(map: L.Map): () => void {
  let land: L.Polygon | null = null;
  let isGone = false;
  const show = () => {
    const isWanted = !isGone && (map.getZoom() ?? 0) <= LAND_ZOOM_MAX;
    if (land === null || map.hasLayer(land) === isWanted) return;
    if (!isWanted) land.remove();
    else land.addTo(map).bringToBack();
  };
  map.on('zoomend', show);
  import('./land.ts').then(
    ({ landLayer }) => {
      land = landLayer(BASE_PANE);
      show();
    },
    () => {
      // Without it the meridians are left.
    },
  );
  return () => {
    isGone = true;
    map.off('zoomend', show);
  };
}

function addArchive(map: L.Map, url: string): () => void {
  let layer: L.Layer | null = null;
  let isGone = false;
  const loading = import('./archive.ts');
  const show = () => {
    loading.then(
      ({ archiveLayer }) => {
        if (isGone) return;
        layer?.remove();
        layer = archiveLayer(url, isDark()).addTo(map);
      },
      () => {
        // The fleet is shown all the same.
      },
    );
  };
  const end = look.subscribe(show);
  return () => {
    isGone = true;
    end();
  };
}
