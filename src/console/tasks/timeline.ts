/** What a task's timeline shows and where: window, late time, stays, and the moments that matter. Places are 0..1. */
import type { Iso, Task, Visit } from '../wire.ts';

export type BarKind = 'window' | 'late' | 'visit' | 'brief';
export type MarkKind = 'arrived' | 'departed' | 'form' | 'completed' | 'closed' | 'now';

export interface Bar {
  readonly kind: BarKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly x: number;
  readonly width: number;
}

export interface Mark {
  readonly kind: MarkKind;
  readonly atMs: number;
  readonly x: number;
}

export interface Timeline {
  readonly startMs: number;
  readonly endMs: number;
  readonly bars: readonly Bar[];
  /** By time. */
  readonly marks: readonly Mark[];
  readonly ticks: readonly { readonly atMs: number; readonly x: number }[];
}

/** What the explanation knows beside the task. */
export interface Evidence {
  readonly visits: readonly Visit[];
  readonly completedAt: Iso | null;
  readonly formAt: Iso | null;
}

export const NO_EVIDENCE: Evidence = { visits: [], completedAt: null, formAt: null };

const MINUTE_MS = 60_000;
/** Left and right of what is shown. */
const MARGIN = 0.03;
const TICKS_MAX = 7;

/** `offsetMs`: what the reader's clock is ahead of UTC; ticks stand at its full hours and midnights. */
export function timelineOf(task: Task, evidence: Evidence, nowMs: number, offsetMs = 0): Timeline {
  const spans = spansOf(task, evidence, nowMs);
  const moments = momentsOf(task, evidence);
  const times = [...spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), ...moments.map(({ atMs }) => atMs)];
  const isNowShown = task.isOpen && isNear(nowMs, times);
  const shown = isNowShown || times.length === 0 ? [...moments, { kind: 'now' as const, atMs: nowMs }] : moments;
  const { startMs, endMs } = frameOf([...times, ...(isNowShown || times.length === 0 ? [nowMs] : [])]);
  const place = (ms: number): number => (ms - startMs) / (endMs - startMs);
  return {
    startMs,
    endMs,
    bars: spans.map((span) => ({ ...span, x: place(span.fromMs), width: place(span.toMs) - place(span.fromMs) })),
    marks: shown.map((moment) => ({ ...moment, x: place(moment.atMs) })).sort((a, b) => a.atMs - b.atMs),
    ticks: tickTimes(startMs, endMs, offsetMs).map((atMs) => ({ atMs, x: place(atMs) })),
  };
}

type Span = Pick<Bar, 'kind' | 'fromMs' | 'toMs'>;

function spansOf(task: Task, { visits }: Evidence, nowMs: number): Span[] {
  const spans: Span[] = [];
  if (task.from !== null || task.to !== null) {
    // An end that nobody has set is drawn to where the task has come.
    const fromMs = msOf(task.from ?? task.createdAt);
    const toMs = task.to === null ? Math.max(fromMs, nowMs) : msOf(task.to);
    spans.push({ kind: 'window', fromMs: Math.min(fromMs, toMs), toMs });
    if (task.to !== null && task.maxDelay > 0) {
      spans.push({ kind: 'late', fromMs: toMs, toMs: toMs + task.maxDelay * 1000 });
    }
  }
  for (const { from, to, counts } of visits) {
    spans.push({ kind: counts ? 'visit' : 'brief', fromMs: msOf(from), toMs: msOf(to) });
  }
  return spans.filter(({ fromMs, toMs }) => Number.isFinite(fromMs) && Number.isFinite(toMs));
}

type Moment = Pick<Mark, 'kind' | 'atMs'>;

function momentsOf(task: Task, { completedAt, formAt }: Evidence): Moment[] {
  const isClosed = !task.isOpen && (completedAt === null || msOf(completedAt) !== msOf(task.statusAt));
  const moments: (readonly [MarkKind, Iso | null])[] = [
    ['arrived', task.arrivedAt],
    ['departed', task.departedAt],
    ['form', formAt],
    ['completed', completedAt],
    ['closed', isClosed ? task.statusAt : null],
  ];
  return moments
    .map(([kind, at]) => ({ kind, atMs: at === null ? Number.NaN : msOf(at) }))
    .filter(({ atMs }) => Number.isFinite(atMs));
}

/** The present is shown as long as it does not squeeze everything else into a corner. */
function isNear(nowMs: number, times: readonly number[]): boolean {
  if (times.length === 0) return true;
  const { startMs, endMs } = frameOf(times);
  const length = endMs - startMs;
  return nowMs > startMs - length && nowMs < endMs + length;
}

function frameOf(times: readonly number[]): { startMs: number; endMs: number } {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max((last - first) * MARGIN, MINUTE_MS);
  return { startMs: first - margin, endMs: last + margin };
}

const MINUTES = [1, 5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10_080, 40_320, 120_960, 525_600];

/** Round times of the reader's clock within the frame, at most TICKS_MAX of them. */
export function tickTimes(startMs: number, endMs: number, offsetMs: number): number[] {
  const room = (endMs - startMs) / TICKS_MAX;
  const fitting = MINUTES.find((minutes) => minutes * MINUTE_MS >= room);
  const step =
    fitting === undefined ? Math.ceil(room / (525_600 * MINUTE_MS)) * 525_600 * MINUTE_MS : fitting * MINUTE_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil((startMs + offsetMs) / step) * step - offsetMs; at <= endMs; at += step) ticks.push(at);
  return ticks;
}

function msOf(at: Iso): number {
  return Date.parse(at);
}
