/** One thing that a person asks for at a time: whether it is under way, and what was said against it. */
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';

export interface Action {
  readonly isBusy: boolean;
  readonly error: ApiError | null;
  /** Does nothing while the one before is under way. */
  readonly run: (work: () => Promise<void>) => void;
  readonly clear: () => void;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const isRunning = useRef(false);
  async function whole(work: () => Promise<void>): Promise<void> {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  }
  return { isBusy, error, run: (work) => void whole(work), clear: () => setError(null) };
}

/** What is expected of a field, where the gateway says that it is at fault. */
export function faultOf(error: ApiError | null, parameter: string): string | undefined {
  return error?.errors?.find((fault) => fault.parameter === parameter)?.expected;
}
