/** What a change changed: the members of before and after that differ, each by its path. Pure. */

export interface Difference {
  /** `zone.radius`, `scopes[1]`; '' = the whole. */
  readonly path: string;
  /** As JSON; null = it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

const DEPTH_MAX = 6;
/** Members are many only where somebody wants a page to stall. */
export const DIFFERENCES_MAX = 200;

export function differencesOf(before: unknown, after: unknown): readonly Difference[] {
  const found: Difference[] = [];
  compare('', absentIfNull(before), absentIfNull(after), 0, found);
  return found;
}

/** A change without a former or a later state says null for it. */
function absentIfNull(value: unknown): unknown {
  return value === null ? undefined : value;
}

function compare(path: string, before: unknown, after: unknown, depth: number, found: Difference[]): void {
  if (found.length >= DIFFERENCES_MAX || isSame(before, after)) return;
  const names = depth < DEPTH_MAX ? memberNames(before, after) : null;
  if (names === null) {
    found.push({ path, before: textOf(before), after: textOf(after) });
    return;
  }
  for (const name of names) {
    compare(pathTo(path, name, before ?? after), memberOf(before, name), memberOf(after, name), depth + 1, found);
  }
}

function isSame(before: unknown, after: unknown): boolean {
  return Object.is(before, after) || (before !== undefined && JSON.stringify(before) === JSON.stringify(after));
}

/** Of both, where both are of one kind and have any, or one is missing; null = to be shown as a whole. */
function memberNames(before: unknown, after: unknown): readonly string[] | null {
  const known = [before, after].filter((value) => value !== undefined);
  const isOneKind = known.every((value) => isHolder(value) && Array.isArray(value) === Array.isArray(known[0]));
  if (!isOneKind) return null;
  const names = [...new Set(known.flatMap((value) => Object.keys(value as object)))];
  return names.length === 0 ? null : names;
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function memberOf(value: unknown, name: string): unknown {
  return isHolder(value) && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function pathTo(path: string, name: string, holder: unknown): string {
  if (Array.isArray(holder)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
