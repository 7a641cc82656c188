import { describe, expect, it } from 'vitest';
import { endOf, LIFETIMES, scopesText, scopeText } from '../../../src/console/keys/scopes.ts';
import { SCOPES } from '../../../src/operations/access.ts';

describe('rights in words', () => {
  it.each(SCOPES)('%s is said in plain words', (scope) => {
    expect(scopeText(scope)).toMatch(/^[a-z][a-z ]+$/i);
  });

  it('a key without any may nothing', () => {
    expect(scopesText([])).toBe('nothing');
    expect(scopesText(['tasks:read', 'constructor'])).toBe('read tasks, constructor');
  });
});

describe('the end of a key', () => {
  it('is so many days from now, by the clock of the gateway', () => {
    expect(endOf('30', Date.UTC(2026, 0, 1))).toBe('2026-01-31T00:00:00.000Z');
    expect(endOf('', Date.UTC(2026, 0, 1))).toBeNull();
  });

  it.each(LIFETIMES)('can be chosen: $label', ({ value }) => {
    expect(endOf(value, 0) === null).toBe(value === '');
  });
});
