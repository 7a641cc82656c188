/** Finding a row by when it was written, in a table whose ids and times grow together: no index is needed for that. */
import type Database from 'better-sqlite3';

/** The id of the first row that was written at an instant or later; one more than the last where there is none. */
export function firstSince(
  db: Database.Database,
  table: 'history' | 'instructions',
  column: 'recorded_ms' | 'created_ms',
  timeMs: number,
): number {
  const last = db.prepare<[], number>(`SELECT ifnull(max(id), 0) FROM ${table}`).pluck().get() ?? 0;
  // Ids may be missing: what stands at one is what stands there or next.
  const at = db.prepare<[number], number>(`SELECT ${column} FROM ${table} WHERE id >= ? ORDER BY id LIMIT 1`).pluck();
  let low = 1;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((at.get(middle) ?? Infinity) >= timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
