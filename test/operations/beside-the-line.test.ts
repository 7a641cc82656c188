/** Searches go beside the line: no list, count, history or track is read on its thread, and none holds it up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { explain } from '../../src/operations/explain.ts';
import { explainTask } from '../../src/operations/explain-task.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import type { Question } from '../../src/operations/questions.ts';
import { SearchDesk, type Searches, searchInPlace, type ThreadEvents } from '../../src/operations/searches.ts';
import type { Store } from '../../src/store/store.ts';
import { LineKit } from '../intake/line-kit.ts';

const T0 = Date.UTC(2026, 2, 1, 8);
const MINUTE = 60_000;
const ALL = { sort: [], offset: 0, limit: 100 };
const DEPOT = { latDeg: 52.52, lonDeg: 13.405 };
const SETTINGS = {
  graceMs: 10 * MINUTE,
  lateDataHorizonMs: 7 * 86_400_000,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
} as const;

let kit: LineKit;
let trackerId: number;
let inPlace: Searches;

beforeEach(async () => {
  kit = new LineKit(T0);
  trackerId = await kit.register('356307042441013');
  inPlace = searchInPlace(kit.directory);
});

afterEach(async () => {
  await inPlace.close();
  kit.close();
});

function operationsOver(searches: Searches): Operations {
  const presence = { isOnline: () => true, clockSuspicion: () => null };
  return createOperations({
    store: pointReads(kit.store),
    searches,
    intake: kit.line,
    presence,
    now: () => T0,
    firstKey: null,
    deviceCommands: { expireMs: 60_000, queuedMax: 3 },
  });
}

/** The store as the line's thread may use it: whatever takes as long as there is to find throws. */
function pointReads(store: Store): Store {
  const never = (face: string): never =>
    new Proxy(
      {},
      {
        get: (_, key) => {
          throw new Error(`${face}.${String(key)} was read on the line's thread`);
        },
      },
    ) as never;
  const { tasks, keys } = store;
  return {
    tasks: {
      read: (id) => tasks.read(id),
      bearers: (externalId, most) => tasks.bearers(externalId, most),
    } as Store['tasks'],
    recent: (id) => store.recent(id),
    size: () => store.size(),
    keys,
    tracks: never('tracks'),
    routes: never('routes'),
  } as Partial<Store> as Store;
}

/** Answers as the thread would, but only when it is let. */
function slowSearches(): { searches: Searches; release: () => Promise<void> } {
  let events: ThreadEvents;
  let held: Question[] = [];
  const searches = new SearchDesk(
    (given) => {
      events = given;
      return { post: (question) => void held.push(question), stop: async () => undefined };
    },
    { waitingMax: 10, closingMs: 0 },
  );
  const release = async (): Promise<void> => {
    for (let question = held.shift(); question !== undefined; question = held.shift()) {
      events.onReply({ kind: 'answer', answer: await inPlace.ask<never>(question as never) });
    }
    held = [];
  };
  return { searches, release };
}

async function makeTask(operations: Operations, label: string): Promise<number> {
  const outcome = await operations.createTask({
    dialect: 'navixy',
    trackerId,
    text: { label, description: '', externalId: 'E', address: '', tags: [], origin: 'manual', extra: {}, form: null },
    terms: {
      zone: { ...DEPOT, radiusM: 100 },
      fromMs: T0 - 60 * MINUTE,
      toMs: T0 + 60 * MINUTE,
      maxDelayMs: 0,
      minStayMs: 30 * MINUTE,
      minArrivalMs: 0,
      isFormRequired: false,
      isFormInZone: false,
    },
  });
  if (outcome.kind !== 'task') throw new Error(outcome.message);
  return outcome.taskId;
}

async function all<T>(items: AsyncIterable<T> | null): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items ?? []) found.push(item);
  return found;
}

describe('the line', () => {
  it('commits and acknowledges while a search takes its time', async () => {
    const { searches, release } = slowSearches();
    const operations = operationsOver(searches);
    await makeTask(operations, 'before');
    const log: string[] = [];
    const listed = operations.listTasks(ALL).then(async ({ tasks }) => {
      log.push(`listed ${(await all(tasks)).map(({ text }) => text.label).join(', ')}`);
    });
    const counted = operations.countTasks().then((count) => log.push(`counted ${count}`));
    for (const minute of [1, 2, 3]) {
      log.push(await kit.deliver(trackerId, [{ timeMs: T0 - minute * MINUTE, ...DEPOT }]));
    }
    await makeTask(operations, 'after').then(() => log.push('created'));
    await release();
    await Promise.all([listed, counted]);
    // What was asked before may be answered with what was committed since.
    expect(log.slice(0, 4)).toEqual(['durable', 'durable', 'durable', 'created']);
    expect(log.slice(4).sort()).toEqual(['counted 2', 'listed before, after']);
  });
});

describe('on the line no more is read than one task, or one key', () => {
  it('for any wish', async () => {
    const operations = operationsOver(inPlace);
    const taskId = await makeTask(operations, 'Unload');
    await kit.deliver(trackerId, [
      { timeMs: T0 - 20 * MINUTE, ...DEPOT },
      { timeMs: T0 - 10 * MINUTE, ...DEPOT },
    ]);
    expect(operations.readTask(taskId)?.facts.stayMs).toBe(10 * MINUTE);
    expect(operations.countBearers('E')).toBe(1);
    const { tasks, count } = await operations.listTasks(ALL);
    expect(count).toBe(1);
    // What an open visit adds is known to the line alone, and is in the list all the same.
    expect(await all(tasks)).toEqual([operations.readTask(taskId)]);
    expect(await operations.countTasks()).toBe(1);
    expect((await operations.levels()).tasksByStatus).toMatchObject({ arrived: 1, assigned: 0 });
    const history = await all(await operations.taskHistory(taskId));
    expect(history.map(({ body }) => body.kind)).toEqual(['create', 'status_change']);
    expect(history).toEqual(kit.store.tasks.history(taskId));
    expect(await operations.taskHistory(99)).toBeNull();
    const page = await operations.listFixes(trackerId, T0 - 60 * MINUTE, T0, 1);
    expect([page?.hasMore, (await all(page?.fixes ?? null)).length]).toEqual([true, 1]);
    const state = await operations.trackerState(trackerId);
    expect(state).toMatchObject({ isOnline: true, lastSeenMs: T0, fix: { position: { timeMs: T0 - 10 * MINUTE } } });
    expect([await operations.trackerState(99), await operations.listFixes(99, 0, 1, 1)]).toEqual([null, null]);
  });

  it('for an explanation, which is the same as read in place', async () => {
    const operations = operationsOver(inPlace);
    const taskId = await makeTask(operations, 'Unload');
    await kit.deliver(trackerId, [
      { timeMs: T0 - 20 * MINUTE, ...DEPOT },
      { timeMs: T0 - 10 * MINUTE, ...DEPOT },
    ]);
    const { store, line } = kit;
    const deps = { store: pointReads(store), searches: inPlace, intake: line, settings: SETTINGS, now: () => T0 };
    const task = line.live(store.tasks.read(taskId)!);
    const inquiry = { task, prospects: line.prospects(task), settings: SETTINGS, nowMs: T0 };
    expect(await explainTask(deps, taskId)).toEqual(explain(inquiry, store.tasks.history(taskId), store.tracks));
    expect(await explainTask(deps, 99)).toBeNull();
  });
});

describe('levels', () => {
  it('leave the tasks out when searches are refused: the rest is wanted most then', async () => {
    const { searches } = slowSearches();
    const operations = operationsOver(searches);
    await searches.close();
    expect(await operations.levels()).toMatchObject({ tasksByStatus: null, trackers: 1 });
  });
});
