/** Raw bytes of one device, kept as they come and go, for the phone with its vendor. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { clockNow, may } from '../live.ts';
import { useAction } from '../parts/action.ts';
import { Button, SelectField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import { When } from '../parts/time.tsx';
import type { Tracker } from '../wire.ts';

const LENGTHS = [
  { value: '5', label: '5 minutes' },
  { value: '30', label: '30 minutes' },
  { value: '60', label: 'an hour' },
] as const;

interface Props {
  readonly tracker: Tracker;
  readonly onChanged: () => void;
}

export function CaptureControl({ tracker, onChanged }: Props): JSX.Element | null {
  const [minutes, setMinutes] = useState('5');
  const { isBusy, error, run } = useAction();
  const until = tracker.captureUntil;
  if (!may('tracker_command')) return null;
  const isOn = until !== null && Date.parse(until) > clockNow();
  function capture(length: number): void {
    run(async () => {
      await send('POST', `/api/trackers/${tracker.id}/capture`, { minutes: length });
      onChanged();
    });
  }
  return (
    <section aria-labelledby="capture-title">
      <h2 id="capture-title">Raw capture</h2>
      <p>
        Keeps every byte from and to this device with its time, in memory, as a talk that <code>milepost decode</code>{' '}
        and <code>milepost replay</code> read.
      </p>
      {isOn ? (
        <p>
          On until <When at={until} />.{' '}
          <Button kind="plain" onClick={() => capture(0)} isDisabled={isBusy}>
            Stop
          </Button>
        </p>
      ) : (
        <div class="fleet-filters">
          <SelectField label="For" name="minutes" value={minutes} options={LENGTHS} onInput={setMinutes} />
          <Button kind="primary" onClick={() => capture(Number(minutes))} isDisabled={isBusy}>
            Capture
          </Button>
        </div>
      )}
      <p>
        <a href={`/api/trackers/${tracker.id}/capture`} download={`tracker-${tracker.id}.talk`}>
          Download what was captured
        </a>
      </p>
      <Failure error={error} />
    </section>
  );
}
