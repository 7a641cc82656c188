/** What is asked on the search thread, and how it is answered there. Both cross between threads as structured clones. */
import { simplified } from '../geo/simplify.ts';
import type { Position } from '../model/fix.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { Route } from '../model/route.ts';
import type { PageEnds, TaskQuery } from '../model/task-query.ts';
import type {
  FormFilter,
  FormOfTask,
  Reader,
  RecentTrack,
  RouteFilter,
  StoredFix,
  TaskFilter,
  TemplateUse,
  TrackPeriod,
  Tracks,
} from '../store/store.ts';
import { taskOfValues } from '../store/task-rows.ts';
import { type FeedQuery, readFeed } from './event-feed.ts';
import { type Explanation, explain, type Inquiry } from './explain.ts';
import type { FormDocument, FormFormat } from './form-document.ts';
import { type FrameQuestion, type FramesAnswer, readFixEvents, readFixFrames, readFrames } from './frame-questions.ts';
import { type InstructionAnswer, type InstructionQuery, readInstructions } from './instruction-walk.ts';
import { type Journey, type JourneyInquiry, type JourneyOptions, journeys } from './journey.ts';
import {
  type EventsAfterAnswer,
  type LastPosition,
  type LiveQuestion,
  readEventsAfter,
  readLastPositions,
} from './live-questions.ts';
import { type ShownFix, shownFix } from './shown-fix.ts';
import { type Packed, pack } from './slices.ts';
import { readStateCounts, type StateCountQuery, type StateCounts } from './state-counts.ts';
import {
  type EventTrackAnswer,
  readEventTracks,
  readTaskEvent,
  readTaskEvents,
  type TaskEventAnswer,
  type TaskEventQuestion,
} from './task-event-walk.ts';
import { type Path, type PathQuestion, readPaths } from './task-paths.ts';
import { readTallies, type TallyAnswer, type TallyQuestion } from './task-spells.ts';
import { type Place, type Stop, type Visiting, visitingOrder } from './visiting-order.ts';

export type { ShownFix } from './shown-fix.ts';

export type Question =
  | { readonly kind: 'list_tasks'; readonly filter: TaskFilter }
  | { readonly kind: 'count_tasks' }
  | { readonly kind: 'find_tasks'; readonly query: TaskQuery }
  | { readonly kind: 'count_found'; readonly query: Pick<TaskQuery, 'conditions' | 'search'> }
  | { readonly kind: 'task_history'; readonly taskId: number }
  | { readonly kind: 'list_routes'; readonly filter: RouteFilter }
  | { readonly kind: 'read_itinerary'; readonly routeId: number }
  | { readonly kind: 'list_checkpoints'; readonly taskIds: readonly number[] }
  | { readonly kind: 'visiting_order'; readonly start: Place; readonly stops: readonly Stop[] }
  | { readonly kind: 'list_forms'; readonly filter: FormFilter }
  | { readonly kind: 'template_use'; readonly templateId: number }
  /** Takes as long as a search, and is none: nothing is read but the images that it names. */
  | { readonly kind: 'render_form'; readonly document: FormDocument; readonly format: FormFormat }
  | { readonly kind: 'tracker_forms'; readonly period: TrackPeriod; readonly afterId: number; readonly limit: number }
  | { readonly kind: 'tagged_tasks'; readonly tagIds: readonly number[]; readonly limit: number }
  | { readonly kind: 'tagged_routes'; readonly tagIds: readonly number[]; readonly limit: number }
  | { readonly kind: 'tag_bearers'; readonly tagId: number; readonly afterId: number; readonly limit: number }
  | { readonly kind: 'unlocated_tasks'; readonly afterId: number; readonly limit: number }
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
  | { readonly kind: 'last_fixes'; readonly recents: readonly RecentTrack[] }
  | {
      readonly kind: 'track_line';
      readonly recent: RecentTrack;
      readonly fromMs: number;
      readonly toMs: number;
      readonly pointsMax: number;
    }
  | TaskEventQuestion
  | TallyQuestion
  | PathQuestion
  | FrameQuestion
  | LiveQuestion
  | { readonly kind: 'instructions'; readonly query: InstructionQuery }
  | { readonly kind: 'state_counts'; readonly query: StateCountQuery }
  /** `recent`: the track of the tracker that answers for the task; null = nobody does. */
  | { readonly kind: 'explain'; readonly inquiry: Inquiry; readonly recent: RecentTrack | null }
  /** `recents`: the tracks of the trackers that are named, each once. */
  | {
      readonly kind: 'journeys';
      readonly inquiries: readonly JourneyInquiry[];
      readonly recents: readonly RecentTrack[];
      readonly options: JourneyOptions;
    };

export type QuestionKind = Question['kind'];

export interface Answers {
  /** `page`: TaskValues. `count`: all matches, before paging. */
  readonly list_tasks: { readonly page: Packed; readonly count: number };
  readonly count_tasks: Readonly<Record<NavixyStatus, number>>;
  /** `page`: TaskValues, and behind them when the row was last written. */
  readonly find_tasks: { readonly page: Packed; readonly isMore: boolean; readonly ends: PageEnds };
  readonly count_found: { readonly count: number };
  /** `page`: EventRow. */
  readonly task_history: { readonly page: Packed };
  /** `page`: Route. */
  readonly list_routes: { readonly page: Packed; readonly count: number };
  /** `route`: null = unknown or deleted. `page`: TaskValues, in the order of the route. */
  readonly read_itinerary: { readonly route: Route | null; readonly page: Packed };
  /** `page`: TaskValues. */
  readonly list_checkpoints: { readonly page: Packed; readonly count: number };
  readonly visiting_order: Visiting;
  /** `page`: FoundForm. `count`: all matches, before paging. */
  readonly list_forms: { readonly page: Packed; readonly count: number };
  readonly template_use: TemplateUse;
  readonly render_form: { readonly bytes: Uint8Array };
  readonly tracker_forms: readonly FormOfTask[];
  /** `page`: TaskValues. */
  readonly tagged_tasks: { readonly page: Packed };
  /** `page`: Route. */
  readonly tagged_routes: { readonly page: Packed };
  /** Ids of tasks and routes, in order. */
  readonly tag_bearers: readonly number[];
  /** Ids, in order. */
  readonly unlocated_tasks: readonly number[];
  /** `page`: FeedEntry. `total`: all matches, as far as they are counted. */
  readonly event_feed: { readonly page: Packed; readonly total: number };
  /** `page`: TaskValues. */
  readonly list_deliveries: { readonly page: Packed };
  /** `page`: ShownFix. */
  readonly list_fixes: { readonly page: Packed; readonly hasMore: boolean };
  readonly track_end: TrackEnd;
  /** The newest valid fix of each, in their order. */
  readonly last_fixes: readonly (ShownFix | null)[];
  readonly track_line: TrackLine | null;
  readonly list_frames: FramesAnswer;
  readonly fix_frames: FramesAnswer;
  /** `page`: EventRow. */
  readonly fix_events: { readonly page: Packed };
  readonly last_positions: readonly (LastPosition | null)[];
  readonly events_after: EventsAfterAnswer;
  readonly explain: Explanation;
  readonly task_events: TaskEventAnswer;
  readonly task_event: TaskEventAnswer;
  readonly event_tracks: EventTrackAnswer;
  readonly task_tallies: TallyAnswer;
  /** One for each leg; null = not read. */
  readonly task_paths: readonly (Path | null)[];
  readonly instructions: InstructionAnswer;
  readonly state_counts: readonly StateCounts[];
  /** In the order of the inquiries. */
  readonly journeys: readonly Journey[];
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

/** Valid fixes of a period as a line. */
export interface TrackLine {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: readonly (readonly [lonDeg: number, latDeg: number])[];
}

/** All of an answer is read at one instant. */
export async function answer(reader: Reader, question: Question): Promise<Answers[QuestionKind]> {
  if (question.kind !== 'render_form') return reader.atOnce(() => answerOf(reader, question));
  // Loaded where it is used: the libraries take their time, and none of the line's.
  const { renderForm } = await import('./form-document.ts');
  return { bytes: await renderForm(question.document, question.format) };
}

type Search = Exclude<Question, { readonly kind: 'render_form' }>;

function answerOf(reader: Reader, question: Search): Answers[QuestionKind] {
  const { tasks, routes, forms } = reader;
  switch (question.kind) {
    case 'list_tasks': {
      const { rows, count } = tasks.search(question.filter);
      return { page: pack(rows), count };
    }
    case 'count_tasks':
      return tasks.countByStatus();
    case 'find_tasks': {
      const { rows, isMore, ends } = reader.search.find(question.query);
      return { page: pack(rows), isMore, ends };
    }
    case 'count_found':
      return { count: reader.search.countFound(question.query) };
    case 'task_history':
      return { page: pack(tasks.historyRows(question.taskId)) };
    case 'list_routes': {
      const found = routes.list(question.filter);
      return { page: pack(found.routes), count: found.count };
    }
    case 'read_itinerary': {
      const route = routes.read(question.routeId);
      return { route, page: pack(tasks.rows(route?.checkpointIds ?? [])) };
    }
    case 'list_checkpoints': {
      const rows = tasks.rows(question.taskIds).filter((values) => taskOfValues(values).checkpoint !== null);
      return { page: pack(rows), count: rows.length };
    }
    case 'visiting_order':
      return visitingOrder(question.start, question.stops);
    case 'list_forms': {
      const { rows, count } = forms.search(question.filter);
      return { page: pack(rows), count };
    }
    case 'template_use':
      return forms.useOf(question.templateId);
    case 'tracker_forms':
      return forms.ofTracker(question.period, question.afterId, question.limit);
    case 'tagged_tasks':
      return { page: pack(tasks.tagged(question.tagIds, question.limit)) };
    case 'tagged_routes':
      return { page: pack(routes.tagged(question.tagIds, question.limit)) };
    case 'tag_bearers':
      return tasks.tagBearers(question.tagId, question.afterId, question.limit);
    case 'unlocated_tasks':
      return tasks.unlocated(question.afterId, question.limit);
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
    case 'last_fixes':
      return question.recents.map((recent) => {
        const fix = reader.tracks(recent).lastValidFix(recent.trackerId);
        return fix && shownFix(fix);
      });
    case 'track_line': {
      const { recent, fromMs, toMs, pointsMax } = question;
      return trackLine(reader.tracks(recent).fixes(recent.trackerId, fromMs, toMs, LINE_RECORDS_MAX), pointsMax);
    }
    case 'list_frames':
      return readFrames(reader, question);
    case 'fix_frames':
      return readFixFrames(reader, question.recent, question.timeMs);
    case 'fix_events':
      return readFixEvents(reader, question.recent, question.timeMs);
    case 'last_positions':
      return readLastPositions(reader, question.recents);
    case 'events_after':
      return readEventsAfter(reader, question.afterId, question.limit);
    case 'task_events':
      return readTaskEvents(reader, question.query);
    case 'task_event':
      return readTaskEvent(reader, question.uuid);
    case 'event_tracks':
      return readEventTracks(reader, question.query);
    case 'task_tallies':
      return readTallies(reader, question);
    case 'task_paths':
      return readPaths(reader, question);
    case 'instructions':
      return readInstructions(reader, question.query);
    case 'state_counts':
      return readStateCounts(reader, question.query);
    case 'explain': {
      const { inquiry, recent } = question;
      return explain(inquiry, tasks.history(inquiry.task.id), recent && reader.tracks(recent));
    }
    case 'journeys': {
      const tracks = new Map(question.recents.map((recent) => [recent.trackerId, reader.tracks(recent)]));
      return journeys(question.inquiries, (trackerId) => tracks.get(trackerId)!, question.options);
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

/** Of a line: more than a day of one a second. */
const LINE_RECORDS_MAX = 100_000;

/** Fixes that a line is drawn from: of more every second one, third one and so on, or it would take seconds. */
const LINE_FIXES_MAX = 10_000;

function trackLine(records: readonly StoredFix[], pointsMax: number): TrackLine | null {
  const valid = records.filter(({ invalidity }) => invalidity === null);
  const [first, last] = [valid[0], valid.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const step = Math.ceil(valid.length / LINE_FIXES_MAX);
  const places = valid
    .filter((fix, i) => i % step === 0 || fix === last)
    .map(({ position }) => [position.lonDeg, position.latDeg] as const);
  return { fromMs: first.position.timeMs, toMs: last.position.timeMs, points: simplified(places, pointsMax) };
}
