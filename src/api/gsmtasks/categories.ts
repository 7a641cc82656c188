/** What kind of work a task is, in GSMtasks' words (common model, section 3.2). */
import { TASK_KINDS, type TaskDetails, type TaskKind } from '../../model/details.ts';
import { GSMTASKS_CATEGORIES } from '../../model/projections.ts';
import { oneOf } from '../rest/fields.ts';

const KINDS: ReadonlyMap<string, TaskKind> = new Map(TASK_KINDS.map((kind) => [GSMTASKS_CATEGORIES[kind], kind]));

export const categoryReader = oneOf([...KINDS.keys()]);

export function categoryOf({ kind = 'generic' }: TaskDetails): string {
  return GSMTASKS_CATEGORIES[kind];
}

/** A word that another dialect has said goes once it is another kind of work. */
export function kindOf(category: string, before: TaskDetails): Required<Pick<TaskDetails, 'kind' | 'kindWord'>> {
  const kind = KINDS.get(category) ?? 'generic';
  return { kind, kindWord: { ...(before.kind === kind && before.kindWord), gsmtasks: category } };
}
