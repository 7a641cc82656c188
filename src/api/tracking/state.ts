/**
 * What the public page of one task shows to whoever has its address: that task and nothing else. No ids, no contact, no
 * other tasks; where the driver is only while the driver works on it.
 */
import { thetrackProgress, thetrackStatus } from '../../model/projections.ts';
import { isOpen, type Task } from '../../model/task.ts';
import type { Journey } from '../../operations/journeys.ts';
import type { Operations } from '../../operations/operations.ts';

export interface PublicState {
  /** Where it stands, to a person. */
  readonly title: string;
  /** Of the destination. */
  readonly address: string;
  readonly driver: string | null;
  /** About when the driver arrives. */
  readonly eta: string | null;
  readonly arrivedAt: string | null;
  readonly finishedAt: string | null;
  readonly destination: { readonly lat: number; readonly lon: number; readonly radius: number } | null;
  readonly position: { readonly lat: number; readonly lon: number; readonly at: string } | null;
  /** Longitude first. */
  readonly trail: readonly (readonly [number, number])[];
  /** What there is to be seen on the map, for whoever does not see it. */
  readonly mapText: string;
}

/** How long after the finish the address leads somewhere. */
const LIFE_MS = 24 * 3_600_000;

export const TRAIL_POINTS_MAX = 300;

/** The task that a code is for, while it may be shown; null = there is none, whyever. */
export function shownTask(code: string, nowMs: number, { taskOfCode }: Pick<Operations, 'taskOfCode'>): Task | null {
  const task = taskOfCode(code);
  if (task === null || thetrackStatus(task.facts.state) === null) return null;
  const { state, statusMs } = task.facts;
  return isOpen(state) || nowMs <= statusMs + LIFE_MS ? task : null;
}

/** `driver`: the name of whoever has it. */
export function publicState(task: Task, driver: string | null, journey: Journey): PublicState {
  const { facts, text, terms } = task;
  const isOver = !isOpen(facts.state);
  const isUnderWay = facts.state === 'in_transit' || facts.state === 'active';
  const hasArrived = !isOver && thetrackProgress(task) === 'arrived';
  const isExpected = !isOver && !hasArrived && facts.state !== 'suspended';
  // What was driven before the start was for others.
  const isHere = isUnderWay && journey.here !== null && journey.here.timeMs >= (facts.startMs ?? facts.statusMs);
  const { zone } = terms;
  const shown = {
    title: titleOf(task),
    address: text.address,
    driver,
    eta: isExpected ? iso(journey.etaMs) : null,
    arrivedAt: hasArrived ? iso(facts.arrivalMs) : null,
    finishedAt: isOver ? iso(facts.statusMs) : null,
    destination: zone && { lat: zone.latDeg, lon: zone.lonDeg, radius: zone.radiusM },
    position: isHere ? positionOf(journey.here) : null,
    trail: isUnderWay ? (journey.line ?? []) : [],
  };
  return { ...shown, mapText: mapText(shown, journey.leftM) };
}

function titleOf(task: Task): string {
  const status = thetrackStatus(task.facts.state);
  switch (status) {
    case 'pending':
    case null:
      return 'Waiting for a driver';
    case 'assigned':
    case 'in_queue':
      return 'Not started yet';
    case 'started':
      return STARTED[thetrackProgress(task)];
    case 'suspended':
      return 'Interrupted';
    case 'completed':
      return 'Completed';
    case 'canceled':
      return 'Canceled';
  }
}

const STARTED = {
  pending: 'On the way',
  on_the_way: 'On the way',
  arriving: 'Almost there',
  arrived: 'Arrived',
} as const;

function positionOf({ latDeg, lonDeg, timeMs }: NonNullable<Journey['here']>): NonNullable<PublicState['position']> {
  return { lat: latDeg, lon: lonDeg, at: new Date(timeMs).toISOString() };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

type Shown = Pick<PublicState, 'destination' | 'position' | 'trail'>;

function mapText({ destination, position, trail }: Shown, leftM: number | null): string {
  const away = leftM === null ? '' : `, ${distanceText(leftM)} away in a straight line`;
  const parts = [
    destination === null ? null : 'the destination',
    position === null ? null : `the driver${destination === null ? '' : away}`,
    trail.length < 2 ? null : 'the way so far',
  ].filter((part) => part !== null);
  if (parts.length === 0) return 'There is nothing to show on a map.';
  const last = parts.pop()!;
  return `The map shows ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`;
}

const KM_M = 1000;

function distanceText(m: number): string {
  if (m < KM_M) return `${Math.round(m / 10) * 10} m`;
  return `${(m / KM_M).toFixed(m < 10 * KM_M ? 1 : 0)} km`;
}
