/** Two opinions on every binary frame: offsets written by hand (binary.ts), and the columns of layout.ts in their order. */
import { expect, test } from 'vitest';
import { decode } from '../../../protocols/h02/decode.ts';
import { BINARY_BYTES, columnsOf, DOLLAR } from '../../../protocols/h02/layout.ts';
import { batteryAttributes, statusAttributes } from '../../../protocols/h02/status.ts';
import { cellAttributes } from '../../../protocols/h02/text-parts.ts';
import type { Attributes, PositionRecord } from '../../../protocols/protocol.ts';
import { randomSource } from '../kit.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const RECORDS = Number(process.env['PROOF_RECORDS'] ?? 20_000);

type Random = (below: number) => number;

/** A frame by its columns: every value as it is told, by name. */
type Told = ReadonlyMap<string, string>;

function tellColumns(frame: Buffer): Told {
  const told = new Map<string, string>();
  let at = 0;
  for (const { name, bytes, words } of columnsOf(frame)) {
    told.set(name, words(frame, at));
    at += bytes;
  }
  return told;
}

/** Digits throughout, with one in a hundred wrong; the rest of the frame is noise. */
function randomFrame(length: number, random: Random): Buffer {
  const frame = Buffer.alloc(length);
  for (let at = 0; at < length; at++) frame[at] = random(256);
  frame[0] = DOLLAR;
  const digit = () => (random(200) === 0 ? random(16) : random(10));
  for (let at = 1; at < Math.min(length, 28); at++) frame[at] = (digit() << 4) | digit();
  // Half of the places and moments can be.
  if (random(2) === 0) {
    const at = length === 42 ? 9 : 6;
    const pair = (max: number) => Number.parseInt(String(random(max)), 16);
    frame.set([pair(24), pair(60), pair(60), pair(29), pair(13), pair(100), pair(90), pair(60)], at);
    frame[at + 11] = random(2);
    frame[at + 12] = (random(8) << 4) | random(6);
  }
  return frame;
}

/** null where the columns hold no position. */
function seen(told: Told): object | null {
  const [time, date] = [told.get('time, hhmmss UTC')!, told.get('date, ddmmyy')!];
  const lat = told.get('latitude, ddmm.mmmm')!;
  const lon = told.get('longitude, dddmm.mmmm, and flags')!;
  const motion = told.get('speed, knots, and course, degrees')!;
  const isDigits = [time, date, lat, lon.slice(0, 9), motion].every((text) => /^\d+$/.test(text));
  const [latDeg, lonDeg] = [degrees(lat, 2), degrees(lon.slice(0, 9), 3)];
  if (!isDigits || latDeg === null || lonDeg === null || latDeg > 90 || lonDeg > 180) return null;
  const flags = Number.parseInt(lon[9]!, 16);
  const status = Number.parseInt(told.get('vehicle status')!, 16);
  const satellites = told.get('satellites');
  return {
    timeMs: utcMs(time, date),
    latDeg: flags & 4 ? latDeg : 0 - latDeg,
    lonDeg: flags & 8 ? lonDeg : 0 - lonDeg,
    hasPosition: (flags & 2) !== 0 && (latDeg !== 0 || lonDeg !== 0),
    speedKmh: Math.round(Number(motion.slice(0, 3)) * 185.2) / 100,
    courseDeg: Number(motion.slice(3)) % 360,
    satellites: satellites === undefined ? null : Number(satellites),
    flags: status,
    attributes: attributesOf(told, status),
  };
}

function attributesOf(told: Told, status: number): Attributes {
  const number = (name: string) => Number(told.get(name));
  const usual = { ...statusAttributes(status), ...batteryAttributes(number('battery')) };
  if (!told.has('GSM signal')) return usual;
  const cell = cellAttributes(number('MCC'), number('MNC'), number('LAC'), number('cell id'));
  return { ...usual, rssi: number('GSM signal'), ...cell };
}

/** null where the minutes cannot be. */
function degrees(digits: string, before: number): number | null {
  const minutes = Number(digits.slice(before)) / 10_000;
  return minutes < 60 ? Number(digits.slice(0, before)) + minutes / 60 : null;
}

/** 0 where there is no such date. */
function utcMs(time: string, date: string): number {
  const [hour, minute, second] = pairs(time);
  const [day, month, year] = pairs(date);
  const made = new Date(Date.UTC(2000 + year!, month! - 1, day, hour, minute, second));
  const isDate = made.getUTCMonth() === month! - 1 && made.getUTCDate() === day;
  return isDate && hour! < 24 && minute! < 60 && second! < 60 ? made.getTime() : 0;
}

function pairs(digits: string): number[] {
  return [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
}

function shown(record: PositionRecord): object {
  const { timeMs, latDeg, lonDeg, hasPosition, speedKmh, courseDeg, satellites, flags, attributes } = record;
  return { timeMs, latDeg, lonDeg, hasPosition, speedKmh, courseDeg, satellites, flags, attributes };
}

const SHARE = Math.ceil(RECORDS / BINARY_BYTES.length);

test.each(BINARY_BYTES)(
  `%i bytes: both read the same in ${SHARE} random frames (PROOF_SEED=${SEED})`,
  {
    timeout: 60_000 + RECORDS,
  },
  (length) => {
    const random = randomSource(SEED);
    let positions = 0;
    for (let left = SHARE; left > 0; left--) {
      const frame = randomFrame(length, random);
      const decoded = decode(frame);
      // The id names the device; without one there is nobody to keep the frame for.
      if (decoded.kind === 'malformed' && decoded.code === 'bad_imei') continue;
      const expected = seen(tellColumns(frame));
      const found = decoded.kind === 'malformed' ? null : shown(decoded.records[0]!);
      if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, frame.toString('hex')).toEqual(expected);
      if (found !== null) positions += 1;
    }
    expect(positions).toBeGreaterThan(SHARE / 10);
  },
);
