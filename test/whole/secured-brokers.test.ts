/**
 * Real brokers that ask for a password and speak TLS only, with a certificate of nobody that machines know: the gateway is
 * told of it as any Node program is. Skipped where they are not installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Pair, selfSigned } from '../certificate-kit.ts';
import { BrokerProgram, freePort, MOSQUITTO, MOSQUITTO_PASSWD, NATS_SERVER } from './brokers.ts';
import { ask, type Gateway, kill, launchGateway, until, whenReady } from './program.ts';

const USER = 'fleet';
/** Every sign of it means something in an address. */
const PASSWORD = 'p@ss/w:rd?#%';
const TEST_MS_MAX = 60_000;

interface Broker {
  readonly setting: string;
  /** With another password where one is given. */
  url(password?: string): string;
  /** Types of the events of tasks that have arrived. */
  told(): Promise<readonly string[]>;
}

let directory: string;
let pair: Pair;
let port: number;
let closings: (() => Promise<unknown>)[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-brokers-'));
  pair = selfSigned('localhost');
  writeFileSync(inDirectory('cert.pem'), pair.cert);
  writeFileSync(inDirectory('key.pem'), pair.key);
  port = await freePort();
  closings = [];
});
afterEach(async () => {
  for (const close of closings.reverse()) await close();
  rmSync(directory, { recursive: true });
});

function inDirectory(name: string): string {
  return join(directory, name);
}

function urlOf(scheme: string, password: string): string {
  return `${scheme}://${USER}:${encodeURIComponent(password)}@localhost:${port}`;
}

async function run(...command: readonly [string, ...string[]]): Promise<void> {
  const program = new BrokerProgram(command, port, 'SIGKILL');
  closings.push(() => program.kill());
  await program.start();
}

async function mosquitto(): Promise<Broker> {
  execFileSync(MOSQUITTO_PASSWD, ['-c', '-b', inDirectory('passwords'), USER, PASSWORD]);
  const settings = [
    `listener ${port} 127.0.0.1`,
    `certfile ${inDirectory('cert.pem')}`,
    `keyfile ${inDirectory('key.pem')}`,
    'allow_anonymous false',
    `password_file ${inDirectory('passwords')}`,
    'user root',
  ];
  writeFileSync(inDirectory('conf'), `${settings.join('\n')}\n`);
  await run(MOSQUITTO, '-c', inDirectory('conf'));
  const told: string[] = [];
  const options = { host: 'localhost', port, protocol: 'mqtts', ca: pair.cert } as const;
  const reader = await connectAsync({ ...options, username: USER, password: PASSWORD });
  closings.push(() => reader.endAsync(true));
  reader.on('message', (_topic, payload) => void told.push((JSON.parse(payload.toString()) as { type: string }).type));
  await reader.subscribeAsync('milepost/tasks/#', { qos: 1 });
  return {
    setting: '--forward-mqtt-url',
    url: (password = PASSWORD) => urlOf('mqtts', password),
    told: async () => told,
  };
}

async function natsServer(): Promise<Broker> {
  const settings = {
    listen: `127.0.0.1:${port}`,
    jetstream: { store_dir: inDirectory('nats') },
    tls: { cert_file: inDirectory('cert.pem'), key_file: inDirectory('key.pem') },
    authorization: { user: USER, password: PASSWORD },
  };
  writeFileSync(inDirectory('conf'), JSON.stringify(settings));
  await run(NATS_SERVER, '-c', inDirectory('conf'));
  async function told(): Promise<readonly string[]> {
    const login = { user: USER, pass: PASSWORD, tls: { ca: pair.cert } };
    const connection = await connectNats({ servers: `localhost:${port}`, ...login });
    try {
      const info = await (await jetstreamManager(connection)).streams.info('MILEPOST').catch(() => null);
      if (info === null || info.state.messages === 0) return [];
      const consumer = await jetstream(connection).consumers.get('MILEPOST', { filter_subjects: 'milepost.tasks.>' });
      const message = await consumer.next();
      return message === null ? [] : [message.json<{ type: string }>().type];
    } finally {
      await connection.close();
    }
  }
  return { setting: '--forward-nats-url', url: (password = PASSWORD) => urlOf('tls', password), told };
}

interface Started {
  readonly gateway: Gateway;
  readonly log: () => string;
}

/** A gateway with one task to tell of. */
async function started(broker: Broker, url: string, environment: Readonly<Record<string, string>>): Promise<Started> {
  const child = launchGateway({ data: inDirectory('data'), more: [broker.setting, url], environment });
  let log = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const gateway = await whenReady(child);
  closings.push(() => kill(child, 'SIGKILL'));
  const zone = { lat: 51, lon: 7, radius: 100 };
  await ask(gateway, '/api/tasks', { label: 'A', zone, from: '2036-03-01T08:00:00Z', to: '2036-03-01T10:00:00Z' });
  return { gateway, log: () => log };
}

const BROKERS = [
  ['mosquitto', MOSQUITTO, mosquitto],
  ['nats-server', NATS_SERVER, natsServer],
] as const;

it.for(BROKERS)(
  'a secured %s is told what happens, by who knows its password and trusts its certificate',
  { timeout: TEST_MS_MAX },
  async ([, path, open], { skip }) => {
    skip(!existsSync(path), `${path} is not installed`);
    const broker = await open();
    const { log } = await started(broker, broker.url(), { NODE_EXTRA_CA_CERTS: inDirectory('cert.pem') });
    await until('the task is told of', async () => (await broker.told()).includes('task.created'));
    expect(log()).not.toContain('the broker cannot be told');
  },
);

it.for(
  BROKERS.flatMap(([name, path, open]) => [
    ['the wrong password', name, path, open, 'wrong', true] as const,
    ['no trust in its certificate', name, path, open, PASSWORD, false] as const,
  ]),
)(
  'a gateway with %s for a secured %s says why in its log, without the password, and lives',
  { timeout: TEST_MS_MAX },
  async ([, , path, open, password, isTrusted], { skip }) => {
    skip(!existsSync(path), `${path} is not installed`);
    const broker = await open();
    const environment = isTrusted ? { NODE_EXTRA_CA_CERTS: inDirectory('cert.pem') } : {};
    const { gateway, log } = await started(broker, broker.url(password), environment);
    await until('the log says so', () => log().includes('the broker cannot be told'));
    expect(log()).toMatch(isTrusted ? /not auth|authorization/i : /self.signed certificate/i);
    for (const secret of [password, encodeURIComponent(password)]) expect(log()).not.toContain(`:${secret}@`);
    expect(await broker.told()).toEqual([]);
    await kill(gateway.process, 'SIGTERM');
    expect(gateway.process.exitCode).toBe(0);
  },
);
