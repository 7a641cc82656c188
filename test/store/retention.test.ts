import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { fromBlob, STRIDE } from '../../src/store/entries.ts';
import { readHeaders } from '../../src/store/journal.ts';
import { openStore } from '../../src/store/open.ts';
import type { StoreLimits } from '../../src/store/sqlite-store.ts';
import type { FrameRecord, Store } from '../../src/store/store.ts';
import { batch, DAY, frameOf, HOUR, MINUTE, NEW_FACTS, T0, task, testDirectory, testStore } from './kit.ts';

/** Fixes are kept for ten days, messages for two; so small that a few frames fill every list, segment and slice. */
const LIMITS: Partial<StoreLimits> = {
  sealAfterEntries: 6,
  sliceTrackers: 1,
  segmentEntries: 3,
  decodedBytes: 3000,
  fixesKeptMs: 10 * DAY,
  messagesKeptMs: 2 * DAY,
  lateDataHorizonMs: 3 * DAY,
  sliceRows: 3,
  sliceNeeds: 1,
  sliceSegments: 1,
};
const NOW = T0 + 100 * DAY;
const DONE = { ...NEW_FACTS, state: 'completed', isSettled: true } as const;

function fix(
  trackerId: number,
  timeMs: number,
  part: { receivedMs?: number; hasPosition?: boolean } = {},
): FrameRecord {
  const { receivedMs = timeMs, hasPosition = true } = part;
  return frameOf(trackerId, [{ timeMs, hasPosition }], { receivedMs });
}

function heartbeat(trackerId: number, receivedMs: number): FrameRecord {
  return frameOf(trackerId, [], { receivedMs, protocol: 'gt06' });
}

function taskOf(trackerId: number, fromMs: number, toMs: number, part: Partial<Task> = {}): Task {
  const own = { tenure: { trackerId, givenMs: -Infinity, assignedMs: fromMs }, createdMs: fromMs, ...part };
  return task(part.id ?? 1, { ...own, terms: { ...task(1).terms, fromMs, toMs } });
}

function tidyAll(store: Store, nowMs = NOW): void {
  for (let slices = 0; store.tidy(nowMs); slices++) if (slices > 10_000) throw new Error('tidying does not end');
}

function timesOf(store: Store, trackerId: number): number[] {
  return store.tracks.fixes(trackerId, -Infinity, Infinity, 1e6).map(({ position }) => position.timeMs);
}

function messagesOf(store: Store, trackerId: number): number[] {
  const frames = store.tracks.frames(trackerId, -Infinity, Infinity, 1e6);
  return frames.filter(({ protocol }) => protocol === 'gt06').map(({ receivedMs }) => receivedMs);
}

/** What the database holds: journal frames and index entries, and entries whose frame is not there. */
function held(directory: string): { rows: number; frames: number; entries: number; dead: number } {
  const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
  const rows = db.prepare<[], { id: number; body: Buffer }>('SELECT id, body FROM journal').all();
  const blobs = db.prepare<[], Buffer>('SELECT entries FROM track_segment').pluck().all();
  db.close();
  const addresses = new Set(rows.flatMap(({ id, body }) => [...readHeaders(body)].map((h) => id * 16_384 + h.offset)));
  const tags = blobs.flatMap((blob) => [...fromBlob(blob)].filter((_, i) => i % STRIDE === 3));
  const dead = tags.filter((tag) => !addresses.has(Math.floor(tag / 4))).length;
  return { rows: rows.length, frames: addresses.size, entries: tags.length, dead };
}

describe('what is taken out', () => {
  it('is fixes and messages older than each may be, and rows and index entries follow', () => {
    const directory = testDirectory();
    const store = testStore({ directory, limits: LIMITS });
    const days = Array.from({ length: 30 }, (_, i) => NOW - (29 - i) * DAY - HOUR);
    for (const at of days) store.append(batch({ frames: [fix(1, at), heartbeat(1, at + MINUTE), fix(2, at)] }));
    tidyAll(store);
    expect([timesOf(store, 1), timesOf(store, 2)]).toEqual([days.slice(-10), days.slice(-10)]);
    expect(messagesOf(store, 1)).toEqual(days.slice(-2).map((at) => at + MINUTE));
    expect(held(directory)).toMatchObject({ rows: 10, frames: 22 });
  });

  it('is nothing by default', () => {
    const store = testStore();
    store.append(batch({ frames: [fix(1, T0), heartbeat(1, T0), fix(1, T0 + DAY)] }));
    tidyAll(store);
    expect([timesOf(store, 1), messagesOf(store, 1)]).toEqual([[T0, T0 + DAY], [T0]]);
  });

  it('goes by receipt: a backlog uploaded today stays', () => {
    const store = testStore({ limits: LIMITS });
    const old = Array.from({ length: 20 }, (_, i) => T0 + i * HOUR);
    store.append(batch({ frames: old.map((at) => fix(1, at, { receivedMs: NOW - HOUR })) }));
    tidyAll(store);
    expect(timesOf(store, 1)).toEqual(old);
  });

  it('is not held up by frames that were received while the clock was ahead', () => {
    const store = testStore({ limits: LIMITS });
    const ahead = NOW + 400 * DAY;
    store.append(batch({ frames: Array.from({ length: 8 }, (_, i) => fix(1, ahead + i)) }));
    for (let i = 0; i < 8; i++) store.append(batch({ frames: [fix(2, T0 + i * DAY), heartbeat(2, T0)] }));
    store.append(batch({ frames: [fix(2, NOW - HOUR)] }));
    tidyAll(store);
    expect([timesOf(store, 1).length, timesOf(store, 2), messagesOf(store, 2)]).toEqual([8, [NOW - HOUR], []]);
  });

  it('is looked for again after an hour', () => {
    const store = testStore({ limits: LIMITS });
    const soonOld = NOW - 10 * DAY + 30 * MINUTE;
    for (let i = 0; i < 9; i++) store.append(batch({ frames: [fix(1, soonOld + i)] }));
    tidyAll(store);
    tidyAll(store, NOW + 59 * MINUTE);
    store.append(batch({ frames: [fix(1, NOW)] }));
    expect(timesOf(store, 1)).toHaveLength(10);
    tidyAll(store, NOW + 61 * MINUTE);
    expect(timesOf(store, 1)).toEqual([NOW]);
  });
});

describe('what stays, however old', () => {
  const outside = NOW - 60 * DAY;
  const SCENES: readonly (readonly [string, readonly Task[], boolean])[] = [
    ['no task', [], false],
    ['an open task whose window holds it', [taskOf(1, outside - DAY, NOW + DAY)], true],
    ['an open task before whose window it is the last fix', [taskOf(1, outside + DAY, NOW + DAY)], true],
    ['a task of another tracker', [taskOf(2, outside - DAY, NOW + DAY)], false],
    ['an open task that was given after it', [taskOf(1, outside - DAY, NOW, { tenure: given(NOW - HOUR) })], false],
    ['a task closed within the horizon', [taskOf(1, outside - DAY, NOW - 2 * DAY, { facts: DONE })], true],
    ['a task closed before the horizon', [taskOf(1, outside - DAY, NOW - 4 * DAY, { facts: DONE })], false],
    ['an open task without an end', [endless({})], true],
    ['an open task without an end or a place', [endless({}, { zone: null })], true],
    ['a task without an end, closed within the horizon', [endless({ ...DONE, statusMs: NOW - 2 * DAY })], true],
    ['a task without an end, closed before the horizon', [endless({ ...DONE, statusMs: NOW - 4 * DAY })], false],
    ['a deleted task', [taskOf(1, outside - DAY, NOW + DAY, { deletedMs: NOW })], false],
  ];

  function endless(facts: Partial<Task['facts']>, terms: Partial<Task['terms']> = {}): Task {
    const own = taskOf(1, outside - 2 * DAY, outside - DAY, { facts: { ...NEW_FACTS, ...facts } });
    return { ...own, terms: { ...own.terms, openEnds: 'to', ...terms } };
  }

  function given(givenMs: number): Task['tenure'] {
    return { trackerId: 1, givenMs, assignedMs: givenMs };
  }

  it.each(SCENES)('%s', (_name, tasks, stays) => {
    const store = testStore({ limits: LIMITS });
    const later = Array.from({ length: 8 }, (_, i) => fix(1, outside + 40 * DAY + i * 2 * DAY));
    store.append(batch({ frames: [fix(1, outside), ...later], rows: { createdTasks: tasks } }));
    tidyAll(store);
    expect(timesOf(store, 1).includes(outside)).toBe(stays);
  });

  it('is the last known position, and what led to it within a day', () => {
    const store = testStore({ limits: LIMITS });
    const parked = Array.from({ length: 80 }, (_, i) => T0 + i * HOUR);
    store.append(batch({ frames: parked.map((at) => fix(1, at)) }));
    store.append(batch({ frames: [fix(1, T0 + 90 * HOUR, { hasPosition: false })] }));
    tidyAll(store);
    expect(timesOf(store, 1)).toEqual(parked.slice(-25));
    expect(store.tracks.newest(1).newestMs).toBe(T0 + 90 * HOUR);
  });

  it('is the evidence of a task that came while the sweep was under way', () => {
    const store = testStore({ limits: LIMITS });
    const times = Array.from({ length: 40 }, (_, i) => T0 + i * 2 * HOUR);
    for (const at of times) store.append(batch({ frames: [fix(1, at)] }));
    store.append(batch({ frames: [fix(1, NOW)] }));
    while (timesOf(store, 1).length > 30) expect(store.tidy(NOW)).toBe(true);
    const left = timesOf(store, 1);
    const late = taskOf(1, left[4]!, NOW, { createdMs: NOW });
    store.append(batch({ rows: { createdTasks: [late] } }));
    tidyAll(store);
    expect(timesOf(store, 1)).toEqual(left.filter((at) => at >= left[3]! - DAY));
  });

  it('is everything, while none of the fixes near the last is good enough for the settings', () => {
    const store = testStore({ limits: { ...LIMITS, accepts: ({ position }) => position.timeMs < T0 + DAY } });
    const times = Array.from({ length: 40 }, (_, i) => T0 + i * 2 * HOUR);
    store.append(batch({ frames: times.map((at) => fix(1, at)) }));
    tidyAll(store);
    expect(timesOf(store, 1)).toEqual(times);
  });
});

const anyTimes = fc.array(fc.integer({ min: 0, max: 40 * 24 }), { minLength: 1, maxLength: 60 });
const anyTasks = fc.array(
  fc.record({ trackerId: fc.integer({ min: 1, max: 3 }), from: fc.integer({ min: 0, max: 960 }), length: fc.nat(200) }),
  { maxLength: 3 },
);

describe('a journal of any fixes and tasks', () => {
  it('keeps every verdict’s evidence, what is young, and nothing else; a cut at any slice changes nothing', () => {
    fc.assert(
      fc.property(anyTimes, anyTasks, fc.integer({ min: 1, max: 12 }), (hours, specs, cutAfter) => {
        const now = T0 + 40 * DAY;
        const directory = testDirectory();
        let store = openStore({ directory, limits: LIMITS });
        const tasks = specs.map(({ trackerId, from, length }, i) => {
          return taskOf(trackerId, T0 + from * HOUR, T0 + (from + length) * HOUR, { id: i + 1 });
        });
        // What one commit takes in was received at one moment.
        const times = [...hours].sort((a, b) => a - b).map((at, i) => T0 + at * HOUR + i);
        const receipts = times.map((_, i) => times[Math.min(times.length - 1, i | 3)]!);
        const frames = times.map((at, i) => fix(1 + (i % 3), at, { receivedMs: receipts[i]! }));
        for (let i = 0; i < frames.length; i += 4) store.append(batch({ frames: frames.slice(i, i + 4) }));
        store.append(batch({ rows: { createdTasks: tasks } }));
        const evidenceOf = ({ tenure, terms }: Task) => {
          return store.tracks.evidence(tenure.trackerId!, terms.fromMs, terms.toMs).map((each) => each.position.timeMs);
        };
        const before = tasks.map(evidenceOf);
        const lastBefore = [1, 2, 3].map((id) => store.tracks.lastValidFix(id)?.position.timeMs);
        for (let i = 0; i < cutAfter; i++) store.tidy(now);
        const copy = testDirectory();
        for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
          if (existsSync(join(directory, file))) copyFileSync(join(directory, file), join(copy, file));
        }
        store.close();
        store = openStore({ directory: copy, limits: LIMITS });
        tidyAll(store, now);
        expect(tasks.map(evidenceOf)).toEqual(before);
        expect([1, 2, 3].map((id) => store.tracks.lastValidFix(id)?.position.timeMs)).toEqual(lastBefore);
        for (const id of [1, 2, 3]) {
          const own = frames.filter(({ trackerId }) => trackerId === id);
          const timesBefore = (at: number) => own.map(({ timesMs }) => timesMs[0]!).filter((ms) => ms < at);
          const starts = tasks.filter(({ tenure }) => tenure.trackerId === id).map(({ terms }) => terms.fromMs);
          const neighbours = [...starts, Infinity].map((at) => timesBefore(at).at(-1) ?? Infinity);
          const neededFrom = Math.min(...starts, ...neighbours) - DAY;
          const youngFrom = now - 10 * DAY - 5 * MINUTE;
          const kept = own
            .filter(({ receivedMs, timesMs }) => receivedMs >= youngFrom || timesMs[0]! >= neededFrom)
            .map(({ timesMs }) => timesMs[0]!);
          expect(timesOf(store, id)).toEqual(kept);
          for (const ms of kept) {
            const [stored] = store.tracks.fixes(id, ms, ms, 1);
            expect(store.tracks.holds(id, ms, stored!.position.content)).toBe(true);
          }
        }
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});

it('reuses the room: with a steady stream the file stays as large as what it holds', () => {
  const directory = testDirectory();
  const store = openStore({ directory, limits: { ...LIMITS, sliceRows: 32, sealAfterEntries: 200 } });
  onTestFinished(() => store.close());
  const sizes: number[] = [];
  for (let day = 0; day < 60; day++) {
    for (let i = 0; i < 24; i++) {
      const at = T0 + day * DAY + i * HOUR;
      const frames = Array.from({ length: 20 }, (_, k) => fix(1 + k, at + k));
      store.append(batch({ frames }));
    }
    tidyAll(store, T0 + (day + 1) * DAY);
    sizes.push(pages(directory));
  }
  expect(Math.max(...sizes.slice(20))).toBeLessThan(sizes[14]! * 1.15);
  expect(held(directory).dead).toBeLessThan(20 * 24);
});

function pages(directory: string): number {
  const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
  const count = db.pragma('page_count', { simple: true }) as number;
  db.close();
  return count;
}
