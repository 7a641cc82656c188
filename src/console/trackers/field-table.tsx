/** What each field of a frame says. Pointing at a row, or going to it, marks its bytes. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { FrameField } from '../wire.ts';
import { groupMarks, rangeText } from './hex.ts';
import { useShownWithin } from './scroll-within.ts';

interface Props {
  readonly fields: readonly FrameField[];
  readonly marked: ReadonlySet<number>;
  readonly onMark: (fields: readonly number[]) => void;
}

/** The head of the table stays where it is while its rows scroll beneath it. */
const HEAD_PX = 28;

export function FieldTable({ fields, marked, onMark }: Props): JSX.Element {
  const marks = groupMarks(fields);
  const box = useRef<HTMLElement>(null);
  useShownWithin(box, 'tr.fleet-marked', marked, HEAD_PX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard
    <section ref={box} class="fleet-fields" tabIndex={0} aria-label="Fields of the frame">
      <table>
        <thead>
          <tr>
            <th scope="col">Bytes</th>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field, index) => (
            <tr
              key={`${String(index)} ${field.name}`}
              class={`mark-${marks[index]}${marked.has(index) ? ' fleet-marked' : ''}`}
              onMouseEnter={() => onMark([index])}
            >
              <td class="fleet-field-range">{rangeText(field)}</td>
              <th scope="row">
                <button
                  type="button"
                  class="fleet-field-name"
                  onFocus={() => onMark([index])}
                  onClick={() => onMark([index])}
                >
                  {field.path !== '' && <span class="dim">{`${field.path} / `}</span>}
                  {field.name}
                </button>
              </th>
              <td class="fleet-field-value">{field.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
