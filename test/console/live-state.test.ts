/** What the stream brings, laid over what is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginningOf,
  ENDED_SHOWN_MS,
  hasStranger,
  Inbox,
  RECENT_MAX,
  withConnections,
  withPositions,
  withRecent,
  withTasks,
} from '../../src/console/live-state.ts';
import type { LiveTaskEvent, Position, Task } from '../../src/console/wire.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

function positionAt(seconds: number, lat = 50): Position {
  return { time: new Date(NOW_MS + seconds * 1000).toISOString(), lat, lon: 14, speed: 30, course: 90 };
}

function task(id: number, changes: Partial<Task> = {}): Task {
  const zone = { lat: 50, lon: 14, radius: 100, ring: null };
  const base = { id, label: `Task ${id}`, isOpen: true, statusAt: new Date(NOW_MS).toISOString(), zone };
  return { ...base, ...changes } as Task;
}

function event(id: number, changes: Partial<LiveTaskEvent> = {}): LiveTaskEvent {
  return { id, taskId: id, kind: 'status_change', task: task(id), ...changes } as LiveTaskEvent;
}

describe('the beginning', () => {
  it('knows every tracker by name, and those that were seen by place', () => {
    const position = positionAt(0);
    const beginning = beginningOf({
      trackers: [
        { id: 1, label: 'Van 1', isOnline: true, position },
        { id: 2, label: 'Van 2', isOnline: false, position: null },
      ],
      tasks: [task(7)],
    });
    expect([...beginning.labels]).toEqual([
      [1, 'Van 1'],
      [2, 'Van 2'],
    ]);
    expect([...beginning.connections]).toEqual([
      [1, true],
      [2, false],
    ]);
    expect([...beginning.positions]).toEqual([[1, position]]);
    expect([...beginning.tasks.keys()]).toEqual([7]);
  });
});

describe('positions', () => {
  it.each([
    ['later', 5, 51],
    ['at the same time', 0, 51],
    ['earlier, as of a device that delivers what it kept', -5, 50],
  ])('%s', (_name, seconds, lat) => {
    const known = new Map([[1, positionAt(0, 50)]]);
    const next = withPositions(known, [{ trackerId: 1, ...positionAt(seconds, 51) }]);
    expect(next.get(1)!.lat).toBe(lat);
    expect(known.get(1)!.lat).toBe(50);
  });

  it('coalesced by tracker say the same as one after the other', () => {
    const news = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(99)), { maxLength: 30 });
    fc.assert(
      fc.property(news, (moves) => {
        // A tracker's own words come in order; what came late was left out by the gateway.
        const sorted = [...moves].sort(([, a], [, b]) => a - b);
        const words = sorted.map(([trackerId, seconds], index) => ({ trackerId, ...positionAt(seconds, index) }));
        const inbox = new Inbox();
        inbox.addPositions(words);
        const together = withPositions(new Map(), inbox.take().positions);
        const inTurn = words.reduce(
          (known, word) => withPositions(known, [word]),
          new Map() as ReturnType<typeof withPositions>,
        );
        expect([...together].sort()).toEqual([...inTurn].sort());
        expect(inbox.isEmpty).toBe(true);
      }),
    );
  });
});

it('connections are the last ones heard', () => {
  const next = withConnections(
    new Map([
      [1, true],
      [2, true],
    ]),
    new Map([
      [2, false],
      [3, true],
    ]),
  );
  expect([...next]).toEqual([
    [1, true],
    [2, false],
    [3, true],
  ]);
});

describe('tasks', () => {
  const ended = (agoMs: number) => task(1, { isOpen: false, statusAt: new Date(NOW_MS - agoMs).toISOString() });

  it.each([
    ['open', task(1), true],
    ['open, without a place', task(1, { zone: null }), false],
    ['ended just now', ended(0), true],
    ['ended almost too long ago', ended(ENDED_SHOWN_MS - 1), true],
    ['ended too long ago', ended(ENDED_SHOWN_MS), false],
    ['deleted', null, false],
  ])('%s', (_name, next, isShown) => {
    const shown = withTasks(new Map([[1, task(1)]]), [event(5, { taskId: 1, task: next })], NOW_MS);
    expect(shown.has(1)).toBe(isShown);
  });

  it('that ended go when their time is over, whatever the news is about', () => {
    expect(withTasks(new Map([[1, ended(ENDED_SHOWN_MS)]]), [event(2)], NOW_MS).has(1)).toBe(false);
  });
});

describe('what happened', () => {
  it('is newest first, each once, without what is no news', () => {
    const known = withRecent([], [event(1), event(2)]);
    const next = withRecent(known, [event(2), event(3, { kind: 'presence' }), event(4)]);
    expect(next.map(({ id }) => id)).toEqual([4, 2, 1]);
  });

  it('is kept up to a limit', () => {
    const many = Array.from({ length: RECENT_MAX + 50 }, (_none, index) => event(index + 1));
    const kept = withRecent([], many);
    expect([kept.length, kept[0]!.id, kept.at(-1)!.id]).toEqual([RECENT_MAX, RECENT_MAX + 50, 51]);
  });
});

it('a tracker that has no name yet is noticed', () => {
  const labels = new Map([[1, 'Van 1']]);
  expect([hasStranger(labels, [1, 1]), hasStranger(labels, [1, 2]), hasStranger(labels, [])]).toEqual([
    false,
    true,
    false,
  ]);
});
