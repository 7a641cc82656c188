/** The search conditions: what the grammar takes, and what it says otherwise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/api/navixy/calendar.ts';
import { conditions } from '../../../src/api/navixy/conditions.ts';
import { otherwise, readParameters } from '../../../src/api/navixy/parameters.ts';

const calendar = createCalendar('Europe/Berlin');

function read(value: unknown) {
  return readParameters({ conditions: otherwise(conditions, []) }, { find: () => ({ kind: 'json', value }) }, calendar);
}

const EQ = { type: 'eq', field: 'id', value: 5 };
const ID = { kind: 'is', field: 'id', values: [5] };

describe('reads', () => {
  it.each<[string, object, object]>([
    ['a number', EQ, ID],
    ['a decimal', { ...EQ, value: -1.123456 }, { ...ID, values: [-1.123456] }],
    ['a number in a text', { ...EQ, field: 'label' }, { ...ID, field: 'label' }],
    ['a status', { ...EQ, field: 'status', value: 'done' }, { kind: 'is', field: 'status', values: ['done'] }],
    ['a custom field', { ...EQ, field: '18' }, { ...ID, field: { custom: '18' } }],
    ['the address by its old name', { ...EQ, field: 'location' }, { ...ID, field: 'address' }],
    [
      'one of several',
      { type: 'in', field: 'employee', value: [1, 2] },
      { kind: 'is', field: 'employee', values: [1, 2] },
    ],
    ['part of a text', { type: 'contains', field: 'form', value: '%' }, { kind: 'contains', field: 'form', text: '%' }],
    [
      'a period, to the end of its last second',
      { type: 'period', field: 'from', value: { from: '2026-03-29 02:30:00', to: '2026-03-29T01:30:00Z' } },
      {
        kind: 'during',
        field: 'from',
        fromMs: Date.UTC(2026, 2, 29, 1, 30),
        toMs: Date.UTC(2026, 2, 29, 1, 30, 0, 999),
      },
    ],
    [
      'a period without ends',
      { type: 'period', field: 'arrival_date', value: { from: null } },
      { kind: 'during', field: 'arrival_date', fromMs: null, toMs: null },
    ],
    [
      'nested ones',
      { type: 'not', condition: { type: 'or', conditions: [EQ, { type: 'and', conditions: [EQ, EQ] }] } },
      { kind: 'not', of: { kind: 'any', of: [ID, { kind: 'all', of: [ID, ID] }] } },
    ],
  ])('%s', (_name, given, condition) => {
    expect(read([given])).toEqual({ kind: 'read', value: { conditions: [condition] } });
  });
});

describe('refuses', () => {
  const fields = 'id, employee, status, label, address, stay_duration, description, external_id, form, location';
  const field = `Should be one of [${fields}] or the id of a custom field`;
  const dates = 'Should be one of [from, to, status_change_date, arrival_date]';
  const types = 'Should be one of [and, or, not, eq, contains, in, period]';
  const bounds = 'numeric value out of bounds (<19 digits>.<6 digits> expected)';
  it.each<[unknown, string, string]>([
    [EQ, 'conditions', 'must be an array, not an object'],
    [[5], 'conditions[0]', 'must be an object, not 5'],
    [[null], 'conditions[0]', 'must not be null'],
    [[{}], 'conditions[0].type', types],
    [[EQ, { ...EQ, type: 'like' }], 'conditions[1].type', types],
    [[{ ...EQ, type: 'toString' }], 'conditions[0].type', types],
    [[{ ...EQ, field: 'secret' }], 'conditions[0].field', field],
    [[{ ...EQ, field: '__proto__' }], 'conditions[0].field', field],
    [[{ ...EQ, field: 'id; DROP TABLE tasks' }], 'conditions[0].field', field],
    [[{ ...EQ, field: '1".value' }], 'conditions[0].field', field],
    [[{ ...EQ, field: 'from' }], 'conditions[0].field', field],
    [[{ ...EQ, value: 'five' }], 'conditions[0].value', 'must be a number, not "five"'],
    [[{ ...EQ, value: null }], 'conditions[0].value', 'must not be null'],
    [[{ ...EQ, value: 1e19 }], 'conditions[0].value', bounds],
    [[{ ...EQ, value: 0.1234567 }], 'conditions[0].value', bounds],
    [[{ ...EQ, value: 1e-7 }], 'conditions[0].value', bounds],
    [[{ ...EQ, field: 'label', value: ['a'] }], 'conditions[0].value', 'must be a string, not an array'],
    [
      [{ ...EQ, field: 'status', value: 'finished' }],
      'conditions[0].value',
      'Should be one of [unassigned, assigned, arrived, done, delayed, failed, faulty]',
    ],
    [[{ type: 'contains', field: 'label', value: '' }], 'conditions[0].value', 'size must be between 1 and 760'],
    [[{ type: 'contains', field: 'label', value: 5 }], 'conditions[0].value', 'must be a string, not 5'],
    [[{ type: 'in', field: 'id', value: [] }], 'conditions[0].value', 'size must be between 1 and 1000'],
    [[{ type: 'in', field: 'id', value: [1, 'a'] }], 'conditions[0].value', 'must be a number, not "a"'],
    [[{ type: 'period', field: 'id', value: {} }], 'conditions[0].field', dates],
    [[{ type: 'period', field: 'from' }], 'conditions[0].value', 'must not be null'],
    [
      [{ type: 'period', field: 'to', value: { to: '2026-02-31 00:00:00' } }],
      'conditions[0].value.to',
      `must be a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ, not "2026-02-31 00:00:00"`,
    ],
    [[{ type: 'or', conditions: [EQ] }], 'conditions[0].conditions', 'size must be between 2 and 60'],
    [[{ type: 'and' }], 'conditions[0].conditions', 'must not be null'],
    [[{ type: 'not', condition: [EQ] }], 'conditions[0].condition', 'must be an object, not an array'],
    [Array(61).fill(EQ), 'conditions', 'size must be between 0 and 60'],
    [
      [{ type: 'and', conditions: Array(60).fill(EQ) }, ...Array(12).fill(EQ)],
      'conditions',
      'size must be between 0 and 72, nested ones included',
    ],
  ])('%j', (value, parameter, error) => {
    expect(read(value)).toEqual({ kind: 'faulty', faults: [{ parameter, error }] });
  });

  it('what is nested without end, at the 73rd condition', () => {
    const nested = (depth: number) => {
      let value: object = EQ;
      for (let i = 1; i < depth; i++) value = { type: 'not', condition: value };
      return [value];
    };
    expect(read(nested(72)).kind).toBe('read');
    const faults = [{ parameter: 'conditions', error: 'size must be between 0 and 72, nested ones included' }];
    expect(read(nested(73))).toEqual({ kind: 'faulty', faults });
    expect(read(nested(1_000_000))).toEqual({ kind: 'faulty', faults });
  });
});

it('whatever comes is read or refused', () => {
  const word = fc.constantFrom('and', 'or', 'not', 'eq', 'in', 'period', 'contains', 'id', 'label', 'from', '7');
  const condition = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), word, fc.array(tie('any'), { maxLength: 4 }), tie('some')),
    some: fc.record(
      { type: word, field: word, value: tie('any'), condition: tie('any'), conditions: tie('any') },
      { requiredKeys: ['type'] },
    ),
  })).any;
  fc.assert(
    fc.property(condition, (value) => ['read', 'faulty'].includes(read(value).kind)),
    { numRuns: 500 },
  );
});
