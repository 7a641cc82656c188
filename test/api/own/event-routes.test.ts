/** The live stream over a real socket: what a browser would be sent. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { FLEET_KEY, GUEST_KEY, INSIDE, OwnKit, WISH } from './own-kit.ts';

const FLUSH_MS = 1000;
const BEAT_MS = 15_000;

let kit: OwnKit;
let port: number;
const sockets = new Set<Socket>();

beforeEach(async () => {
  kit = new OwnKit({ clientsMax: 2, clientBytesMax: 1_000_000, isAlone: true });
  await kit.fleet('Van 1', 'Van 2');
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  port = (kit.app.server.address() as { port: number }).port;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await kit.close();
});

interface SentEvent {
  readonly id: string | null;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into events of every shape
  readonly data: any;
}

/** A client that speaks HTTP itself, and reads events as a browser does. */
class Listener {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  #isEnded = false;
  #wakers: (() => void)[] = [];

  constructor(path: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = connect(port, '127.0.0.1');
    sockets.add(this.socket);
    const lines = Object.entries({ authorization: `Bearer ${FIRST_KEY}`, ...headers }).map((pair) => pair.join(': '));
    this.socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\n\r\n`);
    this.socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  get head(): string {
    return this.#text.split('\r\n\r\n')[0]!;
  }

  /** Rejects when the stream ends before. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#isEnded) throw new Error(`the stream ended: ${this.#text.slice(-500)}`);
      await this.#next();
    }
  }

  next(event: string, n = 1): Promise<SentEvent> {
    return this.until(() => this.events.filter((one) => one.event === event)[n - 1]);
  }

  async ended(): Promise<void> {
    while (!this.#isEnded) await this.#next();
  }

  get events(): SentEvent[] {
    const blocks = this.body.split('\n\n').slice(0, -1);
    return blocks.filter((block) => !block.startsWith(':')).map(eventOf);
  }

  /** Without the marks between its chunks. */
  get body(): string {
    let rest = Buffer.concat(this.#chunks);
    rest = rest.subarray(rest.indexOf('\r\n\r\n') + 4);
    let body = '';
    for (;;) {
      const end = rest.indexOf('\r\n');
      if (end === -1) return body;
      const length = Number.parseInt(rest.toString('latin1', 0, end), 16);
      if (rest.length < end + 2 + length + 2) return body;
      body += rest.toString('utf8', end + 2, end + 2 + length);
      rest = rest.subarray(end + 4 + length);
    }
  }

  get #text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

/** As WHATWG HTML, 9.2.6, reads it. */
function eventOf(block: string): SentEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2));
  return { id: field('id')[0] ?? null, event: field('event')[0]!, data: JSON.parse(field('data').join('\n')) };
}

describe('a listener', () => {
  it('is told of tasks with the id of the history row, and of the task as it is after that', async () => {
    const ear = new Listener('/api/events');
    const hello = await ear.next('hello');
    expect(hello).toEqual({ id: '0', event: 'hello', data: { now: '2026-03-01T12:00:00.000Z', eventId: 0 } });
    expect(ear.head).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(ear.head).toMatch(/content-type: text\/event-stream/i);
    expect(ear.head).toMatch(/cache-control: no-store/i);
    await kit.ask('POST', '/api/tasks', { ...WISH, label: 'Zustellung nach K\u00f6ln \u2603', trackerId: 1 });
    const { id, data } = await ear.next('task');
    expect(id).toBe(String(data.id));
    const { body } = await kit.ask('GET', '/api/tasks/1/history');
    expect(data).toMatchObject(body.events[0]);
    expect(data.task).toEqual((await kit.ask('GET', '/api/tasks/1')).body);
  });

  it('is told where trackers are and who is connected', async () => {
    const ear = new Listener('/api/events');
    await ear.next('hello');
    await kit.send(1, [{ timeMs: NOW_MS - 1000, ...INSIDE }]);
    await kit.send(2, [{ timeMs: NOW_MS - 2000, ...INSIDE }]);
    kit.tellPresence(2, true);
    kit.beats.get(FLUSH_MS)!();
    expect((await ear.next('connection')).data).toEqual({ trackerId: 2, isOnline: true });
    const { id, data } = await ear.next('position');
    expect(id).toBe(null);
    expect(data.positions).toMatchObject([
      { trackerId: 1, lat: 51.283546, lon: 7.301086, speed: 30 },
      { trackerId: 2 },
    ]);
  });

  it('goes on from the event it heard last, by header or by address, and the header wins', async () => {
    for (const label of ['A', 'B', 'C']) await kit.ask('POST', '/api/tasks', { ...WISH, label });
    await kit.ask('DELETE', '/api/tasks/3');
    const labels = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const ear = new Listener(path, headers);
      await ear.until(() => ear.events.find(({ data }) => data.kind === 'delete'));
      ear.socket.destroy();
      return ear.events.filter(({ event }) => event === 'task').map(({ data }) => data.task?.label ?? null);
    };
    expect(await labels('/api/events?after=1')).toEqual(['B', null, null]);
    expect(await labels('/api/events?after=0', { 'last-event-id': '2' })).toEqual([null, null]);
  });

  it('is told of a gap where nobody can say what came between', async () => {
    const ear = new Listener('/api/events?after=77');
    expect((await ear.next('gap')).data).toMatchObject({ eventId: 0 });
    expect((await ear.next('hello')).id).toBe('0');
  });

  it('hears what it asked for', async () => {
    const ear = new Listener('/api/events?kinds=task&tracker=2');
    await ear.next('hello');
    await kit.ask('POST', '/api/tasks', { ...WISH, label: 'One', trackerId: 1 });
    await kit.ask('POST', '/api/tasks', { ...WISH, label: 'Two', trackerId: 2 });
    await kit.ask('POST', '/api/tasks/2/assign', { trackerId: 1 });
    const { data } = await ear.next('task');
    expect(data.task.label).toBe('Two');
  });

  it('with few rights hears what they are good for', async () => {
    const guest = new Listener('/api/events', { authorization: `Bearer ${GUEST_KEY}` });
    const fleet = new Listener('/api/events', { authorization: `Bearer ${FLEET_KEY}` });
    await Promise.all([guest.next('hello'), fleet.next('hello')]);
    await kit.ask('POST', '/api/tasks', { ...WISH, trackerId: 1 });
    await kit.send(1, [{ timeMs: NOW_MS, ...INSIDE }]);
    kit.beats.get(FLUSH_MS)!();
    await fleet.next('position');
    // What comes last shows that nothing else came before.
    await kit.ask('POST', '/api/tasks', { ...WISH, label: 'Last' });
    await guest.until(() => guest.events.find(({ data }) => data.task?.label === 'Last'));
    kit.tellPresence(1, true);
    kit.beats.get(FLUSH_MS)!();
    await fleet.next('connection');
    expect(guest.events.map(({ event }) => event)).not.toContain('position');
    expect(fleet.events.map(({ event }) => event)).not.toContain('task');
  });
});

describe('the stream ends', () => {
  it('for whoever comes with a key that was revoked, at the next beat', async () => {
    const ear = new Listener('/api/events', { authorization: `Bearer ${GUEST_KEY}` });
    await ear.next('hello');
    expect((await kit.ask('DELETE', '/api/keys/guest')).status).toBe(204);
    kit.beats.get(BEAT_MS)!();
    await ear.ended();
  });

  it('at once when the gateway closes', async () => {
    const ear = new Listener('/api/events');
    await ear.next('hello');
    await kit.app.close();
    await ear.ended();
    expect(kit.live.size).toBe(0);
  });

  it('for whoever does not read, and the others hear on', async () => {
    const deaf = new Listener('/api/events?kinds=connection');
    const ear = new Listener('/api/events?kinds=task');
    await Promise.all([deaf.next('hello'), ear.next('hello')]);
    deaf.socket.pause();
    // What the system takes is some megabytes, and then it waits in the process.
    for (let n = 0; kit.tally.streamsDropped === 0 && n < 1000; n++) {
      for (let trackerId = 1; trackerId <= 2000; trackerId++) kit.tellPresence(trackerId, n % 2 === 0);
      kit.beats.get(FLUSH_MS)!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([kit.tally.streamsDropped, kit.live.size]).toEqual([1, 1]);
    await kit.ask('POST', '/api/tasks', { ...WISH, label: 'After that' });
    await ear.until(() => ear.events.find(({ data }) => data.task?.label === 'After that'));
  });

  it('and gives its place to another', async () => {
    const ears = [new Listener('/api/events'), new Listener('/api/events')];
    await Promise.all(ears.map((ear) => ear.next('hello')));
    const refused = await kit.ask('GET', '/api/events');
    expect(refused).toMatchObject({ status: 503, body: { code: 'too_many_streams' } });
    const closed = new Promise((resolve) => ears[0]!.socket.once('close', resolve));
    ears[0]!.socket.destroy();
    await closed;
    for (let n = 0; kit.live.size === 2 && n < 1000; n++) await new Promise((resolve) => setImmediate(resolve));
    expect((await new Listener('/api/events').next('hello')).event).toBe('hello');
  });
});

describe('who asks for something else is refused', () => {
  it.each([
    ['?kinds=everything', 'kinds'],
    ['?kinds=', 'kinds'],
    ['?tracker=x', 'tracker'],
    ['?task=0', 'task'],
    ['?after=-1', 'after'],
    ['?colour=red', 'colour'],
  ])('%s', async (query, parameter) => {
    const { status, body } = await kit.ask('GET', `/api/events${query}`);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  it('with a Last-Event-ID that is none', async () => {
    const headers = { authorization: `Bearer ${FIRST_KEY}`, 'last-event-id': 'abc' };
    const answer = await kit.app.inject({ method: 'GET', url: '/api/events', headers });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid']);
  });

  it.each([
    ['?kinds=position', GUEST_KEY],
    ['?kinds=task,position', GUEST_KEY],
    ['?kinds=delivery', FLEET_KEY],
  ])('%s without the right', async (query, key) => {
    const answer = await kit.ask('GET', `/api/events${query}`, undefined, key);
    expect(answer).toMatchObject({ status: 403, body: { code: 'no_right' } });
  });

  it('without a key', async () => {
    expect((await kit.app.inject('/api/events')).statusCode).toBe(401);
  });
});
