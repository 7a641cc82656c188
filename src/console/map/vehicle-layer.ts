/**
 * All vehicles on one canvas: an arrow where one goes, a dot where it stands, its name beside it where there is room.
 * Thousands are as fluid as ten.
 */
import * as L from 'leaflet';
import { colour } from '../theme.ts';
import type { Vehicle } from './motion.ts';

const PANE = 'vehicles';
const RADIUS = 7;
const REACH = 14;
const FONT = '12px system-ui, sans-serif';
const LABEL_GAP = 10;
const LABEL_CHARACTERS_MAX = 24;
/** On average; to measure each name in each picture would take longer than to draw it. */
const CHARACTER_WIDTH = 7;
/** With more in view, each is smaller. */
const CROWD = 200;
const CROWDED_SIZE = 0.7;
/** A name is left out where another one is already, by squares of the screen. */
const LABEL_CELL = { width: 48, height: 16 };

/** To the north, and standing. */
const ARROW = new Path2D(`M0 ${-RADIUS * 1.5}L${RADIUS} ${RADIUS * 1.2}L0 ${RADIUS * 0.6}L${-RADIUS} ${RADIUS * 1.2}Z`);
const DOT = new Path2D();
DOT.arc(0, 0, RADIUS * 0.75, 0, 2 * Math.PI);

interface Colours {
  readonly online: string;
  readonly offline: string;
  readonly edge: string;
  readonly ink: string;
  readonly dim: string;
  readonly mark: string;
}

export class VehicleLayer extends L.Layer {
  readonly #canvas = L.DomUtil.create('canvas', 'map-vehicles leaflet-zoom-animated');
  /** What is at the corner of the canvas since it was drawn. */
  #corner: L.LatLng | null = null;
  #vehicles: readonly Vehicle[] = [];
  #followed: number | null = null;
  #colours: Colours | null = null;
  readonly #shown = new Map<number, L.Point>();
  readonly #reset = () => this.#draw();
  readonly #zoomOnAnimation = (event: L.ZoomAnimEvent) => this.#stretch(event);

  override onAdd(map: L.Map): this {
    this.#canvas.setAttribute('aria-hidden', 'true');
    // Above the zones, below what Leaflet says of them.
    const pane = map.getPane(PANE) ?? map.createPane(PANE);
    pane.append(this.#canvas);
    map.on('moveend viewreset resize', this.#reset);
    map.on('zoomanim', this.#zoomOnAnimation);
    this.#draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    this.#canvas.remove();
    map.off('moveend viewreset resize', this.#reset);
    map.off('zoomanim', this.#zoomOnAnimation);
    return this;
  }

  show(vehicles: readonly Vehicle[], followed: number | null): void {
    this.#vehicles = vehicles;
    this.#followed = followed;
    this.#draw();
  }

  forgetColours(): void {
    this.#colours = null;
    this.#draw();
  }

  /** The vehicle nearest to a point of the map's container; null = none is near. */
  vehicleAt(point: L.Point): number | null {
    let nearest: number | null = null;
    let least = REACH;
    for (const [id, place] of this.#shown) {
      const distance = place.distanceTo(point);
      if (distance > least) continue;
      least = distance;
      nearest = id;
    }
    return nearest;
  }

  #draw(): void {
    const map = this._map as L.Map | null | undefined;
    if (!map) return;
    const context = this.#fit(map);
    if (context === null) return;
    this.#colours ??= readColours();
    this.#shown.clear();
    const view = L.bounds([0, 0], map.getSize());
    for (const { id, lat, lon } of this.#vehicles) {
      const place = map.latLngToContainerPoint([lat, lon]);
      if (view.contains(place)) this.#shown.set(id, place);
    }
    this.#drawVehicles(context, this.#colours);
    this.#drawLabels(context, this.#colours);
  }

  #drawVehicles(context: CanvasRenderingContext2D, colours: Colours): void {
    const size = this.#shown.size > CROWD ? CROWDED_SIZE : 1;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = colours.edge;
    for (const vehicle of this.#vehicles) {
      const place = this.#shown.get(vehicle.id);
      if (place === undefined) continue;
      context.save();
      context.translate(place.x, place.y);
      context.scale(size, size);
      if (vehicle.isMoving) context.rotate((vehicle.course * Math.PI) / 180);
      const shape = vehicle.isMoving ? ARROW : DOT;
      context.fillStyle = vehicle.isOnline ? colours.online : colours.offline;
      context.stroke(shape);
      context.fill(shape);
      context.restore();
    }
    const followed = this.#followed === null ? undefined : this.#shown.get(this.#followed);
    if (followed === undefined) return;
    context.beginPath();
    context.arc(followed.x, followed.y, RADIUS * 2.2, 0, 2 * Math.PI);
    context.strokeStyle = colours.mark;
    context.lineWidth = 2;
    context.stroke();
  }

  /** Above all vehicles; a name that is under another one could not be read. */
  #drawLabels(context: CanvasRenderingContext2D, colours: Colours): void {
    const taken = new Set<string>();
    context.font = FONT;
    context.textBaseline = 'middle';
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = colours.edge;
    for (const { id, label, isOnline } of this.#vehicles) {
      const place = this.#shown.get(id);
      if (place === undefined) continue;
      const text = label.slice(0, LABEL_CHARACTERS_MAX);
      const x = place.x + LABEL_GAP;
      if (!takesRoom(taken, x, place.y, text.length * CHARACTER_WIDTH)) continue;
      context.strokeText(text, x, place.y);
      context.fillStyle = isOnline ? colours.ink : colours.dim;
      context.fillText(text, x, place.y);
    }
  }

  /** As large as the map, as fine as the screen, and empty. */
  #fit(map: L.Map): CanvasRenderingContext2D | null {
    const { x: width, y: height } = map.getSize();
    const scale = devicePixelRatio;
    const canvas = this.#canvas;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      Object.assign(canvas, { width: wide, height: high });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    this.#corner = map.containerPointToLatLng([0, 0]);
    L.DomUtil.setTransform(canvas, map.containerPointToLayerPoint([0, 0]), 1);
    const context = canvas.getContext('2d');
    context?.setTransform(scale, 0, 0, scale, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }

  /** While the map zooms, the picture goes along as it is. */
  #stretch({ center, zoom }: L.ZoomAnimEvent): void {
    const map = this._map as L.Map | null | undefined;
    if (!map || this.#corner === null) return;
    const pane = map.layerPointToContainerPoint([0, 0]);
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(pane).round();
    const offset = map.project(this.#corner, zoom).subtract(origin);
    L.DomUtil.setTransform(this.#canvas, offset, map.getZoomScale(zoom));
  }
}

/** Takes the squares that a text would lie over; false = one of them is taken. */
function takesRoom(taken: Set<string>, x: number, y: number, width: number): boolean {
  const row = Math.floor(y / LABEL_CELL.height);
  const cells: string[] = [];
  for (let column = Math.floor(x / LABEL_CELL.width); column * LABEL_CELL.width < x + width; column++) {
    for (const line of [row, row + 1]) cells.push(`${column} ${line}`);
  }
  if (cells.some((cell) => taken.has(cell))) return false;
  for (const cell of cells) taken.add(cell);
  return true;
}

function readColours(): Colours {
  return {
    online: colour('--vehicle'),
    offline: colour('--vehicle-off'),
    edge: colour('--map-label-edge'),
    ink: colour('--ink'),
    dim: colour('--dim'),
    mark: colour('--warn'),
  };
}
