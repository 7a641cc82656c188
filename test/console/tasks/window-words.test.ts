/** When a task is to be done, in words of the reader's own clock. */
import { describe, expect, it } from 'vitest';
import {
  clockWords,
  offsetWords,
  sentencePieces,
  tickWords,
  windowWords,
} from '../../../src/console/tasks/window-words.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const BERLIN = 'Europe/Berlin';

describe('a window in words', () => {
  it.each([
    ['2026-11-22T08:00:00Z', '2026-11-22T10:30:00Z', '22 Nov, 09:00 to 11:30'],
    ['2026-11-22T08:00:30Z', '2026-11-22T10:30:00Z', '22 Nov, 09:00:30 to 11:30'],
    ['2026-11-22T22:00:00Z', '2026-11-22T23:30:00Z', '22 Nov, 23:00 to 23 Nov, 00:30'],
    ['2026-12-31T22:00:00Z', '2026-12-31T23:30:00Z', '31 Dec, 23:00 to 1 Jan 2027, 00:30'],
    ['2026-11-22T08:00:00Z', null, 'from 22 Nov, 09:00 on'],
    [null, '2026-11-22T10:00:00Z', 'until 22 Nov, 11:00'],
    [null, null, 'at any time'],
    ['nonsense', '2026-11-22T10:00:00Z', '?, ? to 22 Nov, 11:00'],
  ])('%s to %s', (from, to, expected) => {
    expect(windowWords({ from, to }, NOW, BERLIN)).toBe(expected);
  });

  it('names the offset of the day it is about, not of today', () => {
    expect(offsetWords(Date.parse('2026-07-01T00:00:00Z'), BERLIN)).toBe('UTC+02:00');
    expect(offsetWords(NOW, BERLIN)).toBe('UTC+01:00');
    expect(offsetWords(NOW, 'UTC')).toBe('UTC');
    expect(offsetWords(Number.NaN, BERLIN)).toBe('');
  });

  it('marks a scale with the day at midnight', () => {
    const at = (text: string): string => tickWords(Date.parse(text), NOW, BERLIN);
    expect([at('2026-11-21T23:00:00Z'), at('2026-11-22T05:00:00Z'), at('2025-11-21T23:00:00Z')]).toEqual([
      '22 Nov',
      '06:00',
      '22 Nov 2025',
    ]);
  });

  it('begins the day at 00:00', () => {
    expect(clockWords(Date.parse('2026-11-22T00:00:00Z'), 'UTC')).toBe('00:00');
  });
});

describe('a sentence of the gateway', () => {
  it('comes apart at its times, and together again', () => {
    const sentence = 'Inside from 2026-05-04T08:07:10Z to 2026-05-04T08:09:40.250Z: 2 min 30 s.';
    const pieces = sentencePieces(sentence);
    expect(pieces.filter(({ isTime }) => isTime).map(({ text }) => text)).toEqual([
      '2026-05-04T08:07:10Z',
      '2026-05-04T08:09:40.250Z',
    ]);
    expect(pieces.map(({ text }) => text).join('')).toBe(sentence);
    expect(sentencePieces('A date such as 2026-05-04 is none.')).toEqual([
      { text: 'A date such as 2026-05-04 is none.', isTime: false },
    ]);
  });
});
