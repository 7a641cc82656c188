/** Wishes about how many tasks are in which state. */
import type { Searches } from './searches.ts';
import type { StateCountQuery, StateCounts } from './state-counts.ts';

export interface StateCountOperations {
  /**
   * For each day. A task belongs to the day on which its window begins or, where nobody has set that, ends; one without a
   * window belongs to none.
   */
  countStates(query: StateCountQuery): Promise<readonly StateCounts[]>;
}

export function stateCountOperations({ searches }: { readonly searches: Searches }): StateCountOperations {
  return { countStates: (query) => searches.ask<'state_counts'>({ kind: 'state_counts', query }) };
}
