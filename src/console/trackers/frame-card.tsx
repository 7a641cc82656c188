/** One frame: its bytes, what each of them says, the fixes in it and what became of each, and the answer. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CopyButton } from '../parts/copy.tsx';
import { Button } from '../parts/form.tsx';
import { When } from '../parts/time.tsx';
import type { Frame, FrameField } from '../wire.ts';
import { FieldTable } from './field-table.tsx';
import { FixesOfFrame } from './frame-fixes.tsx';
import { downloadText, hexText, recordOf, saysPlace } from './hex.ts';
import { HexDump } from './hex-dump.tsx';

interface Props {
  readonly frame: Frame;
  readonly trackerId: number;
  /** Time of the fix that is looked for; null = none. */
  readonly fix: string | null;
  readonly isOpen: boolean;
}

export function FrameCard({ frame, trackerId, fix, isOpen: isOpenAtFirst }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details class="fleet-frame fleet-card" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <When at={frame.receivedAt} /> <strong>{frame.message}</strong>
        <span class="dim">{` ${frame.protocol}, ${frame.hex.length / 2} bytes, ${recordsText(frame.fixes.length)}`}</span>
        {frame.error !== null && <span class="fleet-warned">{` ${frame.error}`}</span>}
      </summary>
      {isOpen && <Opened frame={frame} trackerId={trackerId} fix={fix} />}
    </details>
  );
}

function recordsText(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

function Opened({ frame, trackerId, fix }: Omit<Props, 'isOpen'>): JSX.Element {
  const [marked, setMarked] = useState<ReadonlySet<number>>(() => fieldsOfFix(frame, fix));
  const mark = (fields: readonly number[]) => setMarked(new Set(fields));
  return (
    <div class="fleet-frame-columns">
      <div>
        <HexDump frame={frame} marked={marked} onMark={mark} />
        <FixesOfFrame
          frame={frame}
          trackerId={trackerId}
          fix={fix}
          onMark={(number) => mark(fieldsOfRecord(frame, number))}
        />
        <Answer frame={frame} />
        <p class="fleet-frame-tools">
          <CopyButton text={hexText(frame.hex)} label="Copy hex" />
          <Download frame={frame} trackerId={trackerId} />
        </p>
      </div>
      <FieldTable fields={frame.fields} marked={marked} onMark={mark} />
    </div>
  );
}

function fieldsOfFix(frame: Frame, fix: string | null): ReadonlySet<number> {
  const at = fix === null ? -1 : frame.fixes.findIndex(({ time }) => Date.parse(time) === Date.parse(fix));
  return new Set(at === -1 ? [] : fieldsOfRecord(frame, at + 1));
}

/** Where a frame has one record its fields need not say so: those that say where and when are what is looked for. */
function fieldsOfRecord({ fields, fixes }: Frame, number: number): readonly number[] {
  const which = (is: (field: FrameField) => boolean) => fields.flatMap((field, index) => (is(field) ? [index] : []));
  const own = which((field) => recordOf(field) === number);
  return own.length > 0 || fixes.length > 1 ? own : which(saysPlace);
}

function Answer({ frame }: { readonly frame: Frame }): JSX.Element {
  return (
    <p>
      The gateway answers:{' '}
      {frame.reply === null ? (
        <span class="dim">nothing</span>
      ) : (
        <code class="fleet-reply">{hexText(frame.reply)}</code>
      )}
    </p>
  );
}

/** For `milepost decode`. */
function Download({ frame, trackerId }: { readonly frame: Frame; readonly trackerId: number }): JSX.Element {
  function save(): void {
    const url = URL.createObjectURL(new Blob([downloadText(frame)], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `tracker-${trackerId}-${frame.receivedAt.replace(/[^0-9TZ]/g, '')}.hex`;
    link.click();
    URL.revokeObjectURL(url);
  }
  return <Button onClick={save}>Download</Button>;
}
