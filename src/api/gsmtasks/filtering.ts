/** Filters of a list out of its address, one by one: what is right as values, what is wrong as words under its name. */
import type { Faults } from '../rest/faults.ts';
import { parseInstant, referredUuid } from '../rest/wire.ts';

/** Both ends included. */
export interface PeriodAsked {
  readonly fromMs: number;
  readonly toMs: number;
}

const ALWAYS: PeriodAsked = { fromMs: -Infinity, toMs: Infinity };
const DAY_MS = 86_400_000;
/** Values of one filter that are read. */
const VALUES_MAX = 1000;
const SHOWN_CHARACTERS_MAX = 60;

export class Filtering {
  readonly #query: Readonly<Record<string, unknown>>;
  readonly #faults: Record<string, readonly string[]> = {};

  /** What nobody knows in it is ignored. */
  constructor(query: unknown) {
    this.#query = (query ?? {}) as Record<string, unknown>;
  }

  /** null = all that was read is right. */
  get faults(): Faults | null {
    return Object.keys(this.#faults).length === 0 ? null : this.#faults;
  }

  /** Of a filter that is there more than once the last counts; null = it is not there, or empty. */
  text(name: string): string | null {
    const value = Object.hasOwn(this.#query, name) ? this.#query[name] : undefined;
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'string' && last !== '' ? last : null;
  }

  /** By `name`, or several by `name__in`; null = all. */
  words<W extends string>(name: string, known: readonly W[]): readonly W[] | null {
    const one = this.text(name);
    const listed = this.#list(`${name}__in`);
    const asked = one === null ? listed : listed === null ? [one] : listed.filter((word) => word === one);
    const strange = [one, ...(listed ?? [])].find((word) => word !== null && !known.includes(word as W));
    if (strange === undefined) return asked as readonly W[] | null;
    const at = strange === one ? name : `${name}__in`;
    return this.#refuse(
      at,
      `Expected one of ${known.filter((word) => word !== '').join(', ')}, received ${shown(strange ?? '')}.`,
    );
  }

  /** A UUID, or the URL of something of a collection. */
  reference(name: string, collection: string): string | null {
    const value = this.text(name);
    return value === null ? null : this.#referred(name, collection, value);
  }

  /** Several, by `name` and `name__in`. */
  references(name: string, collection: string): readonly string[] | null {
    const one = this.reference(name, collection);
    const listed = this.#list(`${name}__in`)?.map((value) => this.#referred(`${name}__in`, collection, value) ?? '');
    if (listed === undefined) return one === null ? null : [one];
    return one === null ? listed : listed.filter((uuid) => uuid === one);
  }

  /** By `name` and `name__date`, which are days in UTC, and `__gt`, `__gte`, `__lt`, `__lte`. */
  period(name: string): PeriodAsked {
    const bounds: readonly PeriodAsked[] = [
      this.#day(name),
      this.#day(`${name}__date`),
      { ...ALWAYS, fromMs: this.#instant(`${name}__gt`, -Infinity, 1) },
      { ...ALWAYS, fromMs: this.#instant(`${name}__gte`, -Infinity) },
      { ...ALWAYS, toMs: this.#instant(`${name}__lt`, Infinity, -1) },
      { ...ALWAYS, toMs: this.#instant(`${name}__lte`, Infinity) },
    ];
    return bounds.reduce(both);
  }

  /** `YYYY-MM-DD`. */
  day(name: string): string | null {
    const value = this.text(name);
    if (value === null || isDay(value)) return value;
    return this.#refuse(name, `Expected a date such as 2026-03-02, received ${shown(value)}.`);
  }

  #day(name: string): PeriodAsked {
    const value = this.text(name);
    if (value === null) return ALWAYS;
    // An instant stands for itself.
    const ms = parseInstant(withPlus(value));
    if (ms !== null) return { fromMs: ms, toMs: ms };
    const day = this.day(name);
    if (day === null) return ALWAYS;
    const fromMs = Date.parse(day);
    return { fromMs, toMs: fromMs + DAY_MS - 1 };
  }

  #instant(name: string, absent: number, beyondMs = 0): number {
    const value = this.text(name);
    if (value === null) return absent;
    // A day stands for its beginning.
    const ms = isDay(value) ? Date.parse(value) : parseInstant(withPlus(value));
    if (ms !== null) return ms + beyondMs;
    this.#refuse(name, `Expected an instant such as 2026-03-02T08:15:00Z, received ${shown(value)}.`);
    return absent;
  }

  #list(name: string): readonly string[] | null {
    const value = Object.hasOwn(this.#query, name) ? this.#query[name] : undefined;
    if (value === undefined) return null;
    const values = [value].flat().flatMap((each) => String(each).split(',', VALUES_MAX + 1));
    if (values.length <= VALUES_MAX) return values.map((each) => each.trim()).filter((each) => each !== '');
    return this.#refuse(name, `Expected at most ${VALUES_MAX} values.`);
  }

  #referred(name: string, collection: string, value: string): string | null {
    const uuid = referredUuid(collection, value);
    return uuid ?? this.#refuse(name, `Expected a UUID or a URL of /${collection}/, received ${shown(value)}.`);
  }

  #refuse(name: string, words: string): null {
    this.#faults[name] = [words];
    return null;
  }
}

export function both(a: PeriodAsked, b: PeriodAsked): PeriodAsked {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(text);
  // The 31st of a shorter month would be the first of the next.
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text);
}

/** A plus that was not escaped in an address arrives as a space. */
function withPlus(text: string): string {
  return text.length > 'YYYY-MM-DD hh:mm'.length ? text.replace(/ (?=\d{2}:?\d{2}$)/, '+') : text;
}

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARACTERS_MAX ? `${value.slice(0, SHOWN_CHARACTERS_MAX)}...` : value);
}
