/** What the routes of Milepost's own API have at hand. */
import type { LiveStream } from '../../feed/live/live-stream.ts';
import type { Operations } from '../../operations/operations.ts';
import type { LogLevelSwitch } from './log-routes.ts';
import type { SessionDesk } from './session-routes.ts';

export interface OwnDesk extends SessionDesk {
  readonly operations: Operations;
  /** Why a task is in its state; null = no such task. */
  readonly explain: (taskId: number) => Promise<object | null>;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Absent = nobody may listen. */
  readonly live?: LiveStream;
  /** Absent = the level of the log stays as it is. */
  readonly logLevel?: LogLevelSwitch;
}
