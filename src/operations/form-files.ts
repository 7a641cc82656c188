/** Files for forms: room is asked for, the content is uploaded with a token, and a submitted form keeps what it names. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { FILE_BYTES_MAX, FILES_PER_FIELD_MAX, type FormField, fileIdsIn, type TaskForm } from '../model/form.ts';
import { extensionOf, type FormFile, HEAD_BYTES, imageTypeOf } from '../model/form-file.ts';
import type { FaultyValues, ValueFaultCode } from '../model/form-values.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { isOpen, type Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';

export interface FormFileRules {
  /** How long a file may be uploaded after it was asked for, and then wait to be submitted. */
  readonly uploadMs: number;
  readonly keptMs: number;
  /** What all files together may take. */
  readonly bytesMax: number;
}

export const DEFAULT_FILE_RULES: FormFileRules = {
  uploadMs: 24 * 60 * 60_000,
  keptMs: 7 * 24 * 60 * 60_000,
  bytesMax: 64 * 1024 ** 3,
};

interface FileWish {
  readonly taskId: number;
  readonly fieldId: string;
  /** How large it may become. */
  readonly bytes: number;
  /** null = as the upload calls it. */
  readonly name: string | null;
  readonly metadata: FormFile['metadata'];
  /** Also for a task that is finished. */
  readonly isFinishedToo: boolean;
}

interface UploadedPart {
  readonly name: string;
  readonly mimeType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface FormFileOperations {
  createFormFile(wish: FileWish): { readonly kind: 'file'; readonly file: FormFile; readonly token: string } | Refusal;
  /** What does not fit the field is not kept, and the token is good for another try; so is what breaks off. */
  uploadFormFile(token: string, part: UploadedPart): Promise<{ readonly kind: 'uploaded' } | Refusal | FaultyValues>;
  /** By the key in its address; null = there is none, or it is gone. */
  openFormFile(key: string): { readonly file: FormFile; readonly content: Readable } | null;
  /** Of the form that the task has now, oldest first, without those that have expired. */
  filesOfForm(task: Task): readonly FormFile[];
  /** Where the content of an uploaded file lies. */
  formFilePath(file: FormFile): string;
  /** A file that is uploaded and not named by the submitted form goes with the submission. */
  dropUnnamedFiles(taskId: number): void;
  /** One slice of looking for files that nobody needs, round after round; true = this round goes on. */
  sweepFormFiles(): boolean;
}

/** Looked at, and at most removed, in one slice. */
const SWEEP_FILES = 20;
/** A file that expires is gone for whoever asks, and taken away only then: a submission that names it may be on its way. */
const SWEEP_AFTER_MS = 60_000;

type FileField = FormField & { readonly kind: 'file' | 'photo' | 'signature' };

export function formFileOperations(deps: {
  readonly store: Pick<Store, 'tasks' | 'formFiles'>;
  readonly now: () => number;
  readonly formFiles: FormFileRules;
}): FormFileOperations {
  const { store, now, formFiles: rules } = deps;
  let sweptTo = 0;

  function createFormFile(wish: FileWish): ReturnType<FormFileOperations['createFormFile']> {
    const { taskId, bytes, name, metadata, isFinishedToo } = wish;
    const task = store.tasks.read(taskId);
    if (task === null) return refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
    const { form } = task.text;
    if (form === null) return refuse('form_not_wanted', `task ${taskId} has no form`, 'task_id');
    const field = fileField(form, wish.fieldId);
    if (field.kind === 'refused') return field;
    if (!isOpen(task.facts.state) && !isFinishedToo) return refuse('task_state', `task ${taskId} is finished`);
    const full = tooMuch(task, form, field, bytes);
    if (full !== null) return full;
    const createdMs = now();
    const times = { createdMs, expiresMs: createdMs + rules.uploadMs };
    const file = { taskId, formMs: form.createdMs, fieldId: field.id, bytes, name, metadata, ...times };
    return { kind: 'file', ...store.formFiles.create(file) };
  }

  function tooMuch(task: Task, form: TaskForm, field: FileField, bytes: number): Refusal | null {
    const most = field.kind === 'file' ? field.maxBytes : FILE_BYTES_MAX;
    if (bytes > most) return refuse('file_too_large', `a file of ${bytes} bytes, at most ${most} are taken`, 'size');
    const waiting = filesOfForm(task).filter((file) => {
      return file.fieldId === field.id && file.state !== 'deleted' && !isNamed(file, form);
    });
    if (waiting.length >= FILES_PER_FIELD_MAX) {
      return refuse('too_many_files', `${waiting.length} files wait to be submitted in field ${field.id}`, 'field_id');
    }
    const taken = store.formFiles.bytes();
    if (taken + bytes <= rules.bytesMax) return null;
    return refuse('file_quota', `all files together take ${taken} bytes, at most ${rules.bytesMax} are kept`, 'size');
  }

  function filesOfForm({ id, text: { form } }: Task): readonly FormFile[] {
    if (form === null) return [];
    return store.formFiles.ofForm(id, form.createdMs).filter((file) => now() < file.expiresMs || isNamed(file, form));
  }

  async function uploadFormFile(token: string, part: UploadedPart): ReturnType<FormFileOperations['uploadFormFile']> {
    const file = store.formFiles.withToken(token);
    const form = file === null ? null : (store.tasks.read(file.taskId)?.text.form ?? null);
    if (file === null || form === null || form.createdMs !== file.formMs) {
      return refuse('file_not_found', 'no file waits for this token', 'token');
    }
    if (now() >= file.expiresMs) return refuse('file_state', `file ${file.id} could be uploaded until it expired`);
    const field = fileField(form, file.fieldId);
    if (field.kind === 'refused') return field;
    const name = file.name ?? part.name;
    const check = new ContentCheck(field, file.bytes, name);
    try {
      const told = () => ({
        ...{ name, mimeType: check.mimeType(part.mimeType) },
        ...{ uploadedMs: now(), expiresMs: now() + rules.keptMs },
      });
      const isTaken = await store.formFiles.upload(file.id, check.through(part.content), told);
      return isTaken ? { kind: 'uploaded' } : refuse('file_state', `file ${file.id} does not wait to be uploaded`);
    } catch (error) {
      if (error instanceof UnfitFile) return error.verdict;
      throw error;
    }
  }

  function sweepFormFiles(): boolean {
    const files = store.formFiles.after(sweptTo, SWEEP_FILES);
    const expiredMs = now() - SWEEP_AFTER_MS;
    for (const file of files) {
      const form = store.tasks.read(file.taskId)?.text.form ?? null;
      if (!isNeeded(file, form, expiredMs)) store.formFiles.remove(file);
    }
    sweptTo = files.length < SWEEP_FILES ? 0 : files.at(-1)!.id;
    return files.length === SWEEP_FILES;
  }

  return {
    createFormFile,
    uploadFormFile,
    openFormFile(key) {
      const file = store.formFiles.withKey(key);
      if (file === null || file.state !== 'uploaded') return null;
      const isOfForm = store.tasks.read(file.taskId)?.text.form?.createdMs === file.formMs;
      return isOfForm ? { file, content: createReadStream(store.formFiles.path(file)) } : null;
    },
    filesOfForm,
    formFilePath: (file) => store.formFiles.path(file),
    dropUnnamedFiles(taskId) {
      const task = store.tasks.read(taskId);
      const form = task?.text.form ?? null;
      if (task === null || form === null || form.submittedMs === null) return;
      const unnamed = filesOfForm(task).filter((file) => file.state === 'uploaded' && !isNamed(file, form));
      store.formFiles.markDeleted(unnamed.map(({ id }) => id));
    },
    sweepFormFiles,
  };
}

function fileField(form: TaskForm, fieldId: string): FileField | Refusal {
  const field = form.fields.find(({ id }) => id === fieldId);
  if (field === undefined) return refuse('field_not_found', 'the form has no such field', 'field_id');
  if (field.kind === 'file' || field.kind === 'photo' || field.kind === 'signature') return field;
  return refuse('field_type', `field ${field.id} is a ${field.kind}, which takes no files`, 'field_id');
}

/** By what was filled in, in this attempt or in the one before. */
function isNamed(file: FormFile, form: TaskForm): boolean {
  return fileIdsIn(form.values).has(file.id);
}

/** `form`: the one that its task has by now; null = none, or the task is deleted. */
function isNeeded(file: FormFile, form: TaskForm | null, expiredMs: number): boolean {
  if (file.state === 'in_progress') return true;
  if (form === null || form.createdMs !== file.formMs || file.state === 'deleted') return false;
  return expiredMs < file.expiresMs || isNamed(file, form);
}

/** Thrown through the store, which then forgets what it has written. */
class UnfitFile extends Error {
  readonly verdict: Refusal | FaultyValues;
  constructor(verdict: Refusal | FaultyValues) {
    super('the file does not fit its field');
    this.verdict = verdict;
  }
}

/** Holds a file's content against its field while it passes. */
class ContentCheck {
  readonly #field: FileField;
  readonly #bytesMax: number;
  /** The extensions that are asked for, where the name has another one. */
  readonly #nameFault: string | null;
  #head: Uint8Array = new Uint8Array();

  constructor(field: FileField, bytesMax: number, name: string) {
    this.#field = field;
    this.#bytesMax = bytesMax;
    const { extensions } = field.kind === 'file' ? field : { extensions: null };
    this.#nameFault = extensions === null || extensions.includes(extensionOf(name)) ? null : extensions.join(', ');
  }

  async *through(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    if (this.#nameFault !== null) throw this.#unfit('file_type', `the name must end in one of ${this.#nameFault}`);
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > this.#bytesMax) {
        const message = `more than the ${this.#bytesMax} bytes that were asked for`;
        throw new UnfitFile(refuse('file_too_large', message, 'size'));
      }
      this.#look(chunk);
      yield chunk;
    }
    const least = this.#field.kind === 'file' ? Math.max(1, this.#field.minBytes) : 1;
    if (bytes < least) throw this.#unfit('below_minimum', `${bytes} bytes, at least ${least} are expected`);
    if (this.#head.length < HEAD_BYTES) this.#judgeHead();
  }

  /** By what it is; else what it is called, unless that claims to be an image. */
  mimeType(claimed: string): string {
    const image = imageTypeOf(this.#head);
    if (image !== null) return image;
    const isPlain = /^[a-z0-9][\w.+-]{0,60}\/[\w.+-]{1,60}$/i.test(claimed) && !/^image\//i.test(claimed);
    return isPlain ? claimed.toLowerCase() : 'application/octet-stream';
  }

  #look(chunk: Uint8Array): void {
    if (this.#head.length >= HEAD_BYTES) return;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    if (this.#head.length >= HEAD_BYTES) this.#judgeHead();
  }

  #judgeHead(): void {
    if (this.#field.kind !== 'file' && imageTypeOf(this.#head) === null) {
      throw this.#unfit('file_type', 'the content is no image');
    }
  }

  #unfit(code: ValueFaultCode, message: string): UnfitFile {
    return new UnfitFile({ kind: 'faulty_values', faults: [{ fieldId: this.#field.id, code, message }] });
  }
}
