import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AHEAD_MAX,
  before,
  entryAt,
  firstFrom,
  fromBlob,
  headOf,
  indexableMs,
  insertFrame,
  merge,
  mergeHeads,
  NO_HEAD,
  offsetOf,
  rowOf,
  STRIDE,
  toBlob,
} from '../../src/store/entries.ts';
import { AHEAD_MS, type FrameHeader } from '../../src/store/journal.ts';
import { HOUR, T0 } from './kit.ts';

function header(part: Partial<FrameHeader>): FrameHeader {
  return { offset: 0, trackerId: 1, receivedMs: T0, hasValidFix: true, spans: [T0, T0], ...part };
}

function listOf(timesMs: readonly number[], firstRow = 1): number[] {
  const entries: number[] = [];
  timesMs.forEach((ms, i) => {
    insertFrame(entries, firstRow + i, header({ spans: [ms, ms + 10] }));
  });
  return entries;
}

function columns(entries: ArrayLike<number>, column: 'fromMs' | 'address'): number[] {
  return Array.from({ length: entries.length / STRIDE }, (_, i) => entryAt(entries, i * STRIDE)[column]);
}

const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 });

describe('entries', () => {
  it('are read out as they were put in, up to the greatest row number', () => {
    const entries: number[] = [];
    insertFrame(entries, 2 ** 37 - 1, header({ offset: 16_383, spans: [T0, T0 + 5], receivedMs: T0 + 9 }));
    const entry = entryAt(entries, 0);
    expect(entry).toMatchObject({ fromMs: T0, toMs: T0 + 5, receivedMs: T0 + 9, hasRecords: true, hasValidFix: true });
    expect([rowOf(entry.address), offsetOf(entry.address)]).toEqual([2 ** 37 - 1, 16_383]);
  });

  it('mark a frame without records, by its receipt', () => {
    const entries: number[] = [];
    insertFrame(entries, 1, header({ spans: [], hasValidFix: false }));
    expect(entryAt(entries, 0)).toMatchObject({ fromMs: T0, toMs: T0, hasRecords: false, hasValidFix: false });
  });

  it('stay sorted by beginning, then by commit', () => {
    fc.assert(
      fc.property(times, (timesMs) => {
        const expected = timesMs.map((ms, i) => ({ ms, row: i + 1 })).sort((a, b) => a.ms - b.ms || a.row - b.row);
        const entries = listOf(timesMs);
        expect(columns(entries, 'fromMs')).toEqual(expected.map(({ ms }) => ms));
        expect(columns(entries, 'address').map(rowOf)).toEqual(expected.map(({ row }) => row));
      }),
    );
  });

  it('merge like one list that was filled with both', () => {
    fc.assert(
      fc.property(times, times, (first, second) => {
        const whole = listOf([...first, ...second]);
        expect(merge(listOf(first), listOf(second, first.length + 1))).toEqual(whole);
        expect(before(whole, first.length + 1)).toEqual(listOf(first));
      }),
    );
  });

  it('survive the way through a blob', () => {
    fc.assert(
      fc.property(times, (timesMs) => {
        expect([...fromBlob(toBlob(listOf(timesMs)))]).toEqual(listOf(timesMs));
      }),
    );
  });

  it('are found by their beginning', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: -1, max: 51 }), (timesMs, ms) => {
        const count = timesMs.filter((time) => time < ms).length;
        expect(firstFrom(listOf(timesMs), ms)).toBe(count * STRIDE);
      }),
    );
  });

  it.each([
    [Infinity, 8.64e15],
    [-Infinity, -8.64e15],
    [1.8e19, 8.64e15],
    [Number.NaN, 0],
    [T0, T0],
  ])('hold the time %d as %d', (claimed, held) => {
    expect(indexableMs(claimed)).toBe(held);
  });
});

describe('heads', () => {
  it('tell what was ahead of its receipt apart from the newest', () => {
    const entries: number[] = [];
    insertFrame(entries, 1, header({ spans: [T0 - HOUR, T0, T0 + AHEAD_MS + 1, T0 + AHEAD_MS + 1] }));
    insertFrame(entries, 2, header({ spans: [], receivedMs: T0 + 7 }));
    expect(headOf(entries)).toEqual({ newestMs: T0, aheadMs: [T0 + AHEAD_MS + 1], lastReceivedMs: T0 + 7 });
  });

  it('forget times ahead that have been overtaken', () => {
    const ahead = { ...NO_HEAD, aheadMs: [T0 + HOUR, T0 + 3 * HOUR] };
    expect(mergeHeads(ahead, { ...NO_HEAD, newestMs: T0 + 2 * HOUR })).toMatchObject({
      newestMs: T0 + 2 * HOUR,
      aheadMs: [T0 + 3 * HOUR],
    });
  });

  it('cover every time by newest or ahead, and hold at most AHEAD_MAX', () => {
    const aheadMs = Array.from({ length: AHEAD_MAX + 50 }, (_, i) => T0 + HOUR + i);
    const head = mergeHeads(NO_HEAD, { ...NO_HEAD, aheadMs });
    expect(head.aheadMs).toHaveLength(AHEAD_MAX);
    for (const ms of aheadMs) expect(ms <= head.newestMs || head.aheadMs.includes(ms)).toBe(true);
  });
});
