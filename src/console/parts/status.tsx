/** The state of a task: a word, and a colour beside it for whoever sees one. */
import type { Status as StatusName } from '../wire.ts';

export function Status({ of }: { readonly of: StatusName | null }) {
  return <span class={`status status-${of ?? 'draft'}`}>{of ?? 'draft'}</span>;
}
