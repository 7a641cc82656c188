/** The other end of the protocol, for simulators and tests: what a device sends, and what it makes of the answers. */
import { writeBcd } from '../wire/bcd.ts';
import { body, encodeFrame, serial, typeAt } from './envelope.ts';
import { zoneWord } from './login.ts';

export interface DevicePosition {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly satellites: number;
  readonly speedKmh: number;
  readonly courseDeg: number;
  /** Default: true. */
  readonly hasPosition?: boolean;
  /** Given: the course/status word says so. */
  readonly ignition?: boolean;
}

interface DeviceCell {
  readonly mcc: number;
  readonly mnc: number;
  readonly lac: number;
  readonly cid: number;
}

export interface DeviceStatus {
  readonly ignition?: boolean;
  readonly charge?: boolean;
  readonly armed?: boolean;
  readonly blocked?: boolean;
  /** 0..6. */
  readonly voltageLevel: number;
  /** 0..4. */
  readonly gsm: number;
}

const LANGUAGE_ENGLISH = 0x02;
const NO_CELL: DeviceCell = { mcc: 0, mnc: 0, lac: 0, cid: 0 };

/** What newer devices add to their login. */
interface DeviceSettings {
  /** Type code, 16 bits. */
  readonly type: number;
  /** The zone that the device is set to, minutes ahead of UTC. */
  readonly zoneMinutes: number;
}

export function encodeLogin(imei: string, serialNumber: number, settings?: DeviceSettings): Buffer {
  const more = Buffer.alloc(settings === undefined ? 0 : 4);
  if (settings !== undefined) {
    more.writeUInt16BE(settings.type);
    more.writeUInt16BE(zoneWord(settings.zoneMinutes, LANGUAGE_ENGLISH), 2);
  }
  return encodeFrame(0x01, Buffer.concat([writeBcd(`0${imei}`), more]), serialNumber);
}

/** Type 12: position and cell. */
export function encodeLocation(position: DevicePosition, serialNumber: number, cell = NO_CELL): Buffer {
  return encodeFrame(0x12, Buffer.concat([gpsBytes(position), cellBytes(cell)]), serialNumber);
}

export interface UploadMode {
  readonly ignition: boolean;
  readonly mode: number;
  /** From the device's memory, after it had no coverage. */
  readonly isReupload: boolean;
  readonly odometerM?: number;
}

/** Type 22: position, cell, upload mode and, where given, the odometer. */
export function encodeUtcLocation(
  position: DevicePosition,
  upload: UploadMode,
  serialNumber: number,
  cell = NO_CELL,
): Buffer {
  const mode = Buffer.of(Number(upload.ignition), upload.mode, Number(upload.isReupload));
  const odometer = Buffer.alloc(upload.odometerM === undefined ? 0 : 4);
  if (upload.odometerM !== undefined) odometer.writeUInt32BE(upload.odometerM);
  return encodeFrame(0x22, Buffer.concat([gpsBytes(position), cellBytes(cell), mode, odometer]), serialNumber);
}

/** Type 13. */
export function encodeHeartbeat(status: DeviceStatus, serialNumber: number): Buffer {
  return encodeFrame(0x13, statusBytes(status, 0), serialNumber);
}

/** Type 16 or 26: position, cell, status and alarm code. */
export function encodeAlarm(
  type: 0x16 | 0x26,
  position: DevicePosition,
  status: DeviceStatus,
  alarmCode: number,
  serialNumber: number,
  cell = NO_CELL,
): Buffer {
  const cellPart = cellBytes(cell);
  const parts = [gpsBytes(position), Buffer.of(cellPart.length + 1), cellPart, statusBytes(status, alarmCode)];
  return encodeFrame(type, Buffer.concat(parts), serialNumber);
}

/** Type 8A. */
export function encodeTimeRequest(serialNumber: number): Buffer {
  return encodeFrame(0x8a, Buffer.alloc(0), serialNumber);
}

/** Type 21: the answer to a command whose flag was `flag` (4 bytes). */
export function encodeCommandAnswer(flag: Uint8Array, text: string, serialNumber: number): Buffer {
  const content = Buffer.concat([flag, Buffer.of(0x01), Buffer.from(text, 'latin1')]);
  return encodeFrame(0x21, content, serialNumber, 'long');
}

/** Type 15: the same from older firmware, with the language behind the text. */
export function encodeOldCommandAnswer(flag: Uint8Array, text: string, serialNumber: number): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const parts = [Buffer.of(flag.length + bytes.length), flag, bytes, Buffer.of(0, LANGUAGE_ENGLISH)];
  return encodeFrame(0x15, Buffer.concat(parts), serialNumber);
}

/** A command as the device hears it. */
export interface HeardCommand {
  /** 4 bytes, to be repeated in the answer. */
  readonly flag: Buffer;
  readonly text: string;
}

const COMMAND = 0x80;
const FLAG_BYTES = 4;

/** The command in a frame of the server, or null where it is something else. */
export function readCommand(frame: Buffer): HeardCommand | null {
  const content = body(frame);
  if (frame[typeAt(frame)] !== COMMAND || content.length < 1 + FLAG_BYTES) return null;
  const end = 1 + content[0]!;
  return { flag: content.subarray(1, 1 + FLAG_BYTES), text: content.toString('latin1', 1 + FLAG_BYTES, end) };
}

function gpsBytes(position: DevicePosition): Buffer {
  const bytes = Buffer.alloc(18);
  const time = new Date(position.timeMs);
  bytes[0] = time.getUTCFullYear() - 2000;
  bytes[1] = time.getUTCMonth() + 1;
  bytes[2] = time.getUTCDate();
  bytes[3] = time.getUTCHours();
  bytes[4] = time.getUTCMinutes();
  bytes[5] = time.getUTCSeconds();
  bytes[6] = 0xc0 | Math.min(position.satellites, 15);
  bytes.writeUInt32BE(Math.round(Math.abs(position.latDeg) * 1_800_000), 7);
  bytes.writeUInt32BE(Math.round(Math.abs(position.lonDeg) * 1_800_000), 11);
  bytes[15] = Math.min(Math.round(position.speedKmh), 255);
  bytes.writeUInt16BE(courseStatusWord(position), 16);
  return bytes;
}

function courseStatusWord(position: DevicePosition): number {
  const ignition = position.ignition === undefined ? 0 : position.ignition ? 0xc000 : 0x4000;
  const positioned = position.hasPosition === false ? 0 : 0x1000;
  const west = position.lonDeg < 0 ? 0x0800 : 0;
  const north = position.latDeg >= 0 ? 0x0400 : 0;
  return ignition | positioned | west | north | (Math.round(position.courseDeg) % 360);
}

function cellBytes(cell: DeviceCell): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(cell.mcc);
  bytes[2] = cell.mnc;
  bytes.writeUInt16BE(cell.lac, 3);
  bytes.writeUIntBE(cell.cid, 5, 3);
  return bytes;
}

const TRACKING = 0x40;

function statusBytes(status: DeviceStatus, alarmCode: number): Buffer {
  const info =
    TRACKING |
    (status.blocked ? 0x80 : 0) |
    (status.charge ? 0x04 : 0) |
    (status.ignition ? 0x02 : 0) |
    (status.armed ? 0x01 : 0);
  return Buffer.of(info, status.voltageLevel, status.gsm, alarmCode, LANGUAGE_ENGLISH);
}

/** What the server said; `content` is empty in an acknowledgement. Its frames are found with the protocol's own `frame`. */
export interface Answer {
  readonly type: number;
  readonly serial: number;
  readonly content: Buffer;
}

export function readAnswer(frame: Buffer): Answer {
  return { type: frame[typeAt(frame)]!, serial: serial(frame), content: body(frame) };
}
