/** Reads a point in time as `/api` takes it: ms since 1970, or ISO 8601 with an offset. */

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/;

/** The form has passed the schema; null = there is no such date. */
export function parseInstant(text: string): number | null {
  if (/^-?\d+$/.test(text)) return Number(text);
  const match = ISO.exec(text);
  if (match === null || !isDate(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  // An unescaped `+` of an offset arrives from a query string as a space.
  const timeMs = Date.parse(text.replace(' ', '+'));
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** `Date.parse` takes 31 February for 3 March. */
function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
