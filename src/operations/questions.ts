/** What is asked on the search thread, and how it is answered there. Both cross between threads as structured clones. */
import type { Fix, Position } from '../model/fix.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { Reader, RecentTrack, StoredFix, TaskFilter, Tracks } from '../store/store.ts';
import { type FeedQuery, readFeed } from './event-feed.ts';
import { type Explanation, explain, type Inquiry } from './explain.ts';
import { type Packed, pack } from './slices.ts';

export type Question =
  | { readonly kind: 'list_tasks'; readonly filter: TaskFilter }
  | { readonly kind: 'count_tasks' }
  | { readonly kind: 'task_history'; readonly taskId: number }
  | { readonly kind: 'event_feed'; readonly query: FeedQuery }
  | {
      readonly kind: 'list_deliveries';
      readonly externalId: string;
      readonly nowMs: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'list_fixes';
      readonly recent: RecentTrack;
      readonly fromMs: number;
      readonly toMs: number;
      readonly limit: number;
    }
  | { readonly kind: 'track_end'; readonly recent: RecentTrack }
  /** `recent`: the track of the tracker that answers for the task; null = nobody does. */
  | { readonly kind: 'explain'; readonly inquiry: Inquiry; readonly recent: RecentTrack | null };

export type QuestionKind = Question['kind'];

export interface Answers {
  /** `page`: TaskValues. `count`: all matches, before paging. */
  readonly list_tasks: { readonly page: Packed; readonly count: number };
  readonly count_tasks: Readonly<Record<NavixyStatus, number>>;
  /** `page`: EventRow. */
  readonly task_history: { readonly page: Packed };
  /** `page`: FeedEntry. `total`: all matches, as far as they are counted. */
  readonly event_feed: { readonly page: Packed; readonly total: number };
  /** `page`: TaskValues. */
  readonly list_deliveries: { readonly page: Packed };
  /** `page`: ShownFix. */
  readonly list_fixes: { readonly page: Packed; readonly hasMore: boolean };
  readonly track_end: TrackEnd;
  readonly explain: Explanation;
}

/** A stored fix without what only the gateway compares it by. */
export interface ShownFix extends Omit<Fix, 'position'> {
  readonly position: Omit<Position, 'content'>;
  readonly protocol: StoredFix['protocol'];
}

/** What is known of a track's newest end. */
export interface TrackEnd {
  /** Receipt of the newest message of any kind, ms. */
  readonly lastSeenMs: number | null;
  /** The newest valid fix. */
  readonly fix: ShownFix | null;
  /** Of the newest record, with or without a position, over those of the newest valid fix. */
  readonly attributes: Position['attributes'];
}

/** All of an answer is read at one instant. */
export function answer(reader: Reader, question: Question): Answers[QuestionKind] {
  return reader.atOnce(() => answerOf(reader, question));
}

function answerOf(reader: Reader, question: Question): Answers[QuestionKind] {
  const { tasks } = reader;
  switch (question.kind) {
    case 'list_tasks': {
      const { rows, count } = tasks.search(question.filter);
      return { page: pack(rows), count };
    }
    case 'count_tasks':
      return tasks.countByStatus();
    case 'task_history':
      return { page: pack(tasks.historyRows(question.taskId)) };
    case 'event_feed':
      return readFeed(reader, question.query);
    case 'list_deliveries':
      return { page: pack(tasks.deliveries(question.externalId, question.nowMs, question.limit)) };
    case 'list_fixes': {
      const { recent, fromMs, toMs, limit } = question;
      const fixes = reader.tracks(recent).fixes(recent.trackerId, fromMs, toMs, limit + 1);
      return { page: pack(fixes.slice(0, limit).map(shownFix)), hasMore: fixes.length > limit };
    }
    case 'track_end':
      return trackEnd(reader.tracks(question.recent), question.recent.trackerId);
    case 'explain': {
      const { inquiry, recent } = question;
      return explain(inquiry, tasks.history(inquiry.task.id), recent && reader.tracks(recent));
    }
  }
}

/** Records of one instant that are looked at for attributes; a device rarely has more than two. */
const INSTANT_RECORDS_MAX = 16;

function trackEnd(tracks: Tracks, trackerId: number): TrackEnd {
  const fix = tracks.lastValidFix(trackerId);
  const { newestMs } = tracks.newest(trackerId);
  const records = Number.isFinite(newestMs) ? tracks.fixes(trackerId, newestMs, newestMs, INSTANT_RECORDS_MAX) : [];
  return {
    lastSeenMs: tracks.lastReceivedMs(trackerId),
    fix: fix && shownFix(fix),
    attributes: Object.assign({}, fix?.position.attributes, ...records.map((record) => record.position.attributes)),
  };
}

/** Names what is shown: `io` and `attributes` are decoded on access, and a copy would be without them. */
function shownFix({ position, receivedMs, invalidity, protocol }: StoredFix): ShownFix {
  const { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg } = position;
  const { satellites, hasPosition, priority, event, io, attributes } = position;
  const motion = { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg };
  return {
    position: { ...motion, satellites, hasPosition, priority, event, io, attributes },
    receivedMs,
    invalidity,
    protocol,
  };
}
