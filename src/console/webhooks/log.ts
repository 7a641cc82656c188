/** A delivery log that grows at its head while it is looked at. Pure. */
import type { Delivery } from '../wire.ts';

export const LOG_MAX = 200;

/** Newest first, each try once: the stream may have told one before the list did. */
export function withNewest(fresh: readonly Delivery[], former: readonly Delivery[]): readonly Delivery[] {
  const known = new Set<string>();
  const all: Delivery[] = [];
  for (const delivery of [...fresh, ...former]) {
    const name = `${delivery.messageId} ${delivery.at}`;
    if (known.has(name)) continue;
    known.add(name);
    all.push(delivery);
  }
  return all.sort((a, b) => b.at.localeCompare(a.at)).slice(0, LOG_MAX);
}
