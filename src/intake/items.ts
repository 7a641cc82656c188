/** What the line takes in, one item behind the other, and which of them share a commit. */
import type { Command, CommandOutcome } from '../model/command.ts';
import type { Delivery, Receipt } from './intake.ts';

export type Item =
  | {
      readonly kind: 'frame';
      readonly delivery: Delivery;
      readonly receipt: Receipt;
    }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly resolve: (outcome: CommandOutcome) => void;
    }
  | { readonly kind: 'tick' };

type CommandItem = Item & { readonly kind: 'command' };

/** What a frame, and each of its decoded records, takes in memory beside its bytes, about. */
const FRAME_BYTES = 1_000;
const RECORD_BYTES = 500;

/** In memory, about. */
export function weightOf({ raw, fixes }: Delivery): number {
  return raw.length + FRAME_BYTES + fixes.length * RECORD_BYTES;
}

/** A command that is about how kept records are read is a commit of its own: it is about all that came before it. */
export function mayReread(item: Item): item is CommandItem {
  if (item.kind !== 'command') return false;
  if (item.command.kind === 'change_device') return true;
  if (item.command.kind !== 'edit_tracker') return false;
  return item.command.restamp === true || item.command.edit.model !== undefined;
}

/** In order: runs of items that share a commit. */
export function* parted(items: readonly Item[]): Generator<readonly Item[]> {
  let start = 0;
  for (let i = 0; i < items.length; i++) {
    if (!mayReread(items[i]!)) continue;
    if (i > start) yield items.slice(start, i);
    yield [items[i]!];
    start = i + 1;
  }
  if (start === 0) yield items;
  else if (start < items.length) yield items.slice(start);
}
