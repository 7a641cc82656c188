import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { BackupError, backUp, restore } from '../../src/store/backup.ts';
import { DataDirectoryError } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { batch, frameOf, MINUTE, T0, testDirectory, tracker } from './kit.ts';

const NOW = Date.UTC(2026, 4, 2, 9, 30, 5, 123);

/** A store with a tracker and some of its track. */
function filled(directory: string, frames = 20): Store {
  const store = openStore({ directory });
  store.append(batch({ rows: { trackers: [tracker(1)] } }));
  for (let i = 0; i < frames; i++) store.append(batch({ frames: [frameAt(i)], clockMs: T0 + i * MINUTE }));
  return store;
}

function frameAt(i: number) {
  return frameOf(1, [{ timeMs: T0 + i * MINUTE, hasPosition: true }], { receivedMs: T0 + i * MINUTE });
}

function timesIn(store: Store): number[] {
  return store.tracks.fixes(1, T0 - 1, T0 + 1e9, 1000).map(({ position }) => position.timeMs);
}

async function putFile(store: Store, text: string): Promise<string> {
  const order = {
    taskId: 1,
    formMs: T0,
    fieldId: 'f',
    name: 'a.txt',
    bytes: 10,
    metadata: null,
    createdMs: T0,
    expiresMs: T0,
  };
  const { file } = store.formFiles.create(order);
  const told = () => ({ name: 'a.txt', mimeType: 'text/plain', uploadedMs: T0, expiresMs: T0 });
  await store.formFiles.upload(file.id, content(text), told);
  return file.key;
}

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('a backup', () => {
  it('taken beside a running gateway is restored to what was committed then', async () => {
    const place = testDirectory();
    const store = filled(join(place, 'data'));
    const key = await putFile(store, 'a form');
    const file = join(place, 'copy.db');
    const seen: (number | 'verifying')[] = [];
    const report = await backUp({ directory: join(place, 'data'), file, onProgress: (each) => seen.push(each) });
    const before = timesIn(store);
    store.append(batch({ frames: [frameAt(50)], clockMs: T0 + 50 * MINUTE }));
    store.close();
    expect(report).toMatchObject({ files: 1, version: MIGRATIONS.length, clockMs: T0 + 19 * MINUTE });
    expect(report.bytes).toBe(statSync(file).size);
    // Secrets are in it.
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(seen.at(-1)).toBe('verifying');
    expect(readdirSync(place).sort()).toEqual(['copy.db', 'data']);
    const restored = restore({ file, directory: join(place, 'new'), replaces: false, nowMs: NOW });
    expect(restored).toMatchObject({ files: 1, clockMs: report.clockMs, keptIn: null });
    const again = openStore({ directory: join(place, 'new') });
    expect(timesIn(again)).toEqual(before);
    expect(again.recover().trackers).toEqual([tracker(1)]);
    expect(readFileSync(join(place, 'new', 'files', key), 'utf8')).toBe('a form');
    expect(again.formFiles.withKey(key)?.state).toBe('uploaded');
    again.close();
  });

  it('is of one commit, whatever is committed while it is taken', async () => {
    const place = testDirectory();
    const store = filled(join(place, 'data'), 400);
    const file = join(place, 'copy.db');
    let extra = 400;
    await backUp({
      directory: join(place, 'data'),
      file,
      onProgress: (each) => {
        if (each !== 'verifying') store.append(batch({ frames: [frameAt(extra)], clockMs: T0 + extra++ * MINUTE }));
      },
    });
    expect(extra).toBeGreaterThan(400);
    store.close();
    restore({ file, directory: join(place, 'new'), replaces: false, nowMs: NOW });
    const again = openStore({ directory: join(place, 'new') });
    expect(timesIn(again)).toHaveLength(400);
    expect(again.recover().clockMs).toBe(T0 + 399 * MINUTE);
    again.close();
  });

  it('leaves out a file that was deleted meanwhile', async () => {
    const place = testDirectory();
    const store = filled(join(place, 'data'));
    const key = await putFile(store, 'gone');
    store.formFiles.remove(store.formFiles.withKey(key)!);
    const report = await backUp({ directory: join(place, 'data'), file: join(place, 'copy.db') });
    store.close();
    expect(report.files).toBe(0);
  });

  it('does not write over a file, and leaves nothing of itself', async () => {
    const place = testDirectory();
    filled(join(place, 'data')).close();
    writeFileSync(join(place, 'copy.db'), 'mine');
    const taken = backUp({ directory: join(place, 'data'), file: join(place, 'copy.db') });
    await expect(taken).rejects.toThrow('is there already');
    expect(readFileSync(join(place, 'copy.db'), 'utf8')).toBe('mine');
    expect(readdirSync(place).sort()).toEqual(['copy.db', 'data']);
  });

  it.each([
    ['no database', (place: string) => mkdirSync(join(place, 'data')), 'there is no database in'],
    ['a directory that is not there', () => {}, 'there is no database in'],
  ])('of %s is refused', async (_name, prepare, message) => {
    const place = testDirectory();
    prepare(place);
    await expect(backUp({ directory: join(place, 'data'), file: join(place, 'x') })).rejects.toThrow(message);
    expect(existsSync(join(place, 'data', 'milepost.db'))).toBe(false);
  });

  it('to a place that is not there is refused', async () => {
    const place = testDirectory();
    filled(join(place, 'data')).close();
    const taken = backUp({ directory: join(place, 'data'), file: join(place, 'no', 'x') });
    await expect(taken).rejects.toThrow(/cannot save backup|could not be written/i);
  });

  it('of a damaged database is not handed out', async () => {
    const place = testDirectory();
    filled(join(place, 'data'), 300).close();
    const path = join(place, 'data', 'milepost.db');
    const bytes = readFileSync(path);
    for (let page = 8; page < 20; page++) bytes.fill(0x55, page * 4096, page * 4096 + 200);
    writeFileSync(path, bytes);
    await expect(backUp({ directory: join(place, 'data'), file: join(place, 'x') })).rejects.toThrow();
    expect(readdirSync(place)).toEqual(['data']);
  });
});

describe('restoring', () => {
  async function backedUp(): Promise<{ place: string; file: string }> {
    const place = testDirectory();
    filled(join(place, 'data')).close();
    const file = join(place, 'copy.db');
    await backUp({ directory: join(place, 'data'), file });
    return { place, file };
  }

  function refusalOf(options: Parameters<typeof restore>[0]): Error {
    try {
      restore(options);
    } catch (error) {
      return error as Error;
    }
    throw new Error('it was restored');
  }

  it('refuses a directory that holds something, and leaves it as it was', async () => {
    const { place, file } = await backedUp();
    const refusal = refusalOf({ file, directory: join(place, 'data'), replaces: false, nowMs: NOW });
    expect(refusal).toBeInstanceOf(BackupError);
    expect(refusal.message).toContain('is not empty (milepost.db)');
    expect(refusal.message).toContain('--replace');
    expect(readdirSync(join(place, 'data')).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('in place of another keeps that one beside', async () => {
    const { place, file } = await backedUp();
    const directory = join(place, 'data');
    const store = openStore({ directory });
    store.append(batch({ frames: [frameAt(90)], clockMs: T0 + 90 * MINUTE }));
    const key = await putFile(store, 'later');
    store.close();
    const { keptIn } = restore({ file, directory, replaces: true, nowMs: NOW });
    expect(keptIn).toBe(join(directory, 'replaced-20260502T093005Z'));
    const restored = openStore({ directory });
    expect(timesIn(restored)).toHaveLength(20);
    restored.close();
    expect(readFileSync(join(keptIn!, 'files', key), 'utf8')).toBe('later');
    const former = openStore({ directory: keptIn! });
    expect(timesIn(former)).toHaveLength(21);
    former.close();
  });

  it('of the copy that an upgrade made leaves the files of forms where they are', async () => {
    const { place } = await backedUp();
    const directory = join(place, 'data');
    const store = openStore({ directory });
    const key = await putFile(store, 'a form');
    store.close();
    const copy = join(place, 'milepost.v1.backup.db');
    const db = new Database(join(directory, 'milepost.db'));
    db.prepare('VACUUM INTO ?').run(copy);
    db.close();
    restore({ file: copy, directory, replaces: true, nowMs: NOW });
    expect(readFileSync(join(directory, 'files', key), 'utf8')).toBe('a form');
  });

  it.skipIf(process.getuid?.() !== 0)('by root leaves files that belong to the owner of the directory', async () => {
    const { place, file } = await backedUp();
    const directory = join(place, 'other');
    mkdirSync(directory);
    chownSync(directory, 65_534, 65_534);
    restore({ file, directory, replaces: false, nowMs: NOW });
    const owners = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).uid]);
    expect(owners).toEqual(expect.arrayContaining([['milepost.db', 65_534]]));
    expect(owners.every(([, uid]) => uid === 65_534)).toBe(true);
  });

  it('helps where the database is damaged', async () => {
    const { place, file } = await backedUp();
    const directory = join(place, 'data');
    writeFileSync(join(directory, 'milepost.db'), 'lightning'.repeat(1000));
    restore({ file, directory, replaces: true, nowMs: NOW });
    const restored = openStore({ directory });
    expect(timesIn(restored)).toHaveLength(20);
    restored.close();
  });

  it('is refused while a gateway runs', async () => {
    const { place, file } = await backedUp();
    const store = openStore({ directory: join(place, 'data') });
    const refusal = refusalOf({ file, directory: join(place, 'data'), replaces: true, nowMs: NOW });
    expect(refusal).toBeInstanceOf(DataDirectoryError);
    expect((refusal as DataDirectoryError).code).toBe('locked');
    expect(timesIn(store)).toHaveLength(20);
    store.close();
  });

  it.each([
    ['is not there', () => {}, 'there is no file'],
    ['is no database', (path: string) => writeFileSync(path, 'hello '.repeat(900)), 'cannot be read'],
    [
      'is a database of another kind',
      (path: string) => new Database(path).exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)').close(),
      'is no database of Milepost',
    ],
    ['is of a newer Milepost', (path: string) => newer(path), 'schema version 99'],
    ['would lay files elsewhere', (path: string) => climbing(path), 'is named "../../evil"'],
  ] as const)('a file that %s is refused and changes nothing', async (_name, make, message) => {
    const { place } = await backedUp();
    const file = join(place, 'odd.db');
    make(file);
    const directory = join(place, 'data');
    const before = readFileSync(join(directory, 'milepost.db'));
    expect(refusalOf({ file, directory, replaces: true, nowMs: NOW }).message).toContain(message);
    expect(readFileSync(join(directory, 'milepost.db')).equals(before)).toBe(true);
    expect(readdirSync(directory).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
    expect(existsSync(join(place, 'evil'))).toBe(false);
  });

  function newer(path: string): void {
    const db = new Database(path);
    db.exec('CREATE TABLE journal (id INTEGER); PRAGMA user_version = 99');
    db.close();
  }

  function climbing(path: string): void {
    const db = new Database(path);
    for (const migration of MIGRATIONS) db.exec(migration);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
    db.exec(
      `CREATE TABLE backup_files (key TEXT PRIMARY KEY, content BLOB); INSERT INTO backup_files VALUES ('../../evil', x'00')`,
    );
    db.close();
  }
});
