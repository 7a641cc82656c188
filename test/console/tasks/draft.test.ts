/** The form of a task: what is wrong in it, what is sent of it, and where a refusal is shown. */
import { describe, expect, it } from 'vitest';
import {
  changesOf,
  type Draft,
  draftOf,
  type FieldName,
  faultsOf,
  newDraft,
  refusedFields,
  wishOf,
} from '../../../src/console/tasks/draft.ts';
import { FROM, TO, task } from './samples.ts';

const good: Draft = { ...draftOf(task()), label: 'Bakery' };

describe('a new draft', () => {
  it('begins with this minute, so that it can be done at once', () => {
    const { from, to } = newDraft(Date.parse('2026-11-22T07:20:31Z'));
    expect([from, to]).toEqual(['2026-11-22T07:20:00.000Z', '2026-11-22T09:20:00.000Z']);
  });

  it('wants what only a person can say', () => {
    expect(Object.keys(faultsOf(newDraft(0), null)).sort()).toEqual(['label', 'lat', 'lon']);
  });
});

describe('faults', () => {
  it.each<[string, Partial<Draft>, FieldName[]]>([
    ['none', {}, []],
    ['a label of blanks', { label: '  ' }, ['label']],
    ['a latitude beyond the pole', { lat: 90.1 }, ['lat']],
    ['no longitude', { lon: null }, ['lon']],
    ['a radius of nothing', { radius: 0 }, ['radius']],
    ['a radius beyond what is taken', { radius: 300_001 }, ['radius']],
    ['no beginning', { from: null }, ['from']],
    ['no end', { to: null }, ['to']],
    ['an end before the beginning', { to: '2026-11-22T07:59:59.000Z' }, ['to']],
    ['an end at the beginning is an instant', { to: FROM }, []],
    ['a negative stay', { minStay: -1 }, ['minStay']],
    ['an endless delay', { maxDelay: 512_001 }, ['maxDelay']],
    ['an empty visit', { minArrival: null }, ['minArrival']],
  ])('%s', (_name, some, expected) => {
    expect(Object.keys(faultsOf({ ...good, ...some }, null))).toEqual(expected);
  });

  it('are not found in what a task never had', () => {
    const bare = task({ zone: null, from: null, to: null });
    expect(faultsOf(draftOf(bare), bare)).toEqual({});
    expect(Object.keys(faultsOf({ ...draftOf(bare), lat: 52 }, bare))).toEqual(['lon']);
    expect(Object.keys(faultsOf({ ...draftOf(task()), to: null, lat: null, lon: null }, task()))).toEqual([
      'lat',
      'lon',
      'to',
    ]);
  });
});

describe('what is sent', () => {
  it('is the whole of a new task, in the units of the API', () => {
    expect(wishOf({ ...good, label: ' Bakery ', externalId: ' ', minStay: 1.5, maxDelay: 20 })).toEqual({
      label: 'Bakery',
      description: '',
      externalId: null,
      trackerId: 3,
      zone: { lat: 52.5, lon: 13.4, radius: 100 },
      address: 'Mill Lane 1',
      from: FROM,
      to: TO,
      maxDelay: 1200,
      minStay: 90,
      minArrival: 0,
    });
  });

  const ring = [
    [52, 13],
    [52, 14],
    [53, 14],
  ] as const;
  const polygon = task({ zone: { lat: 52.5, lon: 13.5, radius: 9000.5, ring } });
  it.each([
    ['nothing where nothing was changed', task(), {}, {}],
    ['nothing of seconds that minutes cannot show', task({ minStay: 100 }), {}, {}],
    ['nothing of a place that is none', task({ zone: null }), {}, {}],
    ['nothing of ends that nobody has set', task({ from: null, to: null }), {}, {}],
    ['nothing of a polygon that is kept', polygon, {}, {}],
    ['a circle instead of a polygon', polygon, { ring: null }, { zone: { lat: 52.5, lon: 13.5, radius: 9000.5 } }],
    [
      'the whole zone where its radius was changed',
      task(),
      { radius: 50 },
      { zone: { lat: 52.5, lon: 13.4, radius: 50 } },
    ],
    ['the label alone', task(), { label: 'Mill' }, { label: 'Mill' }],
    ['nobody', task(), { trackerId: null }, { trackerId: null }],
    ['no external id any more', task({ externalId: 'A1' }), { externalId: '' }, { externalId: null }],
    ['seconds of the minutes', task(), { minStay: 10 }, { minStay: 600 }],
  ])('of a task that is edited is %s', (_name, before, some, expected) => {
    expect(changesOf(before, { ...draftOf(before), ...some })).toEqual(expected);
  });
});

describe('a refusal', () => {
  const refused = (parameter: string): [string[], readonly string[]] => {
    const errors = [{ parameter, expected: 'a number' }];
    const { faults, others } = refusedFields({ code: 'invalid', detail: 'd', errors });
    return [Object.keys(faults), others];
  };

  it.each([
    ['label', 'label'],
    ['zone.radius', 'radius'],
    ['zone/lat', 'lat'],
    ['/zone/lon', 'lon'],
    ['body/zone/lat', 'lat'],
    ['body.zone', 'lat'],
    ['zone.ring.3.0', 'lat'],
    ['trackerId', 'trackerId'],
    ['minStay', 'minStay'],
  ])('of %s is shown at the field %s', (parameter, field) => {
    expect(refused(parameter)).toEqual([[field], []]);
  });

  it('of something that has no field is shown all the same', () => {
    expect(refused('moon')).toEqual([[], ['moon: expected a number']]);
    expect(refusedFields({ code: 'task_state', detail: 'the task is done' })).toEqual({
      faults: {},
      others: ['the task is done'],
    });
  });

  it('of a tracker is shown where the tracker is chosen', () => {
    expect(refusedFields({ code: 'tracker_blocked', detail: 'tracker 3 is blocked' })).toEqual({
      faults: { trackerId: 'tracker 3 is blocked' },
      others: [],
    });
  });
});
