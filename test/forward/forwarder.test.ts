/** Whatever becomes of broker and process: all of it arrives, in the order of each tracker. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endable, type Message } from '../../src/forward/broker.ts';
import { Forwarder } from '../../src/forward/forwarder.ts';
import { judgeFix } from '../../src/model/fix.ts';
import type { JournalFeed, JournalledFix, JournalPage } from '../../src/store/store.ts';
import { SimulatedTime } from '../simulated-time.ts';
import { T0 } from '../store/kit.ts';

const POSITION = {
  timeMs: T0,
  latDeg: 1,
  lonDeg: 2,
  altitudeM: 0,
  speedKmh: 0,
  courseDeg: 0,
  satellites: 9,
  priority: 0,
  event: 0,
  io: {},
  attributes: {},
};
const FIX = { ...judgeFix(POSITION as unknown as Parameters<typeof judgeFix>[0], T0), protocol: 'teltonika' };

class MemoryJournal implements JournalFeed {
  readonly rows = new Map<number, readonly JournalledFix[]>();
  #last = 0;

  /** One row with a fix of each of these trackers. */
  append(...trackerIds: readonly number[]): void {
    this.#last += 1;
    const fixes = trackerIds.map((trackerId, i) => ({ trackerId, place: `${this.#last}-${i}`, fix: FIX }));
    this.rows.set(this.#last, fixes);
  }

  after(row: number): JournalPage | null {
    const next = [...this.rows.keys()].find((id) => id > row);
    if (next === undefined) return null;
    return { toRow: next, missingRows: next - row - 1, fixes: this.rows.get(next)! };
  }

  lastRow(): number {
    return this.#last;
  }
}

class World extends SimulatedTime {
  readonly journal = new MemoryJournal();
  readonly arrived: Message[] = [];
  readonly troubles: unknown[] = [];
  missed = 0;
  sent = 0;
  told: number | null = null;
  /** What the broker does with a message. */
  answer: (message: Message) => Promise<void> = async (message) => void this.arrived.push(message);
  forwarder: Forwarder;
  #life = 0;

  constructor() {
    super(T0);
    this.forwarder = this.#newForwarder();
  }

  /** SIGKILL, and another start. */
  crash(): void {
    this.#life += 1;
    this.forget();
    this.forwarder = this.#newForwarder();
    this.forwarder.start();
  }

  placesOf(trackerId: number): string[] {
    const places = this.arrived.filter(({ topic }) => topic === String(trackerId)).map(({ id }) => id);
    return [...new Set(places)];
  }

  #newForwarder(): Forwarder {
    const life = this.#life;
    const isAlive = () => this.#life === life;
    return new Forwarder({
      journal: this.journal,
      shelf: {
        progress: () => (this.told === null ? null : { toldId: this.told, toldParts: 0 }),
        note: ([note]) => {
          if (isAlive()) this.told = note!.toldId;
        },
      },
      name: 'test',
      publish: async (message) => {
        if (!isAlive()) return new Promise<never>(() => {});
        return this.answer(message);
      },
      render: ({ trackerId, place }) => ({ topic: String(trackerId), id: place, payload: '' }),
      now: () => this.nowMs,
      after: (run, delayMs) => (isAlive() ? this.after(run, delayMs) : () => {}),
      onTrouble: (reason) => this.troubles.push(reason),
      onSent: (count) => {
        this.sent += count;
      },
      onMissed: (rows) => {
        this.missed += rows;
      },
    });
  }
}

describe('a forwarder', () => {
  it('begins with what is stored from its first start on, and goes on from there after a kill', async () => {
    const world = new World();
    world.journal.append(1);
    world.forwarder.start();
    await world.pass(1);
    world.crash();
    world.journal.append(1, 2);
    await world.pass(2000);
    expect(world.arrived.map(({ id }) => id)).toEqual(['2-0', '2-1']);
    expect([world.sent, world.forwarder.backlog(), world.told]).toEqual([2, 0, 2]);
  });

  it('waits for a broker that does not take it, holding no more than one row, and says so', async () => {
    const world = new World();
    world.forwarder.start();
    await world.pass(1);
    let asked = 0;
    world.answer = async () => {
      asked += 1;
      throw new Error('away');
    };
    for (let i = 0; i < 50; i += 1) world.journal.append(1);
    await world.pass(20_000);
    expect([world.forwarder.backlog(), asked <= 11, world.troubles.length > 5]).toEqual([50, true, true]);
    world.answer = async (message) => void world.arrived.push(message);
    await world.pass(20_000);
    expect([world.placesOf(1).length, world.arrived.length, world.forwarder.backlog()]).toEqual([50, 50, 0]);
  });

  it('sends nothing of a tracker before what was before it is taken, and others meanwhile', async () => {
    const world = new World();
    world.forwarder.start();
    await world.pass(1);
    let isUp = false;
    world.answer = async (message) => {
      if (message.id === '1-0' && !isUp) throw new Error('away');
      world.arrived.push(message);
    };
    world.journal.append(1, 2, 1);
    await world.pass(1000);
    expect(world.arrived.map(({ id }) => id)).toEqual(['1-1']);
    isUp = true;
    await world.pass(3000);
    expect([world.placesOf(1), world.placesOf(2)]).toEqual([['1-0', '1-2'], ['1-1']]);
  });

  it('counts what retention has taken, and goes on behind it', async () => {
    const world = new World();
    world.forwarder.start();
    await world.pass(1);
    await world.forwarder.stop();
    for (let i = 0; i < 5; i += 1) world.journal.append(1);
    for (const row of [1, 2, 3]) world.journal.rows.delete(row);
    world.crash();
    await world.pass(1000);
    expect([world.missed, world.placesOf(1)]).toEqual([3, ['4-0', '5-0']]);
  });

  it('stops though the broker never answers, when its owner gives up what is under way', async () => {
    const broker = endable({ publish: () => new Promise(() => {}), close: async () => {} });
    const world = new World();
    world.answer = broker.publish;
    world.forwarder.start();
    await world.pass(1);
    world.journal.append(1);
    await world.pass(1000);
    const stopped = world.forwarder.stop();
    await broker.close();
    await stopped;
    expect([world.told, world.troubles]).toEqual([0, []]);
    await expect(broker.publish({ topic: '', id: '', payload: '' })).rejects.toThrow('nothing any more');
  });

  it('misses nothing and keeps the order of each tracker, whatever fails and whenever it is killed', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('append' as const),
        ids: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
      }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 5000 }) }),
      fc.record({ kind: fc.constant('turn' as const), failing: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ kind: fc.constant('crash' as const) }),
    );
    const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const world = new World();
      world.forwarder.start();
      await world.pass(1);
      let count = 0;
      let failing = 0;
      world.answer = async (message) => {
        count += 1;
        // Some are lost on the way, and of some only the answer is.
        if (failing > 0 && count % failing === 0) throw new Error('lost');
        world.arrived.push(message);
        if (failing > 0 && count % failing === 1) throw new Error('not answered');
      };
      for (const each of steps) {
        if (each.kind === 'append') world.journal.append(...each.ids);
        if (each.kind === 'pass') await world.pass(each.ms);
        if (each.kind === 'turn') failing = each.failing;
        if (each.kind === 'crash') world.crash();
      }
      failing = 0;
      await world.pass(60_000);
      const all = [...world.journal.rows.values()].flat();
      for (const id of [1, 2, 3]) {
        expect(world.placesOf(id)).toEqual(all.filter(({ trackerId }) => trackerId === id).map(({ place }) => place));
      }
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
