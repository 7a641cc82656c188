/**
 * The vendor's tables (Concox GT06 protocol v1.8.1; the "UTC" forms of GT06N/E; JM-VL03 v1.1.2; forms of the field), declared.
 * What is common to several messages is a table of its own; messages.ts says which message is made of which.
 */
import { bits, group, octets, s2, s4, said, table, u1, u2, u3, u4, u8 } from './table.ts';

/** Degrees x 60 x 30 000. */
export const DEGREE = 1_800_000;

const twoDigits = (value: number) => String(value).padStart(2, '0');

const dateTime = group(
  table({ year: u1, month: u1, day: u1, hour: u1, minute: u1, second: u1 }),
  ({ year, month, day, hour, minute, second }) =>
    `20${[year, month, day].map(twoDigits).join('-')} ${[hour, minute, second].map(twoDigits).join(':')}`,
);
const unixTime = said(u4, (seconds) => new Date(seconds * 1000).toISOString());
const degrees = said(u4, (raw) => `${(raw / DEGREE).toFixed(7)} degrees`);
const speedKmh = said(u1, (speed) => `${speed} km/h`);
const hundredthsOfVolt = said(u2, (value) => `${(value / 100).toFixed(2)} V`);
const tenthsOfVolt = said(u1, (value) => `${(value / 10).toFixed(1)} V`);
const onOff = said(u1, (value) => `${value}: ${value === 0 ? 'off' : 'on'}`);
const metres = said(u4, (value) => `${value} m`);

/** West and north have opposite sense: 1 is west, and 1 is north. */
const courseStatus = said(
  bits({ accOn: 1, accKnown: 1, differential: 1, positioned: 1, west: 1, north: 1, course: 10 }),
  (word) =>
    [
      word.positioned ? 'positioned' : 'not positioned',
      word.north ? 'north' : 'south',
      word.west ? 'west' : 'east',
      `course ${word.course}`,
      ...(word.accKnown ? [`ACC ${word.accOn ? 'on' : 'off'}`] : []),
      ...(word.differential ? ['differential'] : []),
    ].join(', '),
);

export const TIME = table({ dateTime });
export const UNIX_TIME = table({ time: unixTime });

/** Date and time (6) and GPS information (12), at the head of nearly every position message. */
export const GPS = table({
  dateTime,
  /** Length: 12, on some devices 13 or nothing sensible. Satellites saturate at 15, and may be 0 with a fix. */
  gpsInformation: said(bits({ length: 4, satellites: 4 }), ({ satellites }) => `${satellites} satellites`),
  latitude: degrees,
  longitude: degrees,
  speed: speedKmh,
  courseStatus,
});
export const GPS_BYTES = GPS.bytes;

/** AZ735: the length of the GPS information stands apart. */
export const GPS_APART = table({
  satellites: u1,
  latitude: degrees,
  longitude: degrees,
  speed: speedKmh,
  courseStatus,
});

/** Top bit of the country code: the network code that follows has two bytes. */
export const WIDE_MNC = 0x8000;
const mcc = said(u2, (value) => String(value & ~WIDE_MNC));

/** The magnitude, on some the signed byte itself. */
export function dbm(value: number): number {
  return value > 0x7f ? value - 0x100 : 0 - value;
}

const rssi = said(u1, (value) => `${dbm(value)} dBm`);

export const CELL = table({ mcc, mnc: u1, lac: u2, cid: u3 });
export const CELL_WIDE = table({ mcc, mnc: u2, lac: u2, cid: u3 });
/** Cell ids of four bytes: SEEWORLD, DT16E, TRX16i, X1, NT. */
export const CELL_CID4 = table({ mcc, mnc: u1, lac: u2, cid: u4 });
/** Type 11 and SL4X. */
export const CELL_MNC2_CID4 = table({ mcc, mnc: u2, lac: u2, cid: u4 });
/** 70, module 11. */
export const CELL_MNC2 = table({ mcc, mnc: u2, lac: u2, cid: u3, rssi });
export const CELL_4G = table({ mcc, mnc: u1, lac: u4, cid: u8 });
export const CELL_4G_WIDE = table({ mcc, mnc: u2, lac: u4, cid: u8 });

export const NETWORK = table({ mcc, mnc: u1 });
export const NETWORK_WIDE = table({ mcc, mnc: u2 });
export const NEIGHBOUR = table({ lac: u2, cid: u3, rssi });
export const NEIGHBOUR_4G = table({ lac: u4, cid: u8, rssi });
export const NEIGHBOUR_CID2 = table({ lac: u2, cid: u2, rssi });
export const TYPED_CELL = table({ lac: u2, cid: u3, rssi });
export const TYPED_CELL_LTE = table({ lac: u4, cid: u8, rssi: u2 });
export const ACCESS_POINT = table({ mac: octets(6), rssi });

const terminalInformation = said(bits({ cut: 1, tracking: 1, alarm: 3, charging: 1, accOn: 1, armed: 1 }), (info) =>
  [
    `ACC ${info.accOn ? 'on' : 'off'}`,
    info.charging ? 'charging' : 'not charging',
    info.armed ? 'armed' : 'not armed',
    `GPS tracking ${info.tracking ? 'on' : 'off'}`,
    ...(info.cut ? ['fuel or power cut'] : []),
    ...(info.alarm ? [`alarm bits ${info.alarm}`] : []),
  ].join(', '),
);
const VOLTAGES = ['none', 'extremely low', 'very low', 'low', 'medium', 'high', 'full'];
const voltageLevel = said(u1, (level) => (level in VOLTAGES ? `${level}: ${VOLTAGES[level]}` : String(level)));
const SIGNALS = ['none', 'very weak', 'weak', 'good', 'strong'];
const gsmSignal = said(u1, (level) => (level in SIGNALS ? `${level}: ${SIGNALS[level]}` : String(level)));

export const TERMINAL_INFORMATION = table({ terminalInformation });
/** The tail of alarms and the body of heartbeats. In heartbeats the last two bytes are language or extension. */
export const STATUS = table({ terminalInformation, voltageLevel, gsmSignal, alarm: u1, language: u1 });
export const HEARTBEAT = table({ terminalInformation, voltageLevel, gsmSignal, extension: u2 });
export const HEARTBEAT_LW = table({
  terminalInformation,
  voltageLevel,
  gsmSignal,
  power: said(u2, (word) => `${((word & 0x0fff) / 10).toFixed(1)} V`),
});
export const HEARTBEAT_SEEWORLD = table({ terminalInformation, voltageLevel, gsmSignal, power: u1, language: u1 });
/** VXT01, R31, R11: volts in place of the level. */
export const STATUS_VOLTS = table({ terminalInformation, power: hundredthsOfVolt, gsmSignal, extension: u1 });
export const STATUS_S5 = table({
  terminalInformation,
  power: hundredthsOfVolt,
  gsmSignal,
  alarm: u1,
  oil: u2,
  /** Top bit: below zero. */
  temperature: u1,
  odometerTens: u4,
});
export const STATUS_OBD6 = table({
  terminalInformation,
  signal: bits({ visible: 6, used: 5, gsm: 5 }),
  alarm: u1,
  language: u1,
  batteryPercent: u1,
  mode: u1,
  power: hundredthsOfVolt,
  reserved: u1,
  workingTime: u2,
  temperature: said(s2, (value) => `${value / 10} degrees C`),
});
export const STATUS_SPACE10X = table({
  terminalInformation,
  satellites: u2,
  alarm: u1,
  language: u1,
  batteryPercent: u1,
});
/** Top bit: above zero. */
export const SIGNED_TENTHS = table({ temperature: bits({ plus: 1, tenths: 15 }) });
export const STATUS_SEEWORLD_A3 = table({
  terminalInformation,
  extension: u2,
  batteryPercent: u1,
  gsmSignal,
  power: said(u1, (volts) => `${volts} V`),
  language: u1,
});
export const STEPS_SEEWORLD_A3 = table({
  soundAndLight: octets(5),
  steps: u4,
  batteryPercent: u1,
  charge: onOff,
  motion: onOff,
});

const UPLOAD_MODES = [
  'interval',
  'distance',
  'corner',
  'ACC change',
  'last fix when stopping',
  'last fix after reconnecting',
  'ephemeris',
  'key',
  'power on',
  'not used',
  'static',
  'from Wi-Fi',
  'on command',
  'last fix after standing',
  'static interval',
  'tracking left',
];
const uploadMode = said(u1, (mode) => `${mode}: ${UPLOAD_MODES[mode] ?? 'unknown'}`);
const reupload = said(u1, (value) => `${value}: ${value === 0 ? 'live' : 'buffered'}`);

export const MODE = table({ acc: onOff, uploadMode, reupload });
/** 38: without ACC. */
export const MODE_4G = table({ uploadMode, reupload });
export const ODOMETER = table({ odometer: metres });
export const ALTITUDE = table({ altitude: said(s2, (value) => `${value} m`) });
export const IMEI = table({ imei: octets(8) });
export const RFID = table({ cardId: octets(8) });
export const FENCE = table({ fence: said(u1, (value) => (value === 0xff ? 'none' : String(value))) });
export const LANGUAGE = table({ language: u2 });
export const LENGTH = table({ length: u1 });

export const IO_BENWAY = table({
  io: bits({ accOn: 1, input2: 1, adcScale: 1, isTemperature: 1, reserved: 2, value: 10 }),
});
export const TAIL_WETRUST = table({ alarm: u1, state: u1, drivingTime: u2 });
export const TAIL_GT06E_CARD = table({ alarm: u1, swiped: u1 });
export const TAIL_SEEWORLD = table({
  acc: onOff,
  uploadMode,
  reupload,
  odometer: metres,
  time: octets(4),
  temperature: said(s2, (value) => `${value / 100} degrees C`),
  humidity: said(u2, (value) => `${value / 100} %`),
});
export const TAIL_SR411 = table({ acc: onOff, power: hundredthsOfVolt, battery: hundredthsOfVolt });
export const TAIL_TRX16I = table({
  acc: onOff,
  uploadMode,
  reupload,
  odometer: metres,
  power: hundredthsOfVolt,
  battery: tenthsOfVolt,
  minutes: u3,
  cardId: octets(8),
});
export const HEAD_NT = table({ source: u1, imei: octets(8), deviceTime: dateTime });
export const TAIL_NT = table({
  terminalInformation,
  power: hundredthsOfVolt,
  battery: tenthsOfVolt,
  gsmSignal,
  alarm: u1,
  language: u1,
  odometer: u3,
  minutes: u3,
});
export const TAIL_LW = table({
  network: u1,
  terminalInformation,
  power: hundredthsOfVolt,
  voltageLevel,
  gsmSignal,
  alarm: u1,
  language: u1,
  odometer: metres,
  seconds: u4,
  id: octets(8),
  inputs: u2,
});
export const HEAD_X1 = table({ dataAndAlarm: octets(4) });
export const TAIL_X1 = table({
  terminalInformation: u2,
  odometer: metres,
  mcc,
  mnc: u1,
  lac: u2,
  cid: u4,
  driver: u4,
  battery: hundredthsOfVolt,
  power: hundredthsOfVolt,
  ports: bits({ reserved: 8, adcCount: 4, others: 20 }),
  inputs: u1,
  outputs: u1,
});
export const HUNDREDTHS = table({ value: u2 });
export const STATUS_AZ735 = table({ status: u1 });
export const DRIVER_DT16E = table({ driver: octets(6) });

/** JC100: no satellites, no speed. */
export const GPS_JC100 = table({ dateTime, latitude: degrees, longitude: degrees, courseStatus });
export const HEAD_JC400 = table({ marker: u2, version: u1 });
export const GPS_JC400 = table({
  dateTime,
  gpsInformation: said(bits({ length: 4, satellites: 4 }), ({ satellites }) => `${satellites} satellites`),
  latitude: degrees,
  longitude: degrees,
  courseStatus,
  speed: said(u2, (speed) => `${speed} km/h`),
  power: said(u2, (value) => `${(value / 10).toFixed(1)} V`),
});

/** 70, module 7F: a Bluetooth tag. */
export const TAG = table({
  mac: octets(6),
  battery: said(u2, (value) => `${value / 1000} V`),
  level: u1,
  temperature: said(s2, (value) => `${value / 10} degrees C`),
  humidity: u2,
  status: u1,
});

/** 94: what a device tells about itself. */
export const SUBTYPE = table({ subtype: said(u1, (value) => value.toString(16).padStart(2, '0')) });
export const VOLTAGE = table({ voltage: hundredthsOfVolt });
export const DOOR = table({ door: bits({ reserved: 5, ioLevel: 1, triggerLevel: 1, door: 1 }) });
export const IDENTITIES = table({ imei: octets(8), imsi: octets(8), iccid: octets(10) });
export const NETWORK_KIND = table({ network: said(u1, (value) => (value === 0 ? '2G' : '4G')) });
export const CARD_1B = table({ head: u2, cardId: octets(4) });
export const CLIMATE = table({
  temperature: said(s4, (value) => `${value / 10} degrees C`),
  humidity: said(u4, (value) => `${value / 10} %`),
});

/** 40, WD-209: a battery. */
export const BATTERY_SYSTEM = table({
  serial: octets(8),
  time: unixTime,
  relativeCapacity: said(u1, (value) => `${value} %`),
  remainingCapacity: u2,
  absoluteCapacity: said(u1, (value) => `${value} %`),
  fullCapacity: u2,
  health: said(u1, (value) => `${value} %`),
  /** Tenths of a kelvin. */
  temperature: u2,
  current: s2,
  voltage: said(u2, (value) => `${value / 1000} V`),
});

/** B0, B2: attendance. */
export const ATTENDANCE = table({ rssi, mac: octets(6), uuid: octets(16), major: u2, minor: u2, battery: u2 });

/** 70, module 33: a fix. */
export const GPS_MODULE = table({
  time: unixTime,
  satellites: u1,
  altitude: s2,
  latitude: degrees,
  longitude: degrees,
  speed: speedKmh,
  courseStatus,
});

export type CourseStatus = ReturnType<typeof GPS.parse>['courseStatus'];
export type TerminalInformation = ReturnType<typeof STATUS.parse>['terminalInformation'];
