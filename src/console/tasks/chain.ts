/** From the bytes of a device to what a webhook was told: the links of one transition, each with its page. */
import { recordOf, saysPlace } from '../trackers/hex.ts';
import type { Delivery, Frame, FrameField, HistoryEvent, Iso } from '../wire.ts';

/** Kinds of history that say something of a verdict. */
const MOVED_BY_FIX = (event: HistoryEvent): boolean => event.witness !== null && event.trackerId !== null;

/** The one that the address names, else the newest that a fix has moved, else the newest. */
export function chosenEvent(events: readonly HistoryEvent[], asked: string | null): HistoryEvent | null {
  return events.find(({ id }) => String(id) === asked) ?? events.findLast(MOVED_BY_FIX) ?? events.at(-1) ?? null;
}

/** Of the engine's reasons; whatever else there is, a person has asked for. */
const CAUSES: Readonly<Record<string, string>> = {
  fix: 'a fix',
  late_fix: 'a fix that came late',
  clock: 'the clock',
  assigned: 'its assignment',
  queue: 'its turn in the queue',
  edited: 'an edit of the task',
  form: 'its form',
  clock_changed: 'the time zone of the tracker set right',
  model_changed: 'the model of the tracker set right',
};

export function causeWords({ reason, witness }: Pick<HistoryEvent, 'reason' | 'witness'>): string {
  if (reason === null) return witness === null ? 'a person or an API' : 'a fix';
  return CAUSES[reason] ?? 'a person or an API';
}

export function framesHash(trackerId: number, fixAt: Iso): string {
  return `#/trackers/${trackerId}/frames?fix=${encodeURIComponent(fixAt)}`;
}

export function framesPath(trackerId: number, fixAt: Iso): string {
  return `/api/trackers/${trackerId}/frames?fix=${encodeURIComponent(fixAt)}`;
}

/** The minutes around a fix in the replay of its tracker. */
export function replayHash(trackerId: number, fixAt: Iso): string {
  const ms = Date.parse(fixAt);
  const iso = (at: number): string => encodeURIComponent(new Date(at).toISOString());
  return `#/trackers/${trackerId}?from=${iso(ms - REPLAY_MS)}&to=${iso(ms + REPLAY_MS)}`;
}

export function eventHash(taskId: number, eventId: number): string {
  return `#/tasks/${taskId}?event=${eventId}`;
}

export function webhookHash(uuid: string): string {
  return `#/webhooks/${encodeURIComponent(uuid)}`;
}

const REPLAY_MS = 15 * 60_000;

/** The frame that brought the fix first, and in it the fields that became its time and place. */
export interface Proof {
  readonly frame: Frame;
  readonly bytes: number;
  readonly fields: readonly FrameField[];
}

export function proofOf(frames: readonly Frame[], fixAt: Iso): Proof | null {
  const bringing = frames.filter(({ fixes }) => fixes.some(({ time }) => time === fixAt));
  const frame = bringing.find(({ fixes }) => fixes.some((fix) => fix.time === fixAt && fix.isKept)) ?? bringing.at(-1);
  if (frame === undefined) return null;
  const record = frame.fixes.findIndex(({ time }) => time === fixAt) + 1;
  return {
    frame,
    bytes: frame.hex.length / 2,
    fields: frame.fields.filter((field) => isPlace(field, record)).slice(0, FIELDS_MAX),
  };
}

/** A place takes three fields, with its time. */
const FIELDS_MAX = 6;

function isPlace(field: FrameField, record: number): boolean {
  return saysPlace(field) && (recordOf(field) ?? record) === record;
}

/** `bytes 15 to 18` */
export function bytesWords({ offset, length }: Pick<FrameField, 'offset' | 'length'>): string {
  return length === 1 ? `byte ${offset}` : `bytes ${offset} to ${offset + length - 1}`;
}

/** The first bytes, in pairs: `00 00 00 00 00 36 08 01 …` */
export function hexWords(hex: string, bytesMax: number): string {
  const pairs = hex.slice(0, bytesMax * 2).match(/../g) ?? [];
  return `${pairs.join(' ')}${hex.length > bytesMax * 2 ? ' …' : ''}`;
}

export interface Told {
  readonly webhook: string;
  readonly webhookName: string;
  readonly type: string;
  readonly tries: number;
  /** The newest try. */
  readonly last: Delivery;
}

/** Tries, newest first, by webhook and message; of one event, or of all of them. */
export function toldOf(deliveries: readonly Delivery[], eventId: number | null): readonly Told[] {
  const told = new Map<string, Told>();
  for (const delivery of deliveries) {
    if (eventId !== null && delivery.eventId !== eventId) continue;
    const key = `${delivery.webhook} ${delivery.messageId}`;
    const known = told.get(key);
    if (known !== undefined) told.set(key, { ...known, tries: known.tries + 1 });
    else {
      const { webhook, webhookName, type } = delivery;
      told.set(key, { webhook, webhookName, type, tries: 1, last: delivery });
    }
  }
  return [...told.values()];
}
