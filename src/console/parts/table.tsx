/** A table that is nothing more. On a narrow screen it scrolls by itself, not the page with it. */
import type { ComponentChildren } from 'preact';

export interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** What it lists, for whoever does not see the page around it. */
  readonly caption?: string | undefined;
}

export function Table({ head, rows, caption }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-frame" tabIndex={0} aria-label={caption ?? `Table: ${head.filter(Boolean).join(', ')}`}>
      <table>
        {caption !== undefined && <caption class="unseen">{caption}</caption>}
        <TableHead names={head} />
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function TableHead({ names }: { readonly names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th scope="col" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
