/** Cursors come back as they went, are of use in their own order only, and whatever else is sent for one is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCursor,
  encodeCursor,
  linkHeader,
  neighbours,
  type Ordering,
  readPage,
} from '../../../src/api/rest/cursor.ts';

const ORDER: Ordering = [
  { field: 'position', isDescending: false },
  { field: 'created', isDescending: true },
];
const PLACE = { values: [null, 1_700_000_000_000], id: 7 };

const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
);

const told = (said: unknown) => Buffer.from(JSON.stringify(said)).toString('base64url');
const digest = (
  JSON.parse(Buffer.from(encodeCursor({ place: PLACE, isBackwards: false }, ORDER), 'base64url').toString()) as string[]
)[0]!;

describe('a cursor', () => {
  it('comes back as it went, in letters that an address may have', () => {
    fc.assert(
      fc.property(fc.tuple(value, value), fc.nat(), fc.boolean(), (values, id, isBackwards) => {
        const cursor = { place: { values, id }, isBackwards };
        const text = encodeCursor(cursor, ORDER);
        expect(text).toMatch(/^[\w-]+$/);
        expect(decodeCursor(text, ORDER)).toEqual(cursor);
      }),
    );
  });

  it('is of no use in another order', () => {
    const text = encodeCursor({ place: PLACE, isBackwards: false }, ORDER);
    const others: Ordering[] = [
      [],
      ORDER.slice(1),
      ORDER.toReversed(),
      ORDER.map((each) => ({ ...each, isDescending: true })),
      ORDER.map((each) => ({ ...each, field: 'modified' })),
    ];
    for (const other of others) expect(decodeCursor(text, other)).toBe(null);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['a list', ['x']],
    ['no base64', '***'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no list', told({ length: 5 })],
    ['an empty list', told([])],
    ['another digest', told(['00000000', 0, 7, null, 1])],
    ['a direction that is none', told([digest, 2, 7, null, 1])],
    ['an id that is none', told([digest, 0, '7', null, 1])],
    ['an id that is no whole number', told([digest, 0, 7.5, null, 1])],
    ['an id beyond all', told([digest, 0, 1e300, null, 1])],
    ['too few values', told([digest, 0, 7, null])],
    ['too many values', told([digest, 0, 7, null, 1, 1])],
    ['a value that is none', told([digest, 0, 7, {}, 1])],
    ['a value that is a flag', told([digest, 0, 7, true, 1])],
    ['an infinite value', Buffer.from(`["${digest}",0,7,null,1e999]`).toString('base64url')],
    ['more than a place can be', told([digest, 0, 7, 'x'.repeat(10_000), 1])],
  ])('is not %s', (_, text) => {
    expect(decodeCursor(text, ORDER)).toBe(null);
  });

  it('never throws, whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          expect(decodeCursor(text, ORDER)).toBe(null);
        },
      ),
    );
  });
});

describe('a page', () => {
  const cursor = encodeCursor({ place: PLACE, isBackwards: true }, ORDER);

  it.each<[Record<string, unknown>, object]>([
    [{}, { isBackwards: false, limit: 100 }],
    [
      { cursor: '', page_size: '' },
      { isBackwards: false, limit: 100 },
    ],
    [{ page_size: '1' }, { isBackwards: false, limit: 1 }],
    [{ page_size: '1001' }, { isBackwards: false, limit: 1000 }],
    [{ page_size: '999999999' }, { isBackwards: false, limit: 1000 }],
    [{ page_size: ['x', '5'] }, { isBackwards: false, limit: 5 }],
    [
      { cursor, page_size: '7' },
      { from: PLACE, isBackwards: true, limit: 7 },
    ],
  ])('of %j', (query, page) => {
    expect(readPage(query, ORDER)).toEqual({ value: page });
  });

  it.each([
    [{ page_size: '0' }, 'page_size'],
    [{ page_size: '-1' }, 'page_size'],
    [{ page_size: '1.5' }, 'page_size'],
    [{ page_size: '1e3' }, 'page_size'],
    [{ page_size: 'all' }, 'page_size'],
    [{ page_size: '9'.repeat(400) }, 'page_size'],
    [{ page_size: {} }, 'page_size'],
    [{ cursor: 'x' }, 'cursor'],
    [{ cursor: [cursor, 'x'] }, 'cursor'],
  ])('not of %j', (query, name) => {
    expect(readPage(query, ORDER)).toEqual({ faults: { [name]: [expect.any(String)] } });
  });

  it.each<[string, boolean, boolean, boolean, boolean]>([
    ['the first, where others follow', false, false, true, false],
    ['one in the middle', true, false, true, true],
    ['the last', true, false, false, true],
    ['one that was gone back to', true, true, true, true],
    ['the first, gone back to', true, true, false, false],
  ])('has its neighbours: %s', (name, hasFrom, isBackwards, isMore, hasPrevious) => {
    const asked = { isBackwards, limit: 2, ...(hasFrom && { from: PLACE }) };
    const last = { values: [1, 2], id: 9 };
    const { next, previous } = neighbours(asked, { isMore, ends: { first: PLACE, last } }, ORDER);
    expect(previous !== null).toBe(hasPrevious);
    expect(next !== null).toBe(name !== 'the last');
    if (next !== null) expect(decodeCursor(next, ORDER)).toEqual({ place: last, isBackwards: false });
    if (previous !== null) expect(decodeCursor(previous, ORDER)).toEqual({ place: PLACE, isBackwards: true });
  });

  it('that is empty has none', () => {
    const asked = { from: PLACE, isBackwards: false, limit: 2 };
    expect(neighbours(asked, { isMore: false, ends: null }, ORDER)).toEqual({ next: null, previous: null });
  });
});

describe('the Link header', () => {
  const header = (url: string, next: string | null = 'N', previous: string | null = null) =>
    linkHeader({ url }, 'https://gw.example', { next, previous });

  it('keeps all other parameters as they came', () => {
    expect(header('/tasks/?state=assigned&order=a&order=b&search=a%20b%26c&cursor=OLD&page_size=2', 'N', 'P')).toBe(
      '<https://gw.example/tasks/?state=assigned&order=a&order=b&search=a+b%26c&cursor=N&page_size=2>; rel="next", ' +
        '<https://gw.example/tasks/?state=assigned&order=a&order=b&search=a+b%26c&cursor=P&page_size=2>; rel="prev"',
    );
  });

  it('is there where there is another page', () => {
    expect(header('/tasks', null, 'P')).toBe('<https://gw.example/tasks?cursor=P>; rel="prev"');
    expect(header('/tasks', null, null)).toBe(null);
  });

  it('leads to this gateway only, and nowhere out of itself', () => {
    expect(header('http://evil.example/tasks/?a=1')).toBe('<https://gw.example/tasks/?a=1&cursor=N>; rel="next"');
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (path, query) => {
        const [, inside = ''] = /^<([^<>]*)>; rel="next"$/.exec(header(`/${path}?${query}`) ?? '') ?? [];
        expect(inside).toMatch(/^https:\/\/gw\.example\/[\x21-\x7e]*$/);
        expect(inside).not.toMatch(/["\s]/);
      }),
    );
  });
});
