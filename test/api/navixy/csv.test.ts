/** Rows out of text as spreadsheets write it. */
import { describe, expect, it } from 'vitest';
import { readRows } from '../../../src/api/navixy/csv.ts';

describe('rows', () => {
  it.each<[string, string, string, unknown]>([
    ['of one line each', 'a\tb\nc\td', '\t', [1, ['a', 'b'], 2, ['c', 'd']]],
    ['that end as on Windows, or on an old Mac', 'a\tb\r\nc\rd', '\t', [1, ['a', 'b'], 2, ['c'], 3, ['d']]],
    ['without a mark at the beginning', '\ufeffa,b', ',', [1, ['a', 'b']]],
    [
      'with delimiters, breaks and quotes in a cell',
      '"a\tb"\t"c\r\nd ""e"""\nf',
      '\t',
      [1, ['a\tb', 'c\nd "e"'], 3, ['f']],
    ],
    ['with inches', '5" pipe;x', ';', [1, ['5" pipe', 'x']]],
    ['with empty cells', '\ta\t\n', '\t', [1, ['', 'a', '']]],
    ['without empty rows', 'a\n\n\t\t\nb', '\t', [1, ['a'], 4, ['b']]],
    ['without white space around cells', ' a , "b" ', ',', [1, ['a', 'b']]],
    ['of whatever length', 'a\nb\tc\td', '\t', [1, ['a'], 2, ['b', 'c', 'd']]],
    ['that are none', '', ',', []],
  ])('%s', async (_name, content, delimiter, expected) => {
    const read = await readRows(content, delimiter, 10);
    const rows = read.kind === 'rows' ? read.rows.flatMap(({ line, cells }) => [line, cells]) : read;
    expect(rows).toEqual(expected);
  });

  it('no more than wanted', async () => {
    expect(await readRows('a\nb\nc\nd', ',', 2)).toMatchObject({ rows: [{ cells: ['a'] }, { cells: ['b'] }] });
  });

  it('an open quote is told with its line', async () => {
    const { kind, reason } = (await readRows('a\n"b', ',', 10)) as { kind: string; reason: string };
    expect(kind).toBe('unreadable');
    expect(reason).toContain('line 2');
  });

  it('characters of several bytes survive wherever the text is cut', async () => {
    const cell = 'ä📦'.repeat(20_000);
    expect(await readRows(`x"\n${cell}`, ',', 10)).toMatchObject({ rows: [{}, { cells: [cell] }] });
  });
});
