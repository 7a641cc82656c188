/** A stored fix as it is shown, and crosses between threads. */
import type { Fix, Position } from '../model/fix.ts';
import type { StoredFix } from '../store/store.ts';

/** Without what only the gateway compares it by. */
export interface ShownFix extends Omit<Fix, 'position'> {
  readonly position: Omit<Position, 'content'>;
  readonly protocol: StoredFix['protocol'];
}

/** Names what is shown: `io` and `attributes` are decoded on access, and a copy would be without them. */
export function shownFix({ position, receivedMs, invalidity, protocol }: StoredFix): ShownFix {
  const { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg } = position;
  const { satellites, hasPosition, priority, event, io, attributes } = position;
  const motion = { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg };
  return {
    position: { ...motion, satellites, hasPosition, priority, event, io, attributes },
    receivedMs,
    invalidity,
    protocol,
  };
}
