import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Checkpoints } from '../../src/store/checkpoints.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { batch, frameOf, T0, testDirectory, testStore } from './kit.ts';

function checkpointsOf(directory: string, ends: unknown[] = []): Checkpoints {
  const checkpoints = new Checkpoints(directory, (error) => ends.push(error));
  onTestFinished(() => checkpoints.stop());
  return checkpoints;
}

function commit(store: Store, i: number): void {
  store.append(batch({ frames: [frameOf(1, [{ timeMs: T0 + i, hasPosition: true }])] }));
}

/** Records in a copy of the database file alone, without its log. */
function foldedIn(directory: string): number {
  const copy = testDirectory();
  copyFileSync(join(directory, DATABASE_FILE), join(copy, DATABASE_FILE));
  const store = openStore({ directory: copy });
  const { length } = store.tracks.fixes(1, -Infinity, Infinity, 1e6);
  store.close();
  return length;
}

describe('a checkpoint beside the line', () => {
  it('folds all that is committed into the database, while the store goes on', async () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    const checkpoints = checkpointsOf(directory);
    for (let i = 0; i < 20; i++) commit(store, i);
    await checkpoints.run();
    expect(foldedIn(directory)).toBe(20);
    for (let i = 20; i < 25; i++) commit(store, i);
    await Promise.all([checkpoints.run(), checkpoints.run()]);
    expect(foldedIn(directory)).toBe(25);
  });

  it('lets the log begin anew: it does not grow with what is committed', async () => {
    const directory = testDirectory();
    const store = testStore({ directory });
    const checkpoints = checkpointsOf(directory);
    const sizes: number[] = [];
    for (let i = 0; i < 200; i++) {
      commit(store, i);
      if (i % 10 !== 9) continue;
      await checkpoints.run();
      sizes.push(store.size().walBytes);
    }
    expect(Math.max(...sizes)).toBeLessThan(sizes[0]! * 2);
  });

  it('stopped, leaves the log to the store, which folds and removes it', async () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    const checkpoints = checkpointsOf(directory);
    commit(store, 0);
    await checkpoints.run();
    commit(store, 1);
    await checkpoints.stop();
    store.close();
    expect([foldedIn(directory), store.size().walBytes]).toEqual([2, 0]);
    await checkpoints.run();
  });

  it('that cannot open the database says so, and is done at once from then on', async () => {
    const ends: unknown[] = [];
    const checkpoints = checkpointsOf(join(testDirectory(), 'nowhere'), ends);
    await checkpoints.run();
    expect(ends).toMatchObject([{ message: expect.stringContaining('directory does not exist') }]);
    await checkpoints.run();
  });
});
