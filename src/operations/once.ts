/**
 * A request that is repeated under one key is done once. The key is on disk before anything is done, and what is made
 * bears names that follow from it: after a crash in between, the repetition finds what is there and makes the rest.
 */
import { createHash } from 'node:crypto';
import { uuidFrom } from '../model/uuid.ts';
import type { KeyedRequest, KnownRequest, Store } from '../store/store.ts';
import type { UuidOf } from './bulk.ts';

/** `answered`: nothing is left to do. `nothing`: there is nothing to remember. `open`: a repetition may go on with it. */
export type Progress = 'answered' | 'nothing' | 'open';

type OnceOutcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  /** The key stands for another request. */
  | { readonly kind: 'other_request' }
  /** The caller has used too many keys lately. */
  | { readonly kind: 'too_many_keys' };

export interface OnceOperations {
  /**
   * Answers with what `act` answers, or did the first time. Whoever repeats it meanwhile waits for the first.
   * `T` is what JSON can say.
   */
  once<T>(
    request: KeyedRequest,
    act: (uuidOf: UuidOf) => Promise<T>,
    progressOf: (answer: T) => Progress,
  ): Promise<OnceOutcome<T>>;
}

/** How long a key stands for its request. */
const KEPT_MS = 24 * 60 * 60_000;
/** Keys of one caller that are kept at a time; one more is refused. */
const KEYS_MAX = 100_000;

interface Running {
  readonly digest: string;
  readonly answer: Promise<unknown>;
}

export function onceOperations(deps: {
  readonly store: Pick<Store, 'requests'>;
  readonly now: () => number;
}): OnceOperations {
  const { store, now } = deps;
  const running = new Map<string, Running>();

  async function run<T>(
    request: KeyedRequest,
    known: KnownRequest,
    act: (uuidOf: UuidOf) => Promise<T>,
    progressOf: (answer: T) => Progress,
  ): Promise<T> {
    const answer = await act(namesOf(request, known));
    const progress = progressOf(answer);
    if (progress === 'answered') store.requests.finish(request, JSON.stringify(answer));
    if (progress === 'nothing') store.requests.forget(request);
    return answer;
  }

  return {
    async once<T>(
      request: KeyedRequest,
      act: (uuidOf: UuidOf) => Promise<T>,
      progressOf: (answer: T) => Progress,
    ): Promise<OnceOutcome<T>> {
      const name = JSON.stringify([request.caller, request.key]);
      const first = running.get(name);
      if (first !== undefined) {
        if (first.digest !== request.digest) return { kind: 'other_request' };
        return { kind: 'answered', answer: (await first.answer) as T };
      }
      const nowMs = now();
      const known = store.requests.begin(request, nowMs, nowMs - KEPT_MS, KEYS_MAX);
      if (known === null) return { kind: 'too_many_keys' };
      if (known.digest !== request.digest) return { kind: 'other_request' };
      if (known.answer !== null) return { kind: 'answered', answer: JSON.parse(known.answer) as T };
      const answer = run(request, known, act, progressOf).finally(() => running.delete(name));
      running.set(name, { digest: request.digest, answer });
      return { kind: 'answered', answer: await answer };
    },
  };
}

/** The beginning is part of a name: a key that is used anew after its time makes something new. */
function namesOf({ caller, key }: KeyedRequest, { begunMs }: KnownRequest): (index: number) => string {
  return (index) =>
    uuidFrom(
      createHash('sha256')
        .update(JSON.stringify([caller, key, begunMs, index]))
        .digest(),
      8,
    );
}
