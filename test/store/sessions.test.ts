import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { DAY, HOUR, T0, testDirectory, testStore } from './kit.ts';

const hash = (text: string) => createHash('sha256').update(text).digest();
const KEY = hash('key');

describe('sessions', () => {
  it('lead to their key until they are closed or were not used for long', () => {
    const { sessions } = testStore({ limits: { sessionMs: 10 * DAY } });
    sessions.open(hash('a'), KEY, T0);
    sessions.open(hash('b'), KEY, T0);
    expect(sessions.find(hash('a'), T0 + 9 * DAY)).toEqual(KEY);
    sessions.close(hash('b'));
    expect([sessions.find(hash('b'), T0), sessions.find(hash('c'), T0)]).toEqual([null, null]);
    expect(sessions.find(hash('a'), T0 + 18 * DAY)).toEqual(KEY);
    expect(sessions.find(hash('a'), T0 + 28 * DAY)).toBeNull();
  });

  it('are written once an hour at most, however often they are used', () => {
    const { sessions } = testStore({ limits: { sessionMs: 2 * HOUR } });
    sessions.open(hash('a'), KEY, T0);
    sessions.find(hash('a'), T0 + HOUR - 1);
    expect(sessions.find(hash('a'), T0 + 2 * HOUR)).toBeNull();
    sessions.open(hash('b'), KEY, T0);
    sessions.find(hash('b'), T0 + HOUR);
    expect(sessions.find(hash('b'), T0 + 2 * HOUR)).toEqual(KEY);
  });

  it('are a thousand of a key at most: the one that was not used for longest goes', () => {
    const { sessions } = testStore();
    for (let i = 0; i < 1001; i++) sessions.open(hash(`${i}`), KEY, T0 + i);
    sessions.open(hash('other'), hash('other key'), T0);
    expect(sessions.find(hash('0'), T0 + 2000)).toBeNull();
    expect([sessions.find(hash('1'), T0 + 2000), sessions.find(hash('1000'), T0 + 2000)]).toEqual([KEY, KEY]);
  });

  it('are there after a restart', () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    first.sessions.open(hash('a'), KEY, T0);
    first.close();
    expect(testStore({ directory }).sessions.find(hash('a'), T0)).toEqual(KEY);
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
    expect(files.some((bytes) => bytes.includes(hash('a')))).toBe(true);
  });
});
