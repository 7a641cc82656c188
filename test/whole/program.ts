/** The real program as a child process: started, killed, asked over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NO_OWN_PORT_FLAGS } from '../ports.ts';

export const API_KEY = '0123456789abcdef0123456789abcdef';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'src/main.ts');
const BUILT_MAIN = join(ROOT, 'dist/src/main.js');
const BEGIN = isBuiltNewest() ? [BUILT_MAIN] : ['--import', 'tsx', MAIN];

/** The built program starts in half the time; it stands in for the sources as long as none of them is newer. */
function isBuiltNewest(): boolean {
  if (!existsSync(BUILT_MAIN)) return false;
  const builtMs = statSync(BUILT_MAIN).mtimeMs;
  const sources = ['src', 'protocols'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((path) => join(ROOT, room, path)),
  );
  return sources.every((path) => statSync(path).mtimeMs < builtMs);
}

/** What a program of ours is told besides its arguments, on top of the environment of the tests. */
export type Environment = Readonly<Record<string, string>>;

export function program(...args: readonly string[]): ChildProcess {
  return programIn({}, ...args);
}

function programIn(environment: Environment, ...args: readonly string[]): ChildProcess {
  const env = { ...process.env, ...environment };
  return spawn(process.execPath, [...BEGIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
}

export interface Gateway {
  readonly process: ChildProcess;
  readonly trackersPort: number;
  readonly httpPort: number;
  readonly httpUrl: string;
  /** By the names of the ready line. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Starts `serve` on a data directory; the ports of an earlier run may be asked for again. */
export async function startGateway(data: string, former?: Gateway, ...more: string[]): Promise<Gateway> {
  return whenReady(launchGateway({ data, former, more }));
}

export interface Launch {
  readonly data: string;
  /** Its ports are asked for again. */
  readonly former?: Pick<Gateway, 'trackersPort' | 'httpPort'> | undefined;
  readonly more?: readonly string[];
  readonly environment?: Environment;
}

/** `serve`, not waited for. */
export function launchGateway({ data, former, more = [], environment = {} }: Launch): ChildProcess {
  return programIn(
    environment,
    'serve',
    ...['--data', data, '--api-key', API_KEY, '--tcp-host', '127.0.0.1'],
    ...['--tcp-port', String(former?.trackersPort ?? 0), '--http-port', String(former?.httpPort ?? 0)],
    ...NO_OWN_PORT_FLAGS,
    ...more,
  );
}

interface ReadyLine {
  readonly addresses: readonly { readonly name: string; readonly port: number }[];
}

/** Rejects with what the program printed when it ends instead. */
export async function whenReady(child: ChildProcess): Promise<Gateway> {
  const seen: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) {
    seen.push(line);
    if (line.includes('"msg":"ready')) {
      child.stdout!.resume();
      return gatewayAt(child, JSON.parse(line) as ReadyLine);
    }
  }
  throw new Error(`the gateway did not start:\n${seen.join('\n')}`);
}

function gatewayAt(child: ChildProcess, { addresses }: ReadyLine): Gateway {
  const ports = Object.fromEntries(addresses.map(({ name, port }) => [name, port]));
  const httpPort = ports['http']!;
  return { process: child, trackersPort: ports['auto']!, httpPort, httpUrl: `http://127.0.0.1:${httpPort}`, ports };
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** What a program printed, and its exit code. */
export async function finished(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export async function ask<T>(gateway: Gateway, path: string, body?: object): Promise<T> {
  const response = await fetch(gateway.httpUrl + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Lets a program work for a while, where no event announces the instant that is wanted. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until the answer is yes. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { everyMs = 50, withinMs = 30_000 } = {},
): Promise<void> {
  for (const endMs = performance.now() + withinMs; performance.now() < endMs; await pause(everyMs)) {
    if (await isSo()) return;
  }
  throw new Error(`${what}: not within ${withinMs} ms`);
}
