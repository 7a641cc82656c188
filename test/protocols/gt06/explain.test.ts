import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeLogin } from '../../../protocols/gt06/device.ts';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import { explain } from '../../../protocols/gt06/explain.ts';
import { bytesOf, FIXTURES } from '../kit.ts';
import { VARIANTS } from './variants.ts';

function told(frame: Buffer, model: string | null = null): string[] {
  return explain(frame, { model, clockAheadMinutes: 0 }).map(
    ({ start, end, name, value }) => `${start}-${end} ${name}: ${value}`,
  );
}

/** Each byte belongs to one field, in order. */
function expectWhole(frame: Buffer, model: string | null = null): void {
  let at = 0;
  for (const { start, end, name, value } of explain(frame, { model, clockAheadMinutes: 0 })) {
    expect([start, end > start, typeof value], `${frame.toString('hex')} ${name}`).toEqual([at, true, 'string']);
    at = end;
  }
  expect(at, frame.toString('hex')).toBe(frame.length);
}

test("the vendor's position, field by field", () => {
  const frame = Buffer.from('78781f120b081d112e10cf027ac7eb0c46584900148f01cc00287d001fb8000380810d0a', 'hex');
  expect(told(frame)).toEqual([
    '0-2 header: 7878, short form',
    '2-3 length: 31',
    '3-4 type: 12: GPS and cell',
    '4-10 date time: 2011-08-29 17:46:16',
    '10-11 gps information: 15 satellites',
    '11-15 latitude: 23.1116683 degrees',
    '15-19 longitude: 114.4092850 degrees',
    '19-20 speed: 0 km/h',
    '20-22 course status: positioned, north, east, course 143',
    '22-24 cell mcc: 460',
    '24-25 cell mnc: 0',
    '25-27 cell lac: 10365',
    '27-30 cell cid: 8120',
    '30-32 serial: 3',
    '32-34 checksum: 8081, right',
    '34-36 stop: 0d0a',
  ]);
});

test.each<[string, Buffer, string[]]>([
  [
    'a zone',
    encodeLogin('123456789012345', 1, { type: 0x7000, zoneMinutes: -210 }),
    ['14-16 time zone and language: timeZone -03:30, language 2'],
  ],
  ['a wrong checksum', Buffer.from('78780a134004040001000fdcef0d0a', 'hex'), ['11-13 checksum: dcef, wrong']],
  ['a length that lies', Buffer.from('787808134606020002044dc5050d0a', 'hex'), ['2-3 length: 8, where 10 are there']],
  [
    'an alarm',
    Buffer.from('787825160b0b0f0e241dcf027ac8870c4657e60014020901cc00287d001f726506040101003656a40d0a', 'hex'),
    [
      '31-32 terminal information: ACC off, charging, armed, GPS tracking on, alarm bits 4',
      '32-33 voltage level: 6: full',
      '33-34 gsm signal: 4: strong',
      '34-35 alarm: 01: sos',
    ],
  ],
  [
    'what nobody reads',
    encodeFrame(0x77, Buffer.from('0102', 'hex'), 1),
    ['3-4 type: 77: not known', '4-6 not read: 0102'],
  ],
  ['an answer of a server', encodeFrame(0x12, Buffer.alloc(0), 1), ['3-4 type: 12: GPS and cell, answer of a server']],
  ['no checksum', Buffer.from('787801080d0a', 'hex'), ['3-4 type: 08: heartbeat, no checksum', '4-6 stop: 0d0a']],
  ['no frame', Buffer.from('a1b2', 'hex'), ['0-2 not a frame: a1b2']],
])('%s is told in words', (_, frame, lines) => {
  expect(told(frame)).toEqual(expect.arrayContaining(lines));
});

test('every byte of every fixture belongs to a field, whole or with its body cut anywhere', () => {
  for (const fixture of FIXTURES.filter(({ protocol }) => protocol === 'gt06')) {
    const frame = bytesOf(fixture);
    expectWhole(frame);
    const form = frame[0] === 0x79 ? 'long' : 'short';
    const bodyAt = form === 'long' ? 5 : 4;
    for (let end = bodyAt; end < frame.length - 6; end++) {
      expectWhole(encodeFrame(frame[bodyAt - 1]!, frame.subarray(bodyAt, end), 1, form));
    }
  }
  for (const { frame, model } of VARIANTS) expectWhole(frame, model);
});

const MODELS = [null, ...new Set(VARIANTS.map(({ model }) => model))];
const anyBody = fc.uint8Array({ maxLength: 90 });

test('any body of any type from any model is explained to the last byte', () => {
  fc.assert(
    fc.property(
      anyBody,
      fc.nat(255),
      fc.constantFrom('short', 'long'),
      fc.constantFrom(...MODELS),
      (body, type, form, model) => {
        expectWhole(encodeFrame(type, body, 1, form), model);
      },
    ),
    { numRuns: 2000 },
  );
});

test('any bytes are explained to the last one', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => expectWhole(Buffer.from(bytes))));
});
