/**
 * Makes the tasks that schedules have due, just after midnight by the account's clock on the wall. What was made is not
 * remembered anywhere but in the tasks themselves: a task's UUID follows from schedule and local day, so that a kill
 * between two of them, a late start or another zone neither doubles nor forgets one.
 */
import type { Intake } from '../intake/intake.ts';
import type { NewTask } from '../model/command.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';
import { Lookout, type LookoutDeps } from './lookout.ts';
import { occurrencesOn, schedulesIn, taskOf, templateOf } from './occurrences.ts';
import { localDayMs, zoneOffsets } from './wall-clock.ts';

export interface RunnerDeps extends LookoutDeps {
  readonly store: {
    readonly records: Pick<Store['records'], 'list' | 'read'>;
    readonly tasks: Pick<Store['tasks'], 'idOf'>;
  };
  readonly intake: Pick<Intake, 'command'>;
  /** IANA name of the account's zone; it may change. */
  readonly zoneName: () => string;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Told of a task that could not be made, or of a look that failed. */
  readonly onTrouble: (reason: unknown) => void;
}

/** Between two looks at the calendar. */
const LOOK_MS = 5000;
/** Commands handed to the line at once. */
const AT_ONCE_MAX = 100;

export class ScheduleRunner {
  readonly #deps: RunnerDeps;
  /** Zone and local day of which everything is made. */
  #done = '';
  readonly #lookout: Lookout;

  constructor(deps: RunnerDeps) {
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

  /** Makes what is due today and not there yet. Days that were missed are over: nobody could do their tasks any more. */
  async look(): Promise<void> {
    const zoneName = this.#deps.zoneName();
    const today = localDayMs(this.#deps.now(), zoneOffsets(zoneName));
    const day = `${today} ${zoneName}`;
    if (day === this.#done) return;
    let isWhole = true;
    for (const tasks of slices(this.#due(zoneName, today))) {
      if (this.#lookout.isStopped) return;
      const refusals = await Promise.all(tasks.map((task) => this.#make(task)));
      if (refusals.some((refusal) => refusal?.code === 'storage_unavailable')) isWhole = false;
    }
    if (isWhole) this.#done = day;
  }

  #due(zoneName: string, today: number): NewTask[] {
    const { store, now } = this.#deps;
    const nowMs = now();
    return [...occurrencesOn(today, schedulesIn(store.records), zoneOffsets(zoneName))]
      .filter(({ toMs }) => toMs >= nowMs)
      .map((occurrence) => taskOf(occurrence, templateOf(store.records, occurrence.schedule)))
      .filter(({ uuid }) => store.tasks.idOf(uuid) === null);
  }

  /** Work whose tracker is gone or blocked is there all the same, for somebody else to do. */
  async #make(task: NewTask): Promise<Refusal | null> {
    const outcome = await this.#deps.intake.command({ kind: 'create_task', task });
    if (outcome.kind !== 'refused') return null;
    const isForNobody = outcome.code === 'tracker_not_found' || outcome.code === 'tracker_blocked';
    if (isForNobody) return this.#make({ ...task, trackerId: null });
    this.#deps.onTrouble(outcome);
    return outcome;
  }
}

function* slices(tasks: readonly NewTask[]): Generator<readonly NewTask[]> {
  for (let i = 0; i < tasks.length; i += AT_ONCE_MAX) yield tasks.slice(i, i + AT_ONCE_MAX);
}
