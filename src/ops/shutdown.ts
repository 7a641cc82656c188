/**
 * Ends the program on SIGTERM or SIGINT: the first asks for an orderly end, which may take 5 s; a second one, or the
 * time limit, ends it at once. Nothing acknowledged can be lost either way.
 */
import type { EventEmitter } from 'node:events';

export type Signals = Pick<EventEmitter, 'on' | 'off'>;

/** What a container's stop, a supervisor and Ctrl-C send. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SHUTDOWN_MS_MAX = 5000;
/** npm and timeout pass on what the terminal has sent already: so soon after the first it is the same wish. */
const ECHO_MS = 500;

export interface SignalHandlers {
  /** Called once. */
  readonly first: (signal: string) => void;
  readonly again: (signal: string) => void;
}

/** Returns the function that takes the handlers off again. */
export function onSignals(signals: Signals, { first, again }: SignalHandlers): () => void {
  let isAsked = false;
  let isEcho = false;
  const signalsOnSignal = (signal: string): void => {
    if (isEcho) return;
    if (isAsked) {
      again(signal);
      return;
    }
    isAsked = true;
    isEcho = true;
    setTimeout(() => {
      isEcho = false;
    }, ECHO_MS).unref();
    first(signal);
  };
  for (const signal of SIGNALS) signals.on(signal, signalsOnSignal);
  return () => {
    for (const signal of SIGNALS) signals.off(signal, signalsOnSignal);
  };
}

export interface ShutdownOptions {
  /** Where signals arrive: the process. */
  readonly signals: Signals;
  /** Stops accepting, commits, acknowledges, closes. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly tell: (message: string) => void;
  readonly limitMs?: number;
}

/** Returns the function that takes the handlers off again. */
export function onShutdown({ signals, close, exit, tell, limitMs = SHUTDOWN_MS_MAX }: ShutdownOptions): () => void {
  const leave = (code: number, message: string): void => {
    tell(message);
    exit(code);
  };
  return onSignals(signals, {
    first(signal) {
      tell(`${signal}: closing`);
      const limit = setTimeout(() => leave(1, `not closed within ${limitMs} ms: ending at once`), limitMs);
      close()
        .finally(() => clearTimeout(limit))
        .then(
          () => leave(0, 'closed'),
          (error: unknown) => leave(1, `closing failed: ${error instanceof Error ? error.message : String(error)}`),
        );
    },
    again: (signal) => leave(1, `${signal} again: ending at once`),
  });
}
