/** How many others bear the external ids that a write leaves behind: nothing forbids that, so it is said. */
import type { Operations } from '../../operations/operations.ts';

type ExternalIds = readonly (string | null)[];

/**
 * `before` and `after`: the ids of all that the call writes, as they were and as they are to be. Said only where there
 * are others among tasks, checkpoints and routes. Counted before the write: a count that failed after it would call
 * undone what is done.
 */
export function externalIdCounts(
  operations: Pick<Operations, 'countBearers'>,
  before: ExternalIds,
  after: ExternalIds,
): object {
  const ids = [...new Set(after)].filter((id) => id !== null);
  const counts = ids.map((external_id) => {
    const others = operations.countBearers(external_id, ids.length) - times(external_id, before);
    return { external_id, count: others + times(external_id, after) - 1 };
  });
  const told = counts.filter(({ count }) => count > 0);
  return told.length > 0 ? { external_id_counts: told } : {};
}

function times(externalId: string, ids: ExternalIds): number {
  return ids.filter((id) => id === externalId).length;
}
