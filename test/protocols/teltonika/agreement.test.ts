/** Two opinions on every record: the hot road of walk.ts and record.ts, and the declared tables of layout.ts. */
import { expect, test } from 'vitest';
import { CODEC_8, CODEC_8_EXTENDED, CODEC_16 } from '../../../protocols/teltonika/codecs.ts';
import { decode } from '../../../protocols/teltonika/decode.ts';
import { encodeData } from '../../../protocols/teltonika/envelope.ts';
import { parseRecord, type RecordTable } from '../../../protocols/teltonika/layout.ts';
import { randomSource } from '../kit.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const RECORDS = Number(process.env['PROOF_RECORDS'] ?? 20_000);
const RECORDS_PER_FRAME = 20;

type Random = (below: number) => number;

const TABLES = [
  { codec: CODEC_8, table: 'codec8', idBytes: 1, countBytes: 1, headBytes: 2 },
  { codec: CODEC_8, table: 'codec8Legacy', idBytes: 1, countBytes: 1, headBytes: 2 },
  { codec: CODEC_8_EXTENDED, table: 'codec8Extended', idBytes: 2, countBytes: 2, headBytes: 4 },
  { codec: CODEC_16, table: 'codec16', idBytes: 2, countBytes: 1, headBytes: 4 },
] as const satisfies readonly { table: RecordTable; [key: string]: unknown }[];

type Written = (typeof TABLES)[number];

/** A record of random bytes whose group counts alone are chosen. */
function randomRecord({ table, idBytes, countBytes, headBytes }: Written, random: Random): Buffer {
  const parts = [noise(24 + headBytes, random)];
  for (const width of [1, 2, 4, 8]) {
    const count = random(4);
    parts.push(uint(count, countBytes), noise(count * (idBytes + width), random));
  }
  if (table === 'codec8Legacy') parts.push(Buffer.of(1), noise(17, random));
  if (table === 'codec8Extended') {
    const lengths = Array.from({ length: random(3) }, () => random(30));
    parts.push(uint(lengths.length, 2), ...lengths.flatMap((n) => [noise(2, random), uint(n, 2), noise(n, random)]));
  }
  return Buffer.concat(parts);
}

function noise(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = random(256);
  return bytes;
}

function uint(value: number, bytes: 1 | 2): Buffer {
  return bytes === 1 ? Buffer.of(value) : Buffer.of(value >> 8, value);
}

test.each(TABLES)(
  `$table: both read the same in ${RECORDS / TABLES.length} random records (PROOF_SEED=${SEED})`,
  {
    timeout: 60_000 + RECORDS,
  },
  (written) => {
    const random = randomSource(SEED);
    for (let left = RECORDS / TABLES.length; left > 0; left -= RECORDS_PER_FRAME) {
      const sent = Array.from({ length: RECORDS_PER_FRAME }, () => randomRecord(written, random));
      const count = Buffer.of(RECORDS_PER_FRAME);
      const frame = encodeData(Buffer.concat([Buffer.of(written.codec), count, ...sent, count]));
      const decoded = decode(frame);
      if (decoded.kind !== 'records') throw new Error(`${decoded.kind}: ${frame.toString('hex')}`);
      for (const [i, record] of decoded.records.entries()) {
        const { io, ...gps } = parseRecord(written.table, sent[i]!);
        const isSame =
          record.timeMs === Math.min(Number(gps.timestamp), 8.64e15) &&
          record.priority === gps.priority &&
          record.lonDeg === gps.longitude / 1e7 &&
          record.latDeg === gps.latitude / 1e7 &&
          record.altitudeM === gps.altitude &&
          record.courseDeg === gps.angle &&
          record.satellites === gps.satellites &&
          record.speedKmh === gps.speed &&
          record.event === io.event &&
          (record.generation ?? undefined) === io.generation &&
          sent[i]!.equals(record.content);
        if (!isSame) expect(sent[i]!.toString('hex'), `record ${i}`).toBe(JSON.stringify(record));
      }
      expect(decoded.records).toHaveLength(sent.length);
    }
  },
);
