/** The only place that reads the time. Everything else is handed a clock, so that tests, replays and the demo set their own. */

/** Wall time, integer ms since 1970 UTC. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Never runs backwards and has no date: for measuring how long something took, ms with a fraction. */
export const stopwatch: () => number = () => performance.now();

/** Starts at `startMs` now and from then on runs `factor` times as fast as the wall. */
export function acceleratedClock(factor: number, startMs: number, wall: Clock = systemClock): Clock {
  const originMs = wall();
  return () => Math.floor(startMs + (wall() - originMs) * factor);
}

/** Stands still: for replays whose answers carry the time. */
export function pinnedClock(atMs: number): Clock {
  return () => atMs;
}
