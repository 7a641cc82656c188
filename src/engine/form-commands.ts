/** Giving a task a form, filling it in, correcting what was filled in (engine rules, section 3). */
import { contains } from '../geo/distance.ts';
import type { CommandOutcome } from '../model/command.ts';
import type { Place, TaskForm } from '../model/form.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { isOpen, type JudgedTask, type TaskText, type Zone } from '../model/task.ts';
import { rederive } from './advance.ts';
import type { Draft } from './draft.ts';
import { type CommandOf, inState, replaceTerms, tell, unknownTask } from './task-commands.ts';
import { horizonMs } from './world.ts';

export function setForm(draft: Draft, { taskId, form, isFinishedToo }: CommandOf<'set_form'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const text = draft.text(taskId);
  if (form === null && text.form === null) return noForm(taskId);
  if (form !== null && text.form !== null) return refuse('form_exists', `task ${taskId} has a form already`, 'task_id');
  if (isOpen(task.facts.state)) replaceTerms(draft, task, text, task.terms, form);
  else if (form !== null && isFinishedToo) file(draft, task, { ...text, form });
  else return inState(task, form === null ? 'left without its form' : 'given a form');
  return { kind: 'task', taskId };
}

/** Section 4: a finished task refuses what would change its outcome, so its terms do not ask for this form. */
function file(draft: Draft, task: JudgedTask, text: TaskText): void {
  writeText(draft, task, text);
  tell(draft, task.id, { kind: 'update', text: { form: text.form }, terms: {} });
}

/**
 * Section 3, 10: a form may come before arrival; its instant is the client's, clamped to [creation, receipt]. The same
 * submission sent again changes nothing.
 */
export function submitForm(draft: Draft, command: CommandOf<'submit_form'>): CommandOutcome {
  const { taskId, timeMs, place, values } = command;
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const text = draft.text(taskId);
  const { form } = text;
  if (form === null) return noForm(taskId);
  if (form.createdMs !== command.formMs) return otherForm(taskId);
  if (form.submittedMs !== null) {
    const isRepeated = JSON.stringify(form.values) === JSON.stringify(values);
    return isRepeated ? { kind: 'task', taskId } : inState(task, 'given a form that it has been given already');
  }
  const seen = place ?? lastPlace(draft, task);
  const refusal = refusedSubmission(draft, task, seen);
  if (refusal !== null) return refusal;
  const formMs = Math.min(Math.max(timeMs ?? draft.nowMs, task.createdMs), draft.nowMs);
  const submitted: TaskForm = { ...form, values, submittedMs: formMs, submitPlace: seen };
  writeText(draft, task, { ...text, form: submitted });
  tell(draft, taskId, { kind: 'form', formMs });
  if (task.terms.isFormRequired) judgeAnew(draft, { ...task, attempt: { ...task.attempt, formMs } });
  return { kind: 'task', taskId };
}

/** A form that is not asked for is taken at any time and anywhere. */
function refusedSubmission(draft: Draft, task: JudgedTask, seen: Place | null): Refusal | null {
  const { isFormRequired, isFormInZone, zone } = task.terms;
  if (isFormRequired && !isAwaited(draft, task)) return inState(task, 'given a form');
  if (!isFormInZone || zone === null) return null;
  if (seen !== null && contains(zone, seen.latDeg, seen.lonDeg)) return null;
  return refuse('not_in_zone', `the form of task ${task.id} is only taken ${whereOf(zone)}`, 'location');
}

/** What a person has finished is frozen, and what is closed beyond the horizon stays so. */
function isAwaited(draft: Draft, task: JudgedTask): boolean {
  if (task.facts.closer === 'person') return false;
  return isOpen(task.facts.state) || draft.nowMs <= horizonMs(task, draft.settings);
}

function judgeAnew(draft: Draft, task: JudgedTask): void {
  draft.setTask(task, true);
  if (task.tenure.trackerId !== null) rederive(draft, task, 'form', null);
}

/** Where it was submitted, if the client does not say: the newest fix not older than five minutes. */
function lastPlace(draft: Draft, { tenure }: JudgedTask): Place | null {
  const fix = tenure.trackerId === null ? null : draft.lastFix(tenure.trackerId);
  if (fix === null || draft.nowMs - fix.position.timeMs > FORM_FIX_AGE_MS_MAX) return null;
  const { latDeg, lonDeg } = fix.position;
  return { latDeg, lonDeg };
}

const FORM_FIX_AGE_MS_MAX = 5 * 60_000;

/** Section 4: edits of a form's values do not touch the verdict. */
export function correctForm(draft: Draft, command: CommandOf<'correct_form'>): CommandOutcome {
  const { taskId, values, isFinishedToo } = command;
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const text = draft.text(taskId);
  const { form } = text;
  if (form === null) return noForm(taskId);
  if (form.createdMs !== command.formMs) return otherForm(taskId);
  if (form.submittedMs === null) return inState(task, 'corrected before its form is submitted');
  if (!isOpen(task.facts.state) && !isFinishedToo) return inState(task, 'corrected');
  writeText(draft, task, { ...text, form: { ...form, values } });
  tell(draft, taskId, { kind: 'form', formMs: form.submittedMs, isCorrection: true });
  return { kind: 'task', taskId };
}

/** Nothing is judged by what a form says, so no state forbids it; that and when it was submitted stays. */
export function eraseForms(draft: Draft, taskIds: readonly number[]): CommandOutcome {
  for (const taskId of taskIds) {
    draft.erasedForms.add(taskId);
    const task = draft.task(taskId);
    if (task === null) continue;
    const text = draft.text(taskId);
    if (text.form !== null)
      writeText(draft, task, { ...text, form: { ...text.form, values: null, submitPlace: null } });
  }
  return { kind: 'forms_erased' };
}

function writeText(draft: Draft, { id, terms }: JudgedTask, text: TaskText): void {
  draft.edited.set(id, { id, text, terms });
}

function noForm(taskId: number): Refusal {
  return refuse('form_not_wanted', `task ${taskId} has no form`, 'task_id');
}

/** It was replaced between the reading of the values and the command. */
function otherForm(taskId: number): Refusal {
  return refuse('task_state', `task ${taskId} has got another form meanwhile`);
}

function whereOf({ radiusM, ring }: Zone): string {
  return ring === undefined ? `within ${radiusM} m` : 'inside its polygon';
}
