/** What a device is told: its commands and what became of them, and a new one, which is confirmed before it goes. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Button, NumberField, TextField } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { Table } from '../parts/table.tsx';
import { When } from '../parts/time.tsx';
import type { DeviceCommand, Tracker } from '../wire.ts';
import { commandStateText, maySwitchOff } from './command-words.ts';

const REFRESH_MS = 2000;

export function Commands({ tracker }: { readonly tracker: Tracker }): JSX.Element {
  const path = `/api/trackers/${tracker.id}/commands`;
  const load = useLoad<{ commands: readonly DeviceCommand[]; hasMore: boolean }>(`${path}?limit=20`);
  const { data, error, reload } = load;
  useRefresh(load, REFRESH_MS);
  return (
    <section aria-labelledby="commands-title">
      <h2 id="commands-title">Commands</h2>
      <NewCommand tracker={tracker} path={path} onSent={reload} />
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && data.commands.length === 0 && <Empty>It has not been told anything yet.</Empty>}
      {data !== null && data.commands.length > 0 && (
        <Table
          head={['Command', 'State', 'When', 'Answer', '']}
          rows={data.commands.map((command) => [
            <code>{command.text}</code>,
            <span class={`fleet-command-${command.state}`}>{commandStateText(command.state)}</span>,
            <When at={command.closedAt ?? command.sentAt ?? command.createdAt} />,
            <span class="fleet-answer">{command.answer ?? command.reason ?? ''}</span>,
            command.state === 'queued' ? <TakeBack command={command} onDone={reload} /> : '',
          ])}
        />
      )}
      {data?.hasMore === true && <p class="dim">The newest 20 are shown.</p>}
    </section>
  );
}

function TakeBack({ command, onDone }: { readonly command: DeviceCommand; readonly onDone: () => void }): JSX.Element {
  const { isBusy, error, run } = useAction();
  return (
    <>
      <Button
        kind="plain"
        isDisabled={isBusy}
        onClick={() =>
          run(async () => {
            await send('POST', `/api/commands/${command.id}/cancel`);
            onDone();
          })
        }
      >
        Take back
      </Button>
      {error !== null && <span role="alert">{error.detail}</span>}
    </>
  );
}

interface NewProps {
  readonly tracker: Tracker;
  readonly path: string;
  readonly onSent: () => void;
}

const EXPIRE_MINUTES = 5;

function NewCommand({ tracker, path, onSent }: NewProps): JSX.Element {
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState<number | null>(EXPIRE_MINUTES);
  const [isAsking, setAsking] = useState(false);
  const isReady = text.trim() !== '' && minutes !== null && minutes > 0;
  function ask(event: Event): void {
    event.preventDefault();
    if (isReady) setAsking(true);
  }
  function sent(): void {
    setAsking(false);
    setText('');
    onSent();
  }
  return (
    <form class="fleet-filters" onSubmit={ask}>
      <TextField
        label="New command"
        name="text"
        value={text}
        onInput={setText}
        hint="in the device's own words, such as getinfo (Teltonika) or WHERE# (GT06)"
      />
      <NumberField label="Given up after, minutes" name="minutes" value={minutes} onInput={setMinutes} />
      <Button kind="primary" type="submit" isDisabled={!isReady}>
        Send
      </Button>
      <Dialog title={`Send to ${tracker.label}?`} isOpen={isAsking} onClose={() => setAsking(false)}>
        {isAsking && (
          <Confirm text={text.trim()} seconds={(minutes ?? EXPIRE_MINUTES) * 60} path={path} onSent={sent} />
        )}
      </Dialog>
    </form>
  );
}

interface ConfirmProps {
  readonly text: string;
  readonly seconds: number;
  readonly path: string;
  readonly onSent: () => void;
}

/** One that may stop the vehicle has to be meant; whether it may be moving is for the gateway to say. */
function Confirm({ text, seconds, path, onSent }: ConfirmProps): JSX.Element {
  const [isSure, setSure] = useState(false);
  const [evenMoving, setEvenMoving] = useState(false);
  const { isBusy, error, run } = useAction();
  const isMoving = evenMoving || error?.code === 'may_be_moving';
  const isGrave = maySwitchOff(text) || isSure || error?.code === 'confirm_needed';
  function deliver(): void {
    run(async () => {
      const wish = { text, expires_in: Math.round(seconds) };
      await send('POST', path, { ...wish, ...(isSure && { confirm: true }), ...(evenMoving && { evenMoving }) });
      onSent();
    });
  }
  return (
    <div class="fleet-stack">
      <p>
        <code>{text}</code>
      </p>
      {isGrave && (
        <div class="fleet-warning fleet-card">
          <p>
            <strong>This may cut off fuel or ignition.</strong> A vehicle that loses its engine on the road endangers
            people.
          </p>
          <Check isOn={isSure} onChange={setSure} words="I know where the vehicle is, and that it is safe" />
          {isMoving && (
            <Check isOn={evenMoving} onChange={setEvenMoving} words="Send it even if the vehicle is moving" />
          )}
        </div>
      )}
      <Failure error={error} />
      <Button kind={isGrave ? 'danger' : 'primary'} isDisabled={(isGrave && !isSure) || isBusy} onClick={deliver}>
        Send
      </Button>
    </div>
  );
}

interface CheckProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly words: string;
}

function Check({ isOn, onChange, words }: CheckProps): JSX.Element {
  return (
    <label class="fleet-check">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {words}
    </label>
  );
}
