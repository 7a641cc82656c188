/** Raw frames field by field beside the fixes that they became: from the bytes to what they moved. */
import './frames.css';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLoad } from '../api.ts';
import { Button, TimeField } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { When } from '../parts/time.tsx';
import type { Frame, Frames, Tracker } from '../wire.ts';
import { FrameCard } from './frame-card.tsx';

interface Props {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

const FRAMES_AT_ONCE = 20;

export function FramesPage({ params, query }: Props): JSX.Element {
  const id = Number(params['id']);
  const fix = query.get('fix');
  const { data: tracker } = useLoad<Tracker>(`/api/trackers/${id}`);
  const { data, error, reload } = useLoad<Frames>(framesPath(id, query));
  const label = tracker?.label ?? `tracker ${id}`;
  return (
    <Page title={`Raw frames of ${label}`} back={{ href: `#/trackers/${id}`, label }}>
      <Chosen id={id} query={query} />
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && data.frames.length === 0 && (
        <Empty>
          {fix === null
            ? 'No frames were received in this period, or they are no longer kept: raw frames are kept for a shorter time than fixes are told.'
            : 'The frame of this fix is no longer kept: retention has taken it.'}
        </Empty>
      )}
      {data?.frames.map((frame, index) => (
        <FrameCard
          key={`${frame.receivedAt} ${frame.hex.slice(0, 64)} ${String(index)}`}
          frame={frame}
          trackerId={id}
          fix={fix}
          isOpen={fix !== null || index === 0}
        />
      ))}
      {data?.hasMore === true && <Older id={id} query={query} frames={data.frames} />}
    </Page>
  );
}

function framesPath(id: number, query: URLSearchParams): string {
  const asked = new URLSearchParams({ limit: String(FRAMES_AT_ONCE) });
  for (const name of ['fix', 'from', 'to', 'before']) {
    const value = query.get(name);
    if (value !== null) asked.set(name, value);
  }
  if (asked.has('fix')) asked.delete('limit');
  return `/api/trackers/${id}/frames?${asked}`;
}

/** Which frames these are, and others. */
function Chosen({ id, query }: { readonly id: number; readonly query: URLSearchParams }): JSX.Element {
  const fix = query.get('fix');
  const [from, setFrom] = useState<string | null>(query.get('from'));
  const [to, setTo] = useState<string | null>(query.get('to'));
  const asked = query.toString();
  useEffect(() => {
    const now = new URLSearchParams(asked);
    setFrom(now.get('from'));
    setTo(now.get('to'));
  }, [asked]);
  function show(event: Event): void {
    event.preventDefault();
    const wish = new URLSearchParams();
    if (from !== null) wish.set('from', from);
    if (to !== null) wish.set('to', to);
    location.hash = `#/trackers/${id}/frames?${wish}`;
  }
  if (fix !== null) {
    return (
      <p>
        The bytes that brought the fix of <When at={fix} />.{' '}
        <a href={`#/trackers/${id}/frames`}>All frames, newest first</a>
      </p>
    );
  }
  return (
    <form class="fleet-filters" onSubmit={show}>
      <TimeField label="Received from" name="from" value={from} onInput={setFrom} />
      <TimeField label="to" name="to" value={to} onInput={setTo} />
      <Button kind="primary" type="submit">
        Show
      </Button>
    </form>
  );
}

interface OlderProps {
  readonly id: number;
  readonly query: URLSearchParams;
  readonly frames: readonly Frame[];
}

function Older({ id, query, frames }: OlderProps): JSX.Element | null {
  const oldest = frames.at(-1);
  if (oldest === undefined) return null;
  const asked = new URLSearchParams(query);
  asked.set('before', oldest.receivedAt);
  return (
    <a class="button button-plain" href={`#/trackers/${id}/frames?${asked}`}>{`Older than ${oldest.receivedAt}`}</a>
  );
}
