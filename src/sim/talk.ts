/**
 * A talk: what a device and the gateway said to each other, as text that people read and `replay` plays.
 *
 *     # comment
 *     source: where the talk is from
 *     clock: 2026-05-04T08:00:00Z      what the gateway's clock said
 *
 *     ~                                the device connects
 *     @ 1500                           ms since the talk began
 *     > 000F3335...                    the device says
 *     < 01                             the gateway answers, byte for byte
 */

export type TalkStep =
  | { readonly kind: 'connect'; readonly line: number; readonly atMs: number }
  | { readonly kind: 'say'; readonly line: number; readonly atMs: number; readonly bytes: Buffer }
  | { readonly kind: 'expect'; readonly line: number; readonly atMs: number; readonly bytes: Buffer };

export interface Talk {
  /** `source`, `protocol`, `imei`, ... as written above the first step. */
  readonly headers: ReadonlyMap<string, string>;
  /** For answers that carry the time; null = the talk has none. */
  readonly clockMs: number | null;
  readonly steps: readonly TalkStep[];
}

/** A text that is not a talk. The message names the line, what it says and what was expected. */
export class TalkError extends Error {
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'TalkError';
  }
}

const LINE_CHARACTERS_MAX = 262_144;

/** Throws TalkError. A talk that does not say when the device connects begins with a connection. */
export function parseTalk(text: string): Talk {
  const headers = new Map<string, string>();
  const steps: TalkStep[] = [];
  let atMs = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = raw.replace(/(^|\s)#.*$/, '').trim();
    if (content === '') continue;
    if (content.length > LINE_CHARACTERS_MAX) throw new TalkError(line, `got ${content.length} characters in one line`);
    const header = /^([a-z]+):\s*(.+)$/.exec(content);
    if (header !== null && steps.length === 0) headers.set(header[1] ?? '', header[2] ?? '');
    else if (content.startsWith('@')) atMs = parseTime(line, content.slice(1).trim(), atMs);
    else steps.push(...parseStep(line, content, atMs, steps.length === 0));
  }
  return { headers, clockMs: parseClock(headers.get('clock')), steps };
}

function parseTime(line: number, text: string, beforeMs: number): number {
  const atMs = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(atMs >= beforeMs))
    throw new TalkError(line, `got time ${JSON.stringify(text)}, expected ms not before ${beforeMs}`);
  return atMs;
}

function parseStep(line: number, content: string, atMs: number, isFirst: boolean): TalkStep[] {
  if (content === '~') return [{ kind: 'connect', line, atMs }];
  const match = /^([<>])\s*((?:[0-9a-f]{2}\s*)+)$/i.exec(content);
  if (match === null) {
    throw new TalkError(line, `got ${JSON.stringify(content.slice(0, 40))}, expected > or < and hex, @ and ms, or ~`);
  }
  const bytes = Buffer.from((match[2] ?? '').replaceAll(/\s/g, ''), 'hex');
  const step: TalkStep = { kind: match[1] === '>' ? 'say' : 'expect', line, atMs, bytes };
  return isFirst ? [{ kind: 'connect', line, atMs }, step] : [step];
}

function parseClock(text: string | undefined): number | null {
  if (text === undefined) return null;
  const clockMs = Date.parse(text);
  if (Number.isNaN(clockMs)) throw new TalkError(1, `got clock ${JSON.stringify(text)}, expected an ISO 8601 instant`);
  return clockMs;
}
