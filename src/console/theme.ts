/** Light or dark: as the system has it, until somebody says otherwise. */
import { type ReadonlySignal, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const STORED_AS = 'milepost theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

const chosen = signal<Theme>(stored());
export const theme: ReadonlySignal<Theme> = chosen;

const looks = signal(0);
/** Changes with every change of colours: what draws for itself then looks them up anew. */
export const look: ReadonlySignal<number> = looks;

export function nextTheme(): void {
  chosen.value = ORDER[(ORDER.indexOf(chosen.value) + 1) % ORDER.length]!;
  try {
    localStorage.setItem(STORED_AS, chosen.value);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
  showTheme();
}

export function showTheme(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
  looks.value += 1;
}

/** Whether it is dark on the screen now. */
export function isDark(): boolean {
  if (chosen.value !== 'system') return chosen.value === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

/** A colour of the style sheet by its name: `--good`. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function stored(): Theme {
  try {
    return ORDER.find((name) => name === localStorage.getItem(STORED_AS)) ?? 'system';
  } catch {
    return 'system';
  }
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showTheme);
