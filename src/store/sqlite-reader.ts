/** Reading on a connection of its own (contract: Reader). The parts are the store's; only the recent end of a track is lent. */
import type Database from 'better-sqlite3';
import { storageError } from './appender.ts';
import { before, type Entries, type Head, headOf, mergeHeads } from './entries.ts';
import { SqliteEventQueries } from './event-queries.ts';
import { SqliteFormQueries } from './form-queries.ts';
import { FrameReader } from './frame-reader.ts';
import { SqliteInstructions } from './instructions.ts';
import { Readings } from './readings.ts';
import { SqliteRouteQueries } from './routes.ts';
import { type SegmentBounds, Segments } from './segments.ts';
import type {
  EventQueries,
  FormQueries,
  InstructionQueries,
  Reader,
  RecentTrack,
  RouteQueries,
  TaskEventQueries,
  TaskQueries,
  TaskSearch,
  Tracks,
} from './store.ts';
import { SqliteTaskEvents } from './task-events.ts';
import { SqliteTaskQueries } from './task-queries.ts';
import { SqliteTaskSearch } from './task-search.ts';
import { JournalTracks, type TrackEntries } from './tracks.ts';

/** Reading does not seal, so how long a segment may become does not matter. */
const NO_SEALING = 1;
/** Memory for decoded frames, bytes. */
const DECODED_BYTES = 16 * 1024 * 1024;

const NONE = new Float64Array();

export class SqliteReader implements Reader {
  readonly tasks: TaskQueries;
  readonly search: TaskSearch;
  readonly routes: RouteQueries;
  readonly forms: FormQueries;
  readonly events: EventQueries;
  readonly taskEvents: TaskEventQueries;
  readonly instructions: InstructionQueries;
  readonly #db: Database.Database;
  readonly #segments: Segments;
  readonly #frames: FrameReader;

  constructor(db: Database.Database) {
    this.#db = db;
    this.tasks = new SqliteTaskQueries(db);
    this.search = new SqliteTaskSearch(db);
    this.routes = new SqliteRouteQueries(db);
    this.forms = new SqliteFormQueries(db);
    this.events = new SqliteEventQueries(db);
    this.taskEvents = new SqliteTaskEvents(db);
    this.instructions = new SqliteInstructions(db);
    this.#segments = new Segments(db, NO_SEALING);
    this.#frames = new FrameReader(db, new Readings(db), DECODED_BYTES);
  }

  tracks(recent: RecentTrack): Tracks {
    const { readings } = this.#frames;
    readings.forgetAll();
    // Read in another way since, all that was lent is in segments, and there by how it reads now.
    const isCurrent = readings.of(recent.trackerId).key === recent.reading;
    const lent = isCurrent ? recent : { ...recent, firstRow: Infinity, entries: NONE };
    return new JournalTracks(new LentTrack(lent, this.#segments), this.#frames);
  }

  atOnce<T>(read: () => T): T {
    try {
      return this.#db.transaction(read)();
    } catch (error) {
      throw storageError(error);
    }
  }

  close(): void {
    this.#db.close();
  }
}

/**
 * One track's entries as of a moment that has passed. What was sealed since is in the segments too; there, all from
 * `firstRow` on gives way to what was lent, so that nothing is missing and nothing is read twice.
 */
class LentTrack implements TrackEntries {
  readonly segments: Segments;
  readonly #recent: RecentTrack;

  constructor(recent: RecentTrack, segments: Segments) {
    this.#recent = recent;
    this.segments = segments;
  }

  recent(trackerId: number): Entries {
    if (trackerId !== this.#recent.trackerId) {
      throw new Error(`tracker ${trackerId} was asked for, tracker ${this.#recent.trackerId} was lent`);
    }
    return this.#recent.entries;
  }

  sealed(trackerId: number, bounds: SegmentBounds): Entries {
    return before(this.segments.entries(trackerId, bounds.segment), this.#recent.firstRow);
  }

  head(trackerId: number): Head {
    return mergeHeads(this.segments.head(trackerId), headOf(this.recent(trackerId)));
  }
}
