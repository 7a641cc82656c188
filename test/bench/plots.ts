/** Line plots as SVG, readable on a light page and on a dark one. Nothing but text goes in, so a diff shows what moved. */
import type { Series } from './report.ts';

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale: Scale;
  readonly yScale: Scale;
}

type Scale = 'linear' | 'log';

/** By the name of their series; also the names of the files. */
export const PLOTS: Readonly<Record<string, Plot>> = {
  throughput: {
    title: 'Frames acknowledged, everyone sending at once',
    xLabel: 'connections',
    yLabel: 'frames/s',
    xScale: 'log',
    yScale: 'linear',
  },
  latency: {
    title: 'Time to the acknowledgement, p99, everyone sending at once',
    xLabel: 'connections',
    yLabel: 'ms',
    xScale: 'log',
    yScale: 'log',
  },
  memory: {
    title: 'Memory of an idle connection',
    xLabel: 'connections',
    yLabel: 'bytes',
    xScale: 'linear',
    yScale: 'linear',
  },
  tasks: { title: 'Cost of a fix', xLabel: 'open tasks', yLabel: 'us CPU', xScale: 'log', yScale: 'linear' },
};

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 76;
const RIGHT = 20;
const TOP = 66;
const BOTTOM = 48;
const COLOURS = ['#2f81f7', '#8b949e', '#d29922', '#3fb950'];
const INK = '#768390';

export function svg(plot: Plot, series: readonly Series[]): string {
  const points = series.flatMap((each) => each.points);
  const x = axis(
    points.map(([value]) => value),
    plot.xScale,
    LEFT,
    WIDTH - RIGHT,
  );
  const y = axis(
    points.map(([, value]) => value),
    plot.yScale,
    HEIGHT - BOTTOM,
    TOP,
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<title>${plot.title}</title>`,
    text(LEFT, 20, plot.title, 'start', ' font-size="14" font-weight="bold"'),
    ...y.ticks.flatMap((tick) => [
      `<path d="M${LEFT} ${y.at(tick)}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity="0.25"/>`,
      text(LEFT - 8, y.at(tick) + 4, tickText(tick), 'end'),
    ]),
    ...x.ticks.map((tick) => text(x.at(tick), HEIGHT - BOTTOM + 18, tickText(tick), 'middle')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, plot.xLabel, 'middle'),
    text(LEFT - 8, TOP - 12, plot.yLabel, 'end'),
    ...series.flatMap((each, i) => line(each, i, x.at, y.at)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function line({ name, points }: Series, index: number, x: Place, y: Place): string[] {
  const colour = COLOURS[index % COLOURS.length]!;
  const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
  const left = LEFT + index * 150;
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(([px, py]) => `<circle cx="${x(px)}" cy="${y(py)}" r="3" fill="${colour}"/>`),
    `<path d="M${left} 38h18" stroke="${colour}" stroke-width="2"/>`,
    text(left + 24, 42, name, 'start'),
  ];
}

type Place = (value: number) => number;

/** Where a value lies between two ends of the picture, and which values are written at the edge. */
export function axis(
  values: readonly number[],
  scale: Scale,
  from: number,
  to: number,
): { at: Place; ticks: number[] } {
  const ticks = scale === 'log' ? decades(values) : steps(Math.max(...values));
  const on = scale === 'log' ? Math.log10 : (value: number) => value;
  const [low, high] = [on(ticks[0]!), on(ticks.at(-1)!)];
  return { at: (value) => Math.round((from + ((on(value) - low) / (high - low)) * (to - from)) * 10) / 10, ticks };
}

/** Powers of ten around all values. */
function decades(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.max(1e-6, Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

/** Four to eight round steps from 0. */
function steps(most: number): number[] {
  const rough = most / 5 || 1;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5, 10].find((times) => times * unit >= rough) ?? 10);
  return Array.from({ length: Math.ceil(most / step || 1) + 1 }, (_, i) => i * step);
}

function tickText(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 6 });
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${content}</text>`;
}
