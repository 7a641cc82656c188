/** What a kind of message is: how it is called, which parts its body has, and where its position stands. */
import type { DeviceProfile, Field, MessageKind, PositionRecord } from '../protocol.ts';
import { type Part, Walk } from './walk.ts';

export interface MessageLayout {
  readonly kind: MessageKind;
  /** For people. */
  readonly title: string;
  /** In the order in which they stand. */
  readonly parts: readonly Part[];
  /** Bytes without which the body cannot be read at all. */
  readonly bytesMin: number;
  /** The position in it; null where this one has none. */
  readonly record?: (reading: Reading) => PositionRecord | null;
  /** Of a record that was stored: the type it has when it is sent at once. */
  readonly liveType?: number;
  /** Whether the parts may tell of an alarm, or the altitude, beside the position. */
  readonly tellsAlarms?: boolean;
  readonly tellsAltitude?: boolean;
}

/** A frame with what decides how it is read. */
export interface Reading {
  readonly frame: Buffer;
  /** The body is frame[start..end). */
  readonly start: number;
  readonly end: number;
  readonly layout: MessageLayout;
  readonly profile: DeviceProfile;
}

/** Walks through the whole body. `fields`: where what is seen is written down for people. */
export function walkBody({ frame, start, end, layout, profile }: Reading, fields?: Field[]): Walk {
  const walk = new Walk(frame, start, end, profile, fields);
  for (const part of layout.parts) if (!walk.isStopped) part(walk);
  walk.finish();
  return walk;
}
