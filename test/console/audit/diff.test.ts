import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIFFERENCES_MAX, differencesOf } from '../../../src/console/audit/diff.ts';
import { subjectHref } from '../../../src/console/audit/subject.ts';

describe('differences', () => {
  it.each<[string, unknown, unknown, unknown[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['neither', null, null, []],
    ['a member', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ path: 'b', before: '2', after: '3' }]],
    ['within a member', { z: { r: 1 } }, { z: { r: 2 } }, [{ path: 'z.r', before: '1', after: '2' }]],
    ['one that is new', {}, { a: null }, [{ path: 'a', before: null, after: 'null' }]],
    ['one that is gone', { a: 'x' }, {}, [{ path: 'a', before: '"x"', after: null }]],
    ['of a list', { s: ['a', 'b'] }, { s: ['a', 'c'] }, [{ path: 's[1]', before: '"b"', after: '"c"' }]],
    ['of kinds', { a: [1] }, { a: { b: 1 } }, [{ path: 'a', before: '[1]', after: '{"b":1}' }]],
    ['to none', { a: { b: 1 } }, { a: null }, [{ path: 'a', before: '{"b":1}', after: 'null' }]],
    ['all that was made', null, { name: 'n' }, [{ path: 'name', before: null, after: '"n"' }]],
    ['all that was deleted', { name: 'n' }, null, [{ path: 'name', before: '"n"', after: null }]],
    ['plain values', 1, 'b', [{ path: '', before: '1', after: '"b"' }]],
    ['an empty object', {}, null, [{ path: '', before: '{}', after: null }]],
  ])('%s', (_name, before, after, expected) => {
    expect(differencesOf(before, after)).toEqual(expected);
  });

  it('a value does not differ from itself, and says so of anything JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(differencesOf(before, structuredClone(before))).toEqual([]);
        const isSame = JSON.stringify(before) === JSON.stringify(after);
        if (isSame) expect(differencesOf(before, after)).toEqual([]);
        expect(differencesOf(before, after).length).toBeLessThanOrEqual(DIFFERENCES_MAX);
      }),
    );
  });

  it('are not told without end', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}`, index]));
    expect(differencesOf(null, many)).toHaveLength(DIFFERENCES_MAX);
  });
});

it.each([
  ['task 7', '#/tasks/7'],
  ['tracker 12', '#/trackers/12'],
  ['webhook 0f8c-11', '#/webhooks/0f8c-11'],
  ['key dispatch', null],
  ['constructor 1', null],
  ['task 7/../../x', null],
  ['', null],
])('the subject "%s" is shown at %s', (subject, href) => {
  expect(subjectHref(subject)).toBe(href);
});
