/** The live stream of the real program: devices that come and go, where they are, and what happened while it was killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { API_KEY, ask, type Gateway, kill, startGateway } from './program.ts';

const TEST_MS_MAX = 60_000;
const IMEI = '356307042441013';
const PLACE = { latDeg: 51.283546, lonDeg: 7.301086 };

let directory: string;
let gateway: Gateway;
const sockets: Socket[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-live-'));
  gateway = await startGateway(join(directory, 'data'));
}, TEST_MS_MAX);
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await kill(gateway.process, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

interface Told {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into events of every shape
  readonly data: any;
}

/** Events as they come, from after a row on. */
async function* listen(after?: string): AsyncGenerator<Told, void, undefined> {
  const headers = { authorization: `Bearer ${API_KEY}`, ...(after !== undefined && { 'last-event-id': after }) };
  const response = await fetch(`${gateway.httpUrl}/api/events`, { headers });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
      const event = field('event');
      if (event !== null) yield { event, id: field('id'), data: JSON.parse(field('data')!) };
    }
  }
}

/** The first that fits; whatever comes before it is passed over. */
async function heard(events: AsyncGenerator<Told>, isIt: (told: Told) => boolean): Promise<Told> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('the stream ended');
    if (isIt(value)) return value;
  }
}

const isA = (event: string) => (told: Told) => told.event === event;

it(
  'tells of a device that comes, where it is, what it moves, and that it goes; and after a kill of what was missed',
  async () => {
    const { id: trackerId } = await ask<{ id: number }>(gateway, '/api/trackers', { label: 'Van', imei: IMEI });
    const events = listen();
    await heard(events, isA('hello'));

    const device = connect(gateway.trackersPort, '127.0.0.1');
    sockets.push(device);
    device.write(encodeLogin(IMEI));
    expect((await heard(events, isA('connection'))).data).toEqual({ trackerId, isOnline: true });

    const zone = { lat: PLACE.latDeg, lon: PLACE.lonDeg, radius: 100 };
    const [from, to] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
    await ask(gateway, '/api/tasks', { label: 'Visit', zone, from, to, trackerId, minStay: 7200 });
    await heard(events, isA('task'));
    device.write(encodeRecords(8, [{ timeMs: Date.now() - 1000, ...PLACE, satellites: 9, speedKmh: 30, io: [] }]));
    const arrived = await heard(events, ({ data }) => data.toStatus === 'arrived');
    expect(arrived.data).toMatchObject({ trackerId, task: { status: 'arrived', label: 'Visit' } });
    expect((await heard(events, isA('position'))).data.positions).toMatchObject([{ trackerId, speed: 30 }]);

    device.destroy();
    expect((await heard(events, isA('connection'))).data).toEqual({ trackerId, isOnline: false });

    await ask(gateway, '/api/tasks/1/cancel', {});
    await kill(gateway.process, 'SIGKILL');
    gateway = await startGateway(join(directory, 'data'), gateway);
    const resumed = listen(arrived.id!);
    expect((await heard(resumed, isA('hello'))).id).toBe(arrived.id);
    const cancelled = await heard(resumed, isA('task'));
    expect(cancelled.data).toMatchObject({ task: { state: 'cancelled' }, fromStatus: 'arrived', toStatus: 'failed' });
    await resumed.return(undefined);
  },
  TEST_MS_MAX,
);
