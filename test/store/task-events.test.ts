import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/model/event.ts';
import type { Instruction } from '../../src/model/instruction.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import type { Reader, Store } from '../../src/store/store.ts';
import { taskOfValues } from '../../src/store/task-rows.ts';
import { batch, DAY, HOUR, MINUTE, T0, task, testDirectory, tracker } from './kit.ts';

function withReader(use: (store: Store, reader: Reader) => void): void {
  const directory = testDirectory();
  const store = openStore({ directory });
  const reader = openReader(directory);
  try {
    use(store, reader);
  } finally {
    reader.close();
    store.close();
  }
}

function edit(taskId: number, minute: number): TaskEvent {
  const body = { kind: 'update', text: { label: `at ${minute}` }, terms: {} } as const;
  return { taskId, eventMs: T0, recordedMs: T0 + minute * MINUTE, body };
}

const ALL = { afterId: 0, beforeId: 1e9, isDescending: false };

describe('histories across tasks', () => {
  it('are rows in order, of one task or of all, between two others', () => {
    withReader((store, { taskEvents }) => {
      const createdTasks = [
        task(1),
        task(2, { dialect: 'gsmtasks', tenure: { trackerId: null, givenMs: 0, assignedMs: null } }),
      ];
      store.append(batch({ rows: { createdTasks }, events: [edit(1, 0), edit(2, 1), edit(1, 2), edit(1, 3)] }));
      const ids = (taskId: number | null, span = ALL) => [...taskEvents.rows(taskId, span)].map(({ id }) => id);
      expect(ids(null)).toEqual([1, 2, 3, 4]);
      expect(ids(1)).toEqual([1, 3, 4]);
      expect(ids(null, { ...ALL, isDescending: true })).toEqual([4, 3, 2, 1]);
      expect(ids(1, { afterId: 1, beforeId: 4, isDescending: false })).toEqual([3]);
      expect([...taskEvents.rows(2, ALL)]).toMatchObject([{ task_id: 2, dialect: 'gsmtasks', tracker_id: null }]);
    });
  });

  it('are told of tasks that were deleted, and not of trackers', () => {
    withReader((store, { taskEvents }) => {
      const deleted = task(1);
      store.append(batch({ rows: { createdTasks: [deleted], trackers: [tracker(1)] }, events: [edit(1, 0)] }));
      const body = { kind: 'device_command', commandId: 1, state: 'queued' } as const;
      store.append(
        batch({
          rows: { judgedTasks: [{ ...deleted, deletedMs: T0 }] },
          events: [{ trackerId: 1, eventMs: T0, recordedMs: T0, body }],
        }),
      );
      const [row, other] = [...taskEvents.rows(null, ALL)];
      expect(row).toMatchObject({ id: 1, dialect: 'navixy' });
      expect(other).toMatchObject({ id: 2, dialect: null });
      expect(taskEvents.withUid((row as { uid: string }).uid)).toMatchObject({ id: 1, task_id: 1 });
      expect(taskEvents.withUid('nothing')).toBeNull();
      expect(taskEvents.tasks([1, 99]).map((values) => taskOfValues(values).deletedMs)).toEqual([T0]);
      expect(taskEvents.taskIds(ALL, 10)).toEqual([]);
    });
  });

  it.each([
    [-1, 1],
    [0, 1],
    [1, 3],
    [2, 3],
    [3, 4],
    [4, 6],
    [5, 7],
  ])('begin %i minutes on with row %i', (minute, id) => {
    withReader((store, { taskEvents }) => {
      const minutes = [0, 0, 2, 3, 3, 4];
      store.append(batch({ rows: { createdTasks: [task(1)] }, events: minutes.map((each) => edit(1, each)) }));
      expect(taskEvents.firstSince(T0 + minute * MINUTE)).toBe(id);
    });
  });

  it('begin with the first row where there is none', () => {
    withReader((_, { taskEvents }) => expect(taskEvents.firstSince(T0)).toBe(1));
  });
});

describe('windows of tasks', () => {
  it('are those that touch a period, however long they are, without drafts', () => {
    withReader((store, { taskEvents }) => {
      const window = (id: number, fromMs: number, toMs: number, state: 'assigned' | 'draft' = 'assigned') => {
        const { terms, facts } = task(id);
        return task(id, { terms: { ...terms, fromMs, toMs }, facts: { ...facts, state } });
      };
      const createdTasks = [
        window(1, T0, T0 + HOUR),
        window(2, T0 - 300 * DAY, T0 + 300 * DAY),
        window(3, T0 + 2 * HOUR, T0 + 3 * HOUR),
        window(4, T0, T0 + HOUR, 'draft'),
        window(5, T0 - HOUR, T0 - 1),
      ];
      store.append(batch({ rows: { createdTasks } }));
      const found = [...taskEvents.windows(T0, T0 + HOUR)].map(([, , fromMs]) => fromMs);
      expect(found.sort((a, b) => a - b)).toEqual([T0 - 300 * DAY, T0]);
      expect([...taskEvents.windows(T0 + 2 * HOUR, T0 + 2 * HOUR)]).toHaveLength(2);
    });
  });
});

describe('kept commands', () => {
  it('are rows in order, to one task or to all', () => {
    withReader((store, { instructions }) => {
      const kept = (id: number, taskId: number): Instruction => ({
        ...{ uuid: `u${id}`, externalId: `x${id}`, taskId, taskUuid: `t${taskId}`, action: 'accept', timeMs: T0 },
        ...{ assignee: null, remark: { by: null, notes: '', place: null }, taskData: null },
        ...{ state: 'accepted', errorMessage: '', createdMs: T0 + id * MINUTE },
      });
      const all = [kept(1, 1), kept(2, 2), kept(3, 1)];
      store.append(batch({ rows: { instructions: all } }));
      const found = (taskId: number | null, span = ALL) => [...instructions.rows(taskId, span)].map(({ id }) => id);
      expect(found(null)).toEqual([1, 2, 3]);
      expect(found(1)).toEqual([1, 3]);
      expect(found(null, { afterId: 1, beforeId: 9, isDescending: true })).toEqual([3, 2]);
      expect([...instructions.rows(2, ALL)]).toEqual([{ id: 2, instruction: all[1] }]);
      expect(instructions.firstSince(T0 + 2 * MINUTE)).toBe(2);
      expect(instructions.firstSince(T0 + 4 * MINUTE)).toBe(4);
    });
  });
});
