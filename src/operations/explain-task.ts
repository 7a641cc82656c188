/** Asking why a task is in its state: the line says what only it knows, the rest is read beside it. */
import type { EngineSettings } from '../engine/verdict.ts';
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import type { Explanation } from './explain.ts';
import type { Searches } from './searches.ts';

export interface ExplainDeps {
  readonly store: Pick<Store, 'tasks' | 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'live' | 'prospects'>;
  readonly settings: EngineSettings;
  readonly now: () => number;
}

/** A track may be long, so it is read on the search thread. null = no such task. */
export async function explainTask(deps: ExplainDeps, taskId: number): Promise<Explanation | null> {
  const stored = deps.store.tasks.read(taskId);
  if (stored === null) return null;
  const task = deps.intake.live(stored);
  const { trackerId } = task.tenure;
  return deps.searches.ask<'explain'>({
    kind: 'explain',
    inquiry: { task, prospects: deps.intake.prospects(task), settings: deps.settings, nowMs: deps.now() },
    recent: trackerId === null ? null : deps.store.recent(trackerId),
  });
}
