/** Sessions by key and by token, over real tables and a clock to set. */
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AccessOperations, accessOperations } from '../../src/operations/access.ts';
import { SqliteKeys } from '../../src/store/keys.ts';
import { SqliteRecords } from '../../src/store/records.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { SqliteSessions } from '../../src/store/sessions.ts';
import { FIRST_KEY } from './fake-line.ts';

const MINUTE_MS = 60_000;

let db: Database.Database;
let nowMs: number;
let access: AccessOperations;

beforeEach(() => {
  db = new Database(':memory:');
  for (const sql of MIGRATIONS) db.exec(sql);
  nowMs = 1_000_000;
  access = open();
});

function open(more: { clockFactor?: number; firstKey?: string | null } = {}): AccessOperations {
  const store = {
    keys: new SqliteKeys(db),
    sessions: new SqliteSessions(db, { sessionMs: 86_400_000 }),
    records: new SqliteRecords(db),
  };
  return accessOperations({ store, now: () => nowMs, firstKey: FIRST_KEY, ...more });
}

describe('a session by key', () => {
  it('is of that key, and ends with it', () => {
    const made = access.createKey('dispatch', ['tasks:read'], null);
    if (made.kind !== 'created') throw new Error(made.kind);
    const { session, caller } = access.openSessionByKey(made.key)!;
    expect(caller).toMatchObject({ keyName: 'dispatch', scopes: ['tasks:read'] });
    expect(access.findCaller(session)).toEqual(caller);
    expect(access.revokeKey(made.key)).toBe(true);
    expect(access.findCaller(session)).toBeNull();
    expect(access.openSessionByKey(made.key)).toBeNull();
  });

  it('ends when its key expires', () => {
    const made = access.createKey('guest', ['tasks:read'], nowMs + MINUTE_MS);
    if (made.kind !== 'created') throw new Error(made.kind);
    const { session } = access.openSessionByKey(made.key)!;
    nowMs += MINUTE_MS;
    expect(access.findCaller(session)).toBeNull();
  });

  it('ends when it is closed, and takes no other with it', () => {
    const [one, other] = [access.openSessionByKey(FIRST_KEY)!, access.openSessionByKey(FIRST_KEY)!];
    expect(one.session).not.toBe(other.session);
    expect(access.closeSession(one.caller)).toBe(true);
    expect(access.findCaller(one.session)).toBeNull();
    expect(access.findCaller(other.session)).not.toBeNull();
  });

  it('opens no other session', () => {
    const { session } = access.openSessionByKey(FIRST_KEY)!;
    expect(access.openSessionByKey(session)).toBeNull();
  });
});

describe('a token', () => {
  it('opens a session of the first key, once', () => {
    const token = access.issueLoginToken();
    const { session, caller } = access.openSessionByToken(token)!;
    expect(caller).toMatchObject({ keyName: 'api-key', scopes: ['*'] });
    expect(access.findCaller(session)).toEqual(caller);
    expect(access.openSessionByToken(token)).toBeNull();
    expect(access.findCaller(token)).toBeNull();
  });

  it.each([
    ['by the wall', 1],
    ['where the clock goes faster', 60],
  ])('is good for ten minutes %s', (_name, clockFactor) => {
    access = open({ clockFactor });
    const [early, late] = [access.issueLoginToken(), access.issueLoginToken()];
    nowMs += 10 * MINUTE_MS * clockFactor - 1;
    expect(access.openSessionByToken(early)).not.toBeNull();
    nowMs += 1;
    expect(access.openSessionByToken(late)).toBeNull();
  });

  it('of a hundred others before is forgotten', () => {
    const first = access.issueLoginToken();
    const others = Array.from({ length: 100 }, () => access.issueLoginToken());
    expect(access.openSessionByToken(first)).toBeNull();
    expect(others.every((token) => access.openSessionByToken(token) !== null)).toBe(true);
  });

  it('is not issued where there is no first key', () => {
    expect(() => open({ firstKey: null }).issueLoginToken()).toThrow('there is none');
  });

  it.each(['', 'abc', 'ä', 'x'.repeat(200)])('that nobody issued opens nothing: %j', (token) => {
    expect(access.openSessionByToken(token)).toBeNull();
  });
});
