/** Who is told what, when, and what of it outlives a kill. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GSMTASKS_POLICY } from '../../src/feed/policies.ts';
import type { Outcome } from '../../src/feed/transport.ts';
import { StorageError } from '../../src/store/store.ts';
import { settled } from '../simulated-time.ts';
import { MINUTE, T0 } from '../store/kit.ts';
import { BROKEN, FeedWorld, GONE, held, OK, PATIENT, SECOND, worldOf } from './feed-kit.ts';

const never = () => new Promise<Outcome>(() => {});

function hook(uuid: string) {
  return (world: FeedWorld) => world.endpoint(uuid, GSMTASKS_POLICY);
}

describe('an endpoint', () => {
  it('is told events in their order, one at a time', async () => {
    const world = worldOf(hook('a'));
    const answers = held();
    world.answers.set('a', answers.hold);
    world.record(3);
    for (const told of [['1.0'], ['1.0', '2.0'], ['1.0', '2.0', '3.0']]) {
      await world.pass(SECOND);
      expect(world.to('a')).toEqual(told);
      answers.release();
    }
    await world.pass(SECOND);
    expect(world.tally.deliveries).toEqual({ taken: 3 });
    expect(world.shelf.progress('a')?.toldId).toBe(3);
  });

  it('is told what happened before the start, and nothing from before its beginning', async () => {
    const world = new FeedWorld();
    world.record(5);
    world.endpoints = [{ ...world.endpoint('a', GSMTASKS_POLICY), beginId: 3 }];
    world.runner.start();
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['4.0', '5.0']);
  });

  it('is told each part of an event by itself, and nothing of one that has none', async () => {
    const world = worldOf((made) => made.endpoint('a', GSMTASKS_POLICY, ({ id }) => id % 3));
    world.record(5);
    world.shelf.events.push(null);
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['1.0', '2.0', '2.1', '4.0', '5.0', '5.1']);
    expect(world.runner.backlog()).toEqual({ a: 0 });
  });

  it('gets past thousands of events that have nothing to say', async () => {
    const world = worldOf((made) => made.endpoint('a', GSMTASKS_POLICY, ({ id }) => (id === 3000 ? 1 : 0)));
    world.record(3000);
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['3000.0']);
  });

  it('is tried again 1, 4, 9 ... 100 times 16 s later, and then fails', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => BROKEN);
    world.record(2);
    await world.pass(600 * MINUTE);
    const waits = Array.from({ length: 10 }, (_, i) => (i + 1) ** 2 * 16 * SECOND);
    const timesMs = world.sent.map(({ atMs }) => atMs);
    expect(timesMs.slice(1).map((timeMs, i) => timeMs - timesMs[i]!)).toEqual(waits);
    expect(timesMs[0]).toBe(T0);
    expect(new Set(world.to('a'))).toEqual(new Set(['1.0']));
    expect(world.closed).toEqual([{ uuid: 'a', words: 'answered 500' }]);
    expect(world.shelf.dead('a')).toMatchObject([{ eventId: 1, tries: 11, status: 500, error: 'answered 500' }]);
    expect(world.tally.deliveries).toEqual({ refused: 11 });
  });

  it('counts its failures for each thing anew', async () => {
    const world = worldOf(hook('a'));
    let tries = 0;
    world.answers.set('a', () => {
      tries += 1;
      return tries % 10 === 0 ? OK : BROKEN;
    });
    world.record(3);
    await world.pass(600 * MINUTE);
    expect([world.closed, world.shelf.pending('a'), world.tally.deliveries]).toEqual([
      [],
      [],
      { refused: 27, taken: 3 },
    ]);
  });

  it('that is gone for good fails at once', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => GONE);
    world.record(2);
    await world.pass(600 * MINUTE);
    expect([world.to('a'), world.closed]).toEqual([['1.0'], [{ uuid: 'a', words: 'answered 410' }]]);
  });

  it('that is activated again begins with what happens then, with no failures behind it', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => GONE);
    world.record(2);
    await world.pass(MINUTE);
    world.record(3);
    world.answers.clear();
    world.shelf.restart('a');
    world.endpoints = [{ ...world.endpoint('a', GSMTASKS_POLICY), sinceMs: world.nowMs, beginId: 5 }];
    world.runner.refresh();
    world.record();
    await world.pass(MINUTE);
    expect(world.to('a')).toEqual(['1.0', '6.0']);
  });

  it('keeps its place and its waiting when its owner changes where it leads', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => BROKEN);
    world.record();
    await world.pass(SECOND);
    world.endpoints = world.endpoints.map((endpoint) => ({ ...endpoint, target: 'elsewhere' }));
    world.runner.refresh();
    await world.pass(MINUTE);
    expect(world.sent).toEqual([
      { to: 'a', id: 'a 1.0', atMs: T0 },
      { to: 'elsewhere', id: 'a 1.0', atMs: T0 + 16 * SECOND },
    ]);
  });

  it('that is taken out of the book hears nothing more, and nothing is noted of what was under way', async () => {
    const world = worldOf(hook('a'));
    const answers = held();
    world.answers.set('a', answers.hold);
    world.record(2);
    await world.pass(SECOND);
    world.endpoints = [];
    world.runner.refresh();
    answers.release();
    await world.pass(MINUTE);
    expect([world.to('a'), world.shelf.log('a'), world.shelf.progress('a')]).toEqual([['1.0'], [], null]);
  });

  it('that cannot be told because of a fault of ours fails like others, and the fault is told of', async () => {
    const world = worldOf((made) => ({
      ...made.endpoint('a', GSMTASKS_POLICY),
      messagesOf() {
        throw new Error('no words');
      },
    }));
    world.record();
    await world.pass(600 * MINUTE);
    expect([world.sent, world.troubles.length, world.closed.length]).toEqual([[], 11, 1]);
    expect(world.tally.deliveries).toEqual({ fault: 11 });
  });
});

describe('endpoints', () => {
  it('do not wait for each other: one that is dead, one that does not answer, one that is fine', async () => {
    const world = worldOf(hook('dead'), hook('slow'), hook('fine'));
    world.answers.set('dead', () => BROKEN);
    world.answers.set('slow', never);
    for (let i = 1; i <= 20; i += 1) {
      world.record();
      await world.pass(SECOND);
      expect(world.to('fine')).toHaveLength(i);
    }
    expect([world.to('slow').length, new Set(world.to('dead')).size]).toEqual([1, 1]);
    expect(world.runner.backlog()).toEqual({ dead: 20, slow: 20, fine: 0 });
  });

  it('have their turns in order where there are more than may be told at once', async () => {
    const world = new FeedWorld();
    const names = ['a', 'b', 'c', 'd'];
    world.inFlightMax = 2;
    world.endpoints = names.map((name) => world.endpoint(name, GSMTASKS_POLICY));
    world.crash();
    const answers = held();
    for (const name of names) world.answers.set(name, answers.hold);
    world.record(2);
    const seen: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      await world.pass(SECOND);
      seen.push(answers.count());
      answers.release();
    }
    await world.pass(SECOND);
    expect(Math.max(...seen)).toBe(2);
    expect(world.sent.map(({ to }) => to)).toEqual([...names, ...names]);
  });
});

describe('a feed that dies', () => {
  it('between a request and its note tells the same once more, under the same id', async () => {
    const world = worldOf(hook('a'));
    world.record();
    world.answers.set('a', () => {
      world.answers.clear();
      world.crash();
      return OK;
    });
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['1.0', '1.0']);
  });

  it('within an event goes on with the part that was not told', async () => {
    const world = worldOf((made) => made.endpoint('a', GSMTASKS_POLICY, () => 2));
    world.answers.set('a', ({ requestId }) => (requestId.endsWith('.1') ? never() : OK));
    world.record();
    await world.pass(SECOND);
    world.answers.clear();
    world.crash();
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['1.0', '1.1', '1.1']);
  });

  it('waits as long as it would have waited, and counts on', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => BROKEN);
    world.record();
    for (let i = 0; i < 40; i += 1) {
      await world.pass(20 * SECOND);
      world.crash();
    }
    await world.pass(600 * MINUTE);
    expect(world.sent).toHaveLength(11);
    const [first, second, third] = world.sent.map(({ atMs }) => atMs - T0);
    expect([first, second, third]).toEqual([0, 16 * SECOND, 80 * SECOND]);
  });
});

describe('a feed that stops', () => {
  it('waits for what is under way and notes it', async () => {
    const world = worldOf(hook('a'));
    const answers = held();
    world.answers.set('a', answers.hold);
    world.record(2);
    await world.pass(SECOND);
    const stopping = world.runner.stop();
    await world.pass(SECOND);
    answers.release();
    await stopping;
    expect([world.to('a'), world.shelf.progress('a')?.toldId]).toEqual([['1.0'], 1]);
    world.record();
    await world.pass(MINUTE);
    expect(world.to('a')).toEqual(['1.0']);
  });

  it('notes what it had put off', async () => {
    const world = worldOf(hook('a'));
    world.record(3);
    await world.pass(0);
    expect([world.to('a').length, world.shelf.progress('a')?.toldId]).toEqual([3, 1]);
    await world.runner.stop();
    expect([world.shelf.progress('a')?.toldId, world.shelf.log('a').length]).toEqual([3, 3]);
  });

  it('gives up after 3 s what does not end, and tells it after the next start', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', never);
    world.record();
    await world.pass(SECOND);
    let isStopped = false;
    const stopping = world.runner.stop().then(() => {
      isStopped = true;
    });
    await world.pass(3 * SECOND - 1);
    await settled();
    expect(isStopped).toBe(false);
    await world.pass(1);
    await stopping;
    world.answers.clear();
    world.crash();
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['1.0', '1.0']);
  });
});

describe('a disk', () => {
  it('is written to at once, and then once a second at most', async () => {
    const world = worldOf(hook('a'), hook('b'));
    world.record(50);
    await world.pass(0);
    expect([world.sent.length, world.shelf.notes]).toEqual([100, 1]);
    await world.pass(10 * SECOND);
    expect([world.shelf.notes, world.shelf.log('a').length]).toEqual([2, 50]);
    expect(world.shelf.progress('b')).toMatchObject({ toldId: 50, toldParts: 0 });
  });

  it('that fails holds the feed up, and loses nothing', async () => {
    const world = worldOf(hook('a'));
    world.shelf.failing = new StorageError('SQLITE_IOERR', 'the disk is gone');
    world.record(2);
    await world.pass(5 * MINUTE);
    expect([world.sent, world.closed]).toEqual([[], []]);
    expect(world.troubles.length).toBeGreaterThan(0);
    world.shelf.failing = null;
    await world.pass(MINUTE);
    expect(world.to('a')).toEqual(['1.0', '2.0']);
    world.crash();
    await world.pass(MINUTE);
    expect(world.to('a')).toEqual(['1.0', '2.0']);
  });

  it('that cannot note that an endpoint failed has it tried once more', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => GONE);
    world.isBookFailing = true;
    world.record();
    await world.pass(SECOND);
    expect(world.troubles).toHaveLength(1);
    world.isBookFailing = false;
    await world.pass(MINUTE);
    expect([world.to('a'), world.closed.length]).toEqual([['1.0', '1.0'], 1]);
  });
});

describe('what was told', () => {
  it('is told once more where somebody asks for it, before anything else and under the same id', async () => {
    const world = worldOf(hook('a'));
    world.record(3);
    await world.pass(SECOND);
    world.answers.set('a', never);
    expect([world.runner.redeliver('a', 2), world.runner.redeliver('a', 2)]).toEqual(['asked', 'asked']);
    await world.pass(SECOND);
    world.answers.clear();
    world.crash();
    world.record();
    await world.pass(SECOND);
    expect(world.to('a')).toEqual(['1.0', '2.0', '3.0', '2.0', '2.0', '4.0']);
    expect(world.shelf.pending('a')).toEqual([]);
  });

  it('is given up where it is not taken this time, and holds up nothing', async () => {
    const world = worldOf(hook('a'));
    world.record(2);
    await world.pass(SECOND);
    world.answers.set('a', ({ requestId }) => (requestId === 'a 1.0' ? BROKEN : OK));
    world.runner.redeliver('a', 1);
    world.record();
    await world.pass(MINUTE);
    expect([world.to('a').at(-1), world.closed]).toEqual(['3.0', []]);
    expect(world.shelf.dead('a')).toMatchObject([{ eventId: 1, error: 'answered 500' }]);
  });

  it.each([
    ['to nobody known', 'b', 1, 'inactive'],
    ['that was not told yet', 'a', 3, 'not_told'],
    ['that is of no task', 'a', 2, 'unknown'],
  ])('is not told once more %s', async (_name, uuid, eventId, answer) => {
    const world = worldOf(hook('a'));
    world.record();
    world.shelf.events.push(null);
    await world.pass(SECOND);
    expect(world.runner.redeliver(uuid, eventId)).toBe(answer);
  });

  it('is told once more a thousand times at most before the rest waits for its turn', async () => {
    const world = worldOf(hook('a'));
    world.record(1001);
    await world.pass(SECOND);
    world.answers.set('a', never);
    const answers = Array.from({ length: 1001 }, (_, i) => world.runner.redeliver('a', i + 1));
    expect([answers.indexOf('full'), new Set(answers)]).toEqual([1000, new Set(['asked', 'full'])]);
  });

  it('ends the endpoint where it says once more that it is gone', async () => {
    const world = worldOf(hook('a'));
    world.record(2);
    await world.pass(SECOND);
    world.answers.set('a', () => GONE);
    world.runner.redeliver('a', 1);
    await world.pass(SECOND);
    expect([world.closed, world.shelf.dead('a')]).toMatchObject([[{ uuid: 'a' }], [{ eventId: 1, status: 410 }]]);
  });

  it('is made known with each try', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => BROKEN);
    world.record();
    await world.pass(SECOND);
    world.answers.clear();
    await world.pass(MINUTE);
    expect(world.tries).toMatchObject([
      { to: 'a', eventId: 1, requestId: 'a 1.0', timeMs: T0, status: 500, error: 'answered 500' },
      { to: 'a', eventId: 1, requestId: 'a 1.0', timeMs: T0 + 16 * SECOND, status: 200, error: null },
    ]);
  });

  it('stands in a log, newest first', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', () => BROKEN);
    world.record();
    await world.pass(SECOND);
    world.answers.clear();
    await world.pass(MINUTE);
    const about = { eventId: 1, requestId: 'a 1.0', durationMs: 0 };
    expect(world.runner.log('a')).toEqual([
      { ...about, timeMs: T0 + 16 * SECOND, status: 200, error: null },
      { ...about, timeMs: T0, status: 500, error: 'answered 500' },
    ]);
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('record' as const), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
    fc.constant({ kind: 'crash' as const }),
    fc.constant({ kind: 'restart' as const }),
  );

  it('everyone is told everything, each thing first in its order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (steps, luck) => {
          const partsOf = ({ id }: { readonly id: number }) => id % 3;
          const world = worldOf(
            ...['a', 'b', 'c'].map((name) => (made: FeedWorld) => made.endpoint(name, PATIENT, partsOf)),
          );
          const accepted = new Set<string>();
          let isCalm = false;
          for (const { uuid } of world.endpoints) {
            world.answers.set(uuid, ({ requestId }) => {
              const fate = isCalm ? 0 : luck.next().value;
              if (fate === 1) return BROKEN;
              accepted.add(requestId);
              // It took it, and dies before it says so, or says so too late.
              return fate === 2 ? { kind: 'timeout', status: null, words: 'no answer' } : fate === 3 ? never() : OK;
            });
          }
          for (const each of steps) {
            if (each.kind === 'record') world.record(each.count);
            else if (each.kind === 'pass') await world.pass(each.ms);
            else if (each.kind === 'crash') world.crash();
            else await world.restart();
          }
          isCalm = true;
          world.crash();
          await world.pass(60 * MINUTE);
          const expected = world.shelf.events.flatMap((event) =>
            Array.from({ length: partsOf(event!) }, (_, part) => `${event!.id}.${part}`),
          );
          for (const { uuid } of world.endpoints) {
            expect([...new Set(world.to(uuid))]).toEqual(expected);
            expect(expected.filter((id) => !accepted.has(`${uuid} ${id}`))).toEqual([]);
            expect(world.shelf.pending(uuid)).toEqual([]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what is no event', () => {
  const MESSAGE = { requestId: 'a test', headers: {}, body: '{}' };

  it('is told at once, while the endpoint waits for its next try, and stands in its log', async () => {
    const world = worldOf(hook('a'));
    world.answers.set('a', ({ requestId }) => (requestId === 'a test' ? OK : BROKEN));
    world.record();
    await world.pass(SECOND);
    const telling = world.runner.tellOnce('a', 'a', MESSAGE);
    await world.pass(SECOND);
    const made = { eventId: 0, requestId: 'a test', timeMs: T0 + SECOND, durationMs: 0, status: 200, error: null };
    expect(await telling).toEqual(made);
    expect(world.runner.log('a')[0]).toEqual(made);
    expect([world.to('a'), world.shelf.progress('a')?.toldId]).toEqual([['1.0', 'test'], 0]);
  });

  it('is told to one that is not seated, too, and is never tried again', async () => {
    const world = worldOf();
    world.answers.set('b', () => BROKEN);
    const telling = world.runner.tellOnce('b', 'b', MESSAGE);
    await world.pass(10 * MINUTE);
    expect(await telling).toMatchObject({ status: 500, error: 'answered 500' });
    expect([world.sent.length, world.tally.deliveries, world.tries.length]).toEqual([1, { refused: 1 }, 1]);
  });
});
