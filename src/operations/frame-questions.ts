/** Frames on the search thread: read back, decoded and explained by the protocol that they came in. */
import { KEPT, PROTOCOLS } from '../../protocols/index.ts';
import type { Field, Malformed, Message, Protocol } from '../../protocols/protocol.ts';
import type { TaskEventBody, Witness } from '../model/event.ts';
import { judgeFix } from '../model/fix.ts';
import type { EventRow } from '../store/event-rows.ts';
import type { Reader, ReceivedFrame, RecentTrack, Tracks } from '../store/store.ts';
import { type ShownFix, shownFix } from './shown-fix.ts';
import { type Packed, pack } from './slices.ts';

export type FrameQuestion =
  | {
      readonly kind: 'list_frames';
      readonly recent: RecentTrack;
      readonly fromMs: number;
      readonly toMs: number;
      readonly limit: number;
    }
  | { readonly kind: 'fix_frames'; readonly recent: RecentTrack; readonly timeMs: number }
  | { readonly kind: 'fix_events'; readonly recent: RecentTrack; readonly timeMs: number };

/** `page`: ShownFrame. */
export interface FramesAnswer {
  readonly page: Packed;
  readonly hasMore: boolean;
}

export interface ShownFrame {
  readonly receivedMs: number;
  readonly protocol: string;
  readonly hex: string;
  /** What kind of message it is; `unreadable` where `error` says why. */
  readonly message: string;
  readonly error: string | null;
  /** Hex; null = nothing is answered, or the frame came by no protocol of devices. */
  readonly reply: string | null;
  readonly fields: readonly ShownField[];
  /** In wire order; `isKept` false = it was stored before. */
  readonly fixes: readonly (ShownFix & { readonly isKept: boolean })[];
}

interface ShownField {
  readonly offset: number;
  readonly length: number;
  /** The part of the frame that it is in, `Record 2`; '' = none. */
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** Of one instant: what a device sends in one go is received at once. */
const SAME_INSTANT_MAX = 500;
/** Records of one device time that are looked up. */
const SAME_TIME_MAX = 16;
/** Of one frame; what is left is one field more. */
const FIELDS_MAX = 2000;
/** Rows of history that are looked at. */
const ROWS_MAX = 20_000;

export function readFrames(
  reader: Pick<Reader, 'tracks'>,
  question: FrameQuestion & { kind: 'list_frames' },
): FramesAnswer {
  const { recent, fromMs, toMs, limit } = question;
  const { trackerId } = recent;
  const tracks = reader.tracks(recent);
  const newest = tracks.received(trackerId, fromMs, toMs, limit);
  const oldestMs = newest.at(-1)?.receivedMs;
  if (oldestMs === undefined) return { page: pack([]), hasMore: false };
  // Whoever goes on from this instant must have all of it.
  const later = newest.filter(({ receivedMs }) => receivedMs > oldestMs);
  const frames = [...later, ...tracks.received(trackerId, oldestMs, oldestMs, SAME_INSTANT_MAX)];
  const hasMore = tracks.received(trackerId, fromMs, oldestMs - 1, 1).length > 0;
  return { page: pack(frames.map(shownFrame)), hasMore };
}

export function readFixFrames(reader: Pick<Reader, 'tracks'>, recent: RecentTrack, timeMs: number): FramesAnswer {
  const tracks = reader.tracks(recent);
  const frames = receiptsOf(tracks, recent.trackerId, timeMs)
    .flatMap((receivedMs) => tracks.received(recent.trackerId, receivedMs, receivedMs, SAME_INSTANT_MAX))
    .map(shownFrame)
    .filter(({ fixes }) => fixes.some(({ position }) => position.timeMs === timeMs));
  return { page: pack(frames), hasMore: false };
}

/** When records of a device time were received, newest first. */
function receiptsOf(tracks: Tracks, trackerId: number, timeMs: number): readonly number[] {
  const receipts = tracks.fixes(trackerId, timeMs, timeMs, SAME_TIME_MAX).map(({ receivedMs }) => receivedMs);
  return [...new Set(receipts)].sort((a, b) => b - a);
}

/** Events that name the fix as their witness, oldest first. They are recorded after it has come in, mostly at once. */
export function readFixEvents(
  reader: Pick<Reader, 'tracks' | 'taskEvents'>,
  recent: RecentTrack,
  timeMs: number,
): { readonly page: Packed } {
  const firstMs = receiptsOf(reader.tracks(recent), recent.trackerId, timeMs).at(-1);
  if (firstMs === undefined) return { page: pack([]) };
  const afterId = reader.taskEvents.firstSince(firstMs) - 1;
  const found: EventRow[] = [];
  let looked = 0;
  for (const row of reader.taskEvents.rows(null, { afterId, beforeId: Number.MAX_SAFE_INTEGER, isDescending: false })) {
    if (looked === ROWS_MAX) break;
    looked += 1;
    if (row.dialect === null) continue;
    const { id, uid, task_id, event_ms, recorded_ms, body } = row;
    const said = JSON.parse(body) as TaskEventBody;
    if (witnessOf(said)?.timeMs !== timeMs || moverOf(said, row.tracker_id) !== recent.trackerId) continue;
    found.push({ id, uid, task_id, event_ms, recorded_ms, body });
  }
  return { page: pack(found) };
}

function witnessOf(body: TaskEventBody): Witness | null {
  return body.kind === 'status_change' || body.kind === 'presence' ? body.witness : null;
}

/** Whose fix it was; of a presence only who has the task by now is known. */
function moverOf(body: TaskEventBody, holderId: number | null): number | null {
  return body.kind === 'status_change' ? body.to.trackerId : holderId;
}

function shownFrame({ receivedMs, protocol: name, raw, kept, profile }: ReceivedFrame): ShownFrame {
  const protocol = PROTOCOLS.find((one) => one.name === name) ?? null;
  const decoded = KEPT.find((one) => one.name === name)!.decode(raw, profile);
  const isBroken = decoded.kind === 'malformed';
  const records = isBroken ? [] : decoded.records;
  return {
    receivedMs,
    protocol: name,
    hex: raw.toString('hex'),
    message: isBroken ? 'unreadable' : decoded.kind,
    error: isBroken ? `${decoded.code}: ${decoded.message}` : null,
    reply: replyTo(protocol, raw, decoded, receivedMs),
    fields: protocol === null ? [] : shownFields(protocol.explain(raw, profile), raw),
    fixes: records.map((record, i) => ({
      ...shownFix({ ...judgeFix(record, receivedMs), protocol: name }),
      isKept: kept === null || kept[i] === true,
    })),
  };
}

/** With the clock of its receipt, where it is told the time. */
function replyTo(
  protocol: Protocol | null,
  raw: Buffer,
  decoded: Message | Malformed,
  receivedMs: number,
): string | null {
  return protocol?.reply(raw, decoded, { nowMs: receivedMs })?.toString('hex') ?? null;
}

function shownFields(fields: readonly Field[], raw: Buffer): ShownField[] {
  const shown = fields.slice(0, FIELDS_MAX).map(shownField);
  const rest = fields[FIELDS_MAX];
  if (rest === undefined) return shown;
  const value = `${fields.length - FIELDS_MAX} fields are not shown`;
  return [...shown, { offset: rest.start, length: raw.length - rest.start, path: '', name: 'the rest', value }];
}

/** Where a frame holds several records, names begin with the one that they are of. */
const OF_RECORD = /^(Record \d+): (.*)$/s;

function shownField({ start, end, name, value }: Field): ShownField {
  const [, path = '', own = name] = OF_RECORD.exec(name) ?? [];
  return { offset: start, length: end - start, path, name: own, value };
}
