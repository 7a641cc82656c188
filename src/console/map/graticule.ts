/** Meridians and parallels for a view of the map. Pure. */

export interface View {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** Degrees; the map says which by the size of what it shows. */
const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LINES_MAX = 12;
const LATITUDE_MAX = 85;

export function stepFor({ south, west, north, east }: View): number {
  const span = Math.max(east - west, north - south);
  return STEPS.findLast((step) => span / step <= LINES_MAX) ?? STEPS[0]!;
}

/** Lines of [latitude, longitude] across the view. */
export function graticule(view: View): [number, number][][] {
  const step = stepFor(view);
  const south = Math.max(view.south, -LATITUDE_MAX);
  const north = Math.min(view.north, LATITUDE_MAX);
  const lines: [number, number][][] = [];
  for (const lon of multiples(view.west, view.east, step))
    lines.push([
      [south, lon],
      [north, lon],
    ]);
  for (const lat of multiples(south, north, step))
    lines.push([
      [lat, view.west],
      [lat, view.east],
    ]);
  return lines;
}

/** Counted, not added up: a thousandth of a degree has no exact number. */
function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.min(Math.floor(to / step) - first + 1, 1000));
  return Array.from({ length: count }, (_none, index) => (first + index) * step);
}
