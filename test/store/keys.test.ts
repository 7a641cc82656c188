import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAY, T0, testDirectory, testStore } from './kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';

describe('keys', () => {
  it('come back as they were created, by their digits', () => {
    const { keys } = testStore();
    expect(keys.isEmpty()).toBe(true);
    const created = keys.create('ci', KEY, ['tasks:read', 'tasks:write'], T0, T0 + DAY);
    expect(created).toEqual({
      id: 1,
      name: 'ci',
      prefix: '012345',
      scopes: ['tasks:read', 'tasks:write'],
      createdMs: T0,
      expiresMs: T0 + DAY,
      revokedMs: null,
    });
    expect(keys.find(KEY, T0)).toEqual(created);
    expect(keys.list()).toEqual([created]);
    expect(keys.isEmpty()).toBe(false);
  });

  it.each([
    ['unknown', OTHER, T0],
    ['written otherwise', KEY.toUpperCase(), T0],
    ['a part of one', KEY.slice(0, 31), T0],
    ['empty', '', T0],
    ['expired', KEY, T0 + DAY],
  ])('are not found when %s', (_, key, nowMs) => {
    const { keys } = testStore();
    keys.create('ci', KEY, ['*'], T0, T0 + DAY);
    expect(keys.find(key, nowMs)).toBeNull();
  });

  it('without an expiry stay good', () => {
    const { keys } = testStore();
    keys.create('ci', KEY, ['*'], T0, null);
    expect(keys.find(KEY, T0 + 10_000 * DAY)).not.toBeNull();
  });

  it('are revoked once, and listed as such', () => {
    const { keys } = testStore();
    keys.create('ci', KEY, ['*'], T0, null);
    expect(keys.revoke('nobody', T0)).toBe(false);
    expect(keys.revoke('ci', T0 + 5)).toBe(true);
    expect(keys.revoke('ci', T0 + 6)).toBe(false);
    expect(keys.find(KEY, T0 + 7)).toBeNull();
    expect(keys.list()[0]?.revokedMs).toBe(T0 + 5);
  });

  it('refuse a name or digits that are taken, saying which', () => {
    const { keys } = testStore();
    keys.create('ci', KEY, ['*'], T0, null);
    expect(() => keys.create('ci', OTHER, ['*'], T0, null)).toThrow('named "ci"');
    expect(() => keys.create('cd', KEY, ['*'], T0, null)).toThrow('with these digits');
    expect(keys.list()).toHaveLength(1);
  });

  it('are nowhere on the disk', () => {
    const directory = testDirectory();
    testStore({ directory }).keys.create('ci', KEY, ['*'], T0, null);
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
    expect(files.some((bytes) => bytes.includes('ci'))).toBe(true);
    expect(files.some((bytes) => bytes.includes(KEY) || bytes.includes(Buffer.from(KEY, 'hex')))).toBe(false);
  });
});
