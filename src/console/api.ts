/** Asking the gateway: JSON there and back, refusals as errors that can be shown. */
import { useEffect, useState } from 'preact/hooks';
import { endSession } from './session.ts';
import type { Problem } from './wire.ts';

export class ApiError extends Error {
  /** 0 = there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: Problem['errors'];

  constructor({ status, code, detail, errors }: Problem) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal === undefined ? {} : { signal });
}

export function send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  if (body === undefined) return ask<T>(path, { method });
  return ask<T>(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

const NO_ANSWER: Problem = { status: 0, code: 'no_answer', detail: 'the gateway does not answer' };

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((error: unknown) => {
    throw init.signal?.aborted ? error : new ApiError(NO_ANSWER);
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = await problemOf(response);
  // Wherever it happens, the one answer to it is to log in again.
  if (problem.status === 401) endSession();
  throw new ApiError(problem);
}

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const unsaid = { status, code: 'fault', detail: `the gateway answered ${status} and no more` };
  const body: unknown = await response.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'detail' in body ? { ...unsaid, ...(body as Problem) } : unsaid;
}

export interface Load<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly isLoading: boolean;
  reload(): void;
}

interface Loaded<T> extends Omit<Load<T>, 'reload'> {
  readonly path: string | null;
}

/** What is at a path, asked for anew when that changes and when it is told to; what is known stays meanwhile. null = nothing. */
export function useLoad<T>(path: string | null): Load<T> {
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<Loaded<T>>({ path: null, data: null, error: null, isLoading: false });
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    setLoaded((last) =>
      last.path === path ? { ...last, isLoading: true } : { path, data: null, error: null, isLoading: true },
    );
    get<T>(path, abort.signal).then(
      (data) => setLoaded({ path, data, error: null, isLoading: false }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setLoaded((last) => ({ ...last, error: shownError(error), isLoading: false }));
      },
    );
    return () => abort.abort();
  }, [path, round]);
  const reload = () => setRound((last) => last + 1);
  // Of another path nothing is said, not even for the moment until it is asked for.
  return path === loaded.path ? { ...loaded, reload } : { data: null, error: null, isLoading: path !== null, reload };
}

/** Whatever was thrown, as something that can be shown. */
export function shownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ status: 0, code: 'fault', detail: error instanceof Error ? error.message : String(error) });
}
