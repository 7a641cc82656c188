import { describe, expect, it } from 'vitest';
import { LOG_MAX, withNewest } from '../../../src/console/webhooks/log.ts';
import { choicesOf, outcomeText, redeliveryText } from '../../../src/console/webhooks/topics.ts';
import type { Delivery } from '../../../src/console/wire.ts';

function delivery(messageId: string, atMs: number): Delivery {
  const at = new Date(atMs).toISOString();
  return {
    webhook: 'w',
    webhookName: '',
    eventId: 1,
    taskId: 1,
    messageId,
    type: 'task.done',
    at,
    duration: 1,
    status: 200,
    error: null,
  };
}

describe('a delivery log that grows', () => {
  it('is newest first, and tells a try once that the list and the stream both know', () => {
    const [a, b, c] = [delivery('m1', 1), delivery('m1', 2), delivery('m2', 3)];
    expect(withNewest([c, b], [b, a])).toEqual([c, b, a]);
  });

  it('ends somewhere', () => {
    const many = Array.from({ length: LOG_MAX + 50 }, (_, index) => delivery('m', index));
    const log = withNewest(many.slice(10), many);
    expect(log).toHaveLength(LOG_MAX);
    expect(log[0]).toBe(many.at(-1));
  });
});

describe('words of a webhook', () => {
  it.each([
    [200, null, 'taken (200)'],
    [null, null, 'taken'],
    [500, 'Internal Server Error', '500: Internal Server Error'],
    [null, 'timeout', 'timeout'],
  ])('a try with status %s and error %s is said as "%s"', (status, error, text) => {
    expect(outcomeText(status, error)).toBe(text);
  });

  it.each([
    [0, null, 'nothing'],
    [1, null, '1 event is told again'],
    [1000, '2026-01-01T00:00:00.000Z', 'from 2026-01-01T00:00:00.000Z on'],
  ])('of %s events told again, the rest from %s: %s', (events, nextFrom, words) => {
    expect(redeliveryText(events, nextFrom)).toContain(words);
  });

  it('a topic that is none of the usual ones can still be unmarked', () => {
    expect(choicesOf(['task.done', 'task.failed'], ['task.done', 'task.old'])).toEqual([
      'task.done',
      'task.failed',
      'task.old',
    ]);
  });
});
