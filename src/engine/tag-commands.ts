/** Taking a tag that is no more from the tasks and routes that bear it. Nothing is judged by tags, so no state forbids it. */
import type { CommandOutcome } from '../model/command.ts';
import type { Draft } from './draft.ts';
import { tell } from './task-commands.ts';

/** Ids that are none, or bear the tag no more, are passed over. */
export function untag(draft: Draft, tagId: number, ids: readonly number[]): CommandOutcome {
  for (const id of ids) if (!untagTask(draft, id, tagId)) untagRoute(draft, id, tagId);
  return { kind: 'untagged' };
}

/** false = no task has this id. */
function untagTask(draft: Draft, id: number, tagId: number): boolean {
  const task = draft.task(id);
  if (task === null) return false;
  const text = draft.text(id);
  if (!text.tags.includes(tagId)) return true;
  const tags = text.tags.filter((tag) => tag !== tagId);
  draft.edited.set(id, { id, text: { ...text, tags }, terms: task.terms });
  tell(draft, id, { kind: 'update', text: { tags }, terms: {} });
  return true;
}

function untagRoute(draft: Draft, id: number, tagId: number): void {
  const route = draft.route(id);
  if (route === null || !route.text.tags.includes(tagId)) return;
  const tags = route.text.tags.filter((tag) => tag !== tagId);
  draft.setRoute({ ...route, text: { ...route.text, tags } });
  tell(draft, id, { kind: 'update', text: { tags }, terms: {} });
}
