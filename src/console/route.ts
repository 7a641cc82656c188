/** The address bar: the console's pages are behind the `#`, where no server sees them. */
import { type ReadonlySignal, signal } from '@preact/signals';

const hash = signal(location.hash);

/** With its `#`; changes with the address. */
export const address: ReadonlySignal<string> = hash;

addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** To a page: `/tasks/7`. */
export function go(path: string): void {
  location.hash = path;
}

/** The same without a step back to where one was. */
export function replace(path: string): void {
  history.replaceState(null, '', `${location.pathname}#${path}`);
  hash.value = location.hash;
}

/** What a link to log in once carries, taken out of the address before anyone copies it; null = nothing. */
export function takeToken(): string | null {
  const [, token] = /^#token=([0-9a-zA-Z_-]{1,200})$/.exec(location.hash) ?? [];
  if (token === undefined) return null;
  replace('/');
  return token;
}
