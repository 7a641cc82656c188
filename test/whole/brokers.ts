/** Debian's message brokers as child processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer, connect as dial } from 'node:net';
import { kill, until } from './program.ts';

export const MOSQUITTO = '/usr/sbin/mosquitto';
export const MOSQUITTO_PASSWD = '/usr/bin/mosquitto_passwd';
export const NATS_SERVER = '/usr/sbin/nats-server';

/** One that may be killed and started again, at the same port. */
export class BrokerProgram {
  #child: ChildProcess | null = null;
  readonly #command: readonly [string, ...string[]];
  readonly #port: number;
  readonly #signal: NodeJS.Signals;

  constructor(command: readonly [string, ...string[]], port: number, signal: NodeJS.Signals) {
    this.#command = command;
    this.#port = port;
    this.#signal = signal;
  }

  async start(): Promise<void> {
    const [path, ...parts] = this.#command;
    this.#child = spawn(path, parts, { stdio: 'ignore' });
    await until('the broker listens', () => listens(this.#port));
  }

  async kill(): Promise<void> {
    if (this.#child !== null) await kill(this.#child, this.#signal);
  }
}

export async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
