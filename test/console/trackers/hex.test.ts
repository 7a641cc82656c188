import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  downloadText,
  groupMarks,
  hexRows,
  hexText,
  offsetText,
  rangeText,
  recordOf,
  saysPlace,
} from '../../../src/console/trackers/hex.ts';
import type { FrameField } from '../../../src/console/wire.ts';

function field(offset: number, length: number, name = 'field', path = ''): FrameField {
  return { offset, length, path, name, value: '' };
}

const anyFields = fc.array(
  fc.record({ offset: fc.integer({ min: -5, max: 80 }), length: fc.integer({ min: -5, max: 80 }) }),
  { maxLength: 12 },
);

describe('rows of bytes', () => {
  it('cut fields at the end of a row and go on in the next', () => {
    const rows = hexRows('0001020304050607', [field(0, 2), field(2, 4), field(6, 2)], 4);
    expect(rows.map(({ spans }) => spans.map((span) => [span.offset, span.bytes.join(''), span.field]))).toEqual([
      [
        [0, '0001', 0],
        [2, '0203', 1],
      ],
      [
        [4, '0405', 1],
        [6, '0607', 2],
      ],
    ]);
  });

  it('show what no field names as such', () => {
    expect(hexRows('aabbcc', [field(1, 1)], 16)[0]!.spans.map((span) => span.field)).toEqual([null, 0, null]);
  });

  it('give a byte to the shorter of two fields: it says more', () => {
    const spans = hexRows('aabbcc', [field(1, 1), field(0, 3)], 16)[0]!.spans;
    expect(spans.map((span) => span.field)).toEqual([1, 0, 1]);
  });

  it('show bytes as ASCII where they are printable', () => {
    expect(hexRows('00417e7f2a', [], 16)[0]!.spans[0]!.text).toBe('.A~.*');
  });

  it('hold every byte once and in order, whatever the fields say', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70 }),
        anyFields,
        fc.integer({ min: 1, max: 20 }),
        (bytes, places, perRow) => {
          const hex = Buffer.from(bytes).toString('hex');
          const rows = hexRows(
            hex,
            places.map(({ offset, length }) => field(offset, length)),
            perRow,
          );
          expect(rows.flatMap((row) => row.spans.flatMap((span) => span.bytes)).join('')).toBe(hex);
          for (const row of rows)
            expect(row.spans.reduce((sum, span) => sum + span.bytes.length, 0)).toBeLessThanOrEqual(perRow);
        },
      ),
    );
  });
});

describe('names', () => {
  it.each([
    [field(4, 1), '4'],
    [field(4, 4), '4-7'],
    [field(4, 0), ''],
  ])('a range is said from first to last byte', (what, text) => {
    expect(rangeText(what)).toBe(text);
  });

  it('offsets are four hex digits', () => {
    expect(offsetText(0x1f0)).toBe('01f0');
  });

  it.each([
    [field(0, 1, 'Timestamp', 'record 2 / AVL data'), 2],
    [field(0, 1, 'Record 12: Timestamp'), 12],
    [field(0, 1, 'Records'), null],
    [field(0, 1, 'CRC-16'), null],
  ])('a field tells which record it is of', (what, record) => {
    expect(recordOf(what)).toBe(record);
  });

  it.each([
    ['latitude', 4, true],
    ['date time', 6, true],
    ['lat', 0, false],
    ['latency', 4, false],
    ['cell lac', 2, false],
  ])('says where or when: %s of %i bytes, %s', (name, length, isPlace) => {
    expect(saysPlace(field(0, length, name))).toBe(isPlace);
  });

  it('records that follow each other are marked in different ways, and never as the frame around them', () => {
    const [around, ...marks] = groupMarks([
      field(0, 1),
      ...[1, 2, 3, 4, 5].map((record) => field(0, 1, '', `Record ${record}`)),
    ]);
    expect(around).toBe(0);
    expect(marks).not.toContain(0);
    for (let index = 1; index < marks.length; index += 1) expect(marks[index]).not.toBe(marks[index - 1]);
  });

  it('where there are no records, neighbours are marked in different ways', () => {
    const marks = groupMarks(Array.from({ length: 12 }, () => field(0, 1)));
    for (let index = 1; index < marks.length; index += 1) expect(marks[index]).not.toBe(marks[index - 1]);
  });
});

it('hex is copied in pairs and downloaded as the decoder reads it', () => {
  expect(hexText('78780d')).toBe('78 78 0d');
  const frame = { hex: '78780d', receivedAt: '2026-03-01T08:00:00.000Z', protocol: 'gt06' };
  expect(downloadText(frame)).toBe('# gt06, received 2026-03-01T08:00:00.000Z\n78780d\n');
});
