/**
 * Windows sorted by their length. Those of one class are at most so long, so the ones that are open at an instant began
 * at most so long before it: a search for overlapping windows is one range of beginnings in each class.
 */

const HOUR_MS = 3_600_000;

/** Longest window of each class but the last, which holds all that are longer. Released: schema.ts is made from it. */
const LENGTHS_MS = [1, 4, 24, 96, 384, 1536].map((hours) => hours * HOUR_MS);

/** Longer than from the first to the last instant that a date can say. */
const ANY_LENGTH_MS = 20_000_000_000_000_000;

/** The class of a row of `tasks`. */
export const WINDOW_CLASS_SQL = `CASE ${LENGTHS_MS.map((ms, i) => `WHEN to_ms - from_ms <= ${ms} THEN ${i}`).join(' ')} ELSE ${LENGTHS_MS.length} END`;

/** Every class with the length of its windows, as a table to join with. */
export const WINDOW_CLASSES_SQL = `(SELECT column1 AS class, column2 AS length_ms FROM (VALUES ${[...LENGTHS_MS, ANY_LENGTH_MS].map((ms, i) => `(${i}, ${ms})`).join(', ')}))`;
