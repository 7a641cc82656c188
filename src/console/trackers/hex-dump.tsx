/**
 * A frame's bytes in rows, each field a span of its own. With the keyboard the dump is one stop: arrows go from field to
 * field. The table beside it says the same in words.
 */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Frame } from '../wire.ts';
import { groupMarks, type HexRow, type HexSpan, hexRows, offsetText, rangeText } from './hex.ts';
import { useShownWithin } from './scroll-within.ts';

interface Props {
  readonly frame: Frame;
  readonly marked: ReadonlySet<number>;
  readonly onMark: (fields: readonly number[]) => void;
}

export function HexDump({ frame, marked, onMark }: Props): JSX.Element {
  const perRow = useBytesPerRow();
  const rows = useMemo(() => hexRows(frame.hex, frame.fields, perRow), [frame, perRow]);
  const marks = useMemo(() => groupMarks(frame.fields), [frame]);
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  useShownWithin(box, '.fleet-marked', marked);
  function go(to: number): void {
    const index = Math.min(frame.fields.length - 1, Math.max(0, to));
    setAt(index);
    onMark([index]);
  }
  function dumpOnKey(event: KeyboardEvent): void {
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: Infinity }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  }
  function dumpOnPoint(event: Event): void {
    const field =
      event.target instanceof Element ? event.target.closest('[data-field]')?.getAttribute('data-field') : null;
    if (field != null) onMark([Number(field)]);
  }
  const first = marked.size === 1 ? frame.fields[[...marked][0]!] : undefined;
  return (
    <div class="hex-box">
      {/* biome-ignore lint/a11y/useSemanticElements: a dump of bytes has no element of its own */}
      <div
        ref={box}
        class="hex"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys go through it
        tabIndex={0}
        aria-label={`Bytes of the frame, ${frame.hex.length / 2}; arrow keys go from field to field`}
        onKeyDown={dumpOnKey}
        onMouseOver={dumpOnPoint}
        onFocus={() => at === -1 && go(0)}
        onClick={dumpOnPoint}
      >
        {rows.map((row) => (
          <Row key={row.offset} row={row} frame={frame} marks={marks} marked={marked} />
        ))}
      </div>
      <p class="hex-said" role="status">
        {first === undefined ? '\u00a0' : `${rangeText(first)} ${first.path} ${first.name}: ${first.value}`}
      </p>
    </div>
  );
}

interface RowProps {
  readonly row: HexRow;
  readonly frame: Frame;
  /** Of each field, how it is marked. */
  readonly marks: readonly number[];
  readonly marked: ReadonlySet<number>;
}

function Row({ row, frame, marks, marked }: RowProps): JSX.Element {
  return (
    <div class="hex-row">
      <span class="hex-offset">{offsetText(row.offset)}</span>
      <span class="hex-bytes">
        {row.spans.map((span) => (
          <Span key={span.offset} span={span} frame={frame} marks={marks} marked={marked} text={span.bytes.join(' ')} />
        ))}
      </span>
      <span class="hex-text" aria-hidden="true">
        {row.spans.map((span) => (
          <Span key={span.offset} span={span} frame={frame} marks={marks} marked={marked} text={span.text} />
        ))}
      </span>
    </div>
  );
}

interface SpanProps {
  readonly span: HexSpan;
  readonly frame: Frame;
  readonly marks: readonly number[];
  readonly marked: ReadonlySet<number>;
  readonly text: string;
}

function Span({ span: { field }, frame, marks, marked, text }: SpanProps): JSX.Element {
  const said = field === null ? undefined : frame.fields[field];
  if (field === null || said === undefined) return <span class="hex-span unnamed">{text}</span>;
  const isMarked = marked.has(field) ? ' fleet-marked' : '';
  return (
    <span class={`hex-span mark-${marks[field]}${isMarked}`} data-field={field} title={`${said.name}: ${said.value}`}>
      {text}
    </span>
  );
}

const NARROW = '(max-width: 48rem)';

function useBytesPerRow(): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const queryOnChange = () => setNarrow(query.matches);
    query.addEventListener('change', queryOnChange);
    return () => query.removeEventListener('change', queryOnChange);
  }, []);
  return isNarrow ? 8 : 16;
}
