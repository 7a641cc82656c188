/**
 * An edit of a task that was read a moment ago. It carries what the task was then, so that two who change different
 * things at the same time both get their way; and a new tracker, where the one is not to be without the other.
 */
import type { CommandOutcome } from '../model/command.ts';
import { isEndOpen, type JudgedTask, type TaskTerms, type TaskText } from '../model/task.ts';
import type { Draft } from './draft.ts';
import { editFault } from './itinerary.ts';
import { assignFault, type CommandOf, editTask, give, isWith, replaceTerms, unknownTask } from './task-commands.ts';

/** Members that are amended member by member. */
interface Parts {
  readonly [member: string]: Parts;
}

const WHOLE: Parts = {};
const TEXT_PARTS: Parts = { details: { metafields: WHOLE }, extra: { fields: WHOLE } };

export function amendTask(draft: Draft, command: CommandOf<'amend_task'>): CommandOutcome {
  const { taskId, before, after, by, trackerId, remark } = command;
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const terms = amended(before.terms, after.terms, task.terms, WHOLE);
  if (trackerId !== undefined && !isWith(task, trackerId)) return amendAndGive(draft, command, task, terms);
  const text = amendedText(draft, command);
  const isSame = JSON.stringify([draft.text(taskId), task.terms]) === JSON.stringify([text, terms]);
  if (isSame) return { kind: 'task', taskId };
  return editTask(draft, { kind: 'edit_task', taskId, text, terms, by, ...(remark && { remark }) });
}

/** Both are decided on before either is done. */
function amendAndGive(
  draft: Draft,
  command: CommandOf<'amend_task'>,
  task: JudgedTask,
  terms: TaskTerms,
): CommandOutcome {
  const { taskId, by, trackerId = null, remark } = command;
  const toMs = isEndOpen(terms) ? Number.MAX_SAFE_INTEGER : terms.toMs;
  const fault = assignFault(draft, task, trackerId, by, toMs) ?? editFault(draft, task, terms);
  if (fault !== null) return fault;
  give(draft, task, trackerId, remark);
  replaceTerms(draft, draft.task(taskId)!, amendedText(draft, command), terms, undefined, remark);
  return { kind: 'task', taskId };
}

/** Of what the task says by now; its form has commands of its own. */
function amendedText(draft: Draft, { taskId, before, after }: CommandOf<'amend_task'>): TaskText {
  const said = draft.text(taskId);
  return { ...amended(before.text, after.text, said, TEXT_PARTS), form: said.form };
}

/** `now` with what differs between the two others; a member that `after` lacks is taken away. */
function amended<T extends object>(before: T, after: T, now: T, parts: Parts): T {
  const was = before as Members;
  const wanted = after as Members;
  const next: Record<string, unknown> = { ...(now as Members) };
  for (const name of new Set([...Object.keys(was), ...Object.keys(wanted)])) {
    if (JSON.stringify(was[name]) === JSON.stringify(wanted[name])) continue;
    next[name] = amendedMember(was[name], wanted[name], next[name], parts[name]);
    if (next[name] === undefined) delete next[name];
  }
  return next as T;
}

type Members = Readonly<Record<string, unknown>>;

function amendedMember(was: unknown, wanted: unknown, now: unknown, parts: Parts | undefined): unknown {
  const isInParts = parts !== undefined && isObject(wanted) && isObject(now);
  return isInParts ? amended(isObject(was) ? was : {}, wanted, now, parts) : wanted;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
