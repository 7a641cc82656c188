import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field } from '../../../protocols/protocol.ts';
import { encodeData, encodeDatagram } from '../../../protocols/teltonika/device.ts';
import { explain } from '../../../protocols/teltonika/explain.ts';
import { bytesOf, FIXTURES } from '../kit.ts';

const OWN = FIXTURES.filter(({ protocol }) => protocol === 'teltonika');

function told(hex: string, model: string | null = null): string[] {
  return explain(Buffer.from(hex, 'hex'), { model, clockAheadMinutes: 0 }).map(
    ({ start, end, name, value }) => `${start}-${end} ${name}: ${value}`,
  );
}

function named(fixture: string): Record<string, string> {
  const found = OWN.find(({ name }) => name === `teltonika/${fixture}`);
  if (found === undefined) throw new Error(fixture);
  return Object.fromEntries(explain(bytesOf(found)).map(({ name, value }) => [name, value]));
}

function expectWhole(bytes: Buffer, fields: readonly Field[]): void {
  let at = 0;
  for (const { start, end, name, value } of fields) {
    expect(start, name).toBe(at);
    expect(end, name).toBeGreaterThan(start);
    expect(typeof value).toBe('string');
    at = end;
  }
  expect(at).toBe(bytes.length);
}

test.each(OWN.map((fixture) => [fixture.name, bytesOf(fixture)] as const))(
  '%s: every byte belongs to one field, also cut at every byte',
  (_, bytes) => {
    for (let end = 0; end <= bytes.length; end++) expectWhole(bytes.subarray(0, end), explain(bytes.subarray(0, end)));
  },
);

test('a frame that is in order has no byte that is not understood', () => {
  for (const fixture of OWN) {
    if (fixture.messages.some((message) => 'error' in message)) continue;
    const names = explain(bytesOf(fixture)).map(({ name }) => name);
    expect(
      names.filter((name) => name.includes('not understood') || name.includes('cut off')),
      fixture.name,
    ).toEqual([]);
  }
});

describe('values in words', () => {
  test.each<[string, string, string]>([
    ['codec-16', 'Record 2: Generation type', '5: on change'],
    ['codec-8-every-width', 'Record 1: Priority', '1: high'],
    ['codec-8-every-width', 'Record 1: IO 66 External voltage', '24079: 24.079 V'],
    ['codec-8-no-fix', 'Record 1: Satellites', '0: no fix, the place is the last known one'],
    ['codec-8-no-fix', 'Record 1: IO 200 Sleep mode', '2: deep'],
    ['codec-8-legacy-n16', 'Record 1: IO 200', '000102030405060708090a0b0c0d0e0f'],
    ['codec-8e-driver-card', 'Record 1: Event IO id', '0: periodic'],
    ['codec-7', 'Record 1: Latitude', '54.709999084472656 degrees'],
    ['codec-7', 'Record 2: IO', '222 Alarm button = 1'],
    ['codec-13-milliseconds', 'Timestamp', '2019-07-19T13:52:52.000Z'],
    ['codec-14-refusal', 'Type', '11: refused, the IMEI is another'],
    ['codec-15', 'Text', '"Hello!"'],
    ['codec-12-camera', 'Photo size', '20000 bytes'],
    ['bad-crc', 'CRC-16', 'c7cf: expected 2ace'],
  ])('%s: %s is %s', (fixture, name, value) => {
    expect(named(fixture)[name]).toBe(value);
  });
});

test('a login, a ping, an IMEI that is none', () => {
  expect(told('ff')).toEqual(['0-1 Ping: the link is kept alive; not answered']);
  expect(told('000f333536333037303432343431303133')).toEqual(['0-2 IMEI length: 15', '2-17 IMEI: 356307042441013']);
  expect(told('000141')).toEqual(['0-2 IMEI length: 1', '2-3 IMEI: 41: expected 15 digits']);
});

test('the model decides what an id means', () => {
  const frame = encodeData(Buffer.from(`0801${'00'.repeat(24)}000100${'01'}0b1388000001`, 'hex')).toString('hex');
  expect(told(frame).some((field) => field.endsWith('Record 1: IO 11: 5000'))).toBe(true);
  expect(told(frame, 'FMB640').some((field) => field.endsWith('Record 1: IO 11 Analog input 3: 5000: 5 V'))).toBe(true);
});

test('a datagram is explained from its own first byte', () => {
  const bytes = encodeDatagram('352093086403655', 0xcafe, 5, Buffer.from('080000', 'hex'));
  const fields = explain(bytes);
  expectWhole(bytes, fields);
  expect(fields[1]).toEqual({ start: 2, end: 4, name: 'Packet id', value: 'cafe, echoed in the answer' });
});

test('no bytes whatever make it throw or lose a byte', () => {
  const codec = fc.constantFrom(0x07, 0x08, 0x8e, 0x10, 0x0c, 0x0d, 0x0e, 0x0f, 0x99);
  const sealed = fc
    .tuple(codec, fc.uint8Array({ maxLength: 120 }))
    .map(([first, rest]) => encodeData(Buffer.concat([Buffer.of(first), rest])));
  fc.assert(
    fc.property(fc.oneof(sealed, fc.uint8Array({ maxLength: 60 }).map(Buffer.from)), (bytes) => {
      expectWhole(bytes, explain(bytes));
    }),
    { numRuns: 2000 },
  );
});
