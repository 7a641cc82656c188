/**
 * How the frames of each tracker are read: by its model, and by how far its clock was ahead of UTC. A frame's header says
 * what was thought at its receipt; where that was wrong, one row of `track_reading` says it for all frames up to a journal
 * row, and the journal stays as it is: frames of one tracker lie in rows with those of all others.
 */
import type Database from 'better-sqlite3';
import { keptNamed } from '../../protocols/index.ts';
import { judgeFix } from '../model/fix.ts';
import { type FrameHeader, type JournalRow, readFrame, readHeaders, spansOf } from './journal.ts';
import type { ReceivedFrame, StoredFix, StoredFrame } from './store.ts';

interface Reading {
  readonly model: string | null;
  /** Of devices that the tracker had before, in order: up to which journal row, and the model. */
  readonly formerModels: readonly (readonly [toRow: number, model: string | null])[];
  /** By how many minutes the clocks of kept frames are read as being ahead of UTC, each once. */
  readonly clocks: readonly number[];
  /** Frames up to this journal row are read as being `restampedAhead` minutes ahead, whatever their header says. */
  readonly restampedTo: number;
  readonly restampedAhead: number;
  /** Up to this journal row the index is not what headers say. */
  readonly rereadTo: number;
  /** How often all that is kept was read anew. */
  readonly rereads: number;
  /** Two readings of a tracker with the same key read every frame alike that both know. */
  readonly key: string;
}

interface ReadingRow {
  readonly model: string | null;
  readonly clocks: string | null;
  readonly restampedTo: number | null;
  readonly restampedAhead: number | null;
  readonly rereadTo: number | null;
  readonly formerModels: string | null;
  readonly rereads: number | null;
}

/** Frames without a word about it are read as UTC. */
const UTC: readonly number[] = [0];

export class Readings {
  readonly #select: Database.Statement<[{ id: number }], ReadingRow>;
  readonly #put: Database.Statement<[number, string, number, number, number, string, number]>;
  readonly #byTracker = new Map<number, Reading>();
  /** Trackers with a row in `track_reading`: the few whose frames may not be what their headers say. */
  readonly #special: Set<number>;

  constructor(db: Database.Database) {
    this.#select = db.prepare(
      `SELECT (SELECT model FROM trackers WHERE id = @id) AS model, clocks, restamped_to AS restampedTo,
         restamped_ahead AS restampedAhead, reread_to AS rereadTo, former_models AS formerModels, rereads
       FROM (SELECT 1) LEFT JOIN track_reading ON tracker_id = @id`,
    );
    this.#put = db.prepare('INSERT OR REPLACE INTO track_reading VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#special = new Set(db.prepare<[], number>('SELECT tracker_id FROM track_reading').pluck().all());
  }

  of(trackerId: number): Reading {
    let reading = this.#byTracker.get(trackerId);
    if (reading === undefined) {
      reading = readingOf(this.#select.get({ id: trackerId })!);
      this.#byTracker.set(trackerId, reading);
    }
    return reading;
  }

  /** How a frame of this journal row is read. */
  profile(trackerId: number, row: number, frame: Pick<StoredFrame, 'clockAheadMinutes'>): ReceivedFrame['profile'] {
    const reading = this.of(trackerId);
    const { restampedTo, restampedAhead } = reading;
    const clockAheadMinutes = row <= restampedTo ? restampedAhead : frame.clockAheadMinutes;
    return { model: modelAt(reading, row), clockAheadMinutes };
  }

  /** The kept records of a frame of this journal row, in wire order. */
  fixes(trackerId: number, row: number, frame: StoredFrame): StoredFix[] {
    const message = keptNamed(frame.protocol).decode(frame.raw, this.profile(trackerId, row, frame));
    if (message.kind === 'malformed') return [];
    return message.records
      .filter((_, i) => frame.kept === null || frame.kept[i] === true)
      .map((record) => ({ ...judgeFix(record, frame.receivedMs), protocol: frame.protocol }));
  }

  /** The headers of a journal row's frames, in order, as the frames read by now. */
  *headers({ id, body }: JournalRow): Generator<FrameHeader> {
    for (const header of readHeaders(body)) {
      const { trackerId } = header;
      const isStale = this.#special.has(trackerId) && id <= this.of(trackerId).rereadTo;
      yield isStale ? this.reread(id, body, header) : header;
    }
  }

  /** The header that the frame would have if it came in now. */
  reread(row: number, body: Buffer, header: FrameHeader): FrameHeader {
    const { trackerId, offset, receivedMs } = header;
    const fixes = this.fixes(trackerId, row, readFrame(body, offset)!);
    return {
      ...header,
      hasValidFix: fixes.some(({ invalidity }) => invalidity === null),
      spans: spansOf(
        fixes.map(({ position }) => position.timeMs),
        receivedMs,
      ),
    };
  }

  /** A frame that is read so goes into the journal, in the transaction of the caller. */
  note(trackerId: number, clockAheadMinutes: number): void {
    if (clockAheadMinutes === 0 && !this.#special.has(trackerId)) return;
    const reading = this.of(trackerId);
    if (reading.clocks.includes(clockAheadMinutes)) return;
    this.#write(trackerId, { ...reading, clocks: [...reading.clocks, clockAheadMinutes] });
  }

  /** All frames up to a journal row read otherwise from now on, in the transaction of the caller. */
  change(trackerId: number, toRow: number, clockAheadMinutes: number | null): void {
    const before = this.of(trackerId);
    const restamped = { clocks: [clockAheadMinutes ?? 0], restampedTo: toRow, restampedAhead: clockAheadMinutes ?? 0 };
    const rereads = before.rereads + 1;
    this.#write(trackerId, { ...before, ...(clockAheadMinutes === null ? {} : restamped), rereadTo: toRow, rereads });
  }

  /** Frames up to a journal row are of another device than those to come, in the transaction of the caller. */
  swap(trackerId: number, toRow: number, formerModel: string | null): void {
    const before = this.of(trackerId);
    this.#write(trackerId, { ...before, formerModels: [...before.formerModels, [toRow, formerModel]] });
  }

  /** To be read again from disk: it has changed there, or what was noted was not committed. */
  forget(trackerId: number): void {
    this.#byTracker.delete(trackerId);
  }

  forgetAll(): void {
    this.#byTracker.clear();
  }

  #write(trackerId: number, reading: Reading): void {
    const { clocks, restampedTo, restampedAhead, rereadTo, formerModels, rereads } = reading;
    const models = JSON.stringify(formerModels);
    this.#put.run(trackerId, JSON.stringify(clocks), restampedTo, restampedAhead, rereadTo, models, rereads);
    this.#special.add(trackerId);
    this.forget(trackerId);
  }
}

function modelAt({ model, formerModels }: Reading, row: number): string | null {
  for (const [toRow, former] of formerModels) if (row <= toRow) return former;
  return model;
}

function readingOf(row: ReadingRow): Reading {
  const { model, clocks, restampedTo, restampedAhead, rereadTo, formerModels, rereads } = row;
  return {
    model,
    formerModels: formerModels === null ? [] : (JSON.parse(formerModels) as Reading['formerModels']),
    rereads: rereads ?? 0,
    clocks: clocks === null ? UTC : (JSON.parse(clocks) as number[]),
    restampedTo: restampedTo ?? 0,
    restampedAhead: restampedAhead ?? 0,
    rereadTo: rereadTo ?? 0,
    key: String(rereads ?? 0),
  };
}
