/** What is said instead of content: that it failed and why, that there is none, that it is on its way. */
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';
import { Button } from './form.tsx';

const HEADS: Readonly<Record<number, string>> = {
  0: 'No answer',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not now',
  429: 'Too often',
  503: 'Not available',
};

export interface FailureProps {
  /** null = nothing is wrong. */
  readonly error: Pick<ApiError, 'status' | 'detail'> | null;
  readonly onRetry?: (() => void) | undefined;
}

export function Failure({ error, onRetry }: FailureProps) {
  if (error === null) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{HEADS[error.status] ?? 'That did not work'}.</strong> {sentence(error.detail)}
      </p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="notice notice-empty">{children}</p>;
}

export function Loading() {
  return (
    <p class="notice notice-loading" role="status">
      Loading…
    </p>
  );
}
