/** What keys stand for, and for how long. */
import { describe, expect, it } from 'vitest';
import { HOUR, T0, testStore } from './kit.ts';

const FIRST = { caller: 'shop', key: 'k', digest: 'd1' };
const DAY = 24 * HOUR;
const MANY = 1000;

describe('a request under a key', () => {
  it('begins once, and keeps its beginning and its answer', () => {
    const { requests } = testStore();
    expect(requests.begin(FIRST, T0, T0 - DAY, MANY)).toEqual({ digest: 'd1', begunMs: T0, answer: null });
    const again = { ...FIRST, digest: 'd2' };
    expect(requests.begin(again, T0 + 5, T0 + 5 - DAY, MANY)).toEqual({ digest: 'd1', begunMs: T0, answer: null });
    requests.finish(FIRST, '{"a":1}');
    expect(requests.begin(again, T0 + 9, T0 + 9 - DAY, MANY)).toEqual({ digest: 'd1', begunMs: T0, answer: '{"a":1}' });
  });

  it.each([
    ['of another caller', { ...FIRST, caller: 'yard' }],
    ['of another name', { ...FIRST, key: 'K' }],
  ])('is another one %s', (_name, other) => {
    const { requests } = testStore();
    requests.begin(FIRST, T0, T0 - DAY, MANY);
    expect(requests.begin({ ...other, digest: 'd2' }, T0 + 1, T0 - DAY, MANY)?.digest).toBe('d2');
  });

  it('begins anew when its time is over, or nothing came of it', () => {
    const { requests } = testStore();
    requests.begin(FIRST, T0, T0 - DAY, MANY);
    requests.finish(FIRST, '1');
    const later = T0 + DAY;
    expect(requests.begin({ ...FIRST, digest: 'd2' }, later, later - DAY, MANY)).toEqual({
      digest: 'd2',
      begunMs: later,
      answer: null,
    });
    requests.forget(FIRST);
    expect(requests.begin({ ...FIRST, digest: 'd3' }, later, later - DAY, MANY)?.digest).toBe('d3');
  });

  it('is refused to who has too many, until the old ones are gone', () => {
    const { requests } = testStore();
    for (const key of ['a', 'b']) requests.begin({ ...FIRST, key }, T0, T0 - DAY, 2);
    const third = { ...FIRST, key: 'c' };
    expect(requests.begin(third, T0 + 1, T0 + 1 - DAY, 2)).toBeNull();
    expect(requests.begin({ ...third, caller: 'yard' }, T0 + 1, T0 + 1 - DAY, 2)).not.toBeNull();
    expect(requests.begin({ ...FIRST, key: 'a' }, T0 + 1, T0 + 1 - DAY, 2)?.begunMs).toBe(T0);
    expect(requests.begin(third, T0 + DAY, T0, 2)?.begunMs).toBe(T0 + DAY);
  });
});
