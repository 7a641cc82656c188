/** Wishes about forms: templates, which are records; the forms of tasks, which change through the line with their tasks. */
import type { Intake } from '../intake/intake.ts';
import type { Command } from '../model/command.ts';
import { blankForm, type FormContent, type FormTemplate, type Place, type TaskForm } from '../model/form.ts';
import { type FaultyValues, type GivenValue, judgeValues } from '../model/form-values.ts';
import type { Employee, Vehicle } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Task } from '../model/task.ts';
import type { FormFilter, FoundForm, Store, TemplateUse } from '../store/store.ts';
import { taskOfValues } from '../store/task-rows.ts';
import type { FormDocument, FormFormat } from './form-document.ts';
import type { FormFileOperations } from './form-files.ts';
import { orderingFrom } from './order.ts';
import type { Searches } from './searches.ts';
import { type Pacer, type Packed, unpack } from './slices.ts';
import type { TaskAccepted } from './tasks.ts';

export type { FormDateField, FormFilter, FormSortField, FormTextField } from '../store/store.ts';

export interface TemplateDraft extends FormContent {
  readonly isDefault: boolean;
}

/** What a form is filled in with. */
interface Filling {
  readonly given: Readonly<Record<string, GivenValue>>;
  /** yyyy-MM-dd where the account is. */
  readonly today: string;
}

interface Submission extends Filling {
  /** When it was filled in; null = now. */
  readonly timeMs: number | null;
  /** Where; null = where the tracker is. */
  readonly place: Place | null;
}

/** A form with its task, and who and what is with the task's tracker by now. */
export interface ListedForm {
  readonly task: Task;
  readonly trackerLabel: string | null;
  readonly employee: Employee | null;
  readonly vehicle: Vehicle | null;
}

export interface FormOperations {
  listFormTemplates(): readonly FormTemplate[];
  readFormTemplate(templateId: number): FormTemplate | null;
  createFormTemplate(draft: TemplateDraft): FormTemplate;
  /** Full replacement; forms that were made from it stay as they are. null = there is none. */
  updateFormTemplate(templateId: number, draft: TemplateDraft): FormTemplate | null;
  /** Forms that were made from it stay. */
  deleteFormTemplate(templateId: number): boolean;
  /** null = there is no such template. */
  countTemplateUse(templateId: number): Promise<TemplateUse | null>;
  /** To be given to a task as it is made or edited; null = there is no such template. */
  newForm(templateId: number): TaskForm | null;
  /** Refused with `form_exists` where the task has one. `isFinishedToo`: also to a finished task, whose outcome stays. */
  attachForm(taskId: number, form: TaskForm, isFinishedToo: boolean): Promise<TaskAccepted | Refusal>;
  /** With what was filled in. Refused with `task_state` once the task is finished. */
  detachForm(taskId: number): Promise<TaskAccepted | Refusal>;
  /** The first time. */
  submitForm(taskId: number, submission: Submission): Promise<TaskAccepted | Refusal | FaultyValues>;
  /** Full replacement of what was submitted; the outcome of the task does not depend on it. */
  correctForm(taskId: number, filling: Filling, isFinishedToo: boolean): Promise<TaskAccepted | Refusal | FaultyValues>;
  /** `count`: all matches, before paging. */
  listForms(filter: FormFilter): Promise<{ readonly forms: AsyncIterable<ListedForm>; readonly count: number }>;
  renderForm(document: FormDocument, format: FormFormat): Promise<Uint8Array>;
}

export function formOperations(deps: {
  readonly store: Pick<Store, 'tasks' | 'records'>;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly pacer: Pacer;
  readonly now: () => number;
  readonly files: Pick<FormFileOperations, 'filesOfForm' | 'dropUnnamedFiles'>;
}): FormOperations {
  const { store, searches, intake, pacer, now } = deps;
  const { filesOfForm, dropUnnamedFiles } = deps.files;
  const { records } = store;

  const order = orderingFrom(intake);

  /** Holds the values against the form as it is now; the command says which one that was. */
  async function fill(
    taskId: number,
    { given, today }: Filling,
    commandWith: (form: Pick<Extract<Command, { kind: 'correct_form' }>, 'taskId' | 'formMs' | 'values'>) => Command,
  ): Promise<TaskAccepted | Refusal | FaultyValues> {
    const task = store.tasks.read(taskId);
    if (task === null) return refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
    const { form } = task.text;
    if (form === null) return refuse('form_not_wanted', `task ${taskId} has no form`, 'task_id');
    const files = new Map(filesOfForm(task).map((file) => [file.id, file]));
    const judged = judgeValues(form.fields, given, { today, files });
    if (judged.kind === 'faulty_values') return judged;
    const outcome = await order('task', commandWith({ taskId, formMs: form.createdMs, values: judged.values }));
    if (outcome.kind === 'task') dropUnnamedFiles(taskId);
    return outcome;
  }

  /** At most one template is the default one. */
  function yieldDefault({ isDefault }: TemplateDraft, templateId: number | null): void {
    if (!isDefault) return;
    for (const template of records.list('form_template')) {
      if (template.isDefault && template.id !== templateId) {
        records.update('form_template', { ...template, isDefault: false });
      }
    }
  }

  return {
    listFormTemplates: () => records.list('form_template'),
    readFormTemplate: (templateId) => records.read('form_template', templateId),
    createFormTemplate(draft) {
      yieldDefault(draft, null);
      const createdMs = now();
      return records.create('form_template', { ...draft, version: 1, createdMs, updatedMs: createdMs });
    },
    updateFormTemplate(templateId, draft) {
      const before = records.read('form_template', templateId);
      if (before === null) return null;
      yieldDefault(draft, templateId);
      const next = { ...before, ...draft, version: before.version + 1, updatedMs: now() };
      return records.update('form_template', next) ? next : null;
    },
    deleteFormTemplate: (templateId) => records.delete('form_template', templateId),
    async countTemplateUse(templateId) {
      if (records.read('form_template', templateId) === null) return null;
      return searches.ask<'template_use'>({ kind: 'template_use', templateId });
    },
    newForm(templateId) {
      const template = records.read('form_template', templateId);
      return template && blankForm(template, now());
    },
    attachForm: (taskId, form, isFinishedToo) => order('task', { kind: 'set_form', taskId, form, isFinishedToo }),
    detachForm: (taskId) => order('task', { kind: 'set_form', taskId, form: null, isFinishedToo: false }),
    submitForm: (taskId, submission) => {
      const { timeMs, place } = submission;
      return fill(taskId, submission, (filled) => ({ kind: 'submit_form', ...filled, timeMs, place }));
    },
    correctForm: (taskId, filling, isFinishedToo) => {
      return fill(taskId, filling, (filled) => ({ kind: 'correct_form', ...filled, isFinishedToo }));
    },
    async listForms(filter) {
      const { page, count } = await searches.ask<'list_forms'>({ kind: 'list_forms', filter });
      return { forms: pacer.through(formsOf(page, store, intake)), count };
    },
    async renderForm(document, format) {
      const { bytes } = await searches.ask<'render_form'>({ kind: 'render_form', document, format });
      return bytes;
    },
  };
}

function* formsOf(page: Packed, { records }: Pick<Store, 'records'>, intake: Intake): Generator<ListedForm> {
  for (const { task, trackerLabel, employeeId, vehicleId } of unpack<FoundForm>(page)) {
    yield {
      task: intake.live(taskOfValues(task)),
      trackerLabel,
      employee: employeeId === null ? null : records.read('employee', employeeId),
      vehicle: vehicleId === null ? null : records.read('vehicle', vehicleId),
    };
  }
}
