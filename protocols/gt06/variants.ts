/** Parts that only some makes have, by the name of the make or model. parts.ts has what all share. */
import type { Attributes } from '../protocol.ts';
import { az735AlarmName } from './alarm.ts';
import {
  BATTERY_SYSTEM,
  CELL,
  CELL_CID4,
  CELL_MNC2_CID4,
  DRIVER_DT16E,
  GPS_APART,
  HEAD_NT,
  HEAD_X1,
  HEARTBEAT_LW,
  HEARTBEAT_SEEWORLD,
  HUNDREDTHS,
  IO_BENWAY,
  LENGTH,
  MODE_4G,
  SIGNED_TENTHS,
  STATUS,
  STATUS_AZ735,
  STATUS_OBD6,
  STATUS_S5,
  STATUS_SEEWORLD_A3,
  STATUS_SPACE10X,
  STEPS_SEEWORLD_A3,
  TAIL_GT06E_CARD,
  TAIL_LW,
  TAIL_NT,
  TAIL_SEEWORLD,
  TAIL_SR411,
  TAIL_TRX16I,
  TAIL_WETRUST,
  TAIL_X1,
  TERMINAL_INFORMATION,
  TIME,
} from './layout.ts';
import {
  alarmAttributes,
  alarmWords,
  cell,
  cellAttributes,
  cellCid4,
  cellMnc2Cid4,
  countedCell,
  courseAttributes,
  driverAttributes,
  heartbeatAttributes,
  infoAlarm,
  infoAttributes,
  language,
  levelAttributes,
  modeAttributes,
  percentAttributes,
} from './parts.ts';
import { table, u1, u2 } from './table.ts';
import type { Part, Walk } from './walk.ts';

/** Of the temperature, which stands in the value, bit 9 is the sign. */
const BENWAY_MINUS = 0x200;

export const benwayIo: Part = (walk) => {
  const io = walk.take(IO_BENWAY)?.io;
  if (io === undefined) return;
  const degrees = io.value & (BENWAY_MINUS - 1);
  const measured = io.isTemperature
    ? { temp1: io.value & BENWAY_MINUS ? -degrees : degrees }
    : { adc1: io.adcScale ? io.value : io.value / 10 };
  walk.set({ ignition: io.accOn === 1, input2: io.input2 === 1, ...measured });
};

const WETRUST_ALARM = 1;

export const wetrustTail: Part = (walk) => {
  takeCard(walk);
  const found = walk.take(TAIL_WETRUST);
  if (found === null || found.alarm === 0) return;
  walk.set({ ...(found.alarm === WETRUST_ALARM ? { alarm: 'general' } : {}), alarmCode: found.alarm });
};

export const gt06eCard: Part = (walk) => {
  const card = takeCard(walk);
  if (card !== '') walk.set({ driverUniqueId: card });
  const code = walk.take(TAIL_GT06E_CARD)?.alarm ?? 0;
  if (code !== 0) walk.set({ alarmCode: code });
};

/** Behind its length. */
function takeCard(walk: Walk): string {
  const bytes = walk.take(LENGTH, 'card ')?.length ?? 0;
  return walk.left < bytes ? '' : walk.text(bytes, 'card').trim();
}

export const s5Status: Part = (walk) => {
  const found = walk.take(STATUS_S5, '', ({ alarm }) => ({ alarm: alarmWords(walk, alarm) }));
  if (found === null) return;
  const { terminalInformation: info, temperature, odometerTens } = found;
  walk.set({
    ...infoAttributes(info),
    power: found.power / 100,
    rssi: found.gsmSignal,
    ...alarmAttributes(walk, info, found.alarm),
    temp1: temperature & 0x80 ? -(temperature & 0x7f) : temperature,
    odometer: odometerTens * 10,
  });
};

/** The mode in which the last word is a temperature. */
const OBD6_TEMPERATURE = 4;

export const obd6Status: Part = (walk) => {
  const found = walk.take(STATUS_OBD6);
  if (found === null) return;
  const { terminalInformation: info } = found;
  walk.set({
    ...infoAttributes(info),
    ...infoAlarm(info),
    rssi: found.signal.gsm,
    ...percentAttributes(found.batteryPercent),
    power: found.power / 100,
    ...(found.mode === OBD6_TEMPERATURE ? { temp1: found.temperature / 10 } : {}),
  });
};

export const space10xStatus: Part = (walk) => {
  const found = walk.take(STATUS_SPACE10X);
  if (found === null) return;
  const { terminalInformation: info } = found;
  walk.set({ ...infoAttributes(info), ...infoAlarm(info), ...percentAttributes(found.batteryPercent) });
  walk.raw(walk.left - SIGNED_TENTHS.bytes, 'mode, voltage and working time');
  const temperature = walk.take(SIGNED_TENTHS)?.temperature;
  if (temperature !== undefined) walk.set({ temp1: ((temperature.plus ? 1 : -1) * temperature.tenths) / 10 });
};

export const heartbeatLw: Part = (walk) => {
  const found = walk.take(HEARTBEAT_LW);
  if (found !== null) walk.set({ ...heartbeatAttributes(found), power: (found.power & 0x0fff) / 10 });
};

export const heartbeatSeeworld: Part = (walk) => {
  const found = walk.take(HEARTBEAT_SEEWORLD);
  if (found !== null) walk.set({ ...heartbeatAttributes(found), power: found.power });
};

const BATTERY = table({ battery: u2 });
const SIGNAL = table({ gsmSignal: u1 });

/** Each of battery, signal and language may be missing at the end. */
export const gk310Status: Part = (walk) => {
  const info = walk.take(TERMINAL_INFORMATION)?.terminalInformation;
  if (info !== undefined) walk.set({ ...infoAttributes(info), ...infoAlarm(info) });
  if (walk.left >= BATTERY.bytes) walk.set({ battery: walk.take(BATTERY)!.battery / 100 });
  if (walk.left >= SIGNAL.bytes) walk.set({ rssi: walk.take(SIGNAL)!.gsmSignal });
  if (walk.left > 0) language(walk);
};

export const seeworldStatusA3: Part = (walk) => {
  const found = walk.take(STATUS_SEEWORLD_A3);
  if (found === null) return;
  walk.set({
    ...infoAttributes(found.terminalInformation),
    ...infoAlarm(found.terminalInformation),
    ...percentAttributes(found.batteryPercent),
    rssi: found.gsmSignal,
    power: found.power,
  });
  if (walk.left === 0) return;
  const more = walk.take(STEPS_SEEWORLD_A3);
  if (more !== null)
    walk.set({ ...percentAttributes(more.batteryPercent), charge: more.charge !== 0, motion: more.motion !== 0 });
};

export const seeworldTail: Part = (walk) => {
  const found = walk.take(TAIL_SEEWORLD);
  if (found === null) return;
  walk.set({
    ...modeAttributes(found),
    odometer: found.odometer,
    temp1: found.temperature / 100,
    humidity: found.humidity / 100,
  });
};

export const sr411Tail: Part = (walk) => {
  const found = walk.take(TAIL_SR411);
  if (found === null) return;
  walk.set({ ignition: found.acc !== 0, power: found.power / 100, battery: found.battery / 100 });
};

export const trx16iTail: Part = (walk) => {
  const found = walk.take(TAIL_TRX16I);
  if (found === null) return;
  walk.set({
    ...modeAttributes(found),
    odometer: found.odometer,
    power: found.power / 100,
    battery: found.battery / 10,
    ...driverAttributes(found.cardId.toString('hex')),
  });
};

const behindStatus = (more: number) => (left: number) => left === STATUS.bytes + more;

/** A cell with an id of four bytes behind its length, before the status. */
export const seeworldCell = countedCell(cellCid4, CELL_CID4.bytes, behindStatus(0));

const ALTITUDE_BYTES = 2;

/** The length does not count itself. */
export const sl4xCell = countedCell(
  cellMnc2Cid4,
  CELL_MNC2_CID4.bytes,
  (left) => left === STATUS.bytes || left === STATUS.bytes + ALTITUDE_BYTES,
);

export const ntHead: Part = (walk) => {
  walk.take(HEAD_NT);
};

export const ntCell = countedCell(cell, CELL.bytes, (left) => left === TAIL_NT.bytes);
/** One byte more than the cell. */
export const ntCellCid4: Part = (walk) => {
  walk.take(LENGTH, 'cell ');
  cellCid4(walk);
  walk.raw(1, 'cell, more');
};

export const ntTail: Part = (walk) => {
  const found = walk.take(TAIL_NT, '', ({ alarm }) => ({ alarm: alarmWords(walk, alarm) }));
  if (found === null) return;
  const { terminalInformation: info } = found;
  walk.set({
    ...infoAttributes(info),
    power: found.power / 100,
    battery: found.battery / 10,
    rssi: found.gsmSignal,
    ...alarmAttributes(walk, info, found.alarm),
    odometer: found.odometer,
  });
};

const KIND = table({ driverKind: u1 });

/** A card behind its length and kind, as text between control characters. */
export const ntDriver: Part = (walk) => {
  const bytes = walk.take(LENGTH, 'driver ')?.length ?? 0;
  walk.within(bytes, 'driver', (inner) => {
    if (inner.left === 0 || inner.take(KIND) === null) return;
    const id = cardText(inner.ahead);
    inner.raw(inner.left, 'driver', id === '' ? undefined : id);
    inner.set(driverAttributes(id));
  });
};

/** The hex digits of a card's text, or nothing. */
export function cardText(bytes: Buffer): string {
  const found = /^[\s\p{Cc}]*([0-9a-f]{4,20})[\s\p{Cc}]*$/iu.exec(bytes.toString('latin1'));
  return found === null ? '' : found[1]!.toLowerCase();
}

export const lwTail: Part = (walk) => {
  const found = walk.take(TAIL_LW, '', ({ alarm }) => ({ alarm: alarmWords(walk, alarm) }));
  if (found === null) return;
  const { terminalInformation: info } = found;
  walk.set({
    ...infoAttributes(info),
    power: found.power / 100,
    ...levelAttributes(found.voltageLevel),
    rssi: found.gsmSignal,
    ...alarmAttributes(walk, info, found.alarm),
    odometer: found.odometer,
  });
};

export const x1Head: Part = (walk) => {
  walk.take(HEAD_X1);
};

export const x1Tail: Part = (walk) => {
  const found = walk.take(TAIL_X1);
  if (found === null) return;
  const { odometer, driver, battery, power, ports } = found;
  walk.set({
    odometer,
    ...cellAttributes(found),
    ...(driver === 0 ? {} : { driverUniqueId: String(driver) }),
    battery: battery / 100,
    power: power / 100,
  });
  for (let i = 1; i <= ports.adcCount; i++) {
    const value = walk.take(HUNDREDTHS, `adc ${i} `)?.value;
    if (value === undefined) return;
    walk.set({ [`adc${i}`]: value / 100 });
  }
};

export const dt16eDriver: Part = (walk) => {
  const found = walk.take(DRIVER_DT16E);
  if (found !== null) walk.set(driverAttributes(found.driver.toString('hex')));
};

export const mode4g: Part = (walk) => {
  const found = walk.take(MODE_4G);
  if (found !== null) walk.set({ uploadMode: found.uploadMode, archive: found.reupload !== 0 });
};

/** Time; GPS information and a cell with its signal, each behind its length and missing where that is 0. */
export const az735Gps: Part = (walk) => {
  walk.take(TIME);
  const gpsBytes = walk.take(LENGTH, 'GPS ')?.length ?? 0;
  walk.within(gpsBytes, 'GPS', (inner) => {
    if (inner.left < GPS_APART.bytes) return;
    inner.set(courseAttributes(inner.take(GPS_APART)!.courseStatus));
  });
  const cellBytes = walk.take(LENGTH, 'cell ')?.length ?? 0;
  if (cellBytes === 0) return;
  cell(walk);
  const rssi = walk.take(SIGNAL)?.gsmSignal;
  if (rssi !== undefined) walk.set({ rssi });
};

const ARMED = 0xa0;
const DISARMED = 0xa1;

export const az735Alarm: Part = (walk) => {
  const code = walk.take(STATUS_AZ735)?.status;
  if (code === undefined) return;
  if (code === ARMED || code === DISARMED) return walk.set({ armed: code === ARMED });
  const alarm = az735AlarmName(code);
  walk.set({ ...(alarm === undefined ? {} : { alarm }), alarmCode: code });
};

export const batterySystem: Part = (walk) => {
  const found = walk.take(BATTERY_SYSTEM);
  if (found === null) return;
  walk.set({
    time: new Date(found.time * 1000).toISOString(),
    ...percentAttributes(found.relativeCapacity),
    battery: found.voltage / 1000,
    temp1: Math.round(found.temperature - ZERO_CELSIUS_TENTHS) / 10,
  });
};

const ZERO_CELSIUS_TENTHS = 2731;

const ACC = table({ acc: u1 });
/** Pairs of an id in hex and a value; the values by their ids, in hundredths. */
const PAIR = /^([0-9A-F]{2})\w*=(\w{1,32})$/i;
const VIN = 0x4a;
const HEX = /^[0-9A-F]{1,8}$/i;
const OBD_HUNDREDTHS: ReadonlyMap<number, string> = new Map([
  [0x2b, 'fuelLevel'],
  [0x2d, 'coolantTemp'],
  [0x35, 'vehicleSpeed'],
  [0x36, 'rpm'],
  [0x47, 'fuelUsed'],
]);

/** The place behind the values has no time of its own: it is shown, and no fix. */
export const obd: Part = (walk) => {
  const acc = walk.take(ACC)?.acc;
  if (acc === undefined) return;
  walk.set({ ignition: acc !== 0 });
  const text = walk.text(Math.max(0, walk.left - GPS_APART.bytes), 'values');
  walk.set(obdAttributes(text));
  walk.take(GPS_APART);
};

function obdAttributes(text: string): Attributes {
  const attributes: Attributes = {};
  for (const pair of text.split(',')) {
    const found = PAIR.exec(pair);
    const id = Number.parseInt(found?.[1] ?? '', 16);
    const name = OBD_HUNDREDTHS.get(id);
    if (id === VIN) attributes['vin'] = found![2]!;
    if (name !== undefined && HEX.test(found![2]!)) attributes[name] = Number.parseInt(found![2]!, 16) / 100;
  }
  return attributes;
}
