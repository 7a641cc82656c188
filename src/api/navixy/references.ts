/** What a task may refer to: tags that exist, and values that fit the owner's fields. One check for all that bear them. */
import type { FieldValue } from '../../operations/custom-fields.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Fault } from './errors.ts';

export interface References {
  /** null = not mentioned. */
  readonly tags: readonly number[] | null;
  readonly fields: Readonly<Record<string, FieldValue>> | null;
}

/**
 * `parameter`: what bears them, such as `task`. `before`: as it is now, null = it is new. A tag that it has already may
 * stay, though it is deleted meanwhile; fields that are not mentioned stay as they are, but a new task has none.
 */
export function referenceFaults(
  operations: Pick<Operations, 'unknownTags' | 'fieldFaults'>,
  parameter: string,
  { tags, fields }: References,
  before: { readonly tags: readonly number[] } | null,
): readonly Fault[] {
  const added = (tags ?? []).filter((id) => !before?.tags.includes(id));
  const unknown = operations.unknownTags(added);
  const faults: Fault[] = [];
  if (unknown.length > 0) {
    faults.push({
      parameter: `${parameter}.tags`,
      error: `must be ids of tags, not ${unknown.slice(0, SHOWN_MAX).join(', ')}`,
    });
  }
  if (fields !== null || before === null) {
    for (const { id, error } of operations.fieldFaults(fields ?? {})) {
      faults.push({ parameter: `${parameter}.fields.${id}`, error });
    }
  }
  return faults;
}

const SHOWN_MAX = 10;
