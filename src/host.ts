/** The process as the commands see it, so that tests can be one. */
import type { Environment } from './ops/config.ts';
import type { Signals } from './ops/shutdown.ts';

export interface Host {
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly input: AsyncIterable<Buffer | string>;
  readonly isTerminal: boolean;
  readonly environment: Environment;
  readonly signals: Signals;
  /** Ends the program now. */
  readonly exit: (code: number) => void;
}
