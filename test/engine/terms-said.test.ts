import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asNavixySays, endingAt, isSameTask } from '../../src/engine/terms-said.ts';
import type { OpenEnds, TaskTerms } from '../../src/model/task.ts';
import { at, DEPOT, terms } from './world-kit.ts';

const FRACTION_MS = 123;

function open(openEnds: OpenEnds): TaskTerms {
  const { fromMs, toMs, ...rest } = terms('09:00', '10:00');
  return { ...rest, fromMs: fromMs + FRACTION_MS, toMs: toMs + FRACTION_MS, openEnds, position: 2.5 };
}

/** What Navixy is shown, as it sends it back. */
function echo({ openEnds: _, position: __, ...shown }: TaskTerms): TaskTerms {
  return { ...shown, fromMs: shown.fromMs - (shown.fromMs % 1000), toMs: shown.toMs - (shown.toMs % 1000) };
}

describe('an edit through Navixy', () => {
  it.each([
    ['both', {}, 'both'],
    ['both', { fromMs: at('08:00') }, 'to'],
    ['both', { toMs: at('11:00') }, 'from'],
    ['both', { fromMs: at('08:00'), toMs: at('11:00') }, undefined],
    ['to', {}, 'to'],
    ['to', { fromMs: at('08:00') }, 'to'],
    ['to', { toMs: at('11:00') }, undefined],
    ['from', {}, 'from'],
    ['from', { fromMs: at('08:00') }, undefined],
    ['from', { toMs: at('11:00') }, 'from'],
  ] as const)('of a window with open ends (%s) that says %o leaves open: %s', (before, change, after) => {
    const said = asNavixySays(open(before), { ...echo(open(before)), ...change });
    expect(said.openEnds).toBe(after);
    expect(said.position).toBe(2.5);
  });

  it('that says what it was shown changes nothing, to the millisecond', () => {
    const property = fc.property(fc.constantFrom<OpenEnds>('from', 'to', 'both'), fc.nat(999), (ends, ms) => {
      const before = { ...open(ends), fromMs: at('09:00') + ms };
      expect(asNavixySays(before, echo(before))).toEqual(before);
    });
    fc.assert(property);
  });

  it('says the rest as it is', () => {
    const said = asNavixySays(open('to'), { ...echo(open('to')), zone: { ...DEPOT, radiusM: 50 }, minStayMs: 60_000 });
    expect(said).toMatchObject({ zone: { radiusM: 50 }, minStayMs: 60_000 });
  });
});

it.each([
  ['both', 'from'],
  ['to', undefined],
  ['from', 'from'],
] as const)('an end that is set is open no more: %s', (before, after) => {
  expect(endingAt(open(before), at('12:00')).openEnds).toBe(after);
  expect(endingAt(open(before), at('12:00')).toMs).toBe(at('12:00'));
});

it.each<[string, Partial<TaskTerms>, boolean]>([
  ['its place in the queue', { position: 7 }, true],
  ['its form', { isFormRequired: true, isFormInZone: true }, true],
  ['nothing', { zone: { radiusM: 100, lonDeg: DEPOT.lonDeg, latDeg: DEPOT.latDeg } }, true],
  ['its zone', { zone: { ...DEPOT, radiusM: 99 } }, false],
  ['its place, which is gone', { zone: null }, false],
  ['its beginning', { fromMs: at('08:59') }, false],
  ['its end', { toMs: at('10:01') }, false],
  ['its end, which is open', { openEnds: 'to' }, false],
  ['its delay', { maxDelayMs: 1 }, false],
  ['its stay', { minStayMs: 1 }, false],
  ['its arrival', { minArrivalMs: 1 }, false],
])('a task that differs in %s', (_, change, isSame) => {
  expect(isSameTask(terms('09:00', '10:00'), { ...terms('09:00', '10:00'), ...change })).toBe(isSame);
});
