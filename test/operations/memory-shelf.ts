/** A shelf of records in memory, as simple as can be. */
import type { RecordKind, Records } from '../../src/model/records.ts';
import type { RecordShelf } from '../../src/store/store.ts';

export class MemoryShelf implements RecordShelf {
  readonly #bodies = new Map<number, { readonly kind: RecordKind; readonly body: string }>();
  #lastId = 0;

  create<K extends RecordKind>(kind: K, content: Omit<Records[K], 'id'>): Records[K] {
    this.#lastId += 1;
    const record = { ...content, id: this.#lastId } as Records[K];
    this.#bodies.set(record.id, { kind, body: JSON.stringify(record) });
    return record;
  }

  read<K extends RecordKind>(kind: K, id: number): Records[K] | null {
    return this.list(kind).find((record) => record.id === id) ?? null;
  }

  list<K extends RecordKind>(kind: K): readonly Records[K][] {
    const those = [...this.#bodies.values()].filter((record) => record.kind === kind);
    return those.map(({ body }) => JSON.parse(body) as Records[K]);
  }

  update<K extends RecordKind>(kind: K, next: Records[K]): boolean {
    const isThere = this.#bodies.get(next.id)?.kind === kind;
    if (isThere) this.#bodies.set(next.id, { kind, body: JSON.stringify(next) });
    return isThere;
  }

  delete(kind: RecordKind, id: number): boolean {
    return this.#bodies.get(id)?.kind === kind && this.#bodies.delete(id);
  }

  clear(): void {
    this.#bodies.clear();
    this.#lastId = 0;
  }
}
