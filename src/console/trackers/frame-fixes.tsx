/** The fixes of a frame, what became of each, and what each of them moved: from bytes to transitions to webhooks. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLoad } from '../api.ts';
import { may } from '../live.ts';
import { Button } from '../parts/form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/time.tsx';
import type { Frame, History, HistoryEvent } from '../wire.ts';
import { attributeWords, courseText, invalidityText, placeText } from './attribute-words.ts';

type FrameFix = Frame['fixes'][number];

interface Props {
  readonly frame: Frame;
  readonly trackerId: number;
  readonly fix: string | null;
  readonly onMark: (record: number) => void;
}

export function FixesOfFrame({ frame, trackerId, fix, onMark }: Props): JSX.Element | null {
  if (frame.fixes.length === 0) return <p class="dim">It carries no position.</p>;
  const sought = frame.fixes.findIndex((record) => isLookedFor(record, fix));
  const items = frame.fixes.map((record, index) => (
    <li
      key={`${String(index)} ${record.time}`}
      value={index + 1}
      class={index === sought ? 'fleet-sought' : 'fleet-other'}
      onMouseEnter={() => onMark(index + 1)}
    >
      <Record record={record} onMark={() => onMark(index + 1)} />
      {record.isKept && record.valid && may('tasks:read') && (
        <Consequences trackerId={trackerId} time={record.time} isOpen={index === sought} />
      )}
    </li>
  ));
  const others = items.filter((_, index) => index !== sought);
  if (sought === -1 || others.length === 0) return <ol class="fleet-frame-fixes">{items}</ol>;
  return (
    <>
      <ol class="fleet-frame-fixes">{items[sought]}</ol>
      <details>
        <summary>{`The other records of this frame (${others.length})`}</summary>
        <ol class="fleet-frame-fixes">{others}</ol>
      </details>
    </>
  );
}

function isLookedFor({ time }: FrameFix, fix: string | null): boolean {
  return fix !== null && Date.parse(time) === Date.parse(fix);
}

function Record({ record, onMark }: { readonly record: FrameFix; readonly onMark: () => void }): JSX.Element {
  const { speed, course, satellites } = record;
  const said = Object.entries(record.attributes).map(([name, value]) => attributeWords(name, value));
  return (
    <>
      <button type="button" class="fleet-field-name" onClick={onMark}>
        <When at={record.time} />
      </button>
      {': '}
      {placeText(record.lat, record.lon)}
      {speed !== null && `, ${speed} km/h`}, {courseText(course)}
      {satellites !== null && `, ${satellites} satellites`} <Fate record={record} />
      {said.length > 0 && <p class="dim">{said.map(({ label, value }) => `${label}: ${value}`).join(' \u00b7 ')}</p>}
    </>
  );
}

function Fate({ record }: { readonly record: FrameFix }): JSX.Element {
  if (!record.isKept) return <strong class="fleet-fate">duplicate: it was stored before</strong>;
  if (!record.valid)
    return (
      <strong class="fleet-fate fleet-warned">{`stored, no evidence: ${invalidityText(record.invalidity)}`}</strong>
    );
  return <strong class="fleet-fate fleet-good">stored</strong>;
}

interface ConsequencesProps {
  readonly trackerId: number;
  readonly time: string;
  readonly isOpen: boolean;
}

function Consequences({ trackerId, time, isOpen: isOpenAtFirst }: ConsequencesProps): JSX.Element {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  if (isOpen) return <Moved path={`/api/trackers/${trackerId}/transitions?fix=${encodeURIComponent(time)}`} />;
  return (
    <Button kind="plain" onClick={() => setOpen(true)}>
      What did it move?
    </Button>
  );
}

function Moved({ path }: { readonly path: string }): JSX.Element {
  const { data, error, reload } = useLoad<History>(path);
  if (error !== null) return <Failure error={error} onRetry={reload} />;
  if (data === null) return <Loading />;
  if (data.events.length === 0) return <p class="dim">It moved no task.</p>;
  return (
    <ul class="fleet-moved" aria-label="What this fix moved">
      {data.events.map((event) => (
        <li key={event.id}>
          <Transition event={event} />
        </li>
      ))}
    </ul>
  );
}

function Transition({ event }: { readonly event: HistoryEvent }): JSX.Element {
  return (
    <>
      <a href={`#/tasks/${event.taskId}?event=${event.id}`}>{`Task ${event.taskId}`}</a>: {event.words}{' '}
      {event.toStatus !== null && <Status of={event.toStatus} />} <When at={event.eventAt} />
      {event.isRevised && <span class="dim"> by late evidence</span>}{' '}
      <a href={`#/tasks/${event.taskId}?event=${event.id}`}>what webhooks were told</a>
    </>
  );
}
