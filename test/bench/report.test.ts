import { describe, expect, it } from 'vitest';
import { failed, figureAtMost, type Row, ratioAtLeast, ratioAtMost, tableText, verdictOf } from './report.ts';

const ROW: Row = { target: 'P1', name: 'frames', figure: 12, unit: 'us', ratio: 0.85 };

describe('the verdict on a row', () => {
  it.each<[string, Partial<Row>, string]>([
    ['a ratio at its lower bound is enough', { ratio: 0.8, bound: ratioAtLeast(0.8) }, 'met'],
    ['a ratio below it is not', { ratio: 0.79, bound: ratioAtLeast(0.8) }, 'missed'],
    ['a ratio at its upper bound is enough', { ratio: 1.3, bound: ratioAtMost(1.3) }, 'met'],
    ['a ratio above it is not', { ratio: 1.31, bound: ratioAtMost(1.3) }, 'missed'],
    ['a bound may be one of the figure', { figure: 21, bound: figureAtMost(20) }, 'missed'],
    ['nothing asked, nothing said', {}, ''],
    ['what was not measured is not met', { ratio: null, bound: ratioAtLeast(1) }, 'not measured'],
  ])('%s', (_name, change, verdict) => {
    expect(verdictOf({ ...ROW, ...change })).toBe(verdict);
  });

  it('of a run that lost something is a failure, however small a figure is asked for', () => {
    const row = failed({ ...ROW, bound: ratioAtMost(1.3) }, ['tracker 7: 3 frames acknowledged, 2 stored']);
    expect([row.ratio, verdictOf(row)]).toEqual([0, 'failed']);
    expect(tableText([row])).toContain('tracker 7: 3 frames acknowledged, 2 stored');
  });
});

describe('the table', () => {
  it('has a column under each other for every cell, figures to three digits', () => {
    const text = tableText([
      { ...ROW, bound: ratioAtLeast(0.8) },
      { ...ROW, target: '', name: 'memory of one', figure: 1234.56, unit: 'bytes', ratio: null },
    ]);
    expect(text).toBe(
      [
        '    what           figure         ratio  target',
        'P1  frames             12  us      0.85  >= 0.80 x  met',
        '    memory of one   1,235  bytes',
        '',
      ].join('\n'),
    );
  });
});
