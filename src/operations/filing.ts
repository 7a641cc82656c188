/** Keeping records: how many there may be of a kind, and what a wish about one comes to. */
import type { RecordKind, Records } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { RecordShelf } from '../store/store.ts';

export interface Filed {
  readonly kind: 'filed';
  readonly id: number;
}

/** Of each kind: all of them are read for a list. */
const RECORDS_MAX = 10_000;

/** Files a new record, or refuses it where there are too many. */
export function fileNew<K extends RecordKind>(
  records: RecordShelf,
  kind: K,
  content: Omit<Records[K], 'id'>,
  most = RECORDS_MAX,
): Filed | Refusal {
  const count = records.list(kind).length;
  if (count >= most)
    return refuse('too_many_records', `there are ${count} of kind ${kind}, expected fewer than ${most}`);
  return { kind: 'filed', id: records.create(kind, content).id };
}

export function fileNext<K extends RecordKind>(records: RecordShelf, kind: K, next: Records[K]): Filed | Refusal {
  return records.update(kind, next) ? { kind: 'filed', id: next.id } : unknownRecord(kind, next.id);
}

export function knownIds(records: Pick<RecordShelf, 'list'>, kind: RecordKind): ReadonlySet<number> {
  return new Set(records.list(kind).map(({ id }) => id));
}

export function unknownRecord(kind: RecordKind, id: number): Refusal {
  return refuse('record_not_found', `there is no ${kind} ${id}`, 'id');
}

/** `parameter`: in the model's words. */
export function unknownReference(parameter: string, ids: readonly number[]): Refusal {
  return refuse('invalid', `must refer to what exists, not ${ids.slice(0, 10).join(', ')}`, parameter);
}
