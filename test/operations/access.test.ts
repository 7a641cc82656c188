/** Keys: which are known, and what they open. */
import { describe, expect, it } from 'vitest';
import { isKey, mayAsk, type Right, SCOPES } from '../../src/operations/access.ts';
import { FakeLine, FIRST_KEY, READER_KEY, UNKNOWN_KEY } from './fake-line.ts';

describe('a key', () => {
  const { operations } = new FakeLine();

  it.each([
    ['the first key', FIRST_KEY, 'api-key'],
    ['the first key in capitals', FIRST_KEY.toUpperCase(), 'api-key'],
    ['a stored key', READER_KEY, 'reader'],
    ['a key nobody has', UNKNOWN_KEY, undefined],
    ['half a key', FIRST_KEY.slice(0, 16), undefined],
    ['a key with a space', `${FIRST_KEY} `, undefined],
    ['nothing', '', undefined],
  ])('%s is %s', (_name, key, keyName) => {
    expect(operations.findCaller(key)?.keyName).toBe(keyName);
    expect(isKey(key)).toBe(keyName !== undefined || key === UNKNOWN_KEY);
  });

  it.each(SCOPES)('with all rights may ask for %s', (scope) => {
    expect(mayAsk({ scopes: ['*'] }, scope)).toBe(true);
    expect(mayAsk({ scopes: [scope] }, scope)).toBe(true);
    expect(mayAsk({ scopes: ['something:else'] }, scope)).toBe(false);
    expect(mayAsk({ scopes: [] }, scope)).toBe(false);
  });
});

describe('a public key', () => {
  const mayWith = (scope: string) => (right: Right) => mayAsk({ scopes: [scope] }, right);

  it('may read and make single things, and no more', () => {
    const may = mayWith('tasks:public');
    expect((['task:read', 'task:create', 'driver:read', 'driver:create'] as const).every(may)).toBe(true);
    expect((['tasks:read', 'tasks:write', 'trackers:read', 'trackers:write', '*'] as const).some(may)).toBe(false);
  });

  it.each([
    ['tasks:read', ['task:read']],
    ['tasks:write', ['task:create']],
    ['trackers:read', ['driver:read']],
    ['trackers:write', ['driver:create']],
  ])('has what %s has of it: %j', (scope, expected) => {
    const parts = ['task:read', 'task:create', 'driver:read', 'driver:create'] as const;
    expect(parts.filter(mayWith(scope))).toEqual(expected);
  });
});
