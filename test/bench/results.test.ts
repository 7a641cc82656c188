import { describe, expect, it } from 'vitest';
import { axis, PLOTS, svg } from './plots.ts';
import { ratioAtLeast } from './report.ts';
import { filled, type Results } from './results.ts';

const README = 'before\n<!-- bench -->\nold\n<!-- bench: end -->\nafter\n';
const RESULTS: Results = {
  machine: 'a machine',
  date: '2026-03-02',
  rounds: 5,
  rows: [
    { target: 'P1', name: 'frames', figure: 12, unit: 'us', ratio: 0.85, bound: ratioAtLeast(0.8) },
    { target: '', name: 'for the record', figure: 1, unit: 'us', ratio: null },
  ],
  series: { memory: [{ name: 'all', points: [[1, 2]] }] },
};

describe('the section of the README', () => {
  it('is what was measured, targets only, with the plots there are', () => {
    expect(filled(README, RESULTS)).toBe(`before
<!-- bench -->

|  | what | figure |  | ratio | target |  |
| --- | --- | --- | --- | --- | --- | --- |
| P1 | frames | 12 | us | 0.85 | >= 0.80 x | met |

a machine; 5 rounds, medians, 2026-03-02.

![Memory of an idle connection](docs/memory.svg)

<!-- bench: end -->
after
`);
  });

  it('is the same when it is written again', () => {
    const once = filled(README, RESULTS);
    expect(filled(once, RESULTS)).toBe(once);
  });

  it('is not written where there are no marks', () => {
    expect(() => filled('before', RESULTS)).toThrow('<!-- bench -->');
  });
});

describe('a plot', () => {
  it.each([
    ['from 0 in round steps', [3, 41], 'linear', [0, 10, 20, 30, 40, 50]],
    ['in powers of ten', [3, 410], 'log', [1, 10, 100, 1000]],
    ['of a single value', [7], 'log', [1, 10]],
  ] as const)('has an axis %s', (_name, values, scale, ticks) => {
    const { at, ticks: found } = axis(values, scale, 0, 100);
    expect(found).toEqual(ticks);
    expect([at(found[0]!), at(found.at(-1)!)]).toEqual([0, 100]);
  });

  it.each(Object.entries(PLOTS))('%s is a whole picture with a line for each series', (_name, plot) => {
    const series = ['a', 'b'].map((name) => ({ name, points: [1, 10, 100].map((x) => [x, x * 3] as const) }));
    const picture = svg(plot, series);
    expect(picture.match(/stroke-width="2"\/>/g)).toHaveLength(4);
    expect(picture.match(/<circle/g)).toHaveLength(6);
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
  });
});
