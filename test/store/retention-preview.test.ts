/** What a dry run says is what retention then does. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { RetentionPreview } from '../../src/store/retention-preview.ts';
import { openSnapshot } from '../../src/store/snapshot.ts';
import type { Store } from '../../src/store/store.ts';
import { batch, DAY, frameOf, HOUR, MINUTE, T0, task, testDirectory, tracker } from './kit.ts';

const LIMITS = { fixesKeptMs: 30 * DAY, messagesKeptMs: 2 * DAY, lateDataHorizonMs: 7 * DAY, accepts: null };
const NOW = T0 + 60 * DAY;
/** Small, so that rows are old as a whole soon. */
const SEALED = { ...LIMITS, trackEntriesMax: 10, sealAfterEntries: 10 };

/** Two vehicles, a fix and a heartbeat every two hours for sixty days; the second one has an open task of the tenth. */
function filled(directory: string): Store {
  const store = openStore({ directory, limits: SEALED });
  const open = task(1, { tenure: { trackerId: 2, givenMs: -Infinity, assignedMs: T0 }, terms: termsAt(T0 + 10 * DAY) });
  store.append(batch({ rows: { trackers: [tracker(1), tracker(2)], createdTasks: [open] } }));
  for (let atMs = T0; atMs < NOW; atMs += 2 * HOUR) {
    const frames = [1, 2].flatMap((id) => [
      frameOf(id, [{ timeMs: atMs, hasPosition: true }], { receivedMs: atMs }),
      frameOf(id, [], { receivedMs: atMs + MINUTE, protocol: 'gt06' }),
    ]);
    store.append(batch({ frames, clockMs: atMs }));
  }
  return store;
}

function termsAt(fromMs: number) {
  return { ...task(1).terms, fromMs, toMs: fromMs + 90 * DAY };
}

function previewOf(directory: string, limits = LIMITS): RetentionPreview {
  const snapshot = openSnapshot(directory);
  try {
    return snapshot.previewRetention(limits, NOW, () => {});
  } finally {
    snapshot.close();
  }
}

function held(store: Store): { fixes: number; frames: number } {
  const ids = [1, 2];
  return {
    fixes: ids.reduce((sum, id) => sum + store.tracks.fixes(id, 0, NOW * 2, 1e6).length, 0),
    frames: ids.reduce((sum, id) => sum + store.tracks.frames(id, 0, NOW * 2, 1e6).length, 0),
  };
}

describe('a dry run of retention', () => {
  it('says what goes and what has to stay, and changes nothing', () => {
    const directory = testDirectory();
    const store = filled(directory);
    const before = held(store);
    const preview = previewOf(directory);
    expect(held(store)).toEqual(before);
    // 30 days of 12 fixes a day of the first one; of the second, those a day and more before its task.
    const [first, second] = preview.byTracker;
    expect(first).toMatchObject({ trackerId: 1, fixes: 30 * 12, messages: 58 * 12 });
    expect(second).toMatchObject({ trackerId: 2, messages: 58 * 12 });
    expect(second?.fixes).toBeLessThan(10 * 12);
    expect(second?.fixes).toBeGreaterThan(8 * 12);
    expect(preview.neededFrames).toBe(first!.frames - second!.frames);
    expect(preview.fromMs).toBe(T0);
    expect(preview.total.bytes).toBeLessThan(preview.journalBytes);
    store.close();
  });

  it('is what happens when it is done', () => {
    const directory = testDirectory();
    const store = filled(directory);
    const before = held(store);
    const { total } = previewOf(directory);
    // Round after round, an hour apart: each goes no further than what is sealed.
    for (let atMs = NOW; atMs < NOW + 5 * HOUR; atMs += HOUR + 1) while (store.tidy(atMs));
    const after = held(store);
    expect(before.fixes - after.fixes).toBeGreaterThanOrEqual(total.fixes - 12);
    expect(before.fixes - after.fixes).toBeLessThanOrEqual(total.fixes + 12);
    const rest = previewOf(directory);
    expect(rest.total.fixes).toBeLessThanOrEqual(12);
    expect(rest.total.messages).toBeLessThanOrEqual(2 * 12 * 2);
    store.close();
  });

  it('of everything kept for longer finds nothing', () => {
    const directory = testDirectory();
    filled(directory).close();
    const preview = previewOf(directory, { ...LIMITS, fixesKeptMs: 90 * DAY, messagesKeptMs: 90 * DAY });
    expect(preview).toMatchObject({ byTracker: [], fromMs: null, toMs: null, neededFrames: 0 });
    expect(preview.total).toEqual({ frames: 0, fixes: 0, messages: 0, bytes: 0 });
  });
});

describe('a snapshot', () => {
  it('of no database is refused, and makes none', () => {
    expect(() => openSnapshot(join(testDirectory(), 'none'))).toThrow('there is no database in');
  });
});
