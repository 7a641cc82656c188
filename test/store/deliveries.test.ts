/** Who has been told what, on disk. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { DeliveryNote, DeliveryRow, DeliveryTry } from '../../src/store/store.ts';
import { batch, T0, task, testDirectory, testStore, tracker } from './kit.ts';

function row(eventId: number, part: Partial<DeliveryRow> = {}): DeliveryRow {
  return { eventId, state: 'pending', tries: 1, nextMs: T0, status: 500, error: 'answered 500', ...part };
}

function tried(eventId: number): DeliveryTry {
  return { eventId, requestId: `r${eventId}`, timeMs: T0, durationMs: 5, status: null, error: 'no answer' };
}

function note(endpoint: string, part: Partial<DeliveryNote> = {}): DeliveryNote {
  return { endpoint, toldId: 1, toldParts: 0, rows: new Map(), tries: [], ...part };
}

describe('events to tell', () => {
  it('come one after the other, those of trackers without their content', () => {
    const store = testStore();
    const created = task(1);
    store.append(
      batch({
        rows: { createdTasks: [created], trackers: [tracker(1)] },
        events: [
          { taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'create', task: created } },
          {
            trackerId: 1,
            eventMs: T0,
            recordedMs: T0,
            body: { kind: 'device_command', commandId: 1, state: 'queued' },
          },
          { taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'delete' } },
        ],
      }),
    );
    const { deliveries } = store;
    expect(deliveries.next(0)).toMatchObject({ id: 1, event: { id: 1, taskId: 1, body: { kind: 'create' } } });
    expect(deliveries.next(1)).toEqual({ id: 2, event: null });
    expect(deliveries.next(2)).toMatchObject({ id: 3, event: { body: { kind: 'delete' } } });
    expect(deliveries.next(3)).toBeNull();
    expect([deliveries.event(3)?.id, deliveries.event(2), deliveries.event(4)]).toEqual([3, null, null]);
  });
});

describe('what is noted', () => {
  it('is there after the next start, of each endpoint by itself', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    expect(store.deliveries.progress('a')).toBeNull();
    const rows = new Map([
      [2, row(2)],
      [1, row(1, { state: 'dead' })],
    ]);
    store.deliveries.note([note('a', { rows, tries: [tried(1), tried(2)] }), note('b', { toldId: 9, toldParts: 1 })]);
    store.deliveries.note([note('a', { toldId: 2, rows: new Map([[2, null]]), tries: [tried(3)] })]);
    store.close();
    const again = openStore({ directory });
    onTestFinished(() => again.close());
    const { deliveries } = again;
    expect([deliveries.progress('a'), deliveries.progress('b')]).toEqual([
      { toldId: 2, toldParts: 0 },
      { toldId: 9, toldParts: 1 },
    ]);
    expect([deliveries.pending('a'), deliveries.dead('a'), deliveries.dead('b')]).toEqual([
      [],
      [row(1, { state: 'dead' })],
      [],
    ]);
    expect(deliveries.log('a')).toEqual([tried(3), tried(2), tried(1)]);
  });

  it('is all of it or nothing', () => {
    const { deliveries } = testStore();
    const broken = note('b', { toldId: 1.5 });
    expect(() => deliveries.note([note('a'), broken])).toThrow();
    expect(deliveries.progress('a')).toBeNull();
    deliveries.note([note('a')]);
    expect(deliveries.progress('a')).toEqual({ toldId: 1, toldParts: 0 });
  });

  it('does not grow: a hundred tries are shown, a thousand kept, and a thousand that were given up', () => {
    const { deliveries } = testStore();
    for (let id = 1; id <= 1010; id += 1) {
      deliveries.note([note('a', { rows: new Map([[id, row(id, { state: 'dead' })]]), tries: [tried(id)] })]);
    }
    deliveries.note([note('b', { tries: [tried(1)] })]);
    const ids = deliveries.dead('a').map(({ eventId }) => eventId);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1000, 11, 1010]);
    expect([deliveries.log('a').length, deliveries.log('a')[0]?.eventId]).toEqual([100, 1010]);
    expect(deliveries.log('b')).toHaveLength(1);
  });

  it('of a task is found by the task, newest first, whoever was told', () => {
    const store = testStore();
    const [first, second] = [task(1), task(2)];
    const created = (made: typeof first) =>
      ({ taskId: made.id, eventMs: T0, recordedMs: T0, body: { kind: 'create', task: made } }) as const;
    store.append(
      batch({
        rows: { createdTasks: [first, second], trackers: [tracker(1)] },
        events: [
          created(first),
          created(second),
          { taskId: 1, eventMs: T0, recordedMs: T0 + 5, body: { kind: 'delete' } },
        ],
      }),
    );
    const { deliveries } = store;
    deliveries.note([note('a', { tries: [tried(1), tried(2), tried(3)] }), note('b', { tries: [tried(1)] })]);
    expect(deliveries.logOfTask(1, 10)).toEqual([
      { endpoint: 'b', ...tried(1) },
      { endpoint: 'a', ...tried(3) },
      { endpoint: 'a', ...tried(1) },
    ]);
    expect(deliveries.logOfTask(1, 2)).toHaveLength(2);
    expect(deliveries.logOfTask(9, 10)).toEqual([]);
    expect([T0 - 1, T0, T0 + 1, T0 + 6].map((timeMs) => deliveries.firstSince(timeMs))).toEqual([1, 1, 3, 4]);
  });

  it('is forgotten but for the log when an endpoint begins anew, and with it when it is gone', () => {
    const { deliveries } = testStore();
    const whole = (endpoint: string) => note(endpoint, { rows: new Map([[2, row(2)]]), tries: [tried(2)] });
    deliveries.note([whole('a'), whole('b'), whole('c')]);
    deliveries.restart('a');
    deliveries.forget('b');
    const left = (endpoint: string) => [
      deliveries.progress(endpoint) !== null,
      deliveries.pending(endpoint).length,
      deliveries.log(endpoint).length,
    ];
    expect(['a', 'b', 'c'].map(left)).toEqual([
      [false, 0, 1],
      [false, 0, 0],
      [true, 1, 1],
    ]);
  });
});
