/** Instants as `/api` tells them. */

/** Device times can be any 64-bit number; those outside of what a date can say are shown as the digits they are. */
export function iso(timeMs: number): string | number {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? timeMs : date.toISOString();
}

export function isoOrNull(timeMs: number | null): string | number | null {
  return timeMs === null ? null : iso(timeMs);
}
