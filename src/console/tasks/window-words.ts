/** When a task is to be done, in words for a person: local time, with the day only as often as it is needed. */
import type { Iso } from '../wire.ts';

interface Window {
  readonly from: Iso | null;
  readonly to: Iso | null;
}

/** `22 Nov, 08:00 to 18:00`. `timeZone`: the reader's own without; the year is named where it is not that of `nowMs`. */
export function windowWords({ from, to }: Window, nowMs: number, timeZone?: string): string {
  const words = (at: Iso): string => momentWords(Date.parse(at), nowMs, timeZone);
  if (from === null && to === null) return 'at any time';
  if (from === null) return `until ${words(to ?? '')}`;
  if (to === null) return `from ${words(from)} on`;
  const isOneDay = dayWords(Date.parse(from), nowMs, timeZone) === dayWords(Date.parse(to), nowMs, timeZone);
  return `${words(from)} to ${isOneDay ? clockWords(Date.parse(to), timeZone) : words(to)}`;
}

/** `22 Nov, 08:00` */
export function momentWords(ms: number, nowMs: number, timeZone?: string): string {
  return `${dayWords(ms, nowMs, timeZone)}, ${clockWords(ms, timeZone)}`;
}

/** On a scale: the day at midnight, else the time. */
export function tickWords(ms: number, nowMs: number, timeZone?: string): string {
  const clock = clockWords(ms, timeZone);
  return clock === '00:00' ? dayWords(ms, nowMs, timeZone) : clock;
}

/** `08:00`, with the seconds where they are not none. */
export function clockWords(ms: number, timeZone?: string): string {
  const second = Math.floor(ms / 1000) % 60 === 0 ? {} : ({ second: '2-digit' } as const);
  return format(ms, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...second }, timeZone);
}

/** What the reader's clock is ahead of UTC at that moment: `UTC+01:00`, `UTC`. */
export function offsetWords(ms: number, timeZone?: string): string {
  if (Number.isNaN(ms)) return '';
  const parts = formatter({ timeZoneName: 'longOffset' }, timeZone).formatToParts(ms);
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC').replace('+00:00', '');
}

function dayWords(ms: number, nowMs: number, timeZone?: string): string {
  const year = (at: number): string => format(at, { year: 'numeric' }, timeZone);
  const isThisYear = year(ms) === year(nowMs);
  return format(ms, { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) }, timeZone);
}

function format(ms: number, parts: Intl.DateTimeFormatOptions, timeZone?: string): string {
  return Number.isNaN(ms) ? '?' : formatter(parts, timeZone).format(ms);
}

function formatter(parts: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...parts, ...(timeZone !== undefined && { timeZone }) });
}

/** A sentence of the gateway's, apart at its times: they are in UTC, and the reader has a clock of his own. */
export function sentencePieces(sentence: string): readonly { readonly text: string; readonly isTime: boolean }[] {
  return sentence
    .split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
    .map((text, place) => ({ text, isTime: place % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
