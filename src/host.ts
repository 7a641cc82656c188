/** The process as the commands see it, so that tests can be one. */
import type { EventEmitter } from 'node:events';
import type { Environment } from './ops/config.ts';

export interface Host {
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly input: AsyncIterable<Buffer | string>;
  readonly isTerminal: boolean;
  readonly environment: Environment;
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  /** Ends the program now. */
  readonly exit: (code: number) => void;
}
