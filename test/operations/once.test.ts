/** Once under a key, over the real line and store: also when the program ends between making and answering. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import type { Searches } from '../../src/operations/searches.ts';
import type { TaskDraft } from '../../src/operations/tasks.ts';
import type { RequestLog } from '../../src/store/store.ts';
import { LineKit } from '../intake/line-kit.ts';
import { T0, task } from '../store/kit.ts';

const REQUEST = { caller: 'shop', key: 'k', digest: 'd' };
const { text, terms } = task(1);
const DRAFT: TaskDraft = { dialect: 'navixy', trackerId: null, text, terms };

let kit: LineKit;

beforeEach(() => {
  kit = new LineKit(T0);
});

afterEach(() => {
  kit.close();
});

/** As after a start of the program. */
function operations(requests: Partial<RequestLog> = {}): Operations {
  const { store } = kit;
  const log: RequestLog = {
    begin: (...given) => store.requests.begin(...given),
    finish: (...given) => store.requests.finish(...given),
    forget: (...given) => store.requests.forget(...given),
    ...requests,
  };
  return createOperations({
    store: { ...storeFace(), requests: log },
    searches: {} as Searches,
    intake: kit.line,
    presence: { isOnline: () => false, clockSuspicion: () => null },
    now: () => kit.nowMs,
    firstKey: null,
    deviceCommands: { expireMs: 1, queuedMax: 1 },
  });
}

/** The members that are asked for: its methods are not its own properties. */
function storeFace() {
  const { tracks, tasks, routes, deviceCommands, engineTasks, keys, records } = kit.store;
  return { tracks, tasks, routes, deviceCommands, engineTasks, keys, records } as typeof kit.store;
}

function create(by: Operations, drafts: readonly TaskDraft[]) {
  return by.once(
    REQUEST,
    (uuidOf) => by.createTasks(drafts, uuidOf),
    () => 'answered',
  );
}

function made(): number {
  return kit.store.tasks.list({ sort: [], offset: 0, limit: 100 }).count;
}

const death = () => {
  throw new Error('killed');
};

it('what was made before the program ended is found, not made again', async () => {
  await expect(create(operations({ finish: death }), [DRAFT, DRAFT])).rejects.toThrow('killed');
  expect(made()).toBe(2);
  kit.restart();
  kit.nowMs += 60_000;
  const again = await create(operations(), [DRAFT, DRAFT]);
  expect(again).toMatchObject({ kind: 'answered', answer: [{ taskId: 1, isRepeat: true }, { taskId: 2 }] });
  expect(made()).toBe(2);
  kit.restart();
  expect(await create(operations(), [DRAFT, DRAFT])).toEqual(again);
});

it('what was made in part is made whole', async () => {
  const first = operations();
  let left = 1;
  const interrupted = first.once(
    REQUEST,
    async (uuidOf) => {
      for (let i = 0; i < 3; i++) {
        if (left-- === 0) death();
        await first.createTask(DRAFT, uuidOf(i));
      }
    },
    () => 'answered',
  );
  await expect(interrupted).rejects.toThrow('killed');
  kit.restart();
  expect(made()).toBe(1);
  const outcome = await create(operations(), [DRAFT, DRAFT, DRAFT]);
  expect(outcome).toMatchObject({ answer: [{ taskId: 1, isRepeat: true }, { taskId: 2 }, { taskId: 3 }] });
  expect(made()).toBe(3);
});

it('what was deleted since is not made again', async () => {
  await expect(create(operations({ finish: death }), [DRAFT])).rejects.toThrow('killed');
  await kit.do({ kind: 'delete_task', taskId: 1 });
  kit.restart();
  expect(await create(operations(), [DRAFT])).toMatchObject({ answer: [{ taskId: 1 }] });
  expect(made()).toBe(0);
});

it('who repeats it while it is being done waits for the first', async () => {
  const by = operations();
  const [first, second] = await Promise.all([create(by, [DRAFT, DRAFT]), create(by, [DRAFT, DRAFT])]);
  expect(first).toEqual({ kind: 'answered', answer: [1, 2].map((taskId) => ({ kind: 'task', taskId })) });
  expect(second).toEqual(first);
  expect(made()).toBe(2);
});

it('a full disk leaves the key, and the names, for another try', async () => {
  const by = operations();
  kit.isDiskFull = true;
  const failed = await by.once(
    REQUEST,
    (uuidOf) => by.createTasks([DRAFT], uuidOf),
    () => 'open',
  );
  expect(failed).toMatchObject({ answer: [{ kind: 'refused', code: 'storage_unavailable' }] });
  kit.isDiskFull = false;
  expect(await create(by, [DRAFT])).toMatchObject({ answer: [{ kind: 'task', taskId: 1 }] });
});

it('a key that is used again after a day makes something new', async () => {
  const by = operations();
  await create(by, [DRAFT]);
  kit.nowMs += 24 * 60 * 60_000;
  expect(await create(by, [DRAFT])).toMatchObject({ answer: [{ taskId: 2 }] });
});

it('many tasks are few commits', async () => {
  await create(operations(), Array<TaskDraft>(250).fill(DRAFT));
  expect(made()).toBe(250);
  expect(kit.log).toEqual(['commit', 'commit', 'commit']);
});
