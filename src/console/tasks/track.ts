/** The track that a task was judged by: which period of it is looked at, and its parts as the map draws them. */
import type { Fix, Task, Visit } from '../wire.ts';

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Shown before and after the window: how it came and went. */
const AROUND_MS = 30 * MINUTE_MS;
const PERIOD_MAX_MS = 48 * HOUR_MS;
/** As the engine has it: neighbours further apart are no complete record. */
const GAP_MS = 5 * MINUTE_MS;

/** null = nothing was to be seen of it yet. A window of more than two days is looked at where it was visited, or at its end. */
export function evidencePeriod(task: Task, visits: readonly Visit[], nowMs: number): Period | null {
  const fromMs = task.from === null ? Number.NEGATIVE_INFINITY : Date.parse(task.from);
  const deadlineMs = task.to === null ? nowMs : Date.parse(task.to) + task.maxDelay * 1000;
  const endMs = Math.min(deadlineMs, nowMs);
  if (fromMs > nowMs || task.trackerId === null) return null;
  if (endMs - fromMs <= PERIOD_MAX_MS) return around(fromMs, endMs, nowMs);
  const last = visits.at(-1);
  if (last === undefined) return around(endMs - PERIOD_MAX_MS, endMs, nowMs);
  const lastMs = Date.parse(last.to);
  const firstMs = Math.max(Date.parse(visits[0]?.from ?? last.from), lastMs - PERIOD_MAX_MS);
  return around(firstMs, lastMs, nowMs);
}

function around(fromMs: number, toMs: number, nowMs: number): Period {
  return { fromMs: fromMs - AROUND_MS, toMs: Math.max(fromMs, Math.min(toMs + AROUND_MS, nowMs)) };
}

/** `gap`: nothing is known of the way between its two ends. */
export type PartKind = 'way' | 'visit' | 'gap';

export interface TrackPart {
  readonly kind: PartKind;
  readonly points: readonly (readonly [lat: number, lon: number])[];
}

/** Valid fixes as lines that meet at their ends; a piece is a visit where both of its ends lie in the same one. */
export function trackParts(fixes: readonly Fix[], visits: readonly Visit[]): readonly TrackPart[] {
  const spans = visits.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
  const parts: { kind: PartKind; points: (readonly [number, number])[] }[] = [];
  let before: { readonly ms: number; readonly point: readonly [number, number] } | null = null;
  for (const fix of fixes) {
    if (!fix.valid) continue;
    const here = { ms: Date.parse(fix.time), point: [fix.lat, fix.lon] as const };
    if (before !== null) {
      const kind = kindOf(before.ms, here.ms, spans);
      const last = parts.at(-1);
      if (last?.kind === kind && kind !== 'gap') last.points.push(here.point);
      else parts.push({ kind, points: [before.point, here.point] });
    }
    before = here;
  }
  return parts;
}

function kindOf(beforeMs: number, hereMs: number, spans: readonly Period[]): PartKind {
  // What was inside at both neighbours was inside between, however long that took.
  if (spans.some(({ fromMs, toMs }) => fromMs <= beforeMs && hereMs <= toMs)) return 'visit';
  return hereMs - beforeMs > GAP_MS ? 'gap' : 'way';
}
