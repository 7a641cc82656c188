import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase } from '../../src/store/database.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { SqliteStore, STORE_LIMITS } from '../../src/store/sqlite-store.ts';
import { StorageError, type Store } from '../../src/store/store.ts';
import { batch, DAY, frameOf, HOUR, MINUTE, T0, task, testDirectory, testStore, tracker } from './kit.ts';

const created = { taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'create', task: task(1) } } as const;

function failureOf(act: () => unknown): StorageError {
  try {
    act();
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('append', () => {
  it('writes frames, rows, history, outbox and clock together', () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    const frames = [frameOf(1, [{ timeMs: T0, hasPosition: true }])];
    const { historyIds } = store.append(
      batch({ frames, rows: { trackers: [tracker(1)], createdTasks: [task(1)] }, events: [created], clockMs: T0 + 5 }),
    );
    expect(historyIds).toEqual([1]);
    expect(store.tracks.fixes(1, T0, T0, 9)).toHaveLength(1);
    expect(store.recover()).toMatchObject({ clockMs: T0 + 5, trackers: [tracker(1)], nextTaskId: 2 });
    const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
    expect(db.prepare('SELECT history_id, created_ms FROM outbox').all()).toEqual([{ history_id: 1, created_ms: T0 }]);
    db.close();
  });

  it('changes a tracker that exists', () => {
    const store = testStore();
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    const changed = tracker(1, { label: 'Van', imei: null, isBlocked: true });
    store.append(batch({ rows: { trackers: [changed] } }));
    expect(store.recover().trackers).toEqual([changed]);
  });

  it('writes nothing of a batch of which one row is refused, and goes on with the next', () => {
    const store = testStore();
    store.append(batch({ rows: { trackers: [tracker(1)] }, clockMs: T0 }));
    const frames = [frameOf(1, [{ timeMs: T0, hasPosition: true }])];
    const twins = [tracker(2, { imei: '1' }), tracker(3, { imei: '1' })];
    const wrong = batch({
      frames,
      rows: { trackers: twins, createdTasks: [task(1)] },
      events: [created],
      clockMs: T0 + 9,
    });
    // Not the disk's doing: a fault of ours, so no StorageError.
    expect(() => store.append(wrong)).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' }));
    expect(() => store.append(wrong)).not.toThrow('storage failed');
    expect(store.recover()).toMatchObject({ trackers: [tracker(1)], clockMs: T0, nextTrackerId: 2 });
    expect(store.tracks.fixes(1, -Infinity, Infinity, 9)).toEqual([]);
    expect(store.tasks.history(1)).toEqual([]);
    store.append(batch({ frames }));
    expect(store.tracks.fixes(1, -Infinity, Infinity, 9)).toHaveLength(1);
  });

  it('survives a full disk: nothing is half written, reads go on, and writes do once there is room', () => {
    const directory = testDirectory();
    const db = openDatabase(directory);
    migrate(directory, db);
    const store = new SqliteStore(db);
    onTestFinished(() => store.close());
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages + 20}`);
    const frames = (i: number) =>
      Array.from({ length: 50 }, (_, k) => frameOf(1, [{ timeMs: T0 - (i * 50 + k) * MINUTE, hasPosition: true }]));
    let committed = 0;
    const failure = failureOf(() => {
      for (; committed < 1000; committed++) store.append(batch({ frames: frames(committed) }));
    });
    expect(failure.code).toBe('SQLITE_FULL');
    expect(committed).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) failureOf(() => store.append(batch({ frames: frames(committed) })));
    expect(store.tracks.fixes(1, -Infinity, Infinity, 1e6)).toHaveLength(committed * 50);
    db.pragma('max_page_count = 1000000');
    store.append(batch({ frames: frames(committed) }));
    expect(store.tracks.fixes(1, -Infinity, Infinity, 1e6)).toHaveLength((committed + 1) * 50);
  });

  it('leaves tidying for later while the disk is full', () => {
    const directory = testDirectory();
    const db = openDatabase(directory);
    migrate(directory, db);
    const limits = {
      sealAfterEntries: 10,
      trackEntriesMax: 1e6,
      sliceTrackers: 1,
      sliceEntries: 1e6,
      segmentEntries: 9,
    };
    const store = new SqliteStore(db, {
      ...STORE_LIMITS,
      ...limits,
      decodedBytes: 1e6,
      outboxAgeMs: DAY,
      outboxRows: 10,
    });
    onTestFinished(() => store.close());
    const frames = Array.from({ length: 3000 }, (_, k) =>
      frameOf(1 + (k % 2), [{ timeMs: T0 - k, hasPosition: true }]),
    );
    store.append(batch({ frames }));
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 2}`);
    expect(failureOf(() => store.tidy(T0)).code).toBe('SQLITE_FULL');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.tracks.fixes(1, -Infinity, Infinity, 1e6)).toHaveLength(1500);
    db.pragma('max_page_count = 1000000');
    while (store.tidy(T0));
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.tracks.fixes(1, -Infinity, Infinity, 1e6)).toHaveLength(1500);
    expect(store.tracks.fixes(2, -Infinity, Infinity, 1e6)).toHaveLength(1500);
  });
});

describe('recover', () => {
  it('gives an empty database a clock that anything is after, and first ids', () => {
    expect(testStore().recover()).toEqual({
      trackers: [],
      clockMs: -Infinity,
      nextTaskId: 1,
      nextTrackerId: 1,
      nextDeviceCommandId: 1,
      openCommands: [],
    });
  });

  it('never gives an id again, not even that of a deleted task', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    store.append(batch({ rows: { createdTasks: [task(1), task(2)], trackers: [tracker(8)] } }));
    store.append(batch({ rows: { judgedTasks: [{ ...task(2), deletedMs: T0 }] } }));
    store.close();
    const again = testStore({ directory });
    expect(again.recover()).toMatchObject({ nextTaskId: 3, nextTrackerId: 9 });
  });
});

describe('tidy', () => {
  const event = (recordedMs: number) => ({ ...created, recordedMs });

  function outboxTimes(directory: string): number[] {
    const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
    const times = db.prepare<[], number>('SELECT created_ms FROM outbox ORDER BY id').pluck().all();
    db.close();
    return times;
  }

  function tidyAll(store: Store, nowMs: number): number {
    let slices = 1;
    while (store.tidy(nowMs)) slices++;
    return slices;
  }

  it('drops outbox rows that are too old, in slices, and keeps their history', () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    const old = Array.from({ length: 2500 }, () => event(T0 - 8 * DAY));
    const rows = { createdTasks: [task(1)] };
    store.append(batch({ rows, events: [...old, event(T0 - 6 * DAY), event(T0)] }));
    expect(tidyAll(store, T0)).toBe(3);
    expect(outboxTimes(directory)).toEqual([T0 - 6 * DAY, T0]);
    expect(store.tasks.history(1)).toHaveLength(2502);
  });

  it('drops the oldest outbox rows beyond the limit', () => {
    const directory = testDirectory();
    const store = testStore({ directory, limits: { outboxRows: 10 } });
    const rows = { createdTasks: [task(1)] };
    store.append(batch({ rows, events: Array.from({ length: 15 }, (_, i) => event(T0 + i)) }));
    tidyAll(store, T0 + HOUR);
    expect(outboxTimes(directory)).toEqual(Array.from({ length: 10 }, (_, i) => T0 + 5 + i));
  });

  it('has nothing to do on a new database', () => {
    expect(testStore().tidy(T0)).toBe(false);
  });
});

describe('size and close', () => {
  it('tells the bytes of database and log', () => {
    const store = testStore();
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    const { databaseBytes, walBytes } = store.size();
    expect(databaseBytes + walBytes).toBeGreaterThan(10_000);
  });

  it('folds the log into the database and may be repeated', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    store.close();
    expect(store.size().walBytes).toBe(0);
    expect(() => store.close()).not.toThrow();
  });
});

describe('kill -9', () => {
  it('loses nothing that append had returned from, and the next process gets the lock at once', async () => {
    const directory = testDirectory();
    const script = fileURLToPath(new URL('./appending-process.ts', import.meta.url));
    let resumed = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let last = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        last = Number(line);
        if (last >= resumed + 40 + round * 17) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const store = openStore({ directory });
      const times = store.tracks.fixes(1, -Infinity, Infinity, 1e6).map(({ position }) => position.timeMs);
      expect(times).toEqual(times.map((_, i) => T0 + i));
      expect(times.length).toBeGreaterThanOrEqual(last);
      expect(store.tasks.history(1).map(({ eventMs }) => eventMs)).toEqual(times);
      resumed = times.length;
      store.close();
    }
  }, 60_000);
});
