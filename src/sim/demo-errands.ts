/**
 * Sends the demo's vehicles to the tasks that its visitors make, one after the other, in the order in which they were made
 * or given to someone.
 */
import type { Actor } from './demo-actor.ts';
import type { Point } from './roads.ts';

/** What a task asks of its vehicle. */
export interface Errand {
  readonly trackerId: number;
  readonly place: Point;
  readonly fromMs: number;
  /** Infinity = none. */
  readonly deadlineMs: number;
  /** The longer of the stay and the visit it asks for. */
  readonly stayMs: number;
}

const MINUTE_MS = 60_000;
/** It leaves for a place so long before it is wanted there. */
const AHEAD_MS = 20 * MINUTE_MS;
/** It stays longer than asked, as a stay is counted between two records. */
const MARGIN_MS = MINUTE_MS;
const STAY_MS_MAX = 120 * MINUTE_MS;
const WAITING_MAX = 1000;

export class Errands {
  /** Task ids. */
  readonly #waiting = new Set<number>();
  readonly #errandOf: (taskId: number) => Errand | null;

  /** `errandOf`: what a task asks for now; null = nothing any more: it is over, or nobody's, or has no place. */
  constructor(errandOf: (taskId: number) => Errand | null) {
    this.#errandOf = errandOf;
  }

  /** A task was made, changed or given to someone: the vehicle goes there anew, behind what waits already. */
  add(taskId: number): void {
    this.#waiting.delete(taskId);
    if (this.#waiting.size < WAITING_MAX) this.#waiting.add(taskId);
  }

  /** Sends those that are free. */
  dispatch(actors: readonly Actor[], nowMs: number): void {
    for (const taskId of this.#waiting) {
      const errand = this.#errandOf(taskId);
      const actor = actors.find(({ trackerId }) => trackerId === errand?.trackerId);
      if (errand === null || actor === undefined || errand.deadlineMs <= nowMs) this.#waiting.delete(taskId);
      else if (errand.fromMs - AHEAD_MS <= nowMs && !actor.isOnErrand(nowMs)) {
        this.#waiting.delete(taskId);
        actor.sendTo(errand.place, (arriveMs) => leaveMs(errand, arriveMs), nowMs);
      }
    }
  }
}

/** What is done before the window opens does not count. */
function leaveMs({ fromMs, stayMs }: Errand, arriveMs: number): number {
  return Math.max(arriveMs, fromMs) + Math.min(stayMs, STAY_MS_MAX) + MARGIN_MS;
}
