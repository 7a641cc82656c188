/** The readers: what they take, what they say otherwise, and that a query means the same as JSON. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, DATE_FORM } from '../../../src/api/navixy/calendar.ts';
import {
  array,
  bool,
  decimal,
  type Fields,
  type Given,
  instant,
  integer,
  line,
  map,
  name,
  object,
  optional,
  otherwise,
  readParameters,
  required,
  text,
} from '../../../src/api/navixy/parameters.ts';
import { INSTANT } from '../../../src/api/navixy/shapes.ts';
import { checkOf } from '../schema-kit.ts';

const calendar = createCalendar('UTC');

function fromJson(members: Record<string, unknown>): Given {
  return { find: (key) => (Object.hasOwn(members, key) ? { kind: 'json', value: members[key] } : null) };
}

function fromText(members: Record<string, string>): Given {
  return { find: (key) => (Object.hasOwn(members, key) ? { kind: 'text', text: members[key]! } : null) };
}

function readJson(fields: Fields, members: Record<string, unknown>) {
  return readParameters(fields, fromJson(members), calendar);
}

describe('an instant', () => {
  it.each([
    '2026-03-01 08:00:00',
    '2026-03-01 08:00:00.250',
    '2026-03-01T08:00:00Z',
    '2026-03-01T08:00:00.123456789Z',
    '2026-03-01T13:30:00+05:30',
    '2026-03-01T13:30:00.5+0530',
  ])('as %s is read, and is as the document says', (at) => {
    expect(readJson({ at: required(instant) }, { at })).toEqual({
      kind: 'read',
      value: { at: Date.UTC(2026, 2, 1, 8) },
    });
    expect(checkOf(instant.schema)(at)).toBeNull();
  });

  it('is not stricter in the document than where it is read', () => {
    const form = new RegExp(DATE_FORM.source.replaceAll('\\d', '[0-3]'));
    fc.assert(
      fc.property(fc.stringMatching(form), (at) => {
        if (calendar.parse(at) !== null) expect([at, checkOf(instant.schema)(at)]).toEqual([at, null]);
        expect([at, checkOf(INSTANT)(calendar.iso(calendar.parse(at) ?? 0))]).toEqual([at, null]);
      }),
    );
  });
});

describe('null and absence', () => {
  it.each([{}, { a: null }])('%j', (members) => {
    expect(readJson({ a: optional(bool) }, members)).toEqual({ kind: 'read', value: { a: null } });
    expect(readJson({ a: otherwise(bool, true) }, members)).toEqual({ kind: 'read', value: { a: true } });
    expect(readJson({ a: required(bool) }, members)).toEqual({
      kind: 'faulty',
      faults: [{ parameter: 'a', error: 'must not be null' }],
    });
  });

  it('a query says null with the word', () => {
    const reading = readParameters({ a: optional(text(0, 9)) }, fromText({ a: 'null' }), calendar);
    expect(reading).toEqual({ kind: 'read', value: { a: null } });
  });
});

describe('a fault names what was received, short and on one line', () => {
  it.each([
    ['x'.repeat(100), `must be an integer, not "${'x'.repeat(60)}..."`],
    ['a\nb', 'must be an integer, not "a\\nb"'],
    [true, 'must be an integer, not true'],
    [[1], 'must be an integer, not an array'],
    [{ a: 1 }, 'must be an integer, not an object'],
    [0.5, 'must be an integer, not 0.5'],
  ])('%j', (value, error) => {
    expect(readJson({ a: required(integer(0, 9)) }, { a: value })).toEqual({
      kind: 'faulty',
      faults: [{ parameter: 'a', error }],
    });
  });

  it('one fault per parameter, and of an array the first', () => {
    const fields = { a: required(array(integer(0, 9), 0, 5)), b: required(object({ c: required(bool) })) };
    expect(readJson(fields, { a: [1, 10, 'x'], b: {} })).toEqual({
      kind: 'faulty',
      faults: [
        { parameter: 'a', error: 'must be less than or equal to 9' },
        { parameter: 'b.c', error: 'must not be null' },
      ],
    });
  });
});

it('a fault inside an element says of which', () => {
  const stop = object({ label: required(name(9)), at: required(array(integer(0, 9), 1, 2)) });
  const stops = [
    { label: 'a', at: [1] },
    { label: ' ', at: [1, 10] },
  ];
  expect(readJson({ stops: required(array(stop, 1, 5)) }, { stops })).toEqual({
    kind: 'faulty',
    faults: [
      { parameter: 'stops[1].label', error: 'must not be blank' },
      { parameter: 'stops[1].at', error: 'must be less than or equal to 9' },
    ],
  });
  expect(readJson({ stops: required(array(stop, 1, 5)) }, { stops: [5] })).toEqual({
    kind: 'faulty',
    faults: [{ parameter: 'stops', error: 'must be an object, not 5' }],
  });
});

it('a check beside fields runs with what could be read', () => {
  const pair = object(
    { low: required(integer(0, 9)), high: required(integer(0, 9)), x: required(bool) },
    (value, site) => {
      if (value.low !== undefined && value.high !== undefined && value.low > value.high) site.fault('crossed', 'p.low');
    },
  );
  expect(readJson({ p: required(pair) }, { p: { low: 5, high: 1 } })).toEqual({
    kind: 'faulty',
    faults: [
      { parameter: 'p.x', error: 'must not be null' },
      { parameter: 'p.low', error: 'crossed' },
    ],
  });
});

it('keys of a map that have another form, and what is inherited, are no entries', () => {
  const fields = { m: required(map(/^\d+$/, bool, 2)) };
  const error = (members: object) => readJson(fields, { m: members });
  expect(error({ '1': true })).toEqual({ kind: 'read', value: { m: { '1': true } } });
  expect(error({ constructor: true })).toMatchObject({ faults: [{ parameter: 'm' }] });
  expect(error({ 1: true, 2: true, 3: true })).toMatchObject({ faults: [{ error: 'size must be between 0 and 2' }] });
  expect(readJson({ o: required(object({ toString: optional(bool) })) }, { o: {} })).toEqual({
    kind: 'read',
    value: { o: { toString: null } },
  });
});

it('what JSON says and what a query or form says is the same', () => {
  const fields = {
    count: required(integer(-1000, 1000)),
    degrees: required(decimal(-180, 180)),
    isOn: required(bool),
    label: required(name(50)),
    note: required(text(0, 50)),
    at: required(instant),
    ids: required(array(integer(0, 100), 0, 10)),
    place: required(object({ lat: required(decimal(-90, 90)), address: optional(line(0, 20)) })),
  };
  const json = fc.record({
    count: fc.integer({ min: -1100, max: 1100 }),
    degrees: fc.double({ min: -181, max: 181, noNaN: true }).map((value) => value || 0),
    isOn: fc.boolean(),
    label: fc.string({ maxLength: 60 }),
    note: fc.string({ maxLength: 60, unit: 'binary' }),
    at: fc.constantFrom('2026-03-01 08:00:00', '2026-03-01T08:00:00Z', 'never'),
    ids: fc.array(fc.integer({ min: -1, max: 101 }), { maxLength: 11 }),
    place: fc.record({ lat: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0) }),
  });
  fc.assert(
    fc.property(json, (members) => {
      fc.pre(members.label !== 'null' && members.note !== 'null');
      const entries = Object.entries(members).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      const asText = readParameters(fields, fromText(Object.fromEntries(entries)), calendar);
      expect(asText).toEqual(readJson(fields, members));
    }),
  );
});
