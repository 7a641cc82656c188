/** How a device talks and what it listens for: one face over the device ends of the protocols. */
import type { Reading } from './drive.ts';

/** One record in a device's memory. */
export interface DeviceRecord extends Reading {
  readonly timeMs: number;
}

/** What a device has said last and waits to be answered. */
export interface Awaited {
  readonly kind: 'login' | 'records' | 'heartbeat' | 'time';
  readonly serial: number;
  /** How many records the frame held. */
  readonly records: number;
}

export interface Heard {
  /** Bytes of the answer; to be dropped. */
  readonly used: number;
  readonly meaning: 'accepted' | 'refused' | 'unrelated';
}

/** A command as the device hears it. */
export interface Order {
  /** Bytes it took; to be dropped. */
  readonly used: number;
  readonly text: string;
  answer(text: string, serial: number): Buffer;
}

export interface Speech {
  readonly protocol: string;
  /** Records in one frame at most. */
  readonly recordsMax: number;
  login(imei: string, serial: number): Buffer;
  /** `isBacklog`: more records are waiting behind these. */
  records(records: readonly DeviceRecord[], serial: number, isBacklog: boolean): Buffer;
  /** null = the protocol has none. */
  heartbeat(serial: number): Buffer | null;
  timeRequest(serial: number): Buffer | null;
  /** The first whole answer in `bytes`, or null when more are needed. */
  hear(bytes: Buffer, awaited: Awaited): Heard | null;
  /** The command that `bytes`, heard after the login, begin with; null = they begin with something else, if anything. */
  order(bytes: Buffer): Order | 'more' | null;
  /** What the gateway's clock shows, when this is an answer that says so. */
  clockIn(answer: Buffer): number | null;
  /** The record with the resolution the wire has, so that what is stored can be compared with what was sent. */
  asSent(record: DeviceRecord): DeviceRecord;
}
