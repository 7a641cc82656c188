import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openKeys, openStore } from '../../src/store/open.ts';
import type { AuditEntry, Store } from '../../src/store/store.ts';
import { DAY, T0, testDirectory, testStore } from './kit.ts';

const entry = (part: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> => ({
  timeMs: T0,
  keyName: 'dispatch',
  address: '192.0.2.1',
  action: 'task.create',
  subject: 'task 7',
  before: null,
  after: { label: 'Deliver' },
  ...part,
});

const idsIn = ({ audit }: Store) => audit.list(Number.MAX_SAFE_INTEGER, 2000).map(({ id }) => id);

/** As the gateway does it, until there is nothing left to do. */
function tidied(store: Store, nowMs: number): Store {
  while (store.tidy(nowMs)) {
    // One slice after the other.
  }
  return store;
}

describe('the audit trail', () => {
  it('gives back what was put in, newest first and in pages, also after a restart', () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    first.audit.append([entry(), entry({ keyName: null, address: null, before: [1], after: null, subject: '' })]);
    first.close();
    const { audit } = testStore({ directory });
    audit.append([entry({ action: 'task.delete' })]);
    expect(audit.list(Number.MAX_SAFE_INTEGER, 2).map(({ id, action }) => [id, action])).toEqual([
      [3, 'task.delete'],
      [2, 'task.create'],
    ]);
    expect(audit.list(3, 10)).toEqual([
      { id: 2, ...entry({ keyName: null, address: null, before: [1], after: null, subject: '' }) },
      { id: 1, ...entry() },
    ]);
  });

  it('takes all entries or none', () => {
    const store = testStore();
    const broken = { ...entry(), action: null as unknown as string };
    expect(() => store.audit.append([entry(), broken])).toThrow();
    expect(idsIn(store)).toEqual([]);
  });

  it('has no entry changed, whoever tries', () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    store.audit.append([entry()]);
    const db = new Database(join(directory, 'milepost.db'));
    expect(() => db.prepare("UPDATE audit SET key_name = 'nobody'").run()).toThrow('audit entries do not change');
    db.close();
  });

  it('loses what is too old', () => {
    const store = testStore({ limits: { auditKeptMs: 10 * DAY } });
    store.audit.append([0, 4, 8, 12].map((day) => entry({ timeMs: T0 + day * DAY })));
    expect(idsIn(tidied(store, T0 + 15 * DAY))).toEqual([4, 3]);
  });

  it('loses the oldest of what is too much, and never uses a number twice', () => {
    const store = testStore({ limits: { auditRows: 3 } });
    store.audit.append(Array.from({ length: 1200 }, () => entry()));
    expect(idsIn(tidied(store, T0))).toEqual([1200, 1199, 1198]);
    store.audit.append([entry()]);
    expect(idsIn(tidied(store, T0))).toEqual([1201, 1200, 1199]);
  });

  it('is open to the command line beside a gateway', () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    const beside = openKeys(directory);
    beside.audit.append([entry({ action: 'key.create' })]);
    beside.close();
    expect(idsIn(store)).toEqual([1]);
  });
});
