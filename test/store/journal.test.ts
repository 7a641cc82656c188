import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AHEAD_MS,
  packFrames,
  ROW_BYTES,
  readFrame,
  readHeaders,
  SPAN_MS_MAX,
  spansOf,
} from '../../src/store/journal.ts';
import type { FrameRecord } from '../../src/store/store.ts';
import { HOUR, T0 } from './kit.ts';

const anyFrame: fc.Arbitrary<FrameRecord> = fc
  .record({
    trackerId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    receivedMs: fc.integer({ min: T0, max: T0 + HOUR }),
    protocol: fc.constantFrom('teltonika', 'gt06'),
    raw: fc.uint8Array({ maxLength: 6000 }).map((bytes) => Buffer.from(bytes)),
    mask: fc.option(fc.array(fc.boolean(), { minLength: 1, maxLength: 255 })),
    hasValidFix: fc.boolean(),
    clockAheadMinutes: fc.constantFrom(0, 0, 480, -720, 840),
    offsets: fc.array(fc.integer({ min: -5 * HOUR, max: 5 * HOUR }), { maxLength: 255 }),
  })
  .map(({ mask, offsets, ...frame }) => {
    const kept = mask === null || mask.includes(true) ? mask : null;
    const count = kept?.filter(Boolean).length ?? offsets.length;
    return { ...frame, kept, timesMs: Array.from({ length: count }, (_, i) => T0 + (offsets[i] ?? i)) };
  });

describe('packFrames', () => {
  it('gives back every frame as it was, in order', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 20 }), (frames) => {
        const read = packFrames(frames, 7).flatMap(({ body }) =>
          [...readHeaders(body)].map((header) => ({ ...readFrame(body, header.offset), ...header })),
        );
        expect(read.map(({ offset, spans, ...frame }) => frame)).toEqual(frames.map(({ timesMs, ...frame }) => frame));
        expect(read.map(({ spans }) => spans)).toEqual(
          frames.map(({ timesMs, receivedMs }) => spansOf(timesMs, receivedMs)),
        );
      }),
    );
  });

  it('numbers rows without gaps and starts every frame within the first ROW_BYTES of its row', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 30 }), fc.integer({ min: 1, max: 1e6 }), (frames, firstId) => {
        const rows = packFrames(frames, firstId);
        expect(rows.map(({ id }) => id)).toEqual(rows.map((_, i) => firstId + i));
        for (const { body, headers } of rows) {
          for (const { offset } of headers) expect(offset).toBeLessThan(ROW_BYTES);
          expect([...readHeaders(body)]).toEqual(headers);
        }
      }),
    );
  });

  it('leaves out a frame of which nothing is kept, but not one without records', () => {
    const frame = {
      trackerId: 1,
      receivedMs: T0,
      protocol: 'gt06',
      raw: Buffer.from('aa'),
      hasValidFix: false,
    } as const;
    const rows = packFrames(
      [
        { ...frame, timesMs: [], kept: [false, false] },
        { ...frame, timesMs: [], kept: null },
      ],
      1,
    );
    expect(rows.flatMap(({ body }) => [...readHeaders(body)])).toHaveLength(1);
    expect(packFrames([{ ...frame, timesMs: [], kept: [false] }], 1)).toEqual([]);
  });
});

describe('spansOf', () => {
  it.each([
    ['one record', [5], [5, 5]],
    ['no record', [], []],
    ['records close together, in any order', [30, 10, 20], [10, 30]],
    ['an unset clock among them', [T0, 0, T0 + 1000], [0, 0, T0, T0 + 1000]],
    ['more than an hour in all', [T0 - HOUR - 1, T0 - 1, T0], [T0 - HOUR - 1, T0 - 1, T0, T0]],
    [
      'ahead of the receipt',
      [T0, T0 + AHEAD_MS + 2, T0 + AHEAD_MS + 1, T0 + AHEAD_MS + 1],
      [T0, T0, T0 + AHEAD_MS + 1, T0 + AHEAD_MS + 1, T0 + AHEAD_MS + 2, T0 + AHEAD_MS + 2],
    ],
  ])('%s', (_, timesMs, spans) => {
    expect(spansOf(timesMs, T0)).toEqual(spans);
  });

  it('covers every time and never spans more than SPAN_MS_MAX', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -HOUR * 9, max: HOUR * 9 }), { maxLength: 100 }), (timesMs) => {
        const spans = spansOf(timesMs, 0);
        for (let i = 0; i < spans.length; i += 2) expect(spans[i + 1]! - spans[i]!).toBeLessThanOrEqual(SPAN_MS_MAX);
        for (const ms of timesMs)
          expect(spans.some((from, i) => i % 2 === 0 && from <= ms && ms <= spans[i + 1]!)).toBe(true);
      }),
    );
  });
});
