import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Gathered, gather, isDownwards, type PageSpan } from '../../src/operations/gathering.ts';

/** Rows 1..30; every third says something, and every ninth says two things. */
const ROWS = Array.from({ length: 30 }, (_, i) => i + 1);
const SAID = ROWS.flatMap((row) => (row % 9 === 0 ? [row * 2, row * 2 + 1] : row % 3 === 0 ? [row * 2] : []));

function page(span: PageSpan, rowsMax: number): Gathered<number> {
  const isDown = isDownwards(span);
  const isBehind = (seq: number) => span.place === null || (isDown ? seq < span.place : seq > span.place);
  const rows = (isDown ? ROWS.toReversed() : ROWS).filter((row) => isBehind(isDown ? row * 2 : row * 2 + 1));
  const reading = {
    itemsOf: (row: number) => {
      const said = SAID.filter((seq) => Math.floor(seq / 2) === row && isBehind(seq));
      return isDown ? said.reverse() : said;
    },
    placeOf: (seq: number) => seq,
    placeAfter: (row: number) => row * 2 + (isDown ? 0 : 1),
  };
  return gather(rows, reading, span, rowsMax);
}

describe('a page out of a long table', () => {
  it('ends where it is full, and says so only if there is more', () => {
    const first = { place: null, isDescending: false, isBackwards: false };
    expect(page({ ...first, limit: 2 }, 100)).toEqual({ items: [6, 12], end: 12 });
    expect(page({ ...first, limit: SAID.length }, 100)).toEqual({ items: SAID, end: null });
    expect(page({ ...first, place: 18, limit: 2 }, 100)).toEqual({ items: [19, 24], end: 24 });
  });

  it('ends after so many rows, with what was found', () => {
    const first = { place: null, isDescending: false, isBackwards: false, limit: 9 };
    expect(page(first, 4)).toEqual({ items: [6], end: 9 });
    expect(page({ ...first, place: 9 }, 1)).toEqual({ items: [], end: 11 });
  });

  it('is one of pages that hold everything once, in order, whichever way they are read', () => {
    const way = fc.record({
      isDescending: fc.boolean(),
      isBackwards: fc.boolean(),
      limit: fc.integer({ min: 1, max: 7 }),
      rowsMax: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(way, ({ rowsMax, ...span }) => {
        const pages: (readonly number[])[] = [];
        let place: number | null = span.isBackwards ? (span.isDescending ? 0 : 1000) : null;
        do {
          const { items, end }: Gathered<number> = page({ ...span, place }, rowsMax);
          pages.push(items);
          place = end;
        } while (place !== null);
        const read = span.isBackwards ? pages.toReversed().flat() : pages.flat();
        expect(read).toEqual(span.isDescending ? SAID.toReversed() : SAID);
      }),
    );
  });
});
