/** The program inside the test's own process: what it wrote, what it complained of, how it ended. */
import { EventEmitter } from 'node:events';
import { run } from '../../src/cli.ts';
// The program loads them at its first command; here that would be in the time of the first test.
import '../../src/commands.ts';
import type { Host } from '../../src/host.ts';

export interface Outcome {
  readonly code: number;
  readonly written: string;
  readonly complained: string;
}

export interface Given {
  readonly environment?: Record<string, string>;
  readonly input?: string;
  readonly signals?: EventEmitter;
}

export async function milepost(argv: readonly string[], given: Given = {}): Promise<Outcome> {
  let written = '';
  let complained = '';
  const host: Host = {
    write: (text) => {
      written += text;
    },
    complain: (text) => {
      complained += text;
    },
    input: inputOf(given.input ?? ''),
    isTerminal: false,
    environment: given.environment ?? {},
    signals: given.signals ?? new EventEmitter(),
    exit: () => {
      throw new Error('a command ended the process');
    },
  };
  const code = await run(argv, host);
  return { code, written, complained };
}

async function* inputOf(text: string): AsyncGenerator<string> {
  yield text;
}
