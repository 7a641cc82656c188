/** The timeline of a task: a drawing for the eye, and beneath it the same moments as a list for everyone. */
import { clockNow } from '../live.ts';
import { tick } from '../parts/tick.ts';
import { When } from '../parts/time.tsx';
import type { Task } from '../wire.ts';
import {
  type Bar,
  type BarKind,
  type Evidence,
  type Mark,
  type MarkKind,
  type Timeline,
  timelineOf,
} from './timeline.ts';
import { clockWords, offsetWords, tickWords } from './window-words.ts';

const WIDTH = 1000;
const HEIGHT = 132;
/** Where the window, the stays and the axis lie. */
const ROWS: Readonly<Record<BarKind, readonly [top: number, height: number]>> = {
  window: [34, 56],
  late: [34, 56],
  visit: [50, 24],
  brief: [56, 12],
};
const AXIS = 100;
/** A stay of a minute in a window of days can still be seen. */
const BAR_MIN = 3;

interface TimelineProps {
  readonly task: Task;
  readonly evidence: Evidence;
}

export function TimelineView({ task, evidence }: TimelineProps) {
  // Read, so that the present moves on.
  if (task.isOpen) void tick.value;
  const nowMs = clockNow();
  const offsetMs = -new Date(nowMs).getTimezoneOffset() * 60_000;
  const timeline = timelineOf(task, evidence, nowMs, offsetMs);
  return (
    <figure class="timeline">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={spokenWords(timeline)} preserveAspectRatio="none">
        {timeline.bars.map((bar) => (
          <BarShape key={`${bar.kind} ${bar.fromMs}`} bar={bar} />
        ))}
        {timeline.ticks.map(({ atMs, x }) => (
          <line key={atMs} class="tick" x1={x * WIDTH} x2={x * WIDTH} y1={30} y2={AXIS} />
        ))}
        {timeline.marks.map(({ kind, x }) => (
          <line key={kind} class={`mark ${kind}`} x1={x * WIDTH} x2={x * WIDTH} y1={16} y2={AXIS} />
        ))}
      </svg>
      <Scale timeline={timeline} nowMs={nowMs} />
      <Moments marks={timeline.marks} />
      <Legend bars={timeline.bars} />
      <figcaption class="dim">Local time, {offsetWords(nowMs)}</figcaption>
    </figure>
  );
}

function BarShape({ bar: { kind, x, width } }: { readonly bar: Bar }) {
  const [top, height] = ROWS[kind];
  return <rect class={`bar ${kind}`} x={x * WIDTH} width={Math.max(width * WIDTH, BAR_MIN)} y={top} height={height} />;
}

/** Words beside the drawing, which is stretched: letters must not be. */
function Scale({ timeline, nowMs }: { readonly timeline: Timeline; readonly nowMs: number }) {
  const { ticks, marks } = timeline;
  return (
    <div aria-hidden="true">
      {marks.map(({ kind, x }) => (
        <span key={kind} class={`timeline-mark ${kind}`} style={{ left: `${x * 100}%` }}>
          {GLYPHS[kind]}
        </span>
      ))}
      {ticks
        .filter(({ x }) => x > 0.03 && x < 0.97)
        .map(({ atMs, x }) => (
          <span key={atMs} class="timeline-tick" style={{ left: `${x * 100}%` }}>
            {tickWords(atMs, nowMs)}
          </span>
        ))}
    </div>
  );
}

const GLYPHS: Readonly<Record<MarkKind, string>> = {
  arrived: '▼',
  departed: '△',
  form: '✎',
  completed: '✓',
  closed: '■',
  now: '●',
};

const MARKS: Readonly<Record<MarkKind, string>> = {
  arrived: 'Arrived',
  departed: 'Left',
  form: 'Form submitted',
  completed: 'All was done',
  closed: 'Closed',
  now: 'Now',
};

function Moments({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <ol class="moments">
      {marks.map(({ kind, atMs }) => (
        <li key={kind}>
          <span class={`glyph ${kind}`} aria-hidden="true">
            {GLYPHS[kind]}
          </span>{' '}
          {MARKS[kind]} <When at={new Date(atMs).toISOString()} />
        </li>
      ))}
    </ol>
  );
}

const BARS: Readonly<Record<BarKind, string>> = {
  window: 'window',
  late: 'late, but still taken',
  visit: 'inside the zone',
  brief: 'inside, too short to count',
};

function Legend({ bars }: { readonly bars: readonly Bar[] }) {
  const kinds = [...new Set(bars.map(({ kind }) => kind))];
  return (
    <ul class="legend">
      {kinds.map((kind) => (
        <li key={kind}>
          <span class={`swatch ${kind}`} aria-hidden="true" /> {BARS[kind]}
        </li>
      ))}
    </ul>
  );
}

function spokenWords({ bars, marks }: Timeline): string {
  const stays = bars.filter(({ kind }) => kind === 'visit').length;
  const moments = marks.map(({ kind, atMs }) => `${MARKS[kind]} ${clockWords(atMs)}`);
  return [`Timeline with ${stays === 1 ? '1 stay' : `${stays} stays`}`, ...moments].join(', ');
}
