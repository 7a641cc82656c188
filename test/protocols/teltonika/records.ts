/** Random records as devices of the family can send them. */
import fc from 'fast-check';
import { CODEC_8, CODEC_8_EXTENDED } from '../../../protocols/teltonika/codecs.ts';
import type { DeviceRecord, IoElement, RecordCodec } from '../../../protocols/teltonika/device.ts';

export function deviceRecords(codec: RecordCodec): fc.Arbitrary<DeviceRecord> {
  return fc.record({
    timeMs: fc.nat({ max: 4_000_000_000_000 }),
    latDeg: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((raw) => raw / 1e7),
    lonDeg: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((raw) => raw / 1e7),
    altitudeM: fc.integer({ min: -32_768, max: 32_767 }),
    courseDeg: fc.nat({ max: 359 }),
    satellites: fc.nat({ max: 255 }),
    speedKmh: fc.nat({ max: 65_535 }),
    priority: fc.nat({ max: 2 }),
    event: ids(codec),
    generation: fc.nat({ max: 7 }),
    io: fc.array(elements(codec), { maxLength: 12 }),
  });
}

function ids(codec: RecordCodec): fc.Arbitrary<number> {
  return fc.nat({ max: codec === CODEC_8 ? 255 : 65_535 });
}

function elements(codec: RecordCodec): fc.Arbitrary<IoElement> {
  const id = ids(codec);
  const numbers = ([1, 2, 4] as const).map((bytes) =>
    fc.record({ id, bytes: fc.constant(bytes), value: fc.nat({ max: Math.min(2 ** (bytes * 8) - 1, 0x7fff_ffff) }) }),
  );
  const long = fc.record({ id, bytes: fc.constant(8 as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) });
  if (codec !== CODEC_8_EXTENDED) return fc.oneof(...numbers, long);
  const variable = fc.record({ id, bytes: fc.constant('x' as const), value: fc.uint8Array({ maxLength: 40 }) });
  return fc.oneof(...numbers, long, variable);
}
