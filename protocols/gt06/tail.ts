/**
 * What stands behind the coordinates: cell, upload mode, odometer (12, 22) or cell and status (16, 26). Firmware
 * differs in lengths, so only a tail that fits a known form is named; any other is left raw.
 */
import type { Attributes } from '../protocol.ts';
import { u16, u32 } from '../wire/bytes.ts';
import { alarmName, infoAlarmName } from './alarm.ts';
import { bodyAt, bodyEnd } from './envelope.ts';
import {
  CELL_BYTES,
  type CellLayout,
  GPS_BYTES,
  parseCell,
  parseStatus,
  parseTerminalInfo,
  STATUS_BYTES,
  type TerminalInfoLayout,
  WIDE_CELL_BYTES,
  WIDE_MNC,
} from './layout.ts';
import type { TailReader } from './record.ts';

const MODE_BYTES = 3;
const ODOMETER_BYTES = 4;

/** 12 and 22: cell; then ACC, upload mode and re-upload flag; then the odometer; either of the two may be missing. */
export const locationTail: TailReader = {
  attributes(frame) {
    const cellAt = bodyAt(frame) + GPS_BYTES;
    const modeAt = skipCell(frame, cellAt);
    if (modeAt === null) return {};
    const odometerAt = bodyEnd(frame) - ODOMETER_BYTES;
    return {
      ...cellAttributes(frame, cellAt),
      ...(hasMode(frame, modeAt) ? modeAttributes(frame, modeAt) : {}),
      ...(hasOdometer(frame, modeAt) ? { odometer: u32(frame, odometerAt) } : {}),
    };
  },
  event: () => 0,
  priority: () => 0,
  reuploadAt(frame) {
    const modeAt = skipCell(frame, bodyAt(frame) + GPS_BYTES);
    return modeAt !== null && hasMode(frame, modeAt) ? modeAt + 2 : null;
  },
};

function hasMode(frame: Buffer, modeAt: number): boolean {
  const left = bodyEnd(frame) - modeAt;
  return left === MODE_BYTES || left === MODE_BYTES + ODOMETER_BYTES;
}

function hasOdometer(frame: Buffer, modeAt: number): boolean {
  const left = bodyEnd(frame) - modeAt;
  return left === ODOMETER_BYTES || left === MODE_BYTES + ODOMETER_BYTES;
}

function modeAttributes(frame: Buffer, at: number): Attributes {
  return { ignition: frame[at] !== 0, uploadMode: frame[at + 1]!, archive: frame[at + 2] !== 0 };
}

const PRIORITY_HIGH = 1;
const PRIORITY_PANIC = 2;

/** 16 and 26: cell behind a length byte; then terminal information, voltage, GSM, alarm, language; then the odometer. */
export const alarmTail: TailReader = {
  attributes(frame) {
    const cellAt = bodyAt(frame) + GPS_BYTES + 1;
    const statusAt = alarmStatusAt(frame);
    if (statusAt === null) return skipCell(frame, cellAt) === null ? {} : cellAttributes(frame, cellAt);
    const hasCell = statusAt > cellAt;
    const odometerAt = statusAt + STATUS_BYTES;
    return {
      ...(hasCell ? cellAttributes(frame, cellAt) : {}),
      ...statusAttributes(frame.subarray(statusAt, odometerAt)),
      ...(bodyEnd(frame) > odometerAt ? { odometer: u32(frame, odometerAt) } : {}),
    };
  },
  event(frame) {
    const statusAt = alarmStatusAt(frame);
    return statusAt === null ? 0 : frame[statusAt + 3]!;
  },
  priority(frame) {
    const statusAt = alarmStatusAt(frame);
    const isSos = statusAt !== null && alarmAttributes(frame.subarray(statusAt)).alarm === 'sos';
    return isSos ? PRIORITY_PANIC : PRIORITY_HIGH;
  },
  reuploadAt: () => null,
};

/** Empty places for the seven neighbour cells that some firmware sends behind a cell length of 0. */
const NO_CELLS_BYTES = 45;

/**
 * The cell length may count itself or not, and may be 0 with or without a cell behind it. The known
 * bytes are read whatever it says and only what it has beyond them is skipped; then what is left must be a status.
 */
function alarmStatusAt(frame: Buffer): number | null {
  const lengthAt = bodyAt(frame) + GPS_BYTES;
  const end = bodyEnd(frame);
  if (lengthAt >= end) return null;
  const length = frame[lengthAt]!;
  if (length === 0 && isStatus(end - lengthAt - 1)) return lengthAt + 1;
  if (length === 0 && isStatus(end - lengthAt - 1 - NO_CELLS_BYTES)) return lengthAt + 1 + NO_CELLS_BYTES;
  const cellEnd = skipCell(frame, lengthAt + 1);
  if (cellEnd === null) return null;
  const statusAt = cellEnd + Math.max(0, length - (cellEnd - lengthAt));
  return isStatus(end - statusAt) ? statusAt : null;
}

function isStatus(bytes: number): boolean {
  return bytes === STATUS_BYTES || bytes === STATUS_BYTES + ODOMETER_BYTES;
}

/** Where the cell that begins here ends, or null where it does not fit into the body. */
function skipCell(frame: Buffer, at: number): number | null {
  const end = bodyEnd(frame);
  if (at + CELL_BYTES > end) return null;
  const next = at + (isWide(frame, at) ? WIDE_CELL_BYTES : CELL_BYTES);
  return next <= end ? next : null;
}

function isWide(frame: Buffer, at: number): boolean {
  return (u16(frame, at) & WIDE_MNC) !== 0;
}

/** Nothing where the device sent zeros: it had no cell. */
function cellAttributes(frame: Buffer, at: number): Attributes {
  const cell: CellLayout = parseCell(frame.subarray(at, at + WIDE_CELL_BYTES), isWide(frame, at));
  const cid = cell.cidHigh * 0x10000 + cell.cidLow;
  const mcc = cell.mcc & ~WIDE_MNC;
  return mcc === 0 && cell.lac === 0 && cid === 0 ? {} : { mcc, mnc: cell.mnc, lac: cell.lac, cid };
}

/** The five status bytes of an alarm. */
function statusAttributes(bytes: Buffer): Attributes {
  return { ...heartbeatValues(bytes), ...alarmAttributes(bytes) };
}

/** The alarm byte decides; where it is 0, the alarm bits of the terminal information do. */
function alarmAttributes(bytes: Buffer): { alarm?: string; alarmCode?: number } {
  const { info, alarm: code } = parseStatus(bytes);
  const name = code === 0 ? infoAlarm(info) : alarmName(code);
  return { ...(name === undefined ? {} : { alarm: name }), ...(code === 0 ? {} : { alarmCode: code }) };
}

function infoAlarm(info: TerminalInfoLayout): string | undefined {
  return infoAlarmName(info.alarmHigh * 4 + info.alarmLow);
}

/**
 * Heartbeat: terminal information, voltage, GSM. The last two bytes are language or extension and no alarm: reading
 * them as one made endless false power cuts. In forms of another length only the first byte is known.
 */
export function heartbeatAttributes(bytes: Buffer): Attributes {
  if (bytes.length === 0) return {};
  const info = parseTerminalInfo(bytes);
  const alarm = infoAlarm(info);
  const named = alarm === undefined ? {} : { alarm };
  return bytes.length === STATUS_BYTES
    ? { ...heartbeatValues(bytes), ...named }
    : { ...infoAttributes(info), ...named };
}

function heartbeatValues(bytes: Buffer): Attributes {
  const { info, voltage, gsm } = parseStatus(bytes);
  const percent = batteryPercent(voltage);
  return { ...infoAttributes(info), ...(percent === null ? {} : { batteryLevel: percent }), rssi: gsm };
}

function infoAttributes(info: TerminalInfoLayout): Attributes {
  return {
    ignition: info.accOn === 1,
    charge: info.charging === 1,
    armed: info.armed === 1,
    blocked: info.cut === 1,
  };
}

const VOLTAGE_LEVEL_MAX = 6;
const PERCENT_MAX = 100;

/** Levels 0 to 6; some models send a percentage in the same byte. */
function batteryPercent(voltage: number): number | null {
  if (voltage <= VOLTAGE_LEVEL_MAX) return Math.floor((voltage * PERCENT_MAX) / VOLTAGE_LEVEL_MAX);
  return voltage <= PERCENT_MAX ? voltage : null;
}
