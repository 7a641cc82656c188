/** A period told again, in order: after a receiver lost something. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useAction } from '../parts/action.ts';
import { Button, TimeField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import { redeliveryText } from './topics.ts';

interface Redelivery {
  readonly events: number;
  /** null = the whole period is told again. */
  readonly nextFrom: string | null;
}

interface Props {
  readonly path: string;
  readonly onAsked: () => void;
}

export function RedeliverPeriod({ path, onAsked }: Props): JSX.Element {
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const { isBusy, error, run } = useAction();
  const isInOrder = from !== null && to !== null && from < to;
  function ask(event: Event): void {
    event.preventDefault();
    if (!isInOrder) return;
    setSaid('');
    run(async () => {
      const { events, nextFrom } = await send<Redelivery>('POST', `${path}/redeliver`, { from, to });
      setSaid(redeliveryText(events, nextFrom));
      // What is more than is taken at once is asked for from there on.
      if (nextFrom !== null) setFrom(nextFrom);
      onAsked();
    });
  }
  return (
    <section aria-labelledby="again-title">
      <h2 id="again-title">Tell a period again</h2>
      <p class="dim">Each event keeps its id (webhook-id), by which a receiver knows what it has already.</p>
      <form class="fleet-filters" onSubmit={ask}>
        <TimeField label="From" name="from" value={from} onInput={setFrom} />
        <TimeField label="To" name="to" value={to} onInput={setTo} />
        <Button kind="primary" type="submit" isDisabled={!isInOrder || isBusy}>
          Tell again
        </Button>
      </form>
      <p role="status">{said}</p>
      <Failure error={error} />
    </section>
  );
}
