/** Asks again while somebody looks, but not before the last answer is there. */
import { useEffect, useRef } from 'preact/hooks';
import type { Load } from '../api.ts';

export function useRefresh(load: Pick<Load<unknown>, 'reload' | 'isLoading'>, everyMs: number): void {
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !latest.current.isLoading) latest.current.reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
