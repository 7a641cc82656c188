/**
 * The message table: which message is made of which parts, by form, type, length and model. The first row that fits is taken.
 * "L" is the length byte of the vendor's documents, type to checksum, counted from the bytes that are there.
 */
import type { MessageKind } from '../protocol.ts';
import { u16 } from '../wire/bytes.ts';
import { type CameraForm, cameraForm, cameraJc100, cameraJc400, cameraShort } from './camera.ts';
import {
  countedCells,
  countedLists,
  sevenCells,
  sevenCells4g,
  sixCells4g,
  timingAdvance,
  typedCell,
  wifi,
  wifiAddresses,
} from './cells.ts';
import { isLong } from './envelope.ts';
import { information, serialData, voltage } from './information.ts';
import {
  ATTENDANCE,
  GPS_BYTES,
  GPS_JC100,
  GPS_JC400,
  HEAD_JC400,
  HEAD_NT,
  HEAD_X1,
  IMEI,
  STATUS_AZ735,
  TIME,
  WIDE_MNC,
} from './layout.ts';
import { loginParts } from './login.ts';
import type { MessageLayout } from './message-layout.ts';
import { modularParts, statusModules, tailModules } from './modules.ts';
import {
  alarmByte,
  alarmCell,
  alarmCell4g,
  altitude,
  cell,
  cell4g,
  cellCid4,
  cellMnc2Cid4,
  fence,
  gps,
  heartbeat,
  imei,
  language,
  lastOdometer,
  mode,
  odometer,
  plain,
  rfid,
  status,
  statusOf,
  statusVolts,
  tail,
  text,
  time,
  unixTime,
} from './parts.ts';
import { az735Record, gpsRecord, jc100Record, jc400Record, moduleRecord } from './record.ts';
import { countedAnswer, countedCommand, encodedAnswer, isAddressText, textRecord } from './text.ts';
import {
  az735Alarm,
  az735Gps,
  batterySystem,
  benwayIo,
  dt16eDriver,
  gk310Status,
  gt06eCard,
  heartbeatLw,
  heartbeatSeeworld,
  lwTail,
  mode4g,
  ntCell,
  ntCellCid4,
  ntDriver,
  ntHead,
  ntTail,
  obd,
  obd6Status,
  s5Status,
  seeworldCell,
  seeworldStatusA3,
  seeworldTail,
  sl4xCell,
  space10xStatus,
  sr411Tail,
  trx16iTail,
  wetrustTail,
  x1Head,
  x1Tail,
} from './variants.ts';
import type { Part } from './walk.ts';

/** Whether a message with this body, of this model, is the row's. */
type Condition = (frame: Buffer, start: number, end: number, model: string | null) => boolean;

interface Row {
  readonly type: number;
  readonly layout: MessageLayout;
  readonly when: Condition | null;
}

/** Type, serial and checksum: what L counts beside the body. */
const AROUND_BYTES = 5;
const L =
  (...lengths: readonly number[]): Condition =>
  (_, start, end) =>
    lengths.includes(end - start + AROUND_BYTES);
const longerThan =
  (length: number): Condition =>
  (_, start, end) =>
    end - start + AROUND_BYTES >= length;
const model =
  (names: RegExp): Condition =>
  (_frame, _start, _end, name) =>
    name !== null && names.test(name);
const both =
  (one: Condition, other: Condition): Condition =>
  (frame, start, end, name) =>
    one(frame, start, end, name) && other(frame, start, end, name);
/** Whether the cell that begins `before` bytes into the body has a network code of one byte: else the length means another form. */
const narrowAt =
  (before: number): Condition =>
  (frame, start) =>
    (u16(frame, start + before) & WIDE_MNC) === 0;
const isCamera =
  (form: CameraForm): Condition =>
  (frame, start, end) =>
    cameraForm(frame, start, end) === form;

function row(type: number, layout: MessageLayout, when: Condition | null = null): Row {
  return { type, layout, when };
}

/** A message without a position. */
function plainMessage(kind: MessageKind, title: string, parts: readonly Part[] = [], bytesMin = 0): MessageLayout {
  return { kind, title, parts, bytesMin };
}

/** A position, `before` bytes into the body. */
function location(title: string, parts: readonly Part[], before = 0): MessageLayout {
  return { kind: 'location', title, parts, bytesMin: before + GPS_BYTES, record: gpsRecord(before) };
}

/** A position whose tail may tell of an alarm. */
function telling(title: string, parts: readonly Part[], before = 0): MessageLayout {
  return { ...location(title, parts, before), tellsAlarms: true };
}

function alarm(title: string, parts: readonly Part[], before = 0): MessageLayout {
  return { ...telling(title, parts, before), kind: 'alarm' };
}

const GPS_LBS = location('GPS and cell', [gps, cell, tail]);
const ALARM = alarm('alarm', [gps, alarmCell(0, 4), status, lastOdometer]);
const CELLS = plainMessage('status', 'cells', [time, sevenCells, timingAdvance, language], 6);
const COMMAND = plainMessage('command', 'command of a server', [countedCommand], 5);
const ANSWER = answer([countedAnswer]);
const ANSWER_ENCODED = answer([encodedAnswer]);
const ADDRESS = plainMessage('command', 'address, of a server', [plainText('address')]);

function answer(parts: readonly Part[]): MessageLayout {
  return { ...plainMessage('command_response', 'answer to a command', parts, 5), record: textRecord };
}

/** AZ735: the position may be missing. */
function az735(kind: MessageKind, title: string, last: Part): MessageLayout {
  return {
    kind,
    title,
    parts: [az735Gps, countedLists, last],
    bytesMin: TIME.bytes + 1,
    record: az735Record,
    tellsAlarms: true,
  };
}

function camera(
  title: string,
  part: Part,
  bytesMin: number,
  record: NonNullable<MessageLayout['record']>,
): MessageLayout {
  return { kind: 'alarm', title, parts: [part], bytesMin, record, tellsAlarms: true };
}

const PHONE_BYTES = 21;
const ADDRESS_REQUEST = location('address request', [gps, text(PHONE_BYTES, 'phone'), language]);
const MODULE_4G = alarm('alarm, 4G module', [gps, typedCell, statusOf({ isExtended: true }), tailModules]);
const ATTENDED = plainMessage('status', 'attendance', [time, plain(ATTENDANCE)], 6);
const NT_BEFORE = HEAD_NT.bytes;

function plainText(name: string): Part {
  return (walk) => void walk.text(walk.left, name);
}

const SHORT_ROWS: readonly Row[] = [
  row(0x01, plainMessage('login', 'login', loginParts)),
  row(0x10, location('GPS', [gps])),
  row(0x11, plainMessage('status', 'cell', [time, cell]), L(0x13, 0x14)),
  row(0x11, location('GPS and cell', [gps, cellMnc2Cid4, tail])),
  row(0x12, location('GPS and cell, BENWAY', [gps, cell, benwayIo]), L(0x21)),
  row(0x12, telling('GPS and cell, VXT01', [gps, cell, statusVolts(true)]), both(L(0x24), narrowAt(GPS_BYTES))),
  row(0x12, location('GPS and cell, QH302R', [imei, gps, cell], IMEI.bytes), both(L(0x27), model(/^QH302R/i))),
  row(0x12, telling('GPS and cell, WETRUST', [gps, cell, odometer, wetrustTail]), L(0x29)),
  row(0x12, telling('GPS and cell, S5', [gps, cell, s5Status]), L(0x2b)),
  row(0x12, telling('GPS and cell, GT06E with card', [gps, cell, odometer, gt06eCard]), longerThan(0x71)),
  row(0x12, GPS_LBS),
  row(0x13, plainMessage('heartbeat', 'heartbeat, OBD6', [obd6Status]), L(0x13)),
  row(0x13, plainMessage('heartbeat', 'heartbeat, SPACE10X', [space10xStatus]), L(0x15)),
  row(0x13, plainMessage('heartbeat', 'heartbeat, LW', [heartbeatLw]), both(L(0x0a), model(/^LW/i))),
  row(0x13, plainMessage('heartbeat', 'heartbeat, SEEWORLD', [heartbeatSeeworld]), both(L(0x0a), model(/^SEEWORLD/i))),
  row(0x13, plainMessage('heartbeat', 'heartbeat, R11', [statusVolts(false)]), both(L(0x0a), model(/^R11/i))),
  row(0x13, plainMessage('heartbeat', 'heartbeat', [heartbeat], 1)),
  row(0x14, plainMessage('unknown', 'satellites')),
  row(0x15, ANSWER),
  row(0x16, alarm('alarm, VXT01', [gps, cell, statusVolts(true)]), L(0x24)),
  row(
    0x16,
    alarm('alarm, SEEWORLD', [gps, seeworldCell, statusOf({ isPercent: true })]),
    both(L(0x26), narrowAt(GPS_BYTES + 1)),
  ),
  row(0x16, alarm('alarm, TRX16i', [gps, alarmCell(8), status, rfid]), L(0x2d)),
  row(0x16, ALARM),
  row(0x17, ADDRESS, (frame, start, end) => isAddressText(frame.subarray(start, end))),
  row(0x17, location('GPS, cell and card', [gps, cell, rfid]), L(0x27, 0x28)),
  row(0x18, CELLS),
  row(0x19, plainMessage('status', 'cells, SPACE10X'), longerThan(0x17)),
  row(0x19, plainMessage('alarm', 'cell and status', [cell, status], 1)),
  row(0x1a, ADDRESS_REQUEST),
  row(0x1e, location('GPS and seven cells', [gps, sevenCells])),
  row(0x21, ANSWER_ENCODED),
  row(0x22, telling('GPS and cell, NT', [ntHead, gps, ntCell, ntTail], NT_BEFORE), L(0x3c)),
  row(0x22, location('GPS and cell, SEEWORLD', [gps, cellCid4, seeworldTail]), L(0x2f)),
  row(0x22, GPS_LBS),
  row(0x23, plainMessage('heartbeat', 'heartbeat, GK310', [gk310Status], 1)),
  row(0x24, location('GPS and cell, SR411', [gps, cell, sr411Tail]), L(0x2e)),
  row(0x24, plainMessage('status', 'cells, WANWAY S20', [time, timingAdvance, countedCells], 6), L(0x31)),
  row(0x24, CELLS),
  row(
    0x25,
    telling('GPS, cell and driver, NT', [ntHead, gps, ntCellCid4, ntTail, ntDriver], NT_BEFORE),
    longerThan(0x3c),
  ),
  row(0x26, ALARM),
  row(0x27, alarm('alarm, fences', [gps, alarmCell(1), statusOf({ isExtended: true }), fence])),
  row(0x28, CELLS),
  row(0x2a, ADDRESS_REQUEST),
  row(0x2c, plainMessage('status', 'cells and Wi-Fi', [time, sevenCells, timingAdvance, wifi], 6)),
  row(0x2d, GPS_LBS),
  row(0x2e, CELLS),
  row(
    0x31,
    { ...location('GPS and cell, SL4X', [gps, cellMnc2Cid4, mode, odometer, altitude]), tellsAltitude: true },
    L(0x2a),
  ),
  row(0x31, location('GPS', [gps])),
  row(0x32, { ...alarm('alarm, SL4X', [gps, sl4xCell, status, altitude]), tellsAltitude: true }, L(0x29)),
  row(0x32, alarm('alarm, SL4X', [gps, sl4xCell, status])),
  row(0x33, plainMessage('status', 'cells and Wi-Fi, SL4X', [time, sixCells4g, timingAdvance, wifi], 6)),
  row(0x34, plainMessage('status', 'cells, SL4X', [time], 6), L(0x37)),
  row(0x34, location('GPS, X1', [x1Head, gps, x1Tail], HEAD_X1.bytes)),
  row(0x35, plainMessage('unknown', 'photo notice, X1')),
  row(0x36, location('GPS and cell, TRX16i', [gps, cellCid4, trx16iTail]), L(0x35)),
  row(0x36, plainMessage('heartbeat', 'heartbeat, 4G', [status, tailModules], 1)),
  row(0x37, location('GPS, cell and modules', [gps, cell, mode, tailModules])),
  row(0x39, MODULE_4G),
  row(0x40, plainMessage('status', 'battery system', [batterySystem])),
  row(0x61, location('GPS, cell and driver, DT16E', [imei, gps, cellCid4, dt16eDriver], IMEI.bytes)),
  row(0x65, plainMessage('unknown', 'diagnostic codes')),
  row(0x66, plainMessage('unknown', 'diagnostic values')),
  row(0x80, COMMAND),
  row(0x81, COMMAND),
  row(0x82, COMMAND),
  row(0x8a, plainMessage('time_request', 'time request')),
  row(0x94, plainMessage('status', 'information', [voltage], 2)),
  row(0x95, plainMessage('alarm', 'camera alarm', [cameraShort], 7), isCamera('short')),
  row(
    0x95,
    camera('camera alarm, JC400', cameraJc400, HEAD_JC400.bytes + GPS_JC400.bytes, jc400Record),
    isCamera('jc400'),
  ),
  row(0x95, camera('camera alarm, JC100', cameraJc100, GPS_JC100.bytes, jc100Record)),
  row(0x97, ADDRESS),
  row(0xa0, location('GPS and cell, 4G', [gps, cell4g, tail])),
  row(0xa1, plainMessage('status', 'cells, 4G', [time, sevenCells4g, timingAdvance, language], 6)),
  row(0xa2, telling('GPS and cell, LW', [gps, cell4g, lwTail]), L(0x40)),
  row(0xa2, plainMessage('status', 'cells and Wi-Fi, 4G', [time, sevenCells4g, timingAdvance, wifi], 6)),
  row(0xa3, plainMessage('heartbeat', 'heartbeat, SEEWORLD', [seeworldStatusA3]), L(0x0c, 0x18)),
  row(0xa3, alarm('alarm of a fence, 4G', [gps, alarmCell4g(0), status])),
  row(0xa4, alarm('alarm of fences, 4G', [gps, alarmCell4g(1), statusOf({ isExtended: true }), fence])),
  row(0xa5, plainMessage('alarm', 'alarm and cell, 4G', [cell4g, status], 1)),
  row(0xa7, plainMessage('status', 'address request, 4G', [cell4g])),
  row(0xa9, plainMessage('alarm', 'alarm, cells and Wi-Fi', [time, sevenCells4g, timingAdvance, wifi, alarmByte], 6)),
  row(0xb0, ATTENDED),
  row(0xb2, ATTENDED),
  row(0xf3, plainMessage('status', 'Wi-Fi', [time, wifiAddresses], 6)),
];

/** The long form (7979), where the same number may mean another thing. */
const LONG_ROWS: readonly Row[] = [
  row(0x15, ANSWER),
  row(0x21, ANSWER_ENCODED),
  row(0x32, az735('location', 'GPS, AZ735', plain(STATUS_AZ735))),
  row(0x33, az735('alarm', 'alarm, AZ735', az735Alarm)),
  row(0x36, plainMessage('unknown', 'photo, X1')),
  row(0x38, location('GPS and cell, 4G module', [gps, mode4g, typedCell, tailModules])),
  row(0x39, MODULE_4G),
  row(0x41, plainMessage('unknown', 'multimedia')),
  row(0x70, {
    kind: 'location',
    title: 'modules',
    parts: [modularParts],
    bytesMin: 0,
    record: moduleRecord,
    tellsAlarms: true,
  }),
  row(0x84, plainMessage('unknown', 'not documented')),
  row(0x8c, plainMessage('status', 'OBD', [time, obd], 6)),
  row(0x94, plainMessage('status', 'information', [information], 1)),
  row(0x97, ADDRESS),
  row(0x9b, plainMessage('status', 'serial port', [serialData], 1)),
  row(0xf1, plainMessage('status', 'device status', [unixTime, statusModules], 4)),
  row(0xf2, plainMessage('status', 'device status', [unixTime, statusModules], 4)),
  row(0xfd, plainMessage('status', 'version', [plainText('version')])),
];

type Rows = ReadonlyMap<number, readonly Row[]>;

function byType(rows: readonly Row[]): Rows {
  const types = new Map<number, Row[]>();
  for (const one of rows) types.set(one.type, [...(types.get(one.type) ?? []), one]);
  return types;
}

const SHORT = byType(SHORT_ROWS);
const LONG = byType(LONG_ROWS);

/** The layout of a frame of this type whose body is frame[start..end); undefined: a type that is not known. */
export function layoutOf(
  frame: Buffer,
  start: number,
  end: number,
  type: number,
  modelName: string | null,
): MessageLayout | undefined {
  const rows = (isLong(frame) ? LONG : SHORT).get(type);
  return rows?.find(({ when }) => when === null || when(frame, start, end, modelName))?.layout;
}
