/** A task is written or changed here: what it is, where on the map, when, and for whom. */
import './tasks.css';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, send, useLoad } from '../api.ts';
import { clockNow, may } from '../live.ts';
import { Button } from '../parts/form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { go } from '../route.ts';
import type { Task } from '../wire.ts';
import { changesOf, type Draft, draftOf, type Faults, faultsOf, newDraft, refusedFields, wishOf } from './draft.ts';
import { PlaceFields, TextFields, WindowFields } from './editor-fields.tsx';

interface PageProps {
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
}

/** `#/tasks/new` and `#/tasks/:id/edit`; `?tracker=3&lat=..&lon=..` begin a new one. */
export function TaskEditorPage({ params, query }: PageProps) {
  const id = params['id'];
  const loaded = useLoad<Task>(id === undefined ? null : `/api/tasks/${encodeURIComponent(id)}`);
  const back =
    id === undefined
      ? { href: '#/tasks', label: 'Tasks' }
      : { href: `#/tasks/${id}`, label: loaded.data?.label ?? `Task ${id}` };
  const title = id === undefined ? 'New task' : `Edit ${loaded.data?.label ?? `task ${id}`}`;
  return (
    <Page title={title} back={back}>
      {!may('tasks:write') && <p class="notice notice-bad">Your key may look at tasks, but not change them.</p>}
      {loaded.error !== null && <Failure error={loaded.error} onRetry={loaded.reload} />}
      {id !== undefined && loaded.data === null && loaded.error === null && <Loading />}
      {(id === undefined || loaded.data !== null) && (
        <Editor key={loaded.data?.id ?? 'new'} task={loaded.data} query={query} back={back.href} />
      )}
    </Page>
  );
}

interface EditorProps {
  /** null = a new one. */
  readonly task: Task | null;
  readonly query: URLSearchParams;
  readonly back: string;
}

function Editor({ task, query, back }: EditorProps) {
  const [draft, setDraft] = useState<Draft>(() => (task === null ? begun(query) : draftOf(task)));
  const [faults, setFaults] = useState<Faults>({});
  const [others, setOthers] = useState<readonly string[]>([]);
  const [refusals, setRefusals] = useState(0);
  const [isSending, setSending] = useState(false);
  const change = (some: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...some }));
    setFaults((before) => without(before, some));
  };

  const refuse = (found: Faults, rest: readonly string[]): void => {
    setFaults(found);
    setOthers(rest);
    setRefusals((count) => count + 1);
  };
  useEffect(focusFirstFault, [refusals]);

  const formOnSubmit = (event: Event): void => {
    event.preventDefault();
    const found = faultsOf(draft, task);
    refuse(found, []);
    if (Object.keys(found).length > 0 || isSending) return;
    setSending(true);
    save(task, draft)
      .then((saved) => {
        go(`/tasks/${saved.id}`);
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        const refused = refusedFields({
          code: error.code,
          detail: error.detail,
          ...(error.errors && { errors: error.errors }),
        });
        refuse(refused.faults, refused.others);
      })
      .finally(() => setSending(false));
  };

  const fields = { draft, faults, change, isOver: task !== null && !task.isOpen };
  return (
    <form class="task-editor" noValidate onSubmit={formOnSubmit}>
      <PlaceFields {...fields} />
      <div class="task-editor-side">
        {fields.isOver && (
          <p class="notice">This task is over. Its words can be changed; what it was judged by cannot.</p>
        )}
        <TextFields {...fields} />
        <WindowFields {...fields} isNew={task === null} />
        <div role="alert">
          {others.map((words) => (
            <p key={words} class="notice notice-bad">
              {words}
            </p>
          ))}
        </div>
        <div class="dialog-actions">
          <a class="button button-plain" href={back}>
            Back
          </a>
          <Button kind="primary" type="submit" isDisabled={isSending || !may('tasks:write')}>
            {task === null ? 'Create the task' : 'Save'}
          </Button>
        </div>
      </div>
    </form>
  );
}

function begun(query: URLSearchParams): Draft {
  const draft = newDraft(clockNow());
  const [tracker, lat, lon] = ['tracker', 'lat', 'lon'].map((name) => Number.parseFloat(query.get(name) ?? ''));
  const isPlaced = Number.isFinite(lat) && Number.isFinite(lon);
  return {
    ...draft,
    ...(Number.isSafeInteger(tracker) && { trackerId: tracker! }),
    ...(isPlaced && { lat: lat!, lon: lon! }),
  };
}

/** Nothing is sent where nothing was changed. Giving it to another is a wish of its own, which keeps what was seen apart. */
async function save(task: Task | null, draft: Draft): Promise<Task> {
  if (task === null) return send<Task>('POST', '/api/tasks', wishOf(draft));
  const changes = changesOf(task, draft);
  return Object.keys(changes).length === 0 ? task : send<Task>('PATCH', `/api/tasks/${task.id}`, changes);
}

function without(faults: Faults, some: Partial<Draft>): Faults {
  const kept = Object.entries(faults).filter(([name]) => !(name in some));
  return kept.length === Object.keys(faults).length ? faults : Object.fromEntries(kept);
}

/** Who sent a faulty form is taken to the first field that is to be mended. */
function focusFirstFault(): void {
  const field = document.querySelector<HTMLElement>('.task-editor [aria-invalid="true"]');
  field?.focus();
}
