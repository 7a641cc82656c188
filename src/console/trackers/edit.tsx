/** Label, model, IMEI of a tracker, and whether its logins are refused. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { faultOf, useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Button, TextField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import type { Tracker } from '../wire.ts';

interface Props {
  readonly tracker: Tracker;
  readonly onChanged: () => void;
}

export function EditTracker({ tracker, onChanged }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  function saved(): void {
    setOpen(false);
    onChanged();
  }
  return (
    <>
      <Button kind="plain" onClick={() => setOpen(true)}>
        Edit
      </Button>
      <Dialog title="Edit tracker" isOpen={isOpen} onClose={() => setOpen(false)}>
        {isOpen && <Form tracker={tracker} onChanged={saved} />}
      </Dialog>
    </>
  );
}

function Form({ tracker, onChanged }: Props): JSX.Element {
  const [label, setLabel] = useState(tracker.label);
  const [imei, setImei] = useState(tracker.imei ?? '');
  const [model, setModel] = useState(tracker.model ?? '');
  const [isBlocked, setBlocked] = useState(tracker.isBlocked);
  const { isBusy, error, run } = useAction();
  function save(event: Event): void {
    event.preventDefault();
    run(async () => {
      const edit = { label, imei: imei || null, model: model || null, isBlocked };
      await send('PATCH', `/api/trackers/${tracker.id}`, edit);
      onChanged();
    });
  }
  return (
    <form class="fleet-stack" onSubmit={save}>
      <TextField
        label="Label"
        name="label"
        value={label}
        onInput={setLabel}
        fault={faultOf(error, 'label')}
        isRequired
      />
      <TextField label="IMEI" name="imei" value={imei} onInput={setImei} fault={faultOf(error, 'imei')} />
      <TextField
        label="Model"
        name="model"
        value={model}
        onInput={setModel}
        hint="decides between variants of a protocol"
        fault={faultOf(error, 'model')}
      />
      <label class="fleet-check">
        <input type="checkbox" checked={isBlocked} onChange={(event) => setBlocked(event.currentTarget.checked)} />
        blocked: its logins are refused
      </label>
      <Failure error={error} />
      <Button kind="primary" type="submit" isDisabled={isBusy}>
        Save
      </Button>
    </form>
  );
}
