/** Webhooks by the Standard Webhooks specification: signed as its own library reads it, and told whatever happens. */
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../src/feed/policies.ts';
import { standardBook, type WebhookDeps } from '../../src/feed/standard-webhooks.ts';
import type { Outcome } from '../../src/feed/transport.ts';
import type { RecordedEvent } from '../../src/model/event.ts';
import type { Resource, Webhook } from '../../src/model/resources.ts';
import { HOUR, MINUTE, T0 } from '../store/kit.ts';
import { BROKEN, type FeedWorld, OK, SECOND, worldOf } from './feed-kit.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const FORMER = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const BODY = '{"type":"task.arrived","data":{"label":"Größe 4½"}}';
const EVENT: RecordedEvent = { id: 1, uid: 'e', taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'delete' } };
const UNREACHABLE: Outcome = { kind: 'unreachable', status: null, words: 'not reached: ECONNREFUSED' };

function webhook(part: Partial<Webhook> = {}, uuid = 'w'): Resource<'webhook'> {
  const body: Webhook = {
    name: 'Shop',
    url: 'http://shop.test/',
    topics: [],
    secret: SECRET,
    retired: null,
    state: 'active',
    failMessage: '',
    activatedMs: T0,
    failedMs: null,
    toldId: 7,
    ...part,
  };
  return { id: 1, uuid, externalId: null, createdMs: T0 - 1, modifiedMs: T0, body };
}

function depsWith(webhooks: readonly Resource<'webhook'>[], part: Partial<WebhookDeps> = {}): WebhookDeps {
  return {
    webhooks: () => webhooks,
    failWebhook: () => {},
    render: () => BODY,
    now: () => T0,
    wallClock: () => Date.now(),
    random: () => 0,
    ...part,
  };
}

function messageTo(made: Resource<'webhook'>, part: Partial<WebhookDeps> = {}, event = EVENT) {
  const [endpoint] = standardBook(depsWith([made], part)).endpoints();
  const [message] = endpoint!.messagesOf(event);
  return message!;
}

describe('a message', () => {
  it('is what the library of the specification takes for genuine', () => {
    const { headers, body, requestId } = messageTo(webhook());
    expect(new Verifier(SECRET).verify(body, headers)).toEqual(JSON.parse(BODY));
    expect(headers['webhook-id']).toBe(requestId);
    expect(() => new Verifier(FORMER).verify(body, headers)).toThrow('No matching signature');
    expect(() => new Verifier(SECRET).verify(`${body} `, headers)).toThrow('No matching signature');
  });

  it('is signed with both secrets for as long as the former one lives', () => {
    const rotated = webhook({ retired: { secret: FORMER, untilMs: T0 + 1 } });
    const { headers, body } = messageTo(rotated);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [SECRET, FORMER]) expect(new Verifier(secret).verify(body, headers)).toBeTruthy();
    const later = messageTo(rotated, { now: () => T0 + 1 });
    expect(() => new Verifier(FORMER).verify(later.body, later.headers)).toThrow('No matching signature');
    expect(new Verifier(SECRET).verify(later.body, later.headers)).toBeTruthy();
  });

  it('has the same id at every try, another one for every event and endpoint, and the time of the try on the wall', () => {
    const first = messageTo(webhook(), { wallClock: () => 1_700_000_000_999 });
    const again = messageTo(webhook(), { wallClock: () => 1_700_000_300_000 });
    const other = messageTo(webhook(), {}, { ...EVENT, uid: 'f' });
    const elsewhere = messageTo(webhook({}, 'v'));
    expect(first.requestId).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(again.requestId).toBe(first.requestId);
    expect(new Set([first, other, elsewhere].map(({ requestId }) => requestId)).size).toBe(3);
    const times = [first, again].map(({ headers }) => headers['webhook-timestamp']);
    expect(times).toEqual(['1700000000', '1700000300']);
  });
});

describe('the book', () => {
  it('lists those that are active, from where they begin', () => {
    const made = [webhook(), webhook({ state: 'inactive' }, 'b'), webhook({ state: 'failed' }, 'c')];
    const endpoints = standardBook(depsWith(made)).endpoints();
    expect(endpoints).toMatchObject([{ uuid: 'w', target: 'http://shop.test/', sinceMs: T0, beginId: 7 }]);
  });

  it('tells nothing of what is not asked for, and fails who wants no more', () => {
    const failed: string[] = [];
    const failWebhook = (uuid: string, words: string) => failed.push(`${uuid}: ${words}`);
    const book = standardBook(depsWith([webhook()], { render: () => null, failWebhook }));
    expect(book.endpoints()[0]?.messagesOf(EVENT)).toEqual([]);
    book.close('w', 'answered 410');
    expect(failed).toEqual(['w: answered 410']);
  });
});

describe('an endpoint', () => {
  const policy = standardPolicy(() => 0);

  it('that was down for an hour is told everything once, in order', async () => {
    const world = worldOf((made) => made.endpoint('a', policy));
    world.answers.set('a', () => UNREACHABLE);
    for (let minute = 0; minute < 60; minute += 1) {
      world.record(2);
      await world.pass(MINUTE);
    }
    expect(world.shelf.progress('a')?.toldId).toBe(0);
    world.answers.clear();
    await world.pass(3 * HOUR);
    const taken = world.tries.filter(({ error }) => error === null).map(({ eventId }) => eventId);
    expect(taken).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(world.tries.filter(({ error }) => error !== null).every(({ eventId }) => eventId === 1)).toBe(true);
  });

  it('that takes one event never leaves it as a dead letter after ten tries, and is told the next one', async () => {
    const world = worldOf((made) => made.endpoint('a', policy));
    world.answers.set('a', ({ requestId }) => (requestId === 'a 1.0' ? BROKEN : OK));
    world.record(2);
    await world.pass(100 * HOUR);
    expect(world.to('a')).toEqual([...Array.from({ length: 10 }, () => '1.0'), '2.0']);
    expect([world.shelf.dead('a'), world.closed]).toMatchObject([[{ eventId: 1, tries: 10, state: 'dead' }], []]);
    world.answers.clear();
    expect(world.runner.redeliver('a', 1)).toBe('asked');
    await world.pass(SECOND);
    expect([world.to('a').at(-1), world.shelf.dead('a')]).toEqual(['1.0', []]);
  });

  it('misses nothing and keeps its order, whatever fails and whenever the process is killed', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('record' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3 * HOUR }) }),
      fc.record({ kind: fc.constant('turn' as const), isUp: fc.boolean() }),
      fc.record({ kind: fc.constant('crash' as const) }),
    );
    const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = worldOf((made) => made.endpoint('a', policy));
      for (const each of steps) {
        if (each.kind === 'record') world.record(each.count);
        if (each.kind === 'pass') await world.pass(each.ms);
        if (each.kind === 'turn') world.answers.set('a', () => (each.isUp ? OK : UNREACHABLE));
        if (each.kind === 'crash') world.crash();
      }
      world.answers.clear();
      await world.pass(25 * HOUR);
      holdToOrder(world);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

/** Everything was taken or buried, each for the first time after the one before it. */
function holdToOrder(world: FeedWorld): void {
  const taken = world.tries.filter(({ error }) => error === null).map(({ eventId }) => eventId);
  const firsts = [...new Set(taken)];
  const buried = new Set(world.shelf.dead('a').map(({ eventId }) => eventId));
  const due = world.shelf.events.map((_, i) => i + 1).filter((id) => !buried.has(id));
  expect(firsts.filter((id) => !buried.has(id))).toEqual(due);
}
