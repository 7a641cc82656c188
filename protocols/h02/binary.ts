/** Reads a binary frame: a position, always. */
import type { Attributes, DeviceProfile, Malformed, Message } from '../protocol.ts';
import { readBcd } from '../wire/bcd.ts';
import { hexExcerpt, u16, u32 } from '../wire/bytes.ts';
import { message, refused, unreadable } from '../wire/message.ts';
import { CROSS, contentEnd, hasExtension, idOf, POSITION_BYTES, positionAt } from './layout.ts';
import { degreesOf, H02Record, kmhOf, timeMsOf } from './record.ts';
import { batteryAttributes, isAlarm, statusAttributes } from './status.ts';
import { cellAttributes } from './text-parts.ts';

/** Counted from the time. */
const DATE_AT = 3;
const LATITUDE_AT = 6;
const BATTERY_AT = 10;
const LONGITUDE_AT = 11;
const SPEED_AT = 16;
const STATUS_AT = 19;
/** Counted from the status. */
const GSM_AT = 6;
const SATELLITES_AT = 7;
const MCC_AT = 12;
const MNC_AT = 14;
const LAC_AT = 15;
const CID_AT = 17;

/** The low half of the longitude's last byte. */
const IS_VALID = 0x02;
const IS_NORTH = 0x04;
const IS_EAST = 0x08;

export function decodeBinary(frame: Buffer, profile: DeviceProfile): Message | Malformed {
  const at = positionAt(frame);
  if (frame.length < at + POSITION_BYTES) {
    return refused('bad_length', `${hexExcerpt(frame)}: expected at least ${at + POSITION_BYTES} bytes`);
  }
  const imei = idOf(frame);
  if (imei === null) return refused('bad_imei', `${hexExcerpt(frame.subarray(1, at))}: expected digits`);
  if (frame[0] === CROSS) return message({ kind: 'unknown', imei });
  const record = readRecord(frame, at, profile);
  if (record === null) {
    return unreadable('bad_content', `${hexExcerpt(frame.subarray(at), POSITION_BYTES)}: expected digits and a place`);
  }
  return message({ kind: record.priority > 0 ? 'alarm' : 'location', imei, records: [record] });
}

function readRecord(frame: Buffer, at: number, profile: DeviceProfile): H02Record | null {
  const moment = readBcd(frame, at, at + LATITUDE_AT);
  const motion = readBcd(frame, at + SPEED_AT, at + STATUS_AT);
  const place = readPlace(frame, at);
  if (moment === null || motion === null || place === null) return null;
  const status = u32(frame, at + STATUS_AT);
  const isValid = (frame[at + SPEED_AT - 1]! & IS_VALID) !== 0;
  return new H02Record({
    timeMs: timeMsOf(moment.slice(0, 2 * DATE_AT), moment.slice(2 * DATE_AT), profile),
    ...place,
    speedKmh: kmhOf(Number(motion.slice(0, 3))),
    courseDeg: Number(motion.slice(3)) % 360,
    satellites: hasExtension(frame) ? frame[at + STATUS_AT + SATELLITES_AT]! : null,
    hasPosition: isValid && (place.latDeg !== 0 || place.lonDeg !== 0),
    isAlarm: isAlarm(status),
    flags: status,
    content: frame.subarray(at, contentEnd(frame)),
    attributes: () => attributesOf(frame, at, status),
  });
}

function readPlace(frame: Buffer, at: number): { latDeg: number; lonDeg: number } | null {
  const lat = readBcd(frame, at + LATITUDE_AT, at + BATTERY_AT);
  const lon = frame.toString('hex', at + LONGITUDE_AT, at + SPEED_AT).slice(0, 9);
  if (lat === null || !/^\d{9}$/.test(lon)) return null;
  const latDeg = degreesOf(Number(lat.slice(0, 2)), Number(lat.slice(2)) / 10_000, 90);
  const lonDeg = degreesOf(Number(lon.slice(0, 3)), Number(lon.slice(3)) / 10_000, 180);
  if (latDeg === null || lonDeg === null) return null;
  const flags = frame[at + SPEED_AT - 1]!;
  return { latDeg: flags & IS_NORTH ? latDeg : 0 - latDeg, lonDeg: flags & IS_EAST ? lonDeg : 0 - lonDeg };
}

function attributesOf(frame: Buffer, at: number, status: number): Attributes {
  const attributes = { ...statusAttributes(status), ...batteryAttributes(frame[at + BATTERY_AT]) };
  if (!hasExtension(frame)) return attributes;
  const tailAt = at + STATUS_AT;
  const [mcc, mnc] = [u16(frame, tailAt + MCC_AT), frame[tailAt + MNC_AT]!];
  const cell = cellAttributes(mcc, mnc, u16(frame, tailAt + LAC_AT), u16(frame, tailAt + CID_AT));
  return { ...attributes, rssi: frame[tailAt + GSM_AT]!, ...cell };
}
