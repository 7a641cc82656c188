import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Datagram } from '../../../protocols/protocol.ts';
import { datagram } from '../../../protocols/teltonika/datagram.ts';
import { decode } from '../../../protocols/teltonika/decode.ts';
import { encodeDatagram, encodeRecords } from '../../../protocols/teltonika/device.ts';

/** Teltonika "Codec", "Communication with server over UDP", example. */
const VENDOR =
  '003dcafe0105000f33353230393330383634303336353508010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001';

function read(hex: string) {
  return datagram(Buffer.from(hex, 'hex'));
}

test("the vendor's pair, byte for byte", () => {
  const { imei, frame, recordsStated, reply } = read(VENDOR) as Datagram;
  expect(imei).toBe('352093086403655');
  const decoded = decode(frame);
  expect(decoded).toMatchObject({ kind: 'records', type: 0x08 });
  expect(decoded.kind === 'records' && decoded.records.map(({ timeMs }) => new Date(timeMs).toISOString())).toEqual([
    '2019-06-13T06:23:26.000Z',
  ]);
  expect(reply(recordsStated).toString('hex')).toBe('0005cafe010501');
  expect(reply(0).toString('hex')).toBe('0005cafe010500');
});

test('a simulated device writes the same', () => {
  const data = Buffer.from(VENDOR, 'hex').subarray(23);
  expect(encodeDatagram('352093086403655', 0xcafe, 5, data).toString('hex')).toBe(VENDOR);
});

test('what is handed out does not share memory with what came in', () => {
  const bytes = Buffer.from(VENDOR, 'hex');
  const { frame } = datagram(bytes) as Datagram;
  bytes.fill(0);
  expect(decode(frame).kind).toBe('records');
});

test.each([
  ['nothing', '', 'bad_length'],
  ['a login', '000f333532303933303836343033363535', 'bad_length'],
  ['one byte too few', VENDOR.slice(0, -2), 'bad_length'],
  ['one byte too many', `${VENDOR}00`, 'bad_length'],
  ['an IMEI of 14', VENDOR.replace('000f', '000e'), 'bad_imei'],
  ['an IMEI with a letter', VENDOR.replace('000f33', '000f41'), 'bad_imei'],
  ['more than any frame holds', `${'ffff'}${'00'.repeat(65_535)}`, 'bad_length'],
])('%s is refused, and nothing answered', (_, hex, code) => {
  expect(read(hex)).toMatchObject({ kind: 'malformed', code, isGenuine: false });
});

test('cut at any byte, it is refused', () => {
  for (let at = 0; at < VENDOR.length; at += 2) expect(read(VENDOR.slice(0, at))).toMatchObject({ kind: 'malformed' });
});

test('no bytes whatever make it throw', () => {
  const changed = fc.array(fc.tuple(fc.nat(62), fc.nat(255)), { maxLength: 5 }).map((edits) => {
    const bytes = Buffer.from(VENDOR, 'hex');
    for (const [at, value] of edits) bytes[at] = value;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 80 }).map(Buffer.from)), (bytes) => {
      const found = datagram(bytes);
      if ('imei' in found) decode(found.frame);
    }),
  );
});

test('records of every codec go through a datagram', () => {
  const frame = encodeRecords(0x8e, [{ timeMs: 1, latDeg: 1, lonDeg: 2, satellites: 5, speedKmh: 0 }]);
  const found = datagram(encodeDatagram('352093086403655', 1, 2, frame.subarray(8, -4))) as Datagram;
  expect(found.frame.equals(frame)).toBe(true);
});
