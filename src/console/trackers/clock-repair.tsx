/** A device whose clock seems to be in another time zone: say so, and read what is kept anew. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { may } from '../live.ts';
import { useAction } from '../parts/action.ts';
import { Button, TextField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import { When } from '../parts/time.tsx';
import type { Tracker } from '../wire.ts';

interface Props {
  readonly tracker: Tracker;
  readonly onRepaired: () => void;
}

export function ClockRepair({ tracker, onRepaired }: Props): JSX.Element | null {
  const suspicion = tracker.clockSuspicion;
  if (suspicion === null) return null;
  return (
    <section class="fleet-card fleet-warning" aria-labelledby="clock-title">
      <h2 id="clock-title">Its clock seems wrong</h2>
      <p>
        {`${suspicion.frames} frames in a row, since `}
        <When at={suspicion.since} />
        {`, carry times that are ${suspicion.ahead} off: most likely the device's clock is set to UTC${suspicion.ahead}. `}
        Until that is said, its fixes count at the wrong time, and its tasks are judged by them.
      </p>
      {may('trackers:write') && <RepairForm tracker={tracker} ahead={suspicion.ahead} onRepaired={onRepaired} />}
    </section>
  );
}

interface FormProps extends Props {
  readonly ahead: string;
}

function RepairForm({ tracker, ahead, onRepaired }: FormProps): JSX.Element {
  const [timeZone, setTimeZone] = useState(ahead);
  const [restamp, setRestamp] = useState(true);
  const { isBusy, error, run } = useAction();
  function repair(event: Event): void {
    event.preventDefault();
    run(async () => {
      await send('POST', `/api/trackers/${tracker.id}/time_zone`, { timeZone, restamp });
      onRepaired();
    });
  }
  return (
    <form class="fleet-stack" onSubmit={repair}>
      <TextField
        label="The device's clock"
        name="timeZone"
        value={timeZone}
        onInput={setTimeZone}
        hint="utc, login (each login says it) or an offset such as +03:00"
        isRequired
      />
      <label class="fleet-check">
        <input type="checkbox" checked={restamp} onChange={(event) => setRestamp(event.currentTarget.checked)} />
        read what is kept by it, too: fixes get their right times, and tasks that they decide are judged anew
      </label>
      <Failure error={error} />
      <Button kind="primary" type="submit" isDisabled={isBusy}>
        Repair
      </Button>
    </form>
  );
}
