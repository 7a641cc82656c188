/** What the doctor says about one thing it looked at. */

type Level = 'ok' | 'warning' | 'failure';

export interface Finding {
  /** What was looked at: `runtime`, `port`, ... */
  readonly check: string;
  readonly level: Level;
  readonly seen: string;
  /** What to do about it; null = nothing. */
  readonly repair: string | null;
}

export function fine(check: string, seen: string): Finding {
  return { check, level: 'ok', seen, repair: null };
}

export function warning(check: string, seen: string, repair: string): Finding {
  return { check, level: 'warning', seen, repair };
}

export function failure(check: string, seen: string, repair: string): Finding {
  return { check, level: 'failure', seen, repair };
}

const MARKS: Readonly<Record<Level, string>> = { ok: 'ok', warning: 'WARNING', failure: 'FAILURE' };

/** A line each, and beneath it the repair. */
export function findingText({ check, level, seen, repair }: Finding): string {
  const line = `${MARKS[level].padEnd(7)}  ${check.padEnd(WIDTH)}  ${seen}\n`;
  return repair === null ? line : `${line}${' '.repeat(WIDTH + 11)}-> ${repair}\n`;
}

const WIDTH = 13;
