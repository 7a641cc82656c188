/** How far an endpoint has been told: what is left of it after a restart, and other policies than GSMtasks'. */
import { describe, expect, it } from 'vitest';
import { failed, nextOf, type Progress, recalled } from '../../src/feed/deliveries.ts';
import { GSMTASKS_POLICY, type Policy, STANDARD_WAITS_MS, standardPolicy } from '../../src/feed/policies.ts';
import type { DeliveryRow } from '../../src/store/store.ts';
import { T0 } from '../store/kit.ts';

const FAILURE = { status: 503, words: 'answered 503' };
const HEAD = { eventId: 8, isAgain: false, isLast: true };
const FRESH: Progress = { toldId: 7, toldParts: 0, retry: null, again: [] };

function pending(eventId: number, part: Partial<DeliveryRow> = {}): DeliveryRow {
  return { eventId, state: 'pending', tries: 0, nextMs: T0, status: null, error: null, ...part };
}

describe('progress', () => {
  it.each([
    ['of one that was told nothing yet', null, { toldId: 7, toldParts: 0 }],
    ['that is behind its beginning', { toldId: 3, toldParts: 1 }, { toldId: 7, toldParts: 0 }],
    ['that is at its beginning', { toldId: 7, toldParts: 1 }, { toldId: 7, toldParts: 1 }],
    ['that has gone on', { toldId: 9, toldParts: 1 }, { toldId: 9, toldParts: 1 }],
  ])('%s is recalled', (_name, told, found) => {
    expect(recalled(7, told, [])).toEqual({ ...found, retry: null, again: [] });
  });

  it('recalls what is tried again, and what is told once more', () => {
    const rows = [pending(2), pending(6), pending(8, { tries: 3, nextMs: T0 + 5 })];
    const progress = recalled(7, null, rows);
    expect(progress).toMatchObject({
      retry: { tries: 3, nextMs: T0 + 5 },
      again: [
        { eventId: 2, toldParts: 0 },
        { eventId: 6, toldParts: 0 },
      ],
    });
    expect(nextOf(progress, T0)).toEqual({ againId: 2, part: 0 });
    expect(nextOf({ ...progress, again: [] }, T0)).toEqual({ untilMs: T0 + 5 });
    expect(nextOf({ ...progress, again: [] }, T0 + 5)).toEqual({ againId: null, part: 0 });
  });
});

describe('a policy', () => {
  it('may give an event up and go on', () => {
    const burying: Policy = {
      afterFailure: (tries) => (tries < 2 ? { kind: 'retry', waitMs: 10 } : { kind: 'bury' }),
    };
    const first = failed(FRESH, HEAD, FAILURE, burying, T0);
    expect(first).toMatchObject({ progress: { toldId: 7, retry: { tries: 1, nextMs: T0 + 10 } }, isClosed: false });
    const second = failed(first.progress, HEAD, FAILURE, burying, T0 + 10);
    expect(second).toEqual({
      progress: { toldId: 8, toldParts: 0, retry: null, again: [] },
      row: { eventId: 8, state: 'dead', tries: 2, nextMs: T0 + 10, status: 503, error: 'answered 503' },
      isClosed: false,
    });
  });

  it.each([
    [1, 503, { kind: 'retry', waitMs: 16_000 }],
    [2, null, { kind: 'retry', waitMs: 64_000 }],
    [10, 503, { kind: 'retry', waitMs: 1_600_000 }],
    [11, 503, { kind: 'close' }],
    [1, 410, { kind: 'close' }],
    [1, 301, { kind: 'retry', waitMs: 16_000 }],
  ])('of GSMtasks: after failure %i, of status %s', (tries, status, consequence) => {
    expect(GSMTASKS_POLICY.afterFailure(tries, { status, words: '' })).toEqual(consequence);
  });

  it('of Standard Webhooks: waits as long as it suggests, then gives the event up', () => {
    const policy = standardPolicy(() => 0);
    const waits = STANDARD_WAITS_MS.map((waitMs) => ({ kind: 'retry', waitMs }));
    const consequences = [...waits, 0].map((_, i) => policy.afterFailure(i + 1, FAILURE));
    expect(consequences).toEqual([...waits, { kind: 'bury' }]);
    expect(STANDARD_WAITS_MS.map((waitMs) => waitMs / 1000)).toEqual([
      5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
  });

  it('of Standard Webhooks: waits up to a fifth longer, as chance has it', () => {
    const waitMs = (chance: number) => standardPolicy(() => chance).afterFailure(1, FAILURE);
    expect([waitMs(0), waitMs(0.5), waitMs(0.999)]).toMatchObject([
      { waitMs: 5000 },
      { waitMs: 5500 },
      { waitMs: 5999 },
    ]);
  });

  it.each([
    ['longer than planned', 1, 429, 60_000, { kind: 'retry', waitMs: 60_000 }],
    ['longer than planned', 1, 503, 60_000, { kind: 'retry', waitMs: 60_000 }],
    ['shorter than planned', 2, 429, 1000, { kind: 'retry', waitMs: 300_000 }],
    ['beyond reason', 1, 429, 10 ** 12, { kind: 'retry', waitMs: 86_400_000 }],
    ['where that means nothing', 1, 500, 60_000, { kind: 'retry', waitMs: 5000 }],
    ['after the last try', 10, 503, 60_000, { kind: 'bury' }],
    ['of one that is gone', 1, 410, 60_000, { kind: 'close' }],
  ])('of Standard Webhooks: a Retry-After %s: try %i, status %i', (_name, tries, status, retryAfterMs, consequence) => {
    const failure = { status, words: '', retryAfterMs };
    expect(standardPolicy(() => 0).afterFailure(tries, failure)).toEqual(consequence);
  });
});
