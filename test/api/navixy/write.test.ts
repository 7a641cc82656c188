/** What an update over Navixy does to what Navixy cannot say. */
import { describe, expect, it } from 'vitest';
import { editedTermsOf, type TaskWire } from '../../../src/api/navixy/write.ts';
import type { TaskTerms } from '../../../src/model/task.ts';
import { task } from '../../store/kit.ts';

const FROM = Date.UTC(2026, 2, 1, 8);
const TO = Date.UTC(2026, 2, 1, 10);
const ZONE = { latDeg: 59.4, lonDeg: 24.7, radiusM: 99 };

function wire(part: Partial<TaskWire> = {}): TaskWire {
  return {
    from: FROM,
    to: TO,
    label: 'Deliver',
    description: '',
    location: { zone: ZONE, address: '' },
    external_id: null,
    max_delay: 5,
    min_stay_duration: 6,
    min_arrival_duration: 7,
    tags: null,
    fields: null,
    form_template_id: null,
    ...part,
  };
}

function edited(terms: Partial<TaskTerms>, part: Partial<TaskWire> = {}): TaskTerms {
  return editedTermsOf(wire(part), { terms: { ...task(1).terms, fromMs: FROM, toMs: TO, ...terms } });
}

describe('an update over Navixy', () => {
  it('replaces what Navixy says', () => {
    expect(edited({ maxDelayMs: 0 }, { from: FROM + 1000 })).toEqual({
      zone: ZONE,
      fromMs: FROM + 1000,
      toMs: TO,
      maxDelayMs: 5 * 60_000,
      minStayMs: 6 * 60_000,
      minArrivalMs: 7 * 60_000,
      isFormRequired: false,
      isFormInZone: false,
    });
  });

  it.each([
    ['both', {}, 'both'],
    ['both', { from: FROM + 1000 }, 'to'],
    ['both', { to: TO + 1000 }, 'from'],
    ['both', { from: FROM + 1000, to: TO + 1000 }, undefined],
    ['from', {}, 'from'],
    ['from', { from: FROM + 1000 }, undefined],
    ['to', { from: FROM + 1000 }, 'to'],
    ['to', { to: TO - 1000 }, undefined],
    [undefined, {}, undefined],
  ] as const)('of a window that is open at %s, sent back with %j, leaves it open at %s', (openEnds, part, left) => {
    expect(edited(openEnds === undefined ? {} : { openEnds }, part).openEnds).toBe(left);
  });

  it('keeps the place in the queue', () => {
    expect(edited({ position: 12.5 }).position).toBe(12.5);
    expect(edited({})).not.toHaveProperty('position');
  });

  it('keeps parts of a second where a date comes back as it was shown', () => {
    expect(edited({ fromMs: FROM + 250, toMs: TO + 750 })).toMatchObject({ fromMs: FROM + 250, toMs: TO + 750 });
    expect(edited({ fromMs: FROM + 250 }, { from: FROM + 1000 }).fromMs).toBe(FROM + 1000);
  });

  it('never ends a window before it begins', () => {
    const { fromMs, toMs } = edited({ fromMs: FROM + 250, toMs: TO }, { to: FROM });
    expect(fromMs).toBeLessThanOrEqual(toMs);
  });
});
