/** What may be done to a task from its page: edit, give, take away, cancel, delete. */
import { useState } from 'preact/hooks';
import { ApiError, send } from '../api.ts';
import { may } from '../live.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Button, SelectField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import { go } from '../route.ts';
import type { Task } from '../wire.ts';
import { trackerOptions } from './tracker-link.tsx';

type Asked = 'assign' | 'cancel' | 'delete';

export function TaskActions({ task, isDeleted }: { readonly task: Task; readonly isDeleted: boolean }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  if (isDeleted || !may('tasks:write')) return null;
  const close = (): void => setAsked(null);
  return (
    <>
      <a class="button button-plain" href={`#/tasks/${task.id}/edit`}>
        Edit
      </a>
      {task.isOpen && (
        <Button kind="plain" onClick={() => setAsked('assign')}>
          {task.trackerId === null ? 'Assign' : 'Reassign'}
        </Button>
      )}
      {task.isOpen && (
        <Button kind="plain" onClick={() => setAsked('cancel')}>
          Cancel task
        </Button>
      )}
      <Button kind="danger" onClick={() => setAsked('delete')}>
        Delete
      </Button>
      {asked === 'assign' && <AssignDialog task={task} onClose={close} />}
      {asked === 'cancel' && <CancelDialog task={task} onClose={close} />}
      {asked === 'delete' && <DeleteDialog task={task} onClose={close} />}
    </>
  );
}

interface DialogProps {
  readonly task: Task;
  onClose(): void;
}

function AssignDialog({ task, onClose }: DialogProps) {
  const [trackerId, setTrackerId] = useState(task.trackerId === null ? '' : String(task.trackerId));
  const { error, isSending, run } = useSending(onClose);
  const assign = (id: number | null): void =>
    run(() => send('POST', `/api/tasks/${task.id}/assign`, { trackerId: id }));
  return (
    <Dialog title={task.trackerId === null ? 'Assign the task' : 'Reassign the task'} isOpen onClose={onClose}>
      <p>What another tracker has seen before no longer counts: a tracker answers for a task from when it is given.</p>
      <SelectField
        label="Tracker"
        name="tracker"
        value={trackerId}
        options={trackerOptions('Choose a tracker')}
        onInput={setTrackerId}
      />
      <Failure error={error} />
      <div class="dialog-actions">
        <Button kind="plain" onClick={onClose}>
          Back
        </Button>
        {task.trackerId !== null && (
          <Button kind="plain" isDisabled={isSending} onClick={() => assign(null)}>
            Take it away
          </Button>
        )}
        <Button
          kind="primary"
          isDisabled={isSending || trackerId === '' || Number(trackerId) === task.trackerId}
          onClick={() => assign(Number(trackerId))}
        >
          Assign
        </Button>
      </div>
    </Dialog>
  );
}

function CancelDialog({ task, onClose }: DialogProps) {
  const { error, isSending, run } = useSending(onClose);
  return (
    <Dialog title="Cancel the task?" isOpen onClose={onClose}>
      <p>“{task.label}” ends as failed, and nothing that a vehicle does counts for it any more. Its history stays.</p>
      <Failure error={error} />
      <div class="dialog-actions">
        <Button kind="plain" onClick={onClose}>
          Back
        </Button>
        <Button
          kind="danger"
          isDisabled={isSending}
          onClick={() => run(() => send('POST', `/api/tasks/${task.id}/cancel`))}
        >
          Cancel the task
        </Button>
      </div>
    </Dialog>
  );
}

function DeleteDialog({ task, onClose }: DialogProps) {
  const done = (): void => {
    onClose();
    go('/tasks');
  };
  const { error, isSending, run } = useSending(done);
  return (
    <Dialog title="Delete the task?" isOpen onClose={onClose}>
      <p>“{task.label}” leaves every list. This cannot be taken back.</p>
      <Failure error={error} />
      <div class="dialog-actions">
        <Button kind="plain" onClick={onClose}>
          Back
        </Button>
        <Button kind="danger" isDisabled={isSending} onClick={() => run(() => send('DELETE', `/api/tasks/${task.id}`))}>
          Delete the task
        </Button>
      </div>
    </Dialog>
  );
}

/** One request at a time; what came of it shows by itself, on the live stream. */
function useSending(done: () => void) {
  const [error, setError] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const run = (wish: () => Promise<unknown>): void => {
    setSending(true);
    setError(null);
    wish()
      .then(done)
      .catch((fault: unknown) => {
        if (!(fault instanceof ApiError)) throw fault;
        setError(fault);
      })
      .finally(() => setSending(false));
  };
  return { error, isSending, run };
}
