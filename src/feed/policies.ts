/** What follows when an endpoint does not take what it is told. A policy is a value: each kind of endpoint has its own. */

export interface Failure {
  /** What it answered; null = nothing. */
  readonly status: number | null;
  /** For its owner to read. */
  readonly words: string;
  /** How long it asked to be left alone; absent = it did not say. */
  readonly retryAfterMs?: number;
}

type Consequence =
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** This event is given up, and the next one told. */
  | { readonly kind: 'bury' }
  /** It is told nothing any more, until somebody activates it again. */
  | { readonly kind: 'close' };

export interface Policy {
  /** `tries`: how often this has failed by now. */
  afterFailure(tries: number, failure: Failure): Consequence;
}

/** Tries after the first one. */
const RETRIES_MAX = 10;
const WAIT_MS = 16_000;
/** 410 Gone: whoever was told wants to be told no more, and what ten more tries come to is clear now. */
const GONE = 410;

/** GSMtasks, developer.gsmtasks.com/webhooks: up to 10 retries, (attempt + 1)² × 16 s apart, the first attempt being 0. */
export const GSMTASKS_POLICY: Policy = {
  afterFailure(tries, { status }) {
    if (status === GONE || tries > RETRIES_MAX) return { kind: 'close' };
    return { kind: 'retry', waitMs: tries ** 2 * WAIT_MS };
  },
};

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits before the second try and those after it: about three days and a half (Standard Webhooks, "Deliverability"). */
export const STANDARD_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** Waits are up to so much longer, so that endpoints that went down together are not all tried at once. */
const JITTER = 0.2;
/** 429 Too Many Requests, 503 Service Unavailable: their Retry-After is heeded. */
const HEEDED: ReadonlySet<number | null> = new Set([429, 503]);
const HEEDED_MS_MAX = 24 * HOUR_MS;

/**
 * Standard Webhooks: back-off over days, then the event is given up and the next one told; 410 Gone ends all of it at
 * once. `random`: 0 <= x < 1.
 */
export function standardPolicy(random: () => number): Policy {
  return {
    afterFailure(tries, { status, retryAfterMs = 0 }) {
      if (status === GONE) return { kind: 'close' };
      const planMs = STANDARD_WAITS_MS[tries - 1];
      if (planMs === undefined) return { kind: 'bury' };
      const askedMs = HEEDED.has(status) ? Math.min(retryAfterMs, HEEDED_MS_MAX) : 0;
      return { kind: 'retry', waitMs: Math.round(Math.max(planMs, askedMs) * (1 + JITTER * random())) };
    },
  };
}
