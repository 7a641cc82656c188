/** Searches beside the line: their order, their limits, the thread's end, and that they see what was committed before. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answers, Question } from '../../src/operations/questions.ts';
import {
  openSearches,
  type Reply,
  SearchDesk,
  type Searches,
  searchInPlace,
  type ThreadEvents,
} from '../../src/operations/searches.ts';
import { unpack } from '../../src/operations/slices.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { StorageError, type Store } from '../../src/store/store.ts';
import { taskOfValues } from '../../src/store/task-rows.ts';
import { batch, frameOf, T0, task, testDirectory, tracker } from '../store/kit.ts';

const LIMITS = { waitingMax: 3, closingMs: 50 };

/** A thread that answers when it is told to. */
class FakeThread {
  readonly asked: Question[] = [];
  readonly events: ThreadEvents;
  isStopped = false;
  /** Never ends when asked to, as in the middle of a long search. */
  isStuck = false;

  constructor(events: ThreadEvents) {
    this.events = events;
  }

  post(question: Question): void {
    this.asked.push(question);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.isStuck) await new Promise(() => {});
  }
}

function fakeDesk(): { desk: SearchDesk; threads: FakeThread[]; newest: () => FakeThread } {
  const threads: FakeThread[] = [];
  const start = (events: ThreadEvents): FakeThread => {
    const thread = new FakeThread(events);
    threads.push(thread);
    return thread;
  };
  return { desk: new SearchDesk(start, LIMITS), threads, newest: () => threads.at(-1)! };
}

const history = (taskId: number) => ({ kind: 'task_history', taskId }) as const;
const counted = (assigned: number): Reply => {
  return { kind: 'answer', answer: { assigned } as unknown as Answers['count_tasks'] };
};

describe('the desk', () => {
  it('has no thread before the first question, and one for all', async () => {
    const { desk, threads, newest } = fakeDesk();
    expect(threads).toHaveLength(0);
    const answers = [
      desk.ask<'count_tasks'>({ kind: 'count_tasks' }),
      desk.ask<'count_tasks'>({ kind: 'count_tasks' }),
    ];
    newest().events.onReply(counted(1));
    newest().events.onReply(counted(2));
    expect(await Promise.all(answers)).toEqual([{ assigned: 1 }, { assigned: 2 }]);
    expect(threads).toHaveLength(1);
  });

  it('asks one question at a time, in order', () => {
    const { desk, newest } = fakeDesk();
    for (const taskId of [1, 2, 3]) void desk.ask<'task_history'>(history(taskId));
    expect(newest().asked).toEqual([history(1)]);
    newest().events.onReply(counted(0));
    expect(newest().asked).toEqual([history(1), history(2)]);
  });

  it('refuses a question when too many wait, and takes the next when there is room', async () => {
    const { desk, newest } = fakeDesk();
    for (const taskId of [1, 2, 3, 4]) void desk.ask<'task_history'>(history(taskId));
    await expect(desk.ask<'task_history'>(history(5))).rejects.toMatchObject({ name: 'SearchRefused', code: 'busy' });
    newest().events.onReply(counted(0));
    void desk.ask<'task_history'>(history(6));
    for (const _ of [2, 3, 4]) newest().events.onReply(counted(0));
    expect(newest().asked.at(-1)).toEqual(history(6));
  });

  it.each<[string, Reply, object]>([
    ['storage', { kind: 'storage', code: 'SQLITE_IOERR', message: 'disk I/O error' }, { code: 'SQLITE_IOERR' }],
    ['a fault', { kind: 'fault', message: 'x is not a function', stack: 'thread.ts:1' }, { stack: 'thread.ts:1' }],
  ])('a question that %s keeps from its answer fails, the next is asked', async (_, reply, error) => {
    const { desk, newest } = fakeDesk();
    const failing = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    const next = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    newest().events.onReply(reply);
    newest().events.onReply(counted(7));
    await expect(failing).rejects.toMatchObject(error);
    expect(await next).toEqual({ assigned: 7 });
  });

  it('a thread that ends fails its question alone: the next gets a new thread', async () => {
    const { desk, threads, newest } = fakeDesk();
    const failing = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    const next = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    newest().events.onEnd(new Error('out of memory'));
    await expect(failing).rejects.toThrow('the search thread ended over a question');
    expect(threads).toHaveLength(2);
    newest().events.onReply(counted(3));
    expect(await next).toEqual({ assigned: 3 });
  });

  it('a thread that ends idle is missed by nobody', async () => {
    const { desk, threads, newest } = fakeDesk();
    const first = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    newest().events.onReply(counted(1));
    await first;
    newest().events.onEnd('killed');
    expect(threads).toHaveLength(1);
    const second = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    newest().events.onReply(counted(2));
    expect(await second).toEqual({ assigned: 2 });
  });

  it('a thread that cannot be started fails the question that wanted it, and no other', async () => {
    let isPossible = false;
    const threads: FakeThread[] = [];
    const desk = new SearchDesk((events) => {
      if (!isPossible) throw new Error('no more threads');
      threads.push(new FakeThread(events));
      return threads[0]!;
    }, LIMITS);
    await expect(desk.ask<'count_tasks'>({ kind: 'count_tasks' })).rejects.toThrow('no more threads');
    isPossible = true;
    const next = desk.ask<'count_tasks'>({ kind: 'count_tasks' });
    threads[0]!.events.onReply(counted(1));
    expect(await next).toEqual({ assigned: 1 });
  });

  it.each([false, true])(
    'closing refuses what runs, waits or comes; with a search that does not end: %s',
    async (isStuck) => {
      const { desk, newest } = fakeDesk();
      const asked = [1, 2, 3].map((taskId) => desk.ask<'task_history'>(history(taskId)));
      const refusals = asked.map((each) => expect(each).rejects.toMatchObject({ code: 'closing' }));
      newest().isStuck = isStuck;
      await desk.close();
      await Promise.all(refusals);
      await expect(desk.ask<'task_history'>(history(4))).rejects.toMatchObject({ code: 'closing' });
      expect(newest().isStopped).toBe(true);
      expect(newest().asked).toHaveLength(1);
    },
  );
});

function opened(open: (directory: string) => Searches): { store: Store; searches: Searches; directory: string } {
  const directory = testDirectory();
  const store = openStore({ directory });
  const searches = open(directory);
  onTestFinished(async () => {
    await searches.close();
    store.close();
  });
  return { store, searches, directory };
}

const openThread = (directory: string): Searches => openSearches(directory, { waitingMax: 100, closingMs: 5000 });
const ALL = { sort: [], offset: 0, limit: 100 };

describe.each([
  ['on a thread', openThread],
  ['in place', searchInPlace],
])('searching %s', (_, open) => {
  it('answers every kind of question with what is stored', async () => {
    const { store, searches } = opened(open);
    const event = { taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'delete' } } as const;
    const frames = [1, 2, 3].map((minute) => frameOf(1, [{ timeMs: T0 + minute * 60_000, hasPosition: minute !== 3 }]));
    const rows = { trackers: [tracker(1)], createdTasks: [task(1), task(2)] };
    store.append(batch({ rows, events: [event], frames }));
    const recent = store.recent(1);
    const { page, count } = await searches.ask<'list_tasks'>({ kind: 'list_tasks', filter: { ...ALL, limit: 1 } });
    expect([count, [...unpack<[]>(page)].map(taskOfValues)]).toEqual([2, [task(1)]]);
    expect((await searches.ask<'count_tasks'>({ kind: 'count_tasks' })).assigned).toBe(2);
    expect([...unpack((await searches.ask<'task_history'>(history(1))).page)]).toEqual(store.tasks.historyRows(1));
    const period = { fromMs: T0, toMs: T0 + 3_600_000, limit: 2 };
    const found = await searches.ask<'list_fixes'>({ kind: 'list_fixes', recent, ...period });
    const shown = [...unpack<{ position: { timeMs: number; attributes: object } }>(found.page)];
    expect([found.hasMore, shown.map(({ position }) => position.timeMs - T0)]).toEqual([true, [60_000, 120_000]]);
    const stored = store.tracks.fixes(1, T0, T0 + 3_600_000, 1)[0]!;
    const { timeMs, attributes } = stored.position;
    expect(shown[0]).toMatchObject({ position: { timeMs, attributes }, protocol: 'teltonika', invalidity: null });
    const end = await searches.ask<'track_end'>({ kind: 'track_end', recent });
    expect(end).toMatchObject({ lastSeenMs: T0, fix: { position: { timeMs: T0 + 120_000 } }, attributes });
  });

  it('sees every commit that came before the question', async () => {
    const { store, searches } = opened(open);
    let id = 0;
    const commits = fc.array(fc.record({ tasks: fc.integer({ min: 1, max: 3 }), isAwaited: fc.boolean() }), {
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(commits, async (each) => {
        const answers: Promise<void>[] = [];
        for (const { tasks, isAwaited } of each) {
          const createdTasks = Array.from({ length: tasks }, () => task(++id));
          store.append(batch({ rows: { createdTasks } }));
          const least = id;
          const answer = searches.ask<'list_tasks'>({ kind: 'list_tasks', filter: { ...ALL, offset: id - 1 } });
          answers.push(
            answer.then(({ page, count }) => {
              expect(count).toBeGreaterThanOrEqual(least);
              expect([...unpack<[number]>(page)][0]?.[0]).toBe(least);
            }),
          );
          if (isAwaited) await answers.at(-1);
        }
        await Promise.all(answers);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the real thread', () => {
  it('says that the disk does not answer, and answers once it does', async () => {
    const directory = testDirectory();
    const file = join(directory, DATABASE_FILE);
    writeFileSync(file, 'This is no database, though a file of its name. '.repeat(100));
    const searches = openThread(directory);
    onTestFinished(() => searches.close());
    await expect(searches.ask<'count_tasks'>({ kind: 'count_tasks' })).rejects.toThrow(StorageError);
    rmSync(file);
    const store = openStore({ directory });
    expect((await searches.ask<'count_tasks'>({ kind: 'count_tasks' })).assigned).toBe(0);
    await searches.close();
    store.close();
  });

  it('passes on a fault of ours with its message', async () => {
    const { searches } = opened(openThread);
    const filter = { ...ALL, sort: [{ field: 'no such' as 'id', descending: false }] };
    await expect(searches.ask<'list_tasks'>({ kind: 'list_tasks', filter })).rejects.toThrow('no such column');
  });

  it('closes with a search under way, and leaves the directory to the next', async () => {
    const { store, searches, directory } = opened(openThread);
    const refused = expect(searches.ask<'count_tasks'>({ kind: 'count_tasks' })).rejects.toThrow('closing');
    await searches.close();
    await refused;
    store.close();
    openStore({ directory }).close();
  });
});
