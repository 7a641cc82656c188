/** Whom a task is given to: a user by its URL or UUID, or `{"email": ...}` as the first version had it. */
import type { Tracker } from '../../model/tracker.ts';
import type { Operations } from '../../operations/operations.ts';
import type { FieldReader } from '../rest/fields.ts';
import { reference } from '../rest/wire.ts';

export type SentAssignee = { readonly uuid: string } | { readonly email: string };

const EMAIL_CHARACTERS_MAX = 254;
const user = reference('users');

export const assigneeReader: FieldReader<SentAssignee> = {
  schema: { anyOf: [user.schema, { type: 'object', properties: { email: { type: 'string' } }, required: ['email'] }] },
  read(value) {
    const email = typeof value === 'object' && value !== null && 'email' in value ? value.email : null;
    if (typeof email === 'string' && email.length <= EMAIL_CHARACTERS_MAX) return { value: { email } };
    const reading = user.read(value);
    return 'faults' in reading ? reading : { value: { uuid: reading.value } };
  },
};

/** null = there is nobody of the kind. */
export function trackerOfAssignee(
  sent: SentAssignee,
  operations: Pick<Operations, 'trackerOfUuid' | 'trackerOfEmail'>,
): Tracker | null {
  return 'uuid' in sent ? operations.trackerOfUuid(sent.uuid) : operations.trackerOfEmail(sent.email);
}
