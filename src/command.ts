/** The shape of a command of the program. */
import type { Host } from './host.ts';
import type { Arguments, Options } from './ops/arguments.ts';
import { onSignals } from './ops/shutdown.ts';

export interface Command {
  /** After `milepost`, for help and refusals. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
  /** How many words without dashes it takes. */
  readonly operandsMin: number;
  readonly operandsMax: number;
  /** Closes the command's help. */
  readonly notes?: string;
  /** Resolves with the exit code; nothing = 0. */
  run(given: Arguments, host: Host): Promise<number | undefined>;
}

/** The first SIGINT or SIGTERM asks a command to come to its end; another one ends the program. */
export function stopSignal(host: Host): AbortSignal {
  const stop = new AbortController();
  onSignals(host.signals, { first: () => stop.abort(), again: () => host.exit(130) });
  return stop.signal;
}
