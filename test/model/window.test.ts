import { describe, expect, it } from 'vitest';
import { windowOf } from '../../src/model/window.ts';

const DAY_MS = 86_400_000;
const CREATED_MS = Date.UTC(2026, 2, 1, 12);
const EARLY_MS = CREATED_MS - DAY_MS;
const LATE_MS = CREATED_MS + DAY_MS;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('windowOf', () => {
  it.each([
    ['both ends as they are set', { fromMs: EARLY_MS, toMs: LATE_MS }, { fromMs: EARLY_MS, toMs: LATE_MS }],
    [
      'an end before the beginning as it is set',
      { fromMs: LATE_MS, toMs: EARLY_MS },
      { fromMs: LATE_MS, toMs: EARLY_MS },
    ],
    [
      'the creation where nobody said from when',
      { toMs: LATE_MS },
      { fromMs: CREATED_MS, toMs: LATE_MS, openEnds: 'from' },
    ],
    [
      'no beginning after an end in the past',
      { toMs: EARLY_MS },
      { fromMs: EARLY_MS, toMs: EARLY_MS, openEnds: 'from' },
    ],
    ['a day from its beginning', { fromMs: EARLY_MS }, { fromMs: EARLY_MS, toMs: CREATED_MS, openEnds: 'to' }],
    ['a day from the creation', {}, { fromMs: CREATED_MS, toMs: LATE_MS, openEnds: 'both' }],
    ['the promised arrival', { promisedMs: LATE_MS + 1 }, { fromMs: CREATED_MS, toMs: LATE_MS + 1, openEnds: 'both' }],
    [
      'no promise before the beginning',
      { fromMs: LATE_MS, promisedMs: EARLY_MS },
      { fromMs: LATE_MS, toMs: LATE_MS, openEnds: 'to' },
    ],
    ['no year of five digits', { fromMs: LAST_MS - 1 }, { fromMs: LAST_MS - 1, toMs: LAST_MS, openEnds: 'to' }],
  ])('is %s', (_name, wish, window) => {
    expect(windowOf({ fromMs: null, toMs: null, promisedMs: null, createdMs: CREATED_MS, ...wish })).toEqual(window);
  });
});
