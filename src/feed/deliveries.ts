/**
 * How far one endpoint has been told and what it is told next: pure, so that every order of failures and restarts can be
 * tried. An endpoint is told one thing at a time, in the order in which events were recorded; while something is to be
 * tried again, nothing after it is told. What was asked for once more by hand comes first and is tried once.
 */
import type { DeliveryRow, ToldSoFar } from '../store/store.ts';
import type { Failure, Policy } from './policies.ts';

export interface Progress extends ToldSoFar {
  /** Of the next event; null = its next part was not tried yet. */
  readonly retry: { readonly tries: number; readonly nextMs: number } | null;
  /** What is to be told once more, in the order in which it was asked for. */
  readonly again: readonly Again[];
}

interface Again {
  readonly eventId: number;
  readonly toldParts: number;
}

/** Something to be told: a part of the first event that was not told, or of one that is told once more. */
interface Turn {
  /** null = the first event that was not told. */
  readonly againId: number | null;
  readonly part: number;
}

interface Rest {
  /** null = until there is a new event. */
  readonly untilMs: number | null;
}

/** What is said of an event in the end. */
export interface Attempt {
  readonly eventId: number;
  readonly isAgain: boolean;
  /** It has nothing to say after this. */
  readonly isLast: boolean;
}

export interface Step {
  readonly progress: Progress;
  /** What to keep of the event: null = nothing more; absent = as it was. */
  readonly row?: DeliveryRow | null;
  /** It is told nothing any more. */
  readonly isClosed: boolean;
}

/** As it was left: `beginId` is where it begins, if it was told nothing since. */
export function recalled(beginId: number, told: ToldSoFar | null, pending: readonly DeliveryRow[]): Progress {
  const { toldId, toldParts } = told !== null && told.toldId >= beginId ? told : { toldId: beginId, toldParts: 0 };
  const retry = pending.find(({ eventId }) => eventId > toldId) ?? null;
  const again = pending.filter(({ eventId }) => eventId <= toldId).map(({ eventId }) => ({ eventId, toldParts: 0 }));
  return { toldId, toldParts, retry: retry && { tries: retry.tries, nextMs: retry.nextMs }, again };
}

export function nextOf({ again, retry, toldParts }: Progress, nowMs: number): Turn | Rest {
  const [first] = again;
  if (first !== undefined) return { againId: first.eventId, part: first.toldParts };
  if (retry !== null && retry.nextMs > nowMs) return { untilMs: retry.nextMs };
  return { againId: null, part: toldParts };
}

/** It was taken. */
export function taken(progress: Progress, attempt: Attempt): Step {
  if (attempt.isLast) return passed(progress, attempt);
  const { again, retry, toldParts } = progress;
  if (attempt.isAgain) {
    const rest = again.map((each, i) => (i === 0 ? { ...each, toldParts: each.toldParts + 1 } : each));
    return { progress: { ...progress, again: rest }, isClosed: false };
  }
  const next = { ...progress, toldParts: toldParts + 1, retry: null };
  return { progress: next, ...(retry !== null && { row: null }), isClosed: false };
}

/** Nothing of the event is left to be told. */
export function passed(progress: Progress, { eventId, isAgain }: Attempt): Step {
  if (isAgain) return { progress: withoutFirst(progress), row: null, isClosed: false };
  const next = { ...progress, toldId: eventId, toldParts: 0, retry: null };
  return { progress: next, ...(progress.retry !== null && { row: null }), isClosed: false };
}

/** It was not taken. */
export function failed(progress: Progress, attempt: Attempt, failure: Failure, policy: Policy, nowMs: number): Step {
  const { eventId, isAgain } = attempt;
  const last = { eventId, nextMs: nowMs, status: failure.status, error: failure.words };
  if (isAgain) {
    const row = { ...last, state: 'dead', tries: 1 } as const;
    return { progress: withoutFirst(progress), row, isClosed: policy.afterFailure(1, failure).kind === 'close' };
  }
  const tries = (progress.retry?.tries ?? 0) + 1;
  const consequence = policy.afterFailure(tries, failure);
  if (consequence.kind === 'retry') {
    const nextMs = nowMs + consequence.waitMs;
    const row = { ...last, state: 'pending', tries, nextMs } as const;
    return { progress: { ...progress, retry: { tries, nextMs } }, row, isClosed: false };
  }
  const isClosed = consequence.kind === 'close';
  const next = isClosed ? progress : { ...progress, toldId: eventId, toldParts: 0 };
  return { progress: { ...next, retry: null }, row: { ...last, state: 'dead', tries }, isClosed };
}

/** Asked for by hand: something that it has been told, or that was given up. */
export function askedAgain(progress: Progress, eventId: number, nowMs: number): Step {
  const row = { eventId, state: 'pending', tries: 0, nextMs: nowMs, status: null, error: null } as const;
  return { progress: { ...progress, again: [...progress.again, { eventId, toldParts: 0 }] }, row, isClosed: false };
}

function withoutFirst(progress: Progress): Progress {
  return { ...progress, again: progress.again.slice(1) };
}
