/** Draws a track on a map: its lines by speed, its gaps, its stops, and the vehicle at one instant. */
import * as L from 'leaflet';
import { durationText } from '../parts/time.tsx';
import { distanceText } from './attribute-words.ts';
import { type Drawing, type Gap, type LatLon, OFF_M_MAX, type Place, type Stop, type TrackPoint } from './track.ts';

export interface WholeTrack {
  readonly points: readonly TrackPoint[];
  /** Records without a valid position or time. */
  readonly leftOut: number;
  /** A silence that is longer is a gap. */
  readonly gapMs: number;
  readonly gaps: readonly Gap[];
  readonly stops: readonly Stop[];
  readonly drawing: Drawing;
}

/** Speed is told by colour and by width. */
const WIDTHS = [2, 3, 4, 5, 6] as const;

export function trackLayer({ points, gaps, stops, drawing }: WholeTrack): L.Layer {
  const lines = drawing.bands.map((band, index) =>
    L.polyline(
      band.map((line) => line.map(latLng)),
      {
        className: `track-line band-${index}`,
        weight: WIDTHS[index] ?? 4,
        interactive: false,
        // The points that can be left out are left out already.
        smoothFactor: OFF_M_MAX / 4,
      },
    ),
  );
  const silences = gaps.slice(0, MARKS_MAX).map((gap) =>
    L.polyline([latLng(pairOf(points[gap.from]!)), latLng(pairOf(points[gap.to]!))], {
      className: 'track-gap',
      weight: 2,
      dashArray: '2 8',
    }).bindTooltip(
      textNode(`nothing received for ${durationText(gap.lengthMs / 1000)}, ${distanceText(gap.distanceM)}`),
    ),
  );
  const stands = stops
    .slice(0, MARKS_MAX)
    .map((stop) =>
      L.circleMarker(latLng(pairOf(points[stop.from]!)), { className: 'track-stop', radius: 6, weight: 2 }).bindTooltip(
        textNode(`stood for ${durationText(stop.lengthMs / 1000)}`),
      ),
    );
  return L.layerGroup([...lines, ...silences, ...stands]);
}

/** Of gaps and of stops; the page says when there are more. */
export const MARKS_MAX = 200;

function latLng([lat, lon]: LatLon): L.LatLngTuple {
  return [lat, lon];
}

function pairOf({ lat, lon }: Pick<TrackPoint, 'lat' | 'lon'>): LatLon {
  return [lat, lon];
}

/** Never markup: a label may come from a device. */
function textNode(text: string): HTMLElement {
  const node = document.createElement('span');
  node.textContent = text;
  return node;
}

/** The vehicle, pointing where it goes. */
export class VehicleMarker {
  readonly #arrow = document.createElement('span');
  readonly #marker: L.Marker;

  constructor(kind: 'replayed' | 'live', label: string) {
    this.#arrow.className = `vehicle-arrow ${kind}`;
    const icon = L.divIcon({ html: this.#arrow, className: 'vehicle-icon', iconSize: [24, 24] });
    this.#marker = L.marker([0, 0], { icon, keyboard: false, interactive: false, alt: label });
  }

  show(map: L.Map, place: Pick<Place, 'lat' | 'lon' | 'course'> & { readonly isInGap?: boolean }): void {
    this.#marker.setLatLng([place.lat, place.lon]);
    this.#arrow.style.transform = `rotate(${place.course}deg)`;
    this.#arrow.classList.toggle('silent', place.isInGap === true);
    if (!map.hasLayer(this.#marker)) this.#marker.addTo(map);
  }

  remove(): void {
    this.#marker.remove();
  }
}
