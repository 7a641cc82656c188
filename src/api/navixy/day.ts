/** A day without a time, which no zone moves: yyyy-MM-dd. */
import type { Reader } from './parameters.ts';

const FORM = /^(\d{4})-(\d\d)-(\d\d)$/;

export const date: Reader<string> = {
  schema: { type: 'string', pattern: FORM.source },
  fromText: (text) => text,
  read: (value, site) =>
    typeof value === 'string' && isDay(value) ? value : site.fault('must be a date as yyyy-MM-dd'),
};

function isDay(text: string): boolean {
  return FORM.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}
