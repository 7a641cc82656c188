/** How many requests a second one caller may make: two counters each, so that a burst at the turn of a second counts too. */

export interface Throttle {
  /** Counts the request; false = it is one too many. */
  admits(subject: string, nowMs: number): boolean;
}

interface Count {
  readonly second: number;
  readonly before: number;
  now: number;
}

/** Callers that are told apart; of more, the one that was quiet for longest is forgotten. */
const SUBJECTS_MAX = 10_000;
const SECOND_MS = 1000;

export function createThrottle(perSecond: number, subjectsMax = SUBJECTS_MAX): Throttle {
  /** In the order of their last second. */
  const counts = new Map<string, Count>();

  function countOf(subject: string, second: number): Count {
    const known = counts.get(subject);
    if (known?.second === second) return known;
    const count = { second, before: known !== undefined && known.second === second - 1 ? known.now : 0, now: 0 };
    counts.delete(subject);
    counts.set(subject, count);
    if (counts.size > subjectsMax) counts.delete(counts.keys().next().value!);
    return count;
  }

  return {
    admits(subject, nowMs) {
      const second = Math.floor(nowMs / SECOND_MS);
      const count = countOf(subject, second);
      // What is left of the second before, as if its requests had come evenly.
      const left = 1 - (nowMs / SECOND_MS - second);
      if (count.now + count.before * left >= perSecond) return false;
      count.now += 1;
      return true;
    },
  };
}
