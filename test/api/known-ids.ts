/** Ids of what was made, by what it is: random requests mostly name something that is there. */

export class KnownIds {
  readonly #byKind = new Map<string, Set<number>>();

  note(kind: string, ...ids: readonly number[]): void {
    const known = this.#byKind.get(kind) ?? new Set();
    this.#byKind.set(kind, known);
    for (const id of ids) known.add(id);
  }

  /** Of what a parameter means: `task_id`, `tag_ids`, `trackers`; of anything where that is not known. */
  of(name: string): readonly number[] {
    const kind = name.replace(/_ids?$/, '').replace(/s$/, '');
    return [...(this.#byKind.get(kind) ?? this.all())];
  }

  all(): readonly number[] {
    return [...this.#byKind.values()].flatMap((ids) => [...ids]);
  }
}
