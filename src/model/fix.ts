/** A fix: one position record with the verdict on its usefulness, taken once at receipt. */

/** What a protocol says about one position; the protocols library's PositionRecord satisfies it. */
export interface Position {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM: number | null;
  /** Null where the frame does not say it; so with the satellites. */
  readonly speedKmh: number | null;
  readonly courseDeg: number;
  readonly satellites: number | null;
  readonly hasPosition: boolean;
  readonly priority: number;
  readonly event: number;
  readonly content: Uint8Array;
  readonly io: Record<string, number | string>;
  readonly attributes: Record<string, number | string | boolean>;
}

/** Why a fix is no evidence. It is stored and shown all the same. */
type Invalidity = 'no_position' | 'out_of_range' | 'before_2005' | 'in_future';

export interface Fix {
  readonly position: Position;
  /** When the gateway received it, ms. */
  readonly receivedMs: number;
  /** null = valid: evidence for tasks. */
  readonly invalidity: Invalidity | null;
}

/** No tracker is older: a date before it is a clock that was never set. */
export const YEAR_2005_MS = Date.UTC(2005, 0, 1);
const CLOCK_AHEAD_MS_MAX = 5 * 60_000;

/** Engine rules, section 2 "valid fix". A pure function of record and receipt, so that reading it back agrees. */
export function judgeFix(position: Position, receivedMs: number): Fix {
  return {
    position,
    receivedMs,
    invalidity: invalidityOf(position, receivedMs),
  };
}

function invalidityOf(position: Position, receivedMs: number): Invalidity | null {
  if (!position.hasPosition) return 'no_position';
  if (!(Math.abs(position.latDeg) <= 90 && Math.abs(position.lonDeg) <= 180)) return 'out_of_range';
  if (position.timeMs < YEAR_2005_MS) return 'before_2005';
  if (position.timeMs > receivedMs + CLOCK_AHEAD_MS_MAX) return 'in_future';
  return null;
}
