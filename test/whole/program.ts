/** The real program as a child process: started, killed, asked over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const API_KEY = '0123456789abcdef0123456789abcdef';
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export function program(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface Gateway {
  readonly process: ChildProcess;
  readonly trackersPort: number;
  readonly httpPort: number;
  readonly httpUrl: string;
}

/** Starts `serve` on a data directory; the ports of an earlier run may be asked for again. */
export async function startGateway(data: string, former?: Gateway, ...more: string[]): Promise<Gateway> {
  const child = program(
    'serve',
    ...['--data', data, '--api-key', API_KEY, '--tcp-host', '127.0.0.1'],
    ...['--tcp-port', String(former?.trackersPort ?? 0), '--http-port', String(former?.httpPort ?? 0)],
    ...['--teltonika-port', 'off', '--gt06-port', 'off'],
    ...more,
  );
  const { addresses } = await ready(child);
  const port = (name: string) => addresses.find((address) => address.name === name)!.port;
  const httpPort = port('http');
  return { process: child, trackersPort: port('auto'), httpPort, httpUrl: `http://127.0.0.1:${httpPort}` };
}

interface ReadyLine {
  readonly addresses: readonly { readonly name: string; readonly port: number }[];
}

async function ready(child: ChildProcess): Promise<ReadyLine> {
  const seen: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) {
    seen.push(line);
    if (line.includes('"msg":"ready')) {
      child.stdout!.resume();
      return JSON.parse(line) as ReadyLine;
    }
  }
  throw new Error(`the gateway did not start:\n${seen.join('\n')}`);
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
