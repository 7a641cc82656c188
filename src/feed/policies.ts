/** What follows when an endpoint does not take what it is told. A policy is a value: each kind of endpoint has its own. */

export interface Failure {
  /** What it answered; null = nothing. */
  readonly status: number | null;
  /** For its owner to read. */
  readonly words: string;
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
