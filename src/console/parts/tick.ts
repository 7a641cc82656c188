/** A second hand, for what says how long ago something was. It stands still while nobody looks. */
import { type ReadonlySignal, signal } from '@preact/signals';

const count = signal(0);
export const tick: ReadonlySignal<number> = count;

const EVERY_MS = 1000;

setInterval(() => {
  if (!document.hidden) count.value += 1;
}, EVERY_MS);
