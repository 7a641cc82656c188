/**
 * The real program and a real broker, both killed while a fleet drives: everything that is stored arrives, in the order of
 * each tracker. Skipped where Debian's `mosquitto` or `nats-server` is not installed.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { BrokerProgram, freePort, MOSQUITTO, NATS_SERVER } from './brokers.ts';
import { driveFleet } from './crash-fleet.ts';
import { SEED } from './crash-run.ts';
import { ask, type Gateway, kill, pause, startGateway, until } from './program.ts';

const DEVICES = 6;
const SCALE = 120;
const TEST_MS_MAX = 180_000;

/** What Home Assistant finds, without the names of trackers. */
const ANNOUNCED = ['homeassistant device_tracker position', 'homeassistant sensor open_tasks', 'open-tasks 0'];

/** What arrived of a tracker, each once, as its device time. */
type Arrived = ReadonlyMap<number, readonly string[]>;

interface Server {
  readonly flags: readonly string[];
  start(): Promise<void>;
  kill(): Promise<void>;
  /** What has arrived until now; asked while the server is there. */
  arrived(): Promise<Arrived>;
  events(): Promise<readonly string[]>;
  close(): Promise<void>;
}

let directory: string;
let gateway: Gateway | null;
let server: Server | null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-forwarding-'));
  gateway = null;
  server = null;
});
afterEach(async () => {
  if (gateway !== null) await kill(gateway.process, 'SIGKILL');
  await server?.close();
  rmSync(directory, { recursive: true });
});

interface Said {
  readonly trackerId: number;
  readonly time: string;
  readonly lat: number;
}

function textOf({ time, lat }: Pick<Said, 'time' | 'lat'>): string {
  return `${time} ${lat}`;
}

function byTracker(all: readonly Said[]): Arrived {
  const found = new Map<number, string[]>();
  for (const each of all) {
    const known = found.get(each.trackerId) ?? [];
    if (!known.includes(textOf(each))) known.push(textOf(each));
    found.set(each.trackerId, known);
  }
  return found;
}

/** Terminated, so that it writes down what it has taken: it promises no more than that. */
async function mosquitto(): Promise<Server> {
  const port = await freePort();
  const place = join(directory, 'mosquitto');
  mkdirSync(place, { mode: 0o777 });
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${place}/`,
    'max_queued_messages 0',
    'user root',
  ];
  writeFileSync(join(place, 'conf'), `${settings.join('\n')}\n`);
  const program = new BrokerProgram([MOSQUITTO, '-c', join(place, 'conf')], port, 'SIGTERM');
  await program.start();
  const fixes: Said[] = [];
  const events: string[] = [];
  const reader = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'reader',
    clean: false,
    reconnectPeriod: 200,
  });
  reader.on('error', () => {});
  reader.on('message', (topic, payload) => {
    const text = payload.toString();
    const [first, component, , object] = topic.split('/');
    if (first === 'homeassistant') events.push(`${first} ${component} ${object}`);
    else if (topic.endsWith('/open-tasks')) events.push(`open-tasks ${text}`);
    else if (topic.endsWith('/fix')) fixes.push(JSON.parse(text) as Said);
    else events.push(`${topic} ${(JSON.parse(text) as { type: string }).type}`);
  });
  await reader.subscribeAsync(['fleet/#', 'homeassistant/#'], { qos: 1 });
  return {
    flags: [
      ...['--forward-mqtt-url', `mqtt://127.0.0.1:${port}`, '--forward-mqtt-topic', 'fleet'],
      ...['--forward-mqtt-home-assistant', 'true'],
    ],
    start: () => program.start(),
    kill: () => program.kill(),
    arrived: async () => byTracker(fixes),
    events: async () => events,
    async close() {
      await reader.endAsync(true);
      await program.kill();
    },
  };
}

async function natsServer(): Promise<Server> {
  const port = await freePort();
  const place = join(directory, 'nats');
  const program = new BrokerProgram(
    [NATS_SERVER, '-a', '127.0.0.1', '-p', String(port), '-js', '-sd', place],
    port,
    'SIGKILL',
  );
  await program.start();
  async function read<T>(filter: string): Promise<{ readonly subject: string; readonly said: T }[]> {
    const connection = await connectNats({ servers: `127.0.0.1:${port}` });
    try {
      const manager = await jetstreamManager(connection);
      // The gateway makes the stream, with the first that it publishes.
      const info = await manager.streams.info('MILEPOST', { subjects_filter: filter }).catch(() => null);
      const count = Object.values(info?.state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
      const found: { subject: string; said: T }[] = [];
      if (count === 0) return found;
      const consumer = await jetstream(connection).consumers.get('MILEPOST', { filter_subjects: filter });
      for await (const message of await consumer.consume()) {
        found.push({ subject: message.subject, said: message.json<T>() });
        if (found.length >= count) break;
      }
      return found;
    } finally {
      await connection.close();
    }
  }
  return {
    flags: ['--forward-nats-url', `nats://127.0.0.1:${port}`, '--forward-nats-subject', 'fleet'],
    start: () => program.start(),
    kill: () => program.kill(),
    arrived: async () => byTracker((await read<Said>('fleet.trackers.*.fix')).map(({ said }) => said)),
    events: async () =>
      (await read<{ type: string }>('fleet.tasks.>')).map(({ subject, said }) => `${subject} ${said.type}`),
    close: () => program.kill(),
  };
}

/** What the journal holds, in its order. */
function stored(): Arrived {
  const store = openStore({ directory: join(directory, 'data') });
  const all: Said[] = [];
  for (let page = store.journal.after(0); page !== null; page = store.journal.after(page.toRow)) {
    for (const { trackerId, fix } of page.fixes) {
      const { timeMs, latDeg } = fix.position;
      all.push({ trackerId, time: new Date(timeMs).toISOString(), lat: latDeg });
    }
  }
  store.close();
  return byTracker(all);
}

async function start(): Promise<void> {
  const flags = ['--unknown-trackers', 'accept', ...server!.flags];
  gateway = await startGateway(join(directory, 'data'), gateway ?? undefined, ...flags);
}

/** The gateway is asked: what it has not forwarded yet is known to it alone. */
async function isAllForwarded(): Promise<boolean> {
  const metrics = await (await fetch(`${gateway!.httpUrl}/metrics`)).text();
  return /^milepost_forwarding_backlog_rows\{broker="\w+"\} 0$/m.test(metrics);
}

function countOf(arrived: Arrived): number {
  return [...arrived.values()].reduce((sum, { length }) => sum + length, 0);
}

it.for([
  ['MQTT through mosquitto', MOSQUITTO, mosquitto, ['fleet/tasks/unassigned task.created', ...ANNOUNCED]],
  ['NATS through nats-server', NATS_SERVER, natsServer, ['fleet.tasks.unassigned task.created']],
] as const)(
  'all that is stored arrives over %s, in order, though it and the gateway are killed',
  { timeout: TEST_MS_MAX },
  async ([, path, open, events], { skip }) => {
    skip(!existsSync(path), `${path} is not installed`);
    server = await open();
    await start();
    const startMs = Date.now() - SCALE * 120_000;
    const port = gateway!.trackersPort;
    const fleet = driveFleet({ devices: DEVICES, seed: SEED, startMs, scale: SCALE, rate: 8, port });
    await until('something has arrived', async () => countOf(await server!.arrived()) > 0);
    const zone = { lat: 51, lon: 7, radius: 100 };
    const window = { from: '2036-03-01T08:00:00Z', to: '2036-03-01T10:00:00Z' };
    await ask(gateway!, '/api/tasks', { label: 'A', zone, ...window });
    await kill(gateway!.process, 'SIGKILL');
    await start();
    await pause(1000);
    await server.kill();
    const acknowledged = fleet.acknowledged.length;
    await until('devices are answered meanwhile', () => fleet.acknowledged.length > acknowledged + 20);
    await kill(gateway!.process, 'SIGKILL');
    await start();
    await server.start();
    await pause(1000);
    await fleet.end();
    await until('all is forwarded', () => isAllForwarded(), { withinMs: 90_000 });
    await until('the rest is told of', async () => {
      const told = await server!.events();
      return events.every((event) => told.includes(event));
    });
    await kill(gateway!.process, 'SIGTERM');
    const arrived = await server.arrived();
    const expected = stored();
    expect(countOf(expected)).toBeGreaterThan(DEVICES * 5);
    for (const [trackerId, fixes] of expected) expect(arrived.get(trackerId)).toEqual(fixes);
  },
);

it('stops in time though no broker is there', { timeout: TEST_MS_MAX }, async () => {
  const port = await freePort();
  const flags = ['--forward-mqtt-url', `mqtt://127.0.0.1:${port}`, '--forward-nats-url', `nats://127.0.0.1:${port}`];
  gateway = await startGateway(join(directory, 'data'), undefined, ...flags);
  const zone = { lat: 51, lon: 7, radius: 100 };
  await ask(gateway, '/api/tasks', { label: 'A', zone, from: '2036-03-01T08:00:00Z', to: '2036-03-01T10:00:00Z' });
  await kill(gateway.process, 'SIGTERM');
  expect(gateway.process.exitCode).toBe(0);
});
