/**
 * Ends the program on SIGTERM or SIGINT: the first asks for an orderly end, which may take 5 s; the second, or the time
 * limit, ends it at once. Nothing acknowledged can be lost either way.
 */
import type { EventEmitter } from 'node:events';

/** What a container's stop, a supervisor and Ctrl-C send. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SHUTDOWN_MS_MAX = 5000;

export interface ShutdownOptions {
  /** Where signals arrive: the process. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  /** Stops accepting, commits, acknowledges, closes. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly tell: (message: string) => void;
  readonly limitMs?: number;
}

/** Returns the function that takes the handlers off again. */
export function onShutdown({ signals, close, exit, tell, limitMs = SHUTDOWN_MS_MAX }: ShutdownOptions): () => void {
  let isClosing = false;
  const signalsOnSignal = (signal: string): void => {
    if (isClosing) {
      tell(`${signal} again: ending at once`);
      exit(1);
      return;
    }
    isClosing = true;
    tell(`${signal}: closing`);
    const limit = setTimeout(() => {
      tell(`not closed within ${limitMs} ms: ending at once`);
      exit(1);
    }, limitMs);
    close().then(
      () => {
        clearTimeout(limit);
        tell('closed');
        exit(0);
      },
      (error: unknown) => {
        clearTimeout(limit);
        tell(`closing failed: ${error instanceof Error ? error.message : String(error)}`);
        exit(1);
      },
    );
  };
  for (const signal of SIGNALS) signals.on(signal, signalsOnSignal);
  return () => {
    for (const signal of SIGNALS) signals.off(signal, signalsOnSignal);
  };
}
