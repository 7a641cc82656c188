/**
 * The dialect without serial and checksum (365GPS v1.3 and others): `7878 N`, type, body, `0D0A`, where N is a count, a constant
 * or nonsense. With no checksum to tell, a frame is taken for this dialect only where its type and its whole shape agree.
 */
import { readBcd } from '../wire/bcd.ts';
import { u16, u32 } from '../wire/bytes.ts';
import { wifiAndCells, wifiAndCellsBytes } from './cells.ts';
import { ALTITUDE, DEGREE, GPS_BYTES, TIME } from './layout.ts';
import type { MessageLayout } from './message-layout.ts';
import { altitude, gps, imei } from './parts.ts';
import { gpsRecord } from './record.ts';
import { octets, said, table, u1 } from './table.ts';
import { clockMs } from './time.ts';
import type { Part } from './walk.ts';

/** Header, count and type before the body; stop bytes behind it. */
const BODY_AT = 4;
const STOP_BYTES = 2;
const STOP = 0x0d0a;
const STORED = 0x11;
const LIVE = 0x10;
const WIFI_STORED = 0x17;
/** All that this dialect has. */
export const UNSEALED_TYPES: ReadonlySet<number> = new Set([0x01, 0x08, LIVE, STORED, 0x13, WIFI_STORED, 0x30, 0x69]);

const LOGIN_BYTES = 9;
const GPS_AND_ALARM_BYTES = GPS_BYTES + ALTITUDE.bytes + 1;
/** A longer one could be a heartbeat of the usual kind that was damaged. */
const STATUS_BYTES_MAX = 7;

export function unsealedBodyEnd(frame: Buffer): number {
  return frame.length - STOP_BYTES;
}

/** How a frame of this dialect is read; null where it is none. */
export function unsealedLayout(frame: Buffer): MessageLayout | null {
  if (!isUnsealed(frame, 0, frame.length)) return null;
  switch (frame[BODY_AT - 1]) {
    case 0x01:
      return LOGIN;
    case 0x08:
      return HEARTBEAT;
    case LIVE:
      return position('GPS', []);
    case STORED:
      return { ...position('GPS, stored', [stored]), liveType: LIVE };
    case 0x13:
      return STATUS;
    case 0x30:
      return TIME_REQUEST;
    case WIFI_STORED:
      return wifi(frame[2]!, [stored]);
    default:
      return wifi(frame[2]!, []);
  }
}

/** Whether bytes[start..end) is a whole frame of this dialect. */
export function isUnsealed(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start - BODY_AT - STOP_BYTES;
  if (length < 0 || u16(bytes, start) !== 0x7878 || u16(bytes, end - STOP_BYTES) !== STOP) return false;
  const bodyAt = start + BODY_AT;
  switch (bytes[bodyAt - 1]) {
    case 0x01:
      return length === LOGIN_BYTES && readBcd(bytes, bodyAt + 1, bodyAt + 8) !== null;
    case 0x08:
    case 0x30:
      return length === 0;
    case LIVE:
    case STORED:
      return (length === GPS_BYTES || length === GPS_AND_ALARM_BYTES) && isPlausible(bytes, bodyAt);
    case 0x13:
      return length > 0 && length <= STATUS_BYTES_MAX;
    case WIFI_STORED:
    case 0x69:
      return isWifi(bytes, bodyAt, length, bytes[start + 2]!);
    default:
      return false;
  }
}

/** N of a login: one byte more than its body and the count of a login of the usual kind. */
const LOGIN_COUNT = 0x0d;

/**
 * The length of a frame of this dialect that is shorter than its N would be as the usual length byte; null where N does not
 * tell. Its devices wait for an answer before they say more.
 */
export function unsealedLength(bytes: Buffer, start: number): number | null {
  const count = bytes[start + 2]!;
  if (bytes[start] !== 0x78) return null;
  if (bytes[start + 3] === 0x01) return count === LOGIN_COUNT ? BODY_AT + LOGIN_BYTES + STOP_BYTES : null;
  const length = BODY_AT + count;
  return bytes[start + 3] === 0x13 && length <= BODY_AT + STATUS_BYTES_MAX + STOP_BYTES ? length : null;
}

const LENGTH_MIN = 9;

const CLOCK_MAX = [99, 12, 31, 23, 59, 59];

/** Digits of a clock, one that was never set included; a length that can be; coordinates on the globe. */
function isPlausible(b: Buffer, at: number): boolean {
  const isDate = CLOCK_MAX.every((max, i) => b[at + i]! <= max);
  const isOnGlobe = u32(b, at + 7) <= 90 * DEGREE && u32(b, at + 11) <= 180 * DEGREE;
  return isDate && b[at + 6]! >> 4 >= LENGTH_MIN && isOnGlobe;
}

/** `count` access points, then a number of cells: all of it, and nothing else. */
function isWifi(bytes: Buffer, bodyAt: number, length: number, count: number): boolean {
  const cellsAt = TIME.bytes + wifiAndCellsBytes(count, 0) - CELL_HEAD_BYTES;
  if (cellsAt >= length || readBcd(bytes, bodyAt, bodyAt + TIME.bytes) === null) return false;
  return length === TIME.bytes + wifiAndCellsBytes(count, bytes[bodyAt + cellsAt]!);
}

/** Number of cells and network. */
const CELL_HEAD_BYTES = 4;

const VERSION = table({ version: u1 });
const ALARM = table({ alarm: u1 });
const BCD_TIME = table({
  dateTime: said(octets(TIME.bytes), (digits) =>
    digits.toString('hex').replace(/^(..)(..)(..)(..)(..)(..)$/, '20$1-$2-$3 $4:$5:$6'),
  ),
});
const timeBcd: Part = (walk) => {
  const digits = walk.take(BCD_TIME)?.dateTime.toString('hex').match(/../g);
  const ms = digits === undefined || digits === null ? 0 : clockMs(Buffer.from(digits.map(Number)), 0, walk.profile);
  if (ms !== 0) walk.set({ time: new Date(ms).toISOString() });
};

const LOGIN: MessageLayout = {
  kind: 'login',
  title: 'login, no checksum',
  parts: [imei, (walk) => void walk.take(VERSION)],
  bytesMin: LOGIN_BYTES,
};
const HEARTBEAT: MessageLayout = { kind: 'heartbeat', title: 'heartbeat, no checksum', parts: [], bytesMin: 0 };
const STATUS: MessageLayout = { kind: 'heartbeat', title: 'status, no checksum', parts: [], bytesMin: 0 };
const TIME_REQUEST: MessageLayout = {
  kind: 'time_request',
  title: 'time request, no checksum',
  parts: [],
  bytesMin: 0,
};

const stored: Part = (walk) => walk.set({ archive: true });

function position(title: string, more: readonly Part[]): MessageLayout {
  const parts = [gps, ...more, altitudeAndAlarm];
  return {
    kind: 'location',
    title: `${title}, no checksum`,
    parts,
    bytesMin: GPS_BYTES,
    record: gpsRecord(),
    tellsAlarms: true,
    tellsAltitude: true,
  };
}

function wifi(count: number, more: readonly Part[]): MessageLayout {
  const parts = [timeBcd, ...more, wifiAndCells(count)];
  return { kind: 'status', title: 'Wi-Fi and cells, no checksum', parts, bytesMin: 0 };
}

/** Only on some. The numbers of these alarms are not documented: they are kept as they are. */
const altitudeAndAlarm: Part = (walk) => {
  if (walk.left === 0) return;
  altitude(walk);
  const code = walk.take(ALARM)?.alarm ?? 0;
  if (code !== 0) walk.set({ alarmCode: code });
};
