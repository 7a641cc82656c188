/** The header `Idempotency-Key`: a call that makes something, sent again under its key, makes it only once. */
import { createHash } from 'node:crypto';
import type { Caller } from '../../operations/access.ts';
import type { UuidOf } from '../../operations/bulk.ts';
import type { Progress } from '../../operations/once.ts';
import type { Answer, Desk } from './answer.ts';
import { failure, invalid } from './errors.ts';

/** Visible ASCII. */
export const KEY_FORM = '^[!-~]{1,255}$';

interface Keyed {
  readonly call: string;
  /** As they were read: the same request in another spelling is the same. */
  readonly parameters: object;
  readonly key: string;
  readonly caller: Caller;
}

export async function answerOnce(
  { call, parameters, key, caller }: Keyed,
  { operations }: Desk,
  act: (uuidOf: UuidOf) => Promise<Answer>,
): Promise<Answer> {
  if (!new RegExp(KEY_FORM).test(key)) {
    return invalid([{ parameter: 'Idempotency-Key', error: `must match "${KEY_FORM}"` }]);
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([call, parameters]))
    .digest('hex');
  const outcome = await operations.once({ caller: caller.keyName, key, digest }, act, progressOf);
  switch (outcome.kind) {
    case 'answered':
      return outcome.answer;
    case 'other_request':
      return failure(247);
    case 'too_many_keys':
      return failure(267);
  }
}

/** What storage or a fault of ours interrupted may have been done in part: it is to go on where it ended. */
const INTERRUPTED = [1, 6, 8, 14];

function progressOf(answer: Answer): Progress {
  if (answer.kind === 'success') return 'answered';
  return answer.kind === 'failure' && !INTERRUPTED.includes(answer.code) ? 'nothing' : 'open';
}
