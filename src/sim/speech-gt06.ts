/** A GT06-like tracker: one position per frame, heartbeats, and a question for the time after its first login. */
import {
  encodeCommandAnswer,
  encodeHeartbeat,
  encodeLogin,
  encodeTimeRequest,
  encodeUtcLocation,
  readAnswer,
  readCommand,
} from '../../protocols/gt06/device.ts';
import { gt06 } from '../../protocols/gt06/protocol.ts';
import type { Awaited, DeviceRecord, Heard, Order, Speech } from './speech.ts';

const TYPES: Readonly<Record<Awaited['kind'], number>> = { login: 0x01, heartbeat: 0x13, records: 0x22, time: 0x8a };
const STATUS = { ignition: true, charge: true, voltageLevel: 6, gsm: 4 } as const;
const UPLOAD_BY_TIME = 0;

export const GT06_SPEECH: Speech = {
  protocol: 'gt06',
  recordsMax: 1,
  login: encodeLogin,
  records: ([record], serial, isBacklog) => encodeRecord(record!, serial, isBacklog),
  heartbeat: (serial) => encodeHeartbeat(STATUS, serial),
  timeRequest: encodeTimeRequest,
  hear,
  order,
  clockIn,
  asSent: (record) => ({
    ...record,
    timeMs: Math.floor(record.timeMs / 1000) * 1000,
    latDeg: asWritten(record.latDeg),
    lonDeg: asWritten(record.lonDeg),
  }),
};

function encodeRecord(record: DeviceRecord, serial: number, isBacklog: boolean): Buffer {
  const { isIgnitionOn, odometerM, satellites } = record;
  const upload = { ignition: isIgnitionOn, mode: UPLOAD_BY_TIME, isReupload: isBacklog, odometerM };
  return encodeUtcLocation({ ...record, hasPosition: satellites > 0 }, upload, serial);
}

function hear(bytes: Buffer, awaited: Awaited): Heard | null {
  const found = gt06.frame(bytes, 0, bytes.length);
  switch (found.kind) {
    case 'wait':
      return null;
    case 'lost':
      return { used: bytes.length, meaning: 'refused' };
    case 'junk':
      return { used: found.end, meaning: 'unrelated' };
    case 'frame': {
      const { type, serial } = readAnswer(bytes.subarray(found.start, found.end));
      const isIt = type === TYPES[awaited.kind] && serial === awaited.serial;
      return { used: found.end, meaning: isIt ? 'accepted' : 'unrelated' };
    }
  }
}

function order(bytes: Buffer): Order | 'more' | null {
  const found = gt06.frame(bytes, 0, bytes.length);
  if (found.kind === 'wait') return 'more';
  const command = found.kind === 'frame' ? readCommand(bytes.subarray(found.start, found.end)) : null;
  if (found.kind !== 'frame' || command === null) return null;
  const flag = Buffer.from(command.flag);
  return { used: found.end, text: command.text, answer: (text, serial) => encodeCommandAnswer(flag, text, serial) };
}

/** Section 3: YY MM DD hh mm ss, UTC. */
function clockIn(answer: Buffer): number | null {
  if (gt06.frame(answer, 0, answer.length).kind !== 'frame') return null;
  const { type, content } = readAnswer(answer);
  if (type !== TYPES.time || content.length !== 6) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = content;
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second);
}

/** Degrees in steps of 1/1 800 000. */
function asWritten(degrees: number): number {
  return Math.round(degrees * 1_800_000) / 1_800_000;
}
