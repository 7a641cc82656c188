/** The IO elements of a record by AVL id, each with the width that the wire gave it. */
import type { AvlEntry } from './avl.ts';
import type { IoLayout } from './layout.ts';

export type Raw = number | bigint | Buffer;

interface Element {
  readonly bytes: AvlEntry['bytes'] | 16;
  readonly value: Raw;
}

export type Elements = ReadonlyMap<number, Element>;

export function elementsById(io: IoLayout): Elements {
  const elements = new Map<number, Element>();
  for (const { id, value } of io.n1) elements.set(id, { bytes: 1, value });
  for (const { id, value } of io.n2) elements.set(id, { bytes: 2, value });
  for (const { id, value } of io.n4) elements.set(id, { bytes: 4, value });
  for (const { id, value } of io.n8) elements.set(id, { bytes: 8, value });
  for (const { id, value } of io.n16 ?? []) elements.set(id, { bytes: 16, value });
  for (const { id, value } of io.nx ?? []) elements.set(id, { bytes: 'x', value });
  return elements;
}
