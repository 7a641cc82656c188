/** What GPS and the clock may do to a task, by the dialect that created it (engine rules, section 6). */
import type { Dialect } from './task.ts';

export interface Policy {
  /** Arrival makes it active. */
  readonly advances: boolean;
  /** Meeting the requirements completes it. */
  readonly completes: boolean;
  /** The clock fails it after its deadline. */
  readonly fails: boolean;
  /** When a person finishes it, what the fixes do not prove is an issue. */
  readonly verifies: boolean;
  /** It waits in its tracker's queue, and at the head of it the work begins by itself, with the next fix. */
  readonly startsAtHead: boolean;
}

export const POLICIES: Readonly<Record<Dialect, Policy>> = {
  navixy: { advances: true, completes: true, fails: true, verifies: true, startsAtHead: false },
  gsmtasks: { advances: false, completes: false, fails: false, verifies: false, startsAtHead: false },
  thetrack: { advances: true, completes: false, fails: false, verifies: false, startsAtHead: true },
};
