/** An FMB-like tracker: codec 8 Extended, several records per frame, a count as the answer. */
import { CODEC_8_EXTENDED } from '../../protocols/teltonika/codecs.ts';
import {
  encodeCommandResponse,
  encodeLogin,
  encodeRecords,
  readAnswer,
  readCommandRequest,
  type DeviceRecord as WireRecord,
} from '../../protocols/teltonika/device.ts';
import type { Awaited, DeviceRecord, Heard, Order, Speech } from './speech.ts';

const PREAMBLE_BYTES = 4;
const TOWN_ALTITUDE_M = 210;
/** AVL ids of the FMB list. */
const IGNITION = 239;
const MOVEMENT = 240;
const TOTAL_ODOMETER = 16;
const EXTERNAL_VOLTAGE = 66;

export const TELTONIKA_SPEECH: Speech = {
  protocol: 'teltonika',
  recordsMax: 25,
  login: (imei) => encodeLogin(imei),
  records: (records) => encodeRecords(CODEC_8_EXTENDED, records.map(wireRecord)),
  heartbeat: () => null,
  timeRequest: () => null,
  hear,
  order,
  clockIn: () => null,
  asSent: (record) => ({ ...record, latDeg: asWritten(record.latDeg), lonDeg: asWritten(record.lonDeg) }),
};

function wireRecord(record: DeviceRecord): WireRecord {
  return {
    ...record,
    altitudeM: TOWN_ALTITUDE_M,
    io: [
      { id: IGNITION, bytes: 1, value: record.isIgnitionOn ? 1 : 0 },
      { id: MOVEMENT, bytes: 1, value: record.speedKmh > 0 ? 1 : 0 },
      { id: EXTERNAL_VOLTAGE, bytes: 2, value: record.isIgnitionOn ? 14_100 : 12_600 },
      { id: TOTAL_ODOMETER, bytes: 4, value: record.odometerM },
    ],
  };
}

function hear(bytes: Buffer, awaited: Awaited): Heard | null {
  const read = readAnswer(bytes, awaited.kind === 'login' ? 'login' : 'records');
  if (read === null) return null;
  const { answer, length } = read;
  const isWhole = answer.kind === 'accepted' || (answer.kind === 'acknowledged' && answer.records === awaited.records);
  return { used: length, meaning: isWhole ? 'accepted' : 'refused' };
}

/** A frame begins with four zeros, which no count of records does. */
function order(bytes: Buffer): Order | 'more' | null {
  if (bytes.length < PREAMBLE_BYTES || bytes.readUInt32BE() !== 0) return null;
  const command = readCommandRequest(bytes);
  return command === null ? 'more' : { used: command.length, text: command.text, answer: encodeCommandResponse };
}

/** Degrees in steps of 1e-7. */
function asWritten(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}
