/** The other end of the protocol, for simulators and tests: what a device sends, and what it makes of the answers. */
import { writeBcd } from '../wire/bcd.ts';
import { sentenceOf } from './reply.ts';
import { readSentence, type Sentence } from './sentence.ts';

export interface DevicePosition {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly speedKnots: number;
  readonly courseDeg: number;
  /** Default: true. */
  readonly hasPosition?: boolean;
  /** Negative logic; default: no bit holds. */
  readonly status?: number;
}

const NO_STATUS = 0xffffffff;

/** A position as text. */
export function encodeText(id: string, position: DevicePosition, kind = 'V1'): Buffer {
  const { latDeg, lonDeg, speedKnots, courseDeg, hasPosition = true, status = NO_STATUS } = position;
  const { time, date } = momentOf(position.timeMs);
  const lat = degreesText(latDeg, 2);
  const lon = degreesText(lonDeg, 3);
  const head = [
    'HQ',
    id,
    kind,
    time,
    hasPosition ? 'A' : 'V',
    lat,
    latDeg < 0 ? 'S' : 'N',
    lon,
    lonDeg < 0 ? 'W' : 'E',
  ];
  const course = `${Math.round(courseDeg) % 360}`.padStart(3, '0');
  return sentenceOf(...head, speedKnots.toFixed(2).padStart(6, '0'), course, date, hex(status));
}

/** The same in 32 bytes; `id` has 10 digits. */
export function encodeBinary(id: string, position: DevicePosition, recordNumber = 0): Buffer {
  const { latDeg, lonDeg, speedKnots, courseDeg, hasPosition = true, status = NO_STATUS } = position;
  const { time, date } = momentOf(position.timeMs);
  const flags = (hasPosition ? 2 : 0) | (latDeg < 0 ? 0 : 4) | (lonDeg < 0 ? 0 : 8);
  const [lat, lon] = [degreesText(latDeg, 2), degreesText(lonDeg, 3)].map((text) => text.replace('.', ''));
  const motion = `${Math.round(speedKnots)}`.padStart(3, '0') + `${Math.round(courseDeg) % 360}`.padStart(3, '0');
  return Buffer.concat([
    Buffer.of(0x24),
    writeBcd(`${id}${time}${date}${lat}`),
    Buffer.of(0),
    Buffer.from(`${lon}${flags.toString(16)}`, 'hex'),
    writeBcd(motion),
    Buffer.from(`${hex(status)}ff00`, 'hex'),
    Buffer.of(recordNumber & 0xff),
  ]);
}

/** HTBT with the battery in percent. */
export function encodeHeartbeat(id: string, batteryPercent: number): Buffer {
  return sentenceOf('HQ', id, 'HTBT', String(batteryPercent));
}

/** What a device says to a command: its name and what came of it, the command's own time, then where it is. */
export function encodeConfirmation(id: string, command: Sentence, outcome: string, position: DevicePosition): Buffer {
  const plain = readSentence(encodeText(id, position))!;
  return sentenceOf('HQ', id, 'V4', command.kind, outcome, command.fields[0] ?? '', ...plain.fields);
}

function momentOf(timeMs: number): { time: string; date: string } {
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = new Date(timeMs)
    .toISOString()
    .split(/\D/);
  return { time: hour + minute + second, date: day + month + year.slice(2) };
}

/** Degrees, then minutes with four decimals; counted in these, so that 59.99999 does not become 60. */
function degreesText(degrees: number, digits: 2 | 3): string {
  const parts = Math.round(Math.abs(degrees) * 600_000);
  const minutes = ((parts % 600_000) / 10_000).toFixed(4).padStart(7, '0');
  return `${Math.floor(parts / 600_000)}`.padStart(digits, '0') + minutes;
}

function hex(status: number): string {
  return (status >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
