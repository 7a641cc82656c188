/** The real program as a process: its ready line, its signals, its exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopwatch } from '../../src/ops/clock.ts';
import { NO_OWN_PORT_FLAGS } from '../ports.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const START_MS_MAX = 20_000;

let directory = '';
const children: ChildProcess[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-main-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the output once it contains `text`. */
  said(text: string): Promise<string>;
  ended(): Promise<number | null>;
}

function start(...argv: string[]): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...argv], { env: { PATH: process.env['PATH'] } });
  children.push(child);
  let output = '';
  let listener = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      listener();
    });
  }
  const end = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    said: (text) =>
      new Promise((resolve, reject) => {
        listener = () => {
          if (output.includes(text)) resolve(output);
        };
        listener();
        end.then(() => reject(new Error(`ended without ${JSON.stringify(text)}: ${output}`)));
      }),
    ended: () => end,
  };
}

function startGateway(name: string): Program {
  const ports = ['--tcp-port', '0', ...NO_OWN_PORT_FLAGS, '--http-port', '0'];
  return start('serve', '--data', join(directory, name), '--tcp-host', '127.0.0.1', ...ports);
}

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is ready, says where, and ends with 0 on %s',
    async (signal) => {
      const gateway = startGateway(signal);
      const output = await gateway.said('ready');
      const lines = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const ready = lines.filter(({ msg }) => String(msg).includes('ready'));
      expect(ready).toHaveLength(1);
      expect(ready[0].msg).toMatch(/^ready: auto 127\.0\.0\.1:\d+, http 127\.0\.0\.1:\d+$/);
      expect(ready[0].addresses).toHaveLength(2);
      const startMs = stopwatch();
      gateway.child.kill(signal);
      expect(await gateway.ended()).toBe(0);
      expect(stopwatch() - startMs).toBeLessThan(5000);
      expect(gateway.output()).toContain('closed');
    },
    START_MS_MAX,
  );

  it(
    'refuses with 2 what is not meant, and says why on standard error',
    async () => {
      const program = start('serve', '--http-prot', '1');
      expect(await program.ended()).toBe(2);
      expect(program.output()).toBe('milepost: --http-prot: unknown option; did you mean --http-port?\n');
    },
    START_MS_MAX,
  );
});
