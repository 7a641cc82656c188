/** Files of forms: content and row together, whatever ends in between. */
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { NewFormFile } from '../../src/store/store.ts';
import { T0, testDirectory, testStore } from './kit.ts';

const NEW: NewFormFile = {
  ...{ taskId: 1, formMs: T0, fieldId: 'a', name: null, bytes: 100, metadata: { orientation: 3 } },
  ...{ createdMs: T0, expiresMs: T0 + 1000 },
};

const told = () => ({ name: 'a.txt', mimeType: 'text/plain', uploadedMs: T0 + 5, expiresMs: T0 + 9000 });

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('the sender is gone');
}

describe('a file', () => {
  it('comes back as it was asked for, by id, key and token', () => {
    const { formFiles } = testStore();
    const { file, token } = formFiles.create(NEW);
    expect(file).toEqual({ ...NEW, id: 1, key: file.key, mimeType: null, state: 'created', uploadedMs: null });
    expect(file.key).toMatch(/^[0-9a-f]{32}$/);
    expect([formFiles.read(1), formFiles.withKey(file.key), formFiles.withToken(token)]).toEqual([file, file, file]);
    expect([formFiles.read(2), formFiles.withKey(token), formFiles.withToken(file.key)]).toEqual([null, null, null]);
    expect([formFiles.ofForm(1, T0), formFiles.ofForm(1, T0 + 1), formFiles.ofForm(2, T0)]).toEqual([[file], [], []]);
  });

  it('is uploaded once, with what it really is', async () => {
    const { formFiles } = testStore();
    const { file } = formFiles.create(NEW);
    expect(await formFiles.upload(1, chunks('hel', 'lo'), told)).toBe(true);
    expect(formFiles.read(1)).toEqual({ ...file, ...told(), bytes: 5, state: 'uploaded' });
    expect(readFileSync(formFiles.path(file), 'utf8')).toBe('hello');
    expect(await formFiles.upload(1, chunks('again'), told)).toBe(false);
    expect(await formFiles.upload(2, chunks('nobody'), told)).toBe(false);
    expect(readFileSync(formFiles.path(file), 'utf8')).toBe('hello');
  });

  it('that breaks off is as before, and can be sent again', async () => {
    const { formFiles } = testStore();
    const { file } = formFiles.create(NEW);
    await expect(formFiles.upload(1, broken(), told)).rejects.toThrow('the sender is gone');
    expect([formFiles.read(1), existsSync(formFiles.path(file))]).toEqual([file, false]);
    expect(await formFiles.upload(1, chunks('whole'), told)).toBe(true);
  });

  it('that was coming in when the process ended can be sent again', async () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    first.formFiles.create(NEW);
    const pause = new EventEmitter();
    const slow = (async function* () {
      yield Buffer.from('half');
      const goingOn = once(pause, 'on');
      pause.emit('reached');
      await goingOn;
    })();
    const reached = once(pause, 'reached');
    const upload = first.formFiles.upload(1, slow, told);
    await reached;
    expect(first.formFiles.read(1)?.state).toBe('in_progress');
    first.close();
    const second = openStore({ directory });
    onTestFinished(() => second.close());
    expect(second.formFiles.read(1)?.state).toBe('created');
    pause.emit('on');
    await expect(upload).rejects.toThrow();
  });

  it('marked as deleted while it comes in stays so', async () => {
    const { formFiles } = testStore();
    formFiles.create(NEW);
    const marking = (async function* () {
      yield Buffer.from('half');
      formFiles.markDeleted([1]);
    })();
    expect(await formFiles.upload(1, marking, told)).toBe(false);
    expect(formFiles.read(1)?.state).toBe('deleted');
  });

  it('goes with its content, also where that is gone already', async () => {
    const { formFiles } = testStore();
    for (const content of ['one', 'two']) {
      const { file } = formFiles.create(NEW);
      await formFiles.upload(file.id, chunks(content), told);
    }
    const [one, two] = formFiles.ofForm(1, T0);
    rmSync(formFiles.path(two!));
    for (const file of [one!, two!]) formFiles.remove(file);
    expect([formFiles.ofForm(1, T0), existsSync(formFiles.path(one!)), formFiles.bytes()]).toEqual([[], false, 0]);
  });

  it('takes what it is, and before it is there what it may become; also after a restart', async () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    first.formFiles.create(NEW);
    first.formFiles.create(NEW);
    expect(first.formFiles.bytes()).toBe(200);
    await first.formFiles.upload(2, chunks('hello'), told);
    expect(first.formFiles.bytes()).toBe(105);
    first.close();
    const second = openStore({ directory });
    onTestFinished(() => second.close());
    expect(second.formFiles.bytes()).toBe(105);
  });

  it('that the disk does not take is a failure of storage', async () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    onTestFinished(() => store.close());
    // A file where the directory would be.
    writeFileSync(join(directory, 'files'), '');
    const { file } = store.formFiles.create(NEW);
    await expect(store.formFiles.upload(1, chunks('x'), told)).rejects.toMatchObject({ name: 'StorageError' });
    expect(store.formFiles.read(1)).toEqual(file);
  });

  it('is found by going on from another one', () => {
    const { formFiles } = testStore();
    for (let n = 0; n < 5; n++) formFiles.create(NEW);
    expect(formFiles.after(0, 2).map(({ id }) => id)).toEqual([1, 2]);
    expect(formFiles.after(4, 2).map(({ id }) => id)).toEqual([5]);
    expect(formFiles.after(5, 2)).toEqual([]);
  });
});
