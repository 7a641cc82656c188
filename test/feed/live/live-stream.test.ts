/** The hub of the live stream, with a source and connections in memory. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LIVE_KINDS, type LiveEvent, type LiveWish, type Outlet } from '../../../src/feed/live/live-client.ts';
import { type LiveSource, LiveStream, type PastEvents, RESUMED_ROWS_MAX } from '../../../src/feed/live/live-stream.ts';
import type { RecordedEvent } from '../../../src/model/event.ts';
import { judgeFix } from '../../../src/model/fix.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const FLUSH_MS = 1000;
const BEAT_MS = 15_000;

/** A connection that is read at once, until it is blocked. */
class Ear implements Outlet {
  text = '';
  waitingBytes = 0;
  isBlocked = false;
  isEnded = false;
  writes: Buffer[] = [];
  #drainers: (() => void)[] = [];

  write(bytes: Buffer): void {
    this.writes.push(bytes);
    this.text += bytes.toString();
    if (this.isBlocked) this.waitingBytes += bytes.length;
  }

  end(): void {
    this.isEnded = true;
  }

  drained(): Promise<void> {
    if (this.waitingBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drainers.push(resolve));
  }

  unblock(): void {
    this.isBlocked = false;
    this.waitingBytes = 0;
    for (const drainer of this.#drainers.splice(0)) drainer();
  }

  /** What came in so far, as `kind` or `kind id`. */
  get heard(): string[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => block !== ':')
      .map((block) => {
        const id = /^id: (\d+)$/m.exec(block)?.[1];
        return [/^event: (\w+)$/m.exec(block)![1], id].join(' ').trim();
      });
  }

  last(kind: string): unknown {
    const block = this.text.split('\n\n').findLast((text) => text.includes(`event: ${kind}\n`));
    return block === undefined ? null : JSON.parse(/^data: (.*)$/m.exec(block)![1]!);
  }
}

/** Of rows about devices, which are not told. */
const NO_TASK = 0;

/** History in memory. */
class Source implements LiveSource {
  rows: LiveEvent[] = [];
  listeners = 0;
  asked: number[] = [];
  isBroken = false;
  /** Runs while a page is on its way. */
  meanwhile: () => void = () => {};
  committed: (events: readonly RecordedEvent[]) => void = () => {};
  seen: Parameters<LiveSource['onSeen']>[0] = () => {};
  presence: Parameters<LiveSource['onPresence']>[0] = () => {};
  delivered: Parameters<LiveSource['onDelivery']>[0] = () => {};

  onCommitted(listener: (events: readonly RecordedEvent[]) => void) {
    this.committed = listener;
    return this.#on();
  }

  onSeen(listener: Parameters<LiveSource['onSeen']>[0]) {
    this.seen = listener;
    return this.#on();
  }

  onPresence(listener: Parameters<LiveSource['onPresence']>[0]) {
    this.presence = listener;
    return this.#on();
  }

  onDelivery(listener: Parameters<LiveSource['onDelivery']>[0]) {
    this.delivered = listener;
    return this.#on();
  }

  eventOf({ id }: RecordedEvent): LiveEvent {
    if (this.isBroken) throw new Error('the disk does not answer');
    return this.rows[id - 1]!;
  }

  async eventsAfter(id: number, limit: number): Promise<PastEvents> {
    this.asked.push(id);
    if (this.isBroken) throw new Error('the disk does not answer');
    const rows = this.rows.slice(id, id + limit);
    const events = rows.filter(({ taskId }) => taskId !== NO_TASK);
    const throughId = id + rows.length;
    const isMore = throughId < this.rows.length;
    this.meanwhile();
    await Promise.resolve();
    return { events, throughId, isMore };
  }

  /** A row that is committed, and told of. */
  commit(taskId = 1, trackerIds: readonly number[] = [1]): number {
    const id = this.rows.length + 1;
    this.rows.push({ id, taskId, trackerIds, data: JSON.stringify({ id, taskId }) });
    this.committed([{ id } as RecordedEvent]);
    return id;
  }

  #on() {
    this.listeners += 1;
    return () => {
      this.listeners -= 1;
    };
  }
}

let source: Source;
let stream: LiveStream;
let tally: { streamsDropped: number };
let timers: Map<number, () => void>;
let deferred: (() => void)[];
let troubles: unknown[];

beforeEach(() => {
  source = new Source();
  tally = { streamsDropped: 0 };
  timers = new Map();
  deferred = [];
  troubles = [];
  stream = newStream(2000);
});

/** All that was put off runs, and all that waits for it. */
async function settle(): Promise<void> {
  for (let n = 0; n < 200; n++) {
    for (const run of deferred.splice(0)) run();
    await Promise.resolve();
  }
}

function wish(change: Partial<LiveWish> = {}): LiveWish {
  const all = { kinds: new Set(LIVE_KINDS), trackerIds: null, taskId: null, afterId: null };
  return { ...all, isWelcome: () => true, ...change };
}

async function open(change: Partial<LiveWish> = {}, ear = new Ear()): Promise<Ear & { leave: () => void }> {
  const leave = stream.open(wish(change), source.rows.length, ear);
  await settle();
  return Object.assign(ear, { leave });
}

function moved(trackerId: number, timeMs = NOW_MS, latDeg = 51): void {
  const position = {
    ...{ timeMs, latDeg, lonDeg: 7, altitudeM: null, speedKmh: 30, courseDeg: 90, satellites: 9, hasPosition: true },
    ...{ priority: 0, event: 0, content: new Uint8Array(), io: {}, attributes: {} },
  };
  source.seen(trackerId, judgeFix(position, NOW_MS));
}

async function beat(periodMs: number): Promise<void> {
  timers.get(periodMs)?.();
  await settle();
}

describe('somebody who listens', () => {
  it('is greeted with the row that the stream goes on from, and told what happens', async () => {
    source.commit();
    const ear = await open();
    expect(ear.last('hello')).toEqual({ now: '2026-03-01T12:00:00.000Z', eventId: 1 });
    source.commit();
    source.commit();
    await settle();
    expect(ear.heard).toEqual(['hello 1', 'task 2', 'task 3']);
    expect(ear.last('task')).toEqual({ id: 3, taskId: 1 });
  });

  it('is the reason why anything is listened to', async () => {
    expect([source.listeners, timers.size]).toEqual([0, 0]);
    const [a, b] = [await open(), await open()];
    expect([source.listeners, timers.size, stream.size]).toEqual([4, 2, 2]);
    a.leave();
    expect(source.listeners).toBe(4);
    b.leave();
    expect([source.listeners, timers.size, stream.size]).toEqual([0, 0, 0]);
  });

  it('goes on from the row heard last, each event once and in order, whatever is committed meanwhile', async () => {
    for (let n = 0; n < 1200; n++) source.rows.push({ id: n + 1, taskId: 1, trackerIds: [], data: '{}' });
    let commits = 0;
    source.meanwhile = () => {
      for (; commits < 5 * source.asked.length; commits++) source.commit();
    };
    stream = newStream(1e6);
    const ear = await open({ afterId: 200 });
    source.commit();
    await settle();
    const ids = ear.heard.filter((one) => one.startsWith('task')).map((one) => Number(one.slice(5)));
    expect(ids).toEqual(Array.from({ length: source.rows.length - 200 }, (_, i) => 201 + i));
    expect(ear.heard[0]).toBe('hello 200');
  });

  it('is not told twice of what was committed just before', async () => {
    await open();
    source.commit();
    const ear = await open({ afterId: 0 });
    expect(ear.heard).toEqual(['hello 0', 'task 1']);
  });

  it('passes over rows that say nothing', async () => {
    for (let n = 0; n < 600; n++) source.rows.push({ id: n + 1, taskId: NO_TASK, trackerIds: [], data: '{}' });
    const ear = await open({ afterId: 0 });
    source.commit();
    await settle();
    expect([source.asked, ear.heard]).toEqual([
      [0, 500],
      ['hello 0', 'task 601'],
    ]);
  });

  it('is told from the history what was too much to keep meanwhile', async () => {
    stream = newStream(1e6);
    let isFirst = true;
    source.meanwhile = () => {
      for (let n = 0; isFirst && n < 3000; n++) source.commit();
      if (isFirst) for (let turns = 0; turns < 100; turns++) for (const run of deferred.splice(0)) run();
      isFirst = false;
    };
    const ear = await open({ afterId: 0 });
    const ids = ear.heard.filter((one) => one.startsWith('task')).map((one) => Number(one.slice(5)));
    expect(ids).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
  });

  it.each([
    ['too long ago', 0],
    ['of another database', RESUMED_ROWS_MAX + 99],
  ])('is told of a gap where the row is %s', async (_what, afterId) => {
    for (let n = 0; n <= RESUMED_ROWS_MAX; n++) source.rows.push({ id: n + 1, taskId: 1, trackerIds: [], data: '{}' });
    const ear = await open({ afterId });
    expect(ear.heard).toEqual(['gap', `hello ${RESUMED_ROWS_MAX + 1}`]);
  });

  it('hears only what it asked for', async () => {
    const ear = await open({ kinds: new Set(['task', 'position']), trackerIds: new Set([1]), taskId: 7 });
    source.commit(7, [1]);
    source.commit(7, [2]);
    source.commit(8, [1]);
    moved(2);
    source.presence(1, true);
    source.delivered(7, '{}');
    await beat(FLUSH_MS);
    expect(ear.heard).toEqual(['hello 0', 'task 1']);
    moved(1);
    moved(2);
    await beat(FLUSH_MS);
    expect(ear.last('position')).toMatchObject({ positions: [{ trackerId: 1 }] });
  });

  it('hears of deliveries about its task, and of none where it follows trackers', async () => {
    const [all, one] = [await open(), await open({ taskId: 7 })];
    source.delivered(7, '{"a":1}');
    source.delivered(8, '{"a":2}');
    source.delivered(null, '{"a":3}');
    expect([all.heard.length, one.heard]).toEqual([4, ['hello 0', 'delivery']]);
  });
});

describe('positions', () => {
  it('are the latest of each tracker, once a second, in the same bytes for all', async () => {
    const [a, b] = [await open(), await open()];
    moved(1, NOW_MS - 2000, 50);
    moved(1, NOW_MS, 51);
    moved(2, NOW_MS, 52);
    await beat(FLUSH_MS);
    expect(a.last('position')).toEqual({
      positions: [
        { trackerId: 1, time: '2026-03-01T12:00:00.000Z', lat: 51, lon: 7, speed: 30, course: 90 },
        { trackerId: 2, time: '2026-03-01T12:00:00.000Z', lat: 52, lon: 7, speed: 30, course: 90 },
      ],
    });
    expect(a.writes.at(-1)).toBe(b.writes.at(-1));
    await beat(FLUSH_MS);
    expect(a.heard).toEqual(['hello 0', 'position']);
  });

  it('do not go back when a backlog comes in', async () => {
    const ear = await open();
    moved(1, NOW_MS);
    await beat(FLUSH_MS);
    moved(1, NOW_MS - 60_000);
    await beat(FLUSH_MS);
    expect(ear.heard).toEqual(['hello 0', 'position']);
  });

  it('of many trackers come in several turns', async () => {
    stream = newStream(1e6);
    const ear = await open();
    for (let id = 1; id <= 1200; id++) moved(id);
    timers.get(FLUSH_MS)!();
    expect(ear.heard.length).toBe(2);
    await settle();
    expect(ear.heard.length).toBe(4);
  });

  it('and connections come together, the last word of each', async () => {
    const ear = await open();
    source.presence(1, true);
    source.presence(2, true);
    source.presence(1, false);
    await beat(FLUSH_MS);
    expect(ear.heard).toEqual(['hello 0', 'connection', 'connection']);
    expect(ear.last('connection')).toEqual({ trackerId: 2, isOnline: true });
  });
});

describe('nobody is waited for', () => {
  it('whoever does not read is let go when too much waits, and counted', async () => {
    const [slow, quick] = [await open(), await open()];
    slow.isBlocked = true;
    for (let n = 0; n < 100; n++) source.commit();
    await settle();
    expect([slow.isEnded, quick.isEnded, tally.streamsDropped, stream.size]).toEqual([true, false, 1, 1]);
    expect(slow.waitingBytes).toBeLessThanOrEqual(2000);
    expect(quick.heard.length).toBe(101);
  });

  it('whoever has read nothing for two beats is let go', async () => {
    const ear = await open();
    ear.isBlocked = true;
    source.commit();
    await settle();
    await beat(BEAT_MS);
    expect(ear.isEnded).toBe(false);
    await beat(BEAT_MS);
    expect([ear.isEnded, tally.streamsDropped]).toEqual([true, 1]);
  });

  it('whoever reads again stays, and hears a heartbeat', async () => {
    const ear = await open();
    ear.isBlocked = true;
    source.commit();
    await settle();
    await beat(BEAT_MS);
    ear.unblock();
    await settle();
    await beat(BEAT_MS);
    expect([ear.isEnded, ear.text.endsWith('\n\n:\n\n')]).toEqual([false, true]);
  });

  it('whoever is told of the past waits for its own connection only', async () => {
    for (let n = 0; n < 600; n++) source.rows.push({ id: n + 1, taskId: 1, trackerIds: [], data: '{}' });
    stream = newStream(1e6);
    const slow = new Ear();
    slow.isBlocked = true;
    await open({ afterId: 0 }, slow);
    expect(source.asked).toEqual([0]);
    slow.unblock();
    await settle();
    expect(source.asked).toEqual([0, 500]);
  });
});

describe('the stream ends', () => {
  it('for whoever may not listen any more, at the next beat', async () => {
    let isWelcome = true;
    const ear = await open({ isWelcome: () => isWelcome });
    await beat(BEAT_MS);
    expect(ear.isEnded).toBe(false);
    isWelcome = false;
    await beat(BEAT_MS);
    expect([ear.isEnded, tally.streamsDropped]).toEqual([true, 0]);
  });

  it('not for whom nothing is known about while the disk does not answer', async () => {
    const ear = await open({
      isWelcome: () => {
        throw new Error('the disk does not answer');
      },
    });
    await beat(BEAT_MS);
    expect([ear.isEnded, troubles.length]).toEqual([false, 1]);
  });

  it('for all when it closes, and nobody is let in', async () => {
    const [a, b] = [await open(), await open()];
    expect(stream.refusal()).toBe('too_many');
    stream.close();
    expect([a.isEnded, b.isEnded, stream.refusal(), source.listeners]).toEqual([true, true, 'closing', 0]);
  });

  it('for all when an event cannot be read: they come back and are told from the history', async () => {
    const ear = await open();
    source.isBroken = true;
    source.commit();
    await settle();
    expect([ear.isEnded, troubles.length, tally.streamsDropped]).toEqual([true, 1, 0]);
  });

  it('for one whose past cannot be read', async () => {
    source.isBroken = true;
    const ear = await open();
    expect([ear.isEnded, troubles.length]).toEqual([true, 1]);
  });
});

function newStream(clientBytesMax: number): LiveStream {
  return new LiveStream({
    source,
    limits: { clientsMax: 2, clientBytesMax },
    now: () => NOW_MS,
    tally,
    every: (periodMs, run) => {
      timers.set(periodMs, run);
      return () => timers.delete(periodMs);
    },
    defer: (run) => void deferred.push(run),
    onTrouble: (error) => troubles.push(error),
  });
}
