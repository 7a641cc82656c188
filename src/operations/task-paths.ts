/** Ways that trackers made while they had something to do: the valid fixes of a period as a line, and its length. */
import { distanceM } from '../geo/distance.ts';
import { type LinePoint, simplified } from '../geo/simplify.ts';
import type { Reader, RecentTrack, Store, Tracks } from '../store/store.ts';

/** A tracker's way between two instants, both included. */
export interface Leg {
  readonly trackerId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Path {
  /** At most POINTS_MAX; fewer than two = it is no line. */
  readonly points: readonly LinePoint[];
  readonly distanceM: number;
}

/** What the search thread is asked. `recents`: the tracks of all trackers of the legs. */
export interface PathQuestion {
  readonly kind: 'task_paths';
  readonly legs: readonly Leg[];
  readonly recents: readonly RecentTrack[];
}

/** Of one line. */
const POINTS_MAX = 500;
/** Records that are read for one request; a leg that begins behind that is not read at all. */
const RECORDS_MAX = 50_000;

/** What the search thread needs to read these legs. */
export function pathQuestion(legs: readonly Leg[], store: Pick<Store, 'recent'>): PathQuestion {
  const trackerIds = [...new Set(legs.map(({ trackerId }) => trackerId))];
  return { kind: 'task_paths', legs, recents: trackerIds.map((id) => store.recent(id)) };
}

/** On the search thread. One for each leg; null = not read. The first is read in any case. */
export function readPaths(
  reader: Pick<Reader, 'tracks'>,
  { legs, recents }: PathQuestion,
  recordsMax = RECORDS_MAX,
): readonly (Path | null)[] {
  const tracks = new Map(recents.map((recent) => [recent.trackerId, recent]));
  let left = recordsMax;
  return legs.map((leg) => {
    if (left === 0) return null;
    const { points, records } = pointsOf(reader.tracks(tracks.get(leg.trackerId)!), leg, left);
    left = Math.max(0, left - records);
    return { points: simplified(points, POINTS_MAX), distanceM: lengthM(points) };
  });
}

function pointsOf(
  tracks: Tracks,
  { trackerId, fromMs, toMs }: Leg,
  limit: number,
): { readonly points: readonly LinePoint[]; readonly records: number } {
  const records = tracks.fixes(trackerId, fromMs, toMs, limit);
  const valid = records.filter(({ invalidity }) => invalidity === null);
  return { points: valid.map(({ position }) => [position.lonDeg, position.latDeg]), records: records.length };
}

function lengthM(points: readonly LinePoint[]): number {
  let sumM = 0;
  for (let i = 1; i < points.length; i++) {
    const [before, after] = [points[i - 1]!, points[i]!];
    // A truck that stands sends the same point for hours.
    if (before[0] === after[0] && before[1] === after[1]) continue;
    sumM += distanceM(before[1], before[0], after[1], after[0]);
  }
  return sumM;
}
