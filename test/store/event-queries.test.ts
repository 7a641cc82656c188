import { describe, expect, it } from 'vitest';
import type { FactsThen, TaskEvent } from '../../src/model/event.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import type { Reader, Store } from '../../src/store/store.ts';
import { batch, MINUTE, T0, task, testDirectory } from './kit.ts';

const THEN: FactsThen = {
  state: 'assigned',
  arrivalMs: null,
  isLate: false,
  isFaulty: false,
  issues: [],
  closer: null,
  trackerId: 1,
};

function turn(taskId: number, recordedMs: number): TaskEvent {
  const to = { ...THEN, state: 'active', arrivalMs: recordedMs } as const;
  const body = {
    kind: 'status_change',
    from: THEN,
    to,
    stayMs: 0,
    revised: false,
    reason: null,
    witness: null,
  } as const;
  return { taskId, eventMs: recordedMs - MINUTE, recordedMs, body };
}

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

function toldIds(reader: Reader, from: number, to: number, throughId = 1e9, isDescending = false): number[] {
  return [...reader.events.told(T0 + from * MINUTE, T0 + to * MINUTE, throughId, isDescending)].map(
    ({ event }) => event.id,
  );
}

describe('what people are told of', () => {
  it('is in the order of recording, by period and up to an event', () => {
    withReader((store, reader) => {
      expect(store.lastEventId()).toBe(0);
      const created = task(1);
      const events = [
        { taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'create', task: created } } as const,
        turn(1, T0),
        turn(1, T0 + MINUTE),
        turn(1, T0 + MINUTE + 1),
        { taskId: 1, eventMs: T0, recordedMs: T0 + 2 * MINUTE, body: { kind: 'form', formMs: 1 } } as const,
        { taskId: 1, eventMs: T0, recordedMs: T0 + 2 * MINUTE, body: { kind: 'delete' } } as const,
      ];
      store.append(batch({ rows: { createdTasks: [created] }, events }));
      expect(store.lastEventId()).toBe(6);
      expect(toldIds(reader, 0, 9)).toEqual([2, 3, 4, 5]);
      expect(toldIds(reader, 0, 9, 1e9, true)).toEqual([5, 4, 3, 2]);
      expect(toldIds(reader, 1, 1)).toEqual([3]);
      expect(toldIds(reader, 0, 9, 3)).toEqual([2, 3]);
    });
  });

  it('carries what it is about, as that is now, deleted or not', () => {
    withReader((store, reader) => {
      const created = task(1, { checkpoint: { routeId: 7, order: 0 } });
      store.append(batch({ rows: { createdTasks: [created] }, events: [turn(1, T0)] }));
      store.append(batch({ rows: { judgedTasks: [{ ...created, deletedMs: T0 }] } }));
      expect([...reader.events.told(T0, T0, 1e9, false)]).toMatchObject([
        { isRepeated: false, routeId: 7, trackerId: 1, event: { taskId: 1, eventMs: T0 - MINUTE, recordedMs: T0 } },
      ]);
      const { zone } = created.terms;
      expect(reader.events.subject(1)).toEqual({ label: 'Task 1', address: 'Quay 4', externalId: null, zone });
      expect(reader.events.subject(99)).toMatchObject({ label: '', zone: null });
    });
  });

  it('tells a form that was submitted before from the first', () => {
    withReader((store, reader) => {
      const form = (taskId: number, formMs: number): TaskEvent => ({
        taskId,
        eventMs: T0,
        recordedMs: T0,
        body: { kind: 'form', formMs },
      });
      const rows = { createdTasks: [task(1), task(2)] };
      store.append(batch({ rows, events: [form(1, 1), form(2, 1), form(1, 2)] }));
      const repeats = [...reader.events.told(T0, T0, 1e9, false)].map(({ isRepeated }) => isRepeated);
      expect(repeats).toEqual([false, false, true]);
    });
  });
});

describe('tasks by other names', () => {
  it('a UUID is taken once there was a task with it, deleted ones included', () => {
    withReader((store) => {
      const made = task(1);
      expect(store.tasks.idOf(made.uuid)).toBeNull();
      store.append(batch({ rows: { createdTasks: [made] } }));
      store.append(batch({ rows: { judgedTasks: [{ ...made, deletedMs: T0 }] } }));
      expect([store.tasks.idOf(made.uuid), store.tasks.idOf(task(2).uuid)]).toEqual([made.id, null]);
    });
  });
});
