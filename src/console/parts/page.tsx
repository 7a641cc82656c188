/** The frame of a page: its name, what can be done here, and the way back. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export interface PageProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  /** Where one came from. */
  readonly back?: { readonly href: string; readonly label: string } | undefined;
  readonly children?: ComponentChildren;
}

export function Page({ title, actions, back, children }: PageProps) {
  useTitle(title);
  return (
    <div class="page">
      {back !== undefined && (
        <a class="page-back" href={back.href}>
          <span aria-hidden="true">‹ </span>
          {back.label}
        </a>
      )}
      <header class="page-head">
        <h1>{title}</h1>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** What the browser calls this page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Milepost`;
  }, [title]);
}
