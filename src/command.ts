/** The shape of a command of the program. */
import type { Host } from './host.ts';
import type { Arguments, Options } from './ops/arguments.ts';

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

/**
 * The first SIGINT or SIGTERM asks a command to come to its end; the second ends the program. To be called once per
 * command: the handlers stay for the rest of the program's life.
 */
export function stopSignal(host: Host): AbortSignal {
  const stop = new AbortController();
  const signalsOnSignal = (): void => {
    if (stop.signal.aborted) host.exit(130);
    stop.abort();
  };
  host.signals.on('SIGINT', signalsOnSignal);
  host.signals.on('SIGTERM', signalsOnSignal);
  return stop.signal;
}
