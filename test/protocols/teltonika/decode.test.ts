import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Malformed, Message } from '../../../protocols/protocol.ts';
import { CODEC_8, CODEC_8_EXTENDED, CODEC_16 } from '../../../protocols/teltonika/codecs.ts';
import { decode } from '../../../protocols/teltonika/decode.ts';
import {
  type DeviceRecord,
  encodeData,
  encodeRecord,
  encodeRecords,
  type RecordCodec,
} from '../../../protocols/teltonika/device.ts';
import { parseRecord, type RecordTable } from '../../../protocols/teltonika/layout.ts';
import { reply } from '../../../protocols/teltonika/reply.ts';
import { plain } from '../kit.ts';
import { deviceRecords } from './records.ts';

const TABLES: Record<RecordCodec, RecordTable> = {
  [CODEC_8]: 'codec8',
  [CODEC_8_EXTENDED]: 'codec8Extended',
  [CODEC_16]: 'codec16',
};

function records(frame: Buffer) {
  const decoded = decode(frame);
  if (decoded.kind !== 'records') throw new Error(`${decoded.kind}: ${JSON.stringify(decoded)}`);
  return decoded.records;
}

/** A record by the declared tables, in the words of the contract. */
function byTheBook(table: RecordTable, bytes: Buffer) {
  const { io, ...gps } = parseRecord(table, bytes);
  return {
    timeMs: Number(gps.timestamp),
    priority: gps.priority,
    lonDeg: gps.longitude / 1e7,
    latDeg: gps.latitude / 1e7,
    altitudeM: gps.altitude,
    courseDeg: gps.angle,
    satellites: gps.satellites,
    speedKmh: gps.speed,
    event: io.event,
    generation: io.generation ?? null,
    content: bytes.toString('hex'),
  };
}

describe.each([CODEC_8, CODEC_8_EXTENDED, CODEC_16] as const)('codec %i', (codec) => {
  test('the fast reader agrees with the declared tables on every record a device can send', () => {
    fc.assert(
      fc.property(fc.array(deviceRecords(codec), { minLength: 1, maxLength: 8 }), (sent) => {
        const found = records(encodeRecords(codec, sent));
        expect(found).toHaveLength(sent.length);
        for (const [i, record] of found.entries()) {
          expect(plain(record)).toMatchObject(byTheBook(TABLES[codec], encodeRecord(codec, sent[i]!)));
        }
      }),
    );
  });

  test('where bytes were changed under a right checksum, it either agrees with the tables or says so', () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(deviceRecords(codec), { minLength: 1, maxLength: 3 }), changes, (sent, edits) => {
        const data = encodeRecords(codec, sent).subarray(8, -4);
        for (const [at, value] of edits) data[2 + (at % (data.length - 3))] = value;
        const decoded = decode(encodeData(data));
        if (decoded.kind === 'malformed') expect(decoded.isGenuine).toBe(true);
        for (const record of decoded.kind === 'malformed' ? [] : decoded.records) {
          const table = codec === CODEC_8 && isLegacy(record.content) ? 'codec8Legacy' : TABLES[codec];
          const { timeMs: _time, ...rest } = byTheBook(table, Buffer.from(record.content));
          expect(plain(record)).toMatchObject(rest);
        }
      }),
    );
  });

  test('what was sent comes out', () => {
    const sent: DeviceRecord = {
      timeMs: 1_560_161_086_123,
      latDeg: -27.4388733,
      lonDeg: 153.080315,
      altitudeM: -6,
      courseDeg: 359,
      satellites: 9,
      speedKmh: 83,
      priority: 1,
      event: 240,
      io: [{ id: 240, bytes: 1, value: 1 }],
    };
    expect(plain(records(encodeRecords(codec, [sent]))[0]!)).toMatchObject({
      timeMs: 1_560_161_086_123,
      latDeg: -27.4388733,
      lonDeg: 153.080315,
      altitudeM: -6,
      courseDeg: 359,
      satellites: 9,
      speedKmh: 83,
      priority: 1,
      event: 240,
      hasPosition: true,
      flags: null,
      io: { 240: 1 },
      attributes: { motion: true },
    });
  });
});

/** Whether the plain table does not end where the record does. */
function isLegacy(content: Uint8Array): boolean {
  const { io } = parseRecord('codec8', Buffer.from(content));
  const plainBytes = 24 + 6 + io.n1.length * 2 + io.n2.length * 3 + io.n4.length * 5 + io.n8.length * 9;
  return plainBytes !== content.length;
}

test('old firmware with an undeclared 16-byte group is read by trial', () => {
  const record = Buffer.concat([encodeRecord(CODEC_8, AT_DELFT), Buffer.of(1, 200), Buffer.alloc(16, 0xab)]);
  const found = records(encodeData(Buffer.concat([Buffer.of(8, 2), record, record, Buffer.of(2)])));
  expect(found).toHaveLength(2);
  expect(found[1]!.io).toEqual({ 200: 'ab'.repeat(16) });
  expect(found[1]!.latDeg).toBe(52);
});

const AT_DELFT: DeviceRecord = { timeMs: 1_700_000_000_000, latDeg: 52, lonDeg: 4.3, satellites: 9, speedKmh: 50 };

test.each<[string, Partial<DeviceRecord>, boolean]>([
  ['nine satellites', {}, true],
  ['no satellite: the last known place', { satellites: 0 }, false],
  ['64 satellites', { satellites: 64 }, true],
  ['248 satellites: a fault value', { satellites: 248 }, false],
  ['satellites, but 0/0', { latDeg: 0, lonDeg: 0 }, false],
  ['on the equator', { latDeg: 0 }, true],
  ['on the prime meridian', { lonDeg: 0 }, true],
])('%s: has a position = %s', (_, change, hasPosition) => {
  expect(records(encodeRecords(CODEC_8, [{ ...AT_DELFT, ...change }]))[0]!.hasPosition).toBe(hasPosition);
});

test('a timestamp beyond any date reads as the last date there is', () => {
  const data = encodeRecords(CODEC_8, [AT_DELFT]).subarray(8, -4);
  data.fill(0xff, 2, 10);
  expect(records(encodeData(data))[0]!.timeMs).toBe(8.64e15);
});

test('two records of the same content have the same identity, in whatever frame they come', () => {
  const [alone] = records(encodeRecords(CODEC_8, [AT_DELFT]));
  const [, second] = records(encodeRecords(CODEC_8, [{ ...AT_DELFT, speedKmh: 1 }, AT_DELFT]));
  expect(Buffer.compare(alone!.content, second!.content)).toBe(0);
});

function seen(hex: string): [Message | Malformed, string | null] {
  const frame = Buffer.from(hex, 'hex');
  const decoded = decode(frame);
  return [decoded, reply(frame, decoded)?.toString('hex') ?? null];
}

function sealed(dataHex: string): string {
  return encodeData(Buffer.from(dataHex, 'hex')).toString('hex');
}

test.each<[string, string, object, string | null]>([
  [
    'a login of 14 digits',
    '000e3335363330373034323434313031',
    { kind: 'malformed', code: 'bad_imei', isGenuine: false },
    '00',
  ],
  ['a length that says more than there is', '000f3335', { kind: 'malformed', code: 'bad_imei' }, '00'],
  ['nothing', '', { kind: 'malformed', code: 'bad_length' }, null],
  ['a preamble alone', '00000000', { kind: 'malformed', code: 'bad_length', isGenuine: false }, null],
  ['a data field of nothing', '000000000000000000000000', { kind: 'malformed', code: 'bad_length' }, null],
  ['no record', sealed('080000'), { kind: 'malformed', code: 'bad_count', isGenuine: true }, '00000000'],
  ['counts that differ', sealed('080203'), { kind: 'malformed', code: 'bad_count', isGenuine: true }, '00000002'],
  [
    'a record that is not there',
    sealed('080101'),
    { kind: 'malformed', code: 'bad_content', isGenuine: true },
    '00000001',
  ],
  [
    '8E that is not there',
    sealed('8e0501020305'),
    { kind: 'malformed', code: 'bad_content', isGenuine: true },
    '00000005',
  ],
  ['an unknown codec with equal counts', sealed('990703040507'), { kind: 'unknown', type: 0x99 }, '00000007'],
  ['an unknown codec with other counts', sealed('990703040508'), { kind: 'unknown', type: 0x99 }, null],
  ['codec 13 is never acknowledged', sealed('0d0106000000016101'), { kind: 'status', type: 0x0d }, null],
  [
    'codec 12 with text',
    sealed('0c01060000000361620a01'),
    { kind: 'command_response', attributes: { result: 'ab' } },
    null,
  ],
  [
    'codec 12 with bytes',
    sealed('0c01060000000201ff01'),
    { kind: 'command_response', attributes: { result: '01ff' } },
    null,
  ],
  [
    'codec 7 that ends within its mask',
    sealed('070100000000010107'.slice(0, -2)),
    { kind: 'malformed', code: 'bad_content', isGenuine: true },
    '00000001',
  ],
  [
    'codec 16 that is not there',
    sealed('100501020305'),
    { kind: 'malformed', code: 'bad_content', isGenuine: true },
    '00000005',
  ],
  ['codec 14 without room for an IMEI', sealed('0e0106000000016101'), { kind: 'command_response' }, null],
  ['codec 15 with nothing in it', sealed('0f010b0000000001'), { kind: 'status', attributes: { data: '' } }, null],
  ['codec 12 with a size that lies', sealed('0c01060000000901ff01'), { kind: 'unknown', type: 0x0c }, null],
  ['codec 12 of a camera', sealed('0c010d0000000201ff01'), { kind: 'unknown', type: 0x0c }, null],
])('%s', (_, hex, decoded, answer) => {
  expect(seen(hex)).toEqual([expect.objectContaining(decoded), answer]);
});

test('a wrong checksum is named and not answered', () => {
  const [decoded, answer] = seen(`${sealed('080101').slice(0, -4)}0000`);
  expect(decoded).toMatchObject({ code: 'bad_crc', isGenuine: false, message: expect.stringContaining('expected') });
  expect(answer).toBeNull();
});
