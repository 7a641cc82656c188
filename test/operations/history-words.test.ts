import { describe, expect, it } from 'vitest';
import type { FactsThen, TaskEventBody } from '../../src/model/event.ts';
import { historyWords, trackerThen } from '../../src/operations/history-words.ts';
import { NOW_MS } from './fake-line.ts';

const ASSIGNED: FactsThen = {
  ...{ state: 'assigned', arrivalMs: null, isLate: false, isFaulty: false, issues: [], closer: null, trackerId: 1 },
};
const DONE: FactsThen = { ...ASSIGNED, state: 'completed', arrivalMs: NOW_MS, closer: 'gps' };
const WITNESS = { timeMs: NOW_MS, latDeg: 51.2, lonDeg: 7.3 };
const change = { kind: 'status_change', from: ASSIGNED, to: DONE, stayMs: 0, revised: false, reason: null } as const;

describe('an event is told in a sentence', () => {
  it.each<[TaskEventBody, string]>([
    [{ kind: 'assign', trackerId: 1 }, 'Given to "Van".'],
    [{ kind: 'assign', trackerId: 9 }, 'Given to tracker 9.'],
    [{ kind: 'assign', trackerId: null }, 'Given to nobody.'],
    [{ kind: 'update', text: { label: 'A' }, terms: { toMs: 1 } }, 'Changed: label, end of the window.'],
    [{ kind: 'update', text: {}, terms: {} }, 'Changed: nothing.'],
    [{ kind: 'presence', isNear: true, witness: null }, 'Its tracker is near, somebody said.'],
    [
      { kind: 'presence', isNear: false, witness: WITNESS },
      'Its tracker has gone away, by the fix of 2026-03-01T12:00:00Z at 51.2, 7.3.',
    ],
    [{ kind: 'delete' }, 'Deleted.'],
    [{ kind: 'form', formMs: 0 }, 'The form was submitted.'],
    [{ kind: 'form', formMs: 0, isCorrection: true }, 'The form was filled in anew.'],
    [{ kind: 'place', checkpoint: { routeId: 7, order: 2 } }, 'Made checkpoint 3 of route 7.'],
    [{ kind: 'place', checkpoint: null }, 'Taken out of its route.'],
    [{ kind: 'route_status', from: 'assigned', to: 'done', revised: false }, 'Route moved from assigned to done.'],
    [
      { ...change, witness: WITNESS, stayMs: 61_000 },
      'From assigned to done, by the fix of 2026-03-01T12:00:00Z at 51.2, 7.3, after a stay of 1 min 1 s.',
    ],
    [
      { ...change, to: { ...ASSIGNED, state: 'failed', closer: 'clock', issues: ['no_visit'] }, witness: null },
      'From assigned to failed, closed by the clock; it was never there.',
    ],
    [
      {
        ...change,
        to: { ...DONE, closer: 'person' },
        witness: null,
        remark: { by: null, notes: 'ok "so"', place: null },
      },
      'From assigned to done, completed by a person: "ok \\"so\\"".',
    ],
    [
      { ...change, revised: true, reason: 'late_fix', witness: null },
      'From assigned to done: late evidence revised it.',
    ],
    [
      { ...change, revised: true, reason: 'clock_changed', witness: null },
      'From assigned to done: the time zone of the tracker was corrected, which revised it.',
    ],
    [{ ...change, to: ASSIGNED, witness: null }, 'Still assigned, with other dates or issues.'],
  ])('%j', (body, words) => {
    expect(historyWords({ body }, (id) => (id === 1 ? 'Van' : null))).toBe(words);
  });

  it('a label cannot end the sentence', () => {
    expect(historyWords({ body: { kind: 'assign', trackerId: 1 } }, () => 'a". Deleted')).toBe(
      'Given to "a\\". Deleted".',
    );
  });
});

it('an event names who answered for the task then', () => {
  expect(trackerThen({ body: { ...change, witness: null } })).toBe(1);
  expect(trackerThen({ body: { kind: 'assign', trackerId: 4 } })).toBe(4);
  expect(trackerThen({ body: { kind: 'delete' } })).toBe(null);
});
