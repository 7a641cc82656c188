/** The parts that GT06 messages share: position, cell, status, upload mode. messages.ts says which message is made of which. */
import type { Attributes } from '../protocol.ts';
import { hexByte, u16 } from '../wire/bytes.ts';
import { alarmName, infoAlarmName } from './alarm.ts';
import {
  ALTITUDE,
  CELL,
  CELL_4G,
  CELL_4G_WIDE,
  CELL_CID4,
  CELL_MNC2_CID4,
  CELL_WIDE,
  type CourseStatus,
  FENCE,
  GPS,
  HEARTBEAT,
  IMEI,
  LANGUAGE,
  LENGTH,
  MODE,
  ODOMETER,
  RFID,
  STATUS,
  STATUS_VOLTS,
  TERMINAL_INFORMATION,
  type TerminalInformation,
  TIME,
  UNIX_TIME,
  WIDE_MNC,
} from './layout.ts';
import { type Table, table, u1 } from './table.ts';
import { clockMs } from './time.ts';
import type { Part, Walk } from './walk.ts';

/** Of a message without a position: the device's clock. */
export const time: Part = (walk) => {
  const ms = clockMs(walk.ahead, 0, walk.profile);
  if (walk.take(TIME) !== null && ms !== 0) walk.set({ time: new Date(ms).toISOString() });
};

export const unixTime: Part = (walk) => {
  const seconds = walk.take(UNIX_TIME)?.time;
  if (seconds !== undefined) walk.set({ time: new Date(seconds * 1000).toISOString() });
};

export const gps: Part = (walk) => {
  const values = walk.take(GPS);
  if (values !== null) walk.set(courseAttributes(values.courseStatus));
};

/** The word says something about ACC only where bit 14 says that it does. */
export function courseAttributes({ accKnown, accOn }: CourseStatus): Attributes {
  return accKnown ? { ignition: accOn === 1 } : {};
}

interface CellValues {
  readonly mcc: number;
  readonly mnc: number;
  readonly lac: number;
  readonly cid: number | bigint;
}

/** Nothing where the device sent zeros: it had no cell. */
export function cellAttributes({ mcc, mnc, lac, cid }: CellValues): Attributes {
  const country = mcc & ~WIDE_MNC;
  return country === 0 && lac === 0 && Number(cid) === 0 ? {} : { mcc: country, mnc, lac, cid: Number(cid) };
}

export function isWide(walk: Walk): boolean {
  return walk.left >= 2 && (u16(walk.ahead, 0) & WIDE_MNC) !== 0;
}

type CellTable = typeof CELL | typeof CELL_4G;

function cellOf(narrow: CellTable, wide: CellTable): Part {
  return (walk) => {
    const values = walk.take(isWide(walk) ? wide : narrow, 'cell ');
    if (values !== null) walk.set(cellAttributes(values));
  };
}

export const cell = cellOf(CELL, CELL_WIDE);
export const cell4g = cellOf(CELL_4G, CELL_4G_WIDE);
export const cellCid4 = cellOf(CELL_CID4, CELL_MNC2_CID4);
export const cellMnc2Cid4 = cellOf(CELL_MNC2_CID4, CELL_MNC2_CID4);

/** The seven empty cells that some firmware sends behind a cell length of 0. */
const NO_CELLS_BYTES = 45;

/**
 * A cell behind its length, with `behind` bytes to follow it. The length may count itself or not, and may be 0 with or without
 * a cell behind it: the known bytes are read whatever it says, and only what it has beyond them is skipped.
 */
export function countedCell(inner: Part, cellBytes: number, behind: (bytes: number) => boolean): Part {
  return (walk) => {
    const length = walk.take(LENGTH, 'cell ')?.length;
    if (length === undefined) return;
    if (length === 0 && behind(walk.left)) return;
    if (length === 0 && behind(walk.left - NO_CELLS_BYTES)) return walk.raw(NO_CELLS_BYTES, 'no cells');
    const bytes = cellBytes + (isWide(walk) ? 1 : 0);
    inner(walk);
    walk.raw(Math.max(0, length - bytes - 1), 'cell, more');
    if (!behind(walk.left)) walk.stop();
  };
}

const CELL_BYTES = CELL.bytes;
const STATUS_BYTES = STATUS.bytes;

/** The cell of an alarm: behind it stand status and, on some, `more` bytes. */
export function alarmCell(...more: readonly number[]): Part {
  return countedCell(cell, CELL_BYTES, (left) => more.some((bytes) => left === STATUS_BYTES + bytes));
}

export function alarmCell4g(...more: readonly number[]): Part {
  return countedCell(cell4g, CELL_4G.bytes, (left) => more.some((bytes) => left === STATUS_BYTES + bytes));
}

export function infoAttributes(info: TerminalInformation): Attributes {
  return {
    ignition: info.accOn === 1,
    charge: info.charging === 1,
    armed: info.armed === 1,
    blocked: info.cut === 1,
  };
}

export function infoAlarm(info: TerminalInformation, isVxt01 = false): Attributes {
  return named(infoAlarmName(info.alarm, isVxt01));
}

function named(alarm: string | undefined): Attributes {
  return alarm === undefined ? {} : { alarm };
}

/** The alarm byte decides; where it is 0, the alarm bits of the terminal information do. */
export function alarmAttributes(walk: Walk, info: TerminalInformation, code: number): Attributes {
  return code === 0 ? infoAlarm(info) : { ...named(alarmName(code, walk.profile.model)), alarmCode: code };
}

/** An alarm code in words. */
export function alarmWords(walk: Walk, code: number): string {
  return `${hexByte(code)}: ${alarmName(code, walk.profile.model) ?? (code === 0 ? 'none' : 'not known')}`;
}

const LEVEL_MAX = 6;
const PERCENT_MAX = 100;

/** Levels 0 to 6; some models send a percentage in the same byte. */
export function levelAttributes(level: number): Attributes {
  if (level <= LEVEL_MAX) return { batteryLevel: Math.floor((level * PERCENT_MAX) / LEVEL_MAX) };
  return percentAttributes(level);
}

export function percentAttributes(percent: number): Attributes {
  return percent <= PERCENT_MAX ? { batteryLevel: percent } : {};
}

interface StatusForm {
  /** SEEWORLD: the voltage byte is a percentage. */
  readonly isPercent?: boolean;
  /** 27, A4, 39: the high nibble of the language byte belongs to the alarm code. */
  readonly isExtended?: boolean;
}

/** The status of an alarm. */
export function statusOf({ isPercent = false, isExtended = false }: StatusForm = {}): Part {
  return (walk) => {
    const codeOf = ({ alarm, language }: { alarm: number; language: number }) =>
      isExtended ? ((language & 0xf0) << 4) | alarm : alarm;
    const values = walk.take(STATUS, '', (found) => ({ alarm: alarmWords(walk, codeOf(found)) }));
    if (values === null) return;
    const { terminalInformation: info, voltageLevel, gsmSignal } = values;
    walk.set({
      ...infoAttributes(info),
      ...(isPercent ? percentAttributes(voltageLevel) : levelAttributes(voltageLevel)),
      rssi: gsmSignal,
      ...alarmAttributes(walk, info, codeOf(values)),
    });
  };
}

export const status = statusOf();

/**
 * Heartbeat. The last two bytes are language or extension and no alarm: reading them as one made endless false power cuts.
 * In forms of another length only the first byte is known.
 */
export const heartbeat: Part = (walk) => {
  if (walk.left !== HEARTBEAT.bytes) {
    const found = walk.take(TERMINAL_INFORMATION);
    if (found !== null)
      walk.set({ ...infoAttributes(found.terminalInformation), ...infoAlarm(found.terminalInformation) });
    return;
  }
  const found = walk.take(HEARTBEAT);
  if (found !== null) walk.set(heartbeatAttributes(found));
};

export function heartbeatAttributes(found: {
  readonly terminalInformation: TerminalInformation;
  readonly voltageLevel: number;
  readonly gsmSignal: number;
}): Attributes {
  const { terminalInformation: info, voltageLevel, gsmSignal } = found;
  return { ...infoAttributes(info), ...infoAlarm(info), ...levelAttributes(voltageLevel), rssi: gsmSignal };
}

const ALARM_BYTE = table({ alarm: u1, language: u1 });

/** A9: an alarm code without a status. */
export const alarmByte: Part = (walk) => {
  const code = walk.take(ALARM_BYTE, '', ({ alarm }) => ({ alarm: alarmWords(walk, alarm) }))?.alarm ?? 0;
  if (code !== 0) walk.set({ ...named(alarmName(code, walk.profile.model)), alarmCode: code });
};

/** Volts in place of the level. VXT01 uses the alarm bits 111 for overspeed. */
export function statusVolts(isVxt01: boolean): Part {
  return (walk) => {
    const found = walk.take(STATUS_VOLTS);
    if (found === null) return;
    const { terminalInformation: info, power, gsmSignal } = found;
    walk.set({ ...infoAttributes(info), ...infoAlarm(info, isVxt01), power: power / 100, rssi: gsmSignal });
  };
}

export const mode: Part = (walk) => {
  const found = walk.take(MODE);
  if (found !== null) walk.set(modeAttributes(found));
};

export function modeAttributes(found: { acc: number; uploadMode: number; reupload: number }): Attributes {
  return { ignition: found.acc !== 0, uploadMode: found.uploadMode, archive: found.reupload !== 0 };
}

export const odometer: Part = (walk) => {
  const found = walk.take(ODOMETER);
  if (found !== null) walk.set({ odometer: found.odometer });
};

/** ACC, mode and re-upload; then the odometer; either of the two may be missing. Any other rest is a form nobody knows. */
export const tail: Part = (walk) => {
  const isKnown = [MODE.bytes, ODOMETER.bytes, MODE.bytes + ODOMETER.bytes].includes(walk.left);
  if (!isKnown) return walk.stop();
  if (walk.left !== ODOMETER.bytes) mode(walk);
  if (walk.left === ODOMETER.bytes) odometer(walk);
};

/** Only where exactly an odometer is left. */
export const lastOdometer: Part = (walk) => {
  if (walk.left === ODOMETER.bytes) odometer(walk);
};

export const altitude: Part = (walk) => {
  walk.altitudeM = walk.take(ALTITUDE)?.altitude ?? null;
};

export const fence: Part = (walk) => {
  walk.take(FENCE);
};

export const language: Part = (walk) => {
  walk.take(LANGUAGE);
};

export const imei: Part = (walk) => {
  walk.take(IMEI);
};

export const rfid: Part = (walk) => {
  const found = walk.take(RFID);
  if (found !== null) walk.set(driverAttributes(found.cardId.toString('hex')));
};

/** A card that is all zeros is no card. */
export function driverAttributes(driverUniqueId: string): Attributes {
  return /^0*$/.test(driverUniqueId) ? {} : { driverUniqueId };
}

/** Takes a table that has nothing to name. */
export function plain(layout: Table): Part {
  return (walk) => {
    walk.take(layout);
  };
}

/** Text of the given length. */
export function text(bytes: number, name: string): Part {
  return (walk) => {
    walk.text(bytes, name);
  };
}
