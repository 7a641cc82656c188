/** What happened to a task, line by line: when it was, when it was known, and which fix said so. */
import { Status } from '../parts/status.tsx';
import { TableHead } from '../parts/table.tsx';
import { When } from '../parts/time.tsx';
import type { Delivery, HistoryEvent } from '../wire.ts';
import { causeWords, framesHash, toldOf } from './chain.ts';
import { Sentence } from './sentence.tsx';

interface HistoryProps {
  readonly events: readonly HistoryEvent[];
  readonly deliveries: readonly Delivery[];
  readonly chosen: HistoryEvent | null;
  onChoose(event: HistoryEvent): void;
}

const HEAD = ['What', 'Happened', 'Recorded', 'By', 'Told'];

export function HistoryTable({ events, deliveries, chosen, onChoose }: HistoryProps) {
  return (
    <section aria-labelledby="task-history">
      <h2 id="task-history">History</h2>
      <table class="task-table history">
        <TableHead names={HEAD} />
        <tbody>
          {events.map((event) => (
            <Row
              key={event.id}
              event={event}
              told={toldOf(deliveries, event.id).length}
              isChosen={event.id === chosen?.id}
              onChoose={() => onChoose(event)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly event: HistoryEvent;
  readonly told: number;
  readonly isChosen: boolean;
  onChoose(): void;
}

function Row({ event, told, isChosen, onChoose }: RowProps) {
  const { words, fromStatus, toStatus, isRevised, eventAt, recordedAt, witness, trackerId } = event;
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <th scope="row">
        <button type="button" class="row-choice" aria-pressed={isChosen} onClick={onChoose}>
          <Sentence words={words} />
        </button>{' '}
        {toStatus !== null && toStatus !== fromStatus && <Status of={toStatus} />}
        {isRevised && <small class="revised">revised by late evidence</small>}
      </th>
      <td data-label="happened">
        <When at={eventAt} />
      </td>
      <td data-label="recorded">
        <When at={recordedAt} />
      </td>
      <td data-label="by">
        {witness === null || trackerId === null ? (
          causeWords(event)
        ) : (
          <a href={framesHash(trackerId, witness.time)}>{causeWords(event)}</a>
        )}
      </td>
      <td data-label="told">
        {told === 0 ? <span class="dim">nobody</span> : told === 1 ? '1 webhook' : `${told} webhooks`}
      </td>
    </tr>
  );
}
