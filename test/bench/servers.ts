/** The servers that are compared, each in a process of its own: the gateway as built, the yardsticks, Redis. */
import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { NO_OWN_PORT_FLAGS } from '../ports.ts';
import { lineWith, pause, ROOT, script, start, stop } from './machine.ts';

export interface Server {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly httpPort: number | null;
  /** The data directory of a gateway. */
  readonly data: string | null;
}

export const API_KEY = '0123456789abcdef0123456789abcdef';
const MAIN = join(ROOT, 'dist/src/main.js');

export interface Launch {
  readonly data: string;
  /** Asked for again, by a gateway that follows a killed one. */
  readonly port?: number;
  readonly nodeFlags?: readonly string[];
}

/** `serve`, as an operator runs it, not waited for. */
export function launchGateway({ data, port = 0, nodeFlags = [] }: Launch): ChildProcess {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
  return start('server', process.execPath, [
    ...nodeFlags,
    MAIN,
    'serve',
    ...['--data', data, '--api-key', API_KEY, '--tcp-port', 'off', ...NO_OWN_PORT_FLAGS],
    // The machine is measured here, and a generator may well speak for one device only, or for a fleet from one address.
    ...['--limits-requests-per-second', 'off', '--limits-frames-per-second', 'off'],
    ...['--limits-new-connections-per-second', 'off'],
    ...['--tcp-host', '127.0.0.1', '--teltonika-port', String(port), '--http-port', '0'],
  ]);
}

export async function startGateway(launch: Launch): Promise<Server> {
  return gatewayOf(launchGateway(launch), launch.data);
}

/** A launched gateway, once it is ready. */
export async function gatewayOf(child: ChildProcess, data: string): Promise<Server> {
  const line = await lineWith(child, 'serve', '"msg":"ready');
  const { addresses } = JSON.parse(line) as { addresses: readonly { name: string; port: number }[] };
  const portOf = (name: string) => addresses.find((address) => address.name === name)!.port;
  return { process: child, pid: child.pid!, port: portOf('teltonika'), httpPort: portOf('http'), data };
}

export async function startYardstick(kind: 'bare' | 'append', directory: string): Promise<Server> {
  mkdirSync(directory, { recursive: true });
  const child = script('server', new URL('./yardstick.ts', import.meta.url), kind, directory);
  const { port } = JSON.parse(await lineWith(child, `yardstick ${kind}`, '"port"')) as { port: number };
  return { process: child, pid: child.pid!, port, httpPort: null, data: null };
}

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** Redis with our promise: every command is synced to disk before it is answered. */
export async function startRedis(directory: string): Promise<Server> {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const child = start('server', 'redis-server', [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0'],
    ...['--maxclients', '15000', '--tcp-backlog', '4096'],
  ]);
  child.stdout!.resume();
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    await pause(20);
  }
  return { process: child, pid: child.pid!, port, httpPort: null, data: null };
}

export async function stopServer(server: Server): Promise<void> {
  await stop(server.process);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
