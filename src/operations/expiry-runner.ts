/**
 * Ends tasks of GSMtasks that nobody has done in time, where the account says so: so long after the beginning or the end
 * of their window they are cancelled or completed. The clock of the engine has no part in it: this is an account's wish.
 */
import type { Intake } from '../intake/intake.ts';
import type { TaskExpiry } from '../model/records.ts';
import type { LifecycleState, Task } from '../model/task.ts';
import type { QueryCondition } from '../model/task-query.ts';
import { Lookout, type LookoutDeps } from './lookout.ts';
import type { TaskSearchOperations } from './task-search.ts';

export interface ExpiryDeps extends LookoutDeps {
  readonly search: Pick<TaskSearchOperations, 'findTasks'>;
  readonly intake: Pick<Intake, 'command'>;
  /** It may change. */
  readonly expiry: () => TaskExpiry | undefined;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** Between two looks for what is overdue. */
const LOOK_MS = 15_000;
/** Tasks of one search, and commands handed to the line at once. */
const AT_ONCE_MAX = 100;
/** Tasks of one look; the others are for the next. */
const PAGES_MAX = 100;

/** What a task can be ended from (common model, section 4.1). What is still being prepared is nobody's delay. */
const ENDABLE: Readonly<Record<TaskExpiry['state'], readonly LifecycleState[]>> = {
  cancelled: ['scheduled', 'unassigned', 'assigned', 'accepted', 'in_transit', 'active', 'suspended'],
  completed: ['assigned', 'accepted', 'in_transit', 'active', 'suspended'],
};

export class ExpiryRunner {
  readonly #deps: ExpiryDeps;
  readonly #lookout: Lookout;

  constructor(deps: ExpiryDeps) {
    this.#deps = deps;
    this.#lookout = new Lookout(() => this.look(), LOOK_MS, deps);
  }

  start(): void {
    this.#lookout.start();
  }

  /** Resolves when the look under way is over. */
  stop(): Promise<void> {
    return this.#lookout.stop();
  }

  /** Ends what is overdue by now. */
  async look(): Promise<void> {
    const { expiry, now } = this.#deps;
    const rule = expiry();
    if (rule === undefined) return;
    const { afterFromMs, afterToMs, state } = rule;
    if (afterFromMs !== null) await this.#end(state, 'from', now() - afterFromMs);
    if (afterToMs !== null) await this.#end(state, 'to', now() - afterToMs);
  }

  /** What has been ended is not found again: the next page is the first one, but for what the line refuses. */
  async #end(state: TaskExpiry['state'], end: 'from' | 'to', untilMs: number): Promise<void> {
    const conditions: readonly QueryCondition[] = [
      { field: 'dialect', lookup: 'is', values: ['gsmtasks'] },
      { field: 'state', lookup: 'in', values: ENDABLE[state] },
      { field: end, lookup: 'lte', values: [untilMs] },
    ];
    let offset = 0;
    for (let page = 0; page < PAGES_MAX && !this.#lookout.isStopped; page++) {
      const found = await this.#deps.search.findTasks({ conditions, order: [], offset, limit: AT_ONCE_MAX });
      const isEnded = await Promise.all(found.tasks.map((task) => this.#finish(task, state)));
      offset += isEnded.filter((ended) => !ended).length;
      if (!found.isMore) return;
    }
  }

  async #finish({ id }: Task, state: TaskExpiry['state']): Promise<boolean> {
    const move = state === 'completed' ? 'complete' : 'cancel';
    const remark = { by: null, notes: 'expired', place: null };
    const outcome = await this.#deps.intake.command({ kind: 'move_task', taskId: id, move, timeMs: null, remark });
    return outcome.kind !== 'refused';
  }
}
