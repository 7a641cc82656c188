/** A page out of a long table: rows are looked at one after the other, and never more than so many for one request. */

/** Where a page lies: behind a place in the order of the list, or before it. */
export interface PageSpan {
  /** Where the last page ended, or began; null = from the first. */
  readonly place: number | null;
  readonly isDescending: boolean;
  /** The page before the place instead of the one behind it. */
  readonly isBackwards: boolean;
  readonly limit: number;
}

export interface Gathered<Item> {
  /** In the order of the list. */
  readonly items: readonly Item[];
  /** Where looking ended; null = there is nothing further. */
  readonly end: number | null;
}

/** Rows are walked downwards. */
export function isDownwards({ isDescending, isBackwards }: PageSpan): boolean {
  return isDescending !== isBackwards;
}

/**
 * `itemsOf`: what of a row is wanted, each with its place, in the order of the walk. `placeAfter`: behind all of a row.
 * A filter that matches little ends after `rowsMax` rows, and goes on from there with the next request.
 */
export function gather<Row, Item>(
  rows: Iterable<Row>,
  reading: {
    readonly itemsOf: (row: Row) => readonly Item[];
    readonly placeOf: (item: Item) => number;
    readonly placeAfter: (row: Row) => number;
  },
  span: PageSpan,
  rowsMax: number,
): Gathered<Item> {
  const items: Item[] = [];
  let looked = 0;
  let end: number | null = null;
  for (const row of rows) {
    if (looked === rowsMax) return told(items, end, span);
    looked += 1;
    for (const item of reading.itemsOf(row)) {
      // There is one more, which the next page begins with.
      if (items.length === span.limit) return told(items, end, span);
      items.push(item);
      end = reading.placeOf(item);
    }
    if (items.length < span.limit) end = reading.placeAfter(row);
  }
  return told(items, null, span);
}

function told<Item>(items: readonly Item[], end: number | null, { isBackwards }: PageSpan): Gathered<Item> {
  return { items: isBackwards ? items.toReversed() : items, end };
}
