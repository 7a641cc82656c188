/**
 * Bodies read field by field: what is there and right as values, what is wrong as words under the field's name. Fields
 * that are only shown are ignored when they are sent, and so is what nobody knows.
 */
import type { JsonSchema } from '../navixy/shapes.ts';
import { type Faults, NO_FIELD } from './faults.ts';

export type Reading<T> = { readonly value: T } | { readonly faults: Faults | readonly string[] };

export interface FieldReader<T> {
  /** What it takes, for the API's document. */
  readonly schema: JsonSchema;
  /** `value` is whatever JSON can say, hostile until read; never undefined. */
  read(value: unknown): Reading<T>;
}

export type FieldReaders = Readonly<Record<string, FieldReader<unknown>>>;

/** What was sent, by field; what was not is absent. */
export type Sent<F extends FieldReaders> = {
  readonly [K in keyof F]?: F[K] extends FieldReader<infer T> ? T : never;
};

/** `required`: fields that must be there. Anything but an object is a fault of no field. */
export function readFields<F extends FieldReaders>(
  body: unknown,
  fields: F,
  required: readonly (keyof F & string)[] = [],
): { readonly value: Sent<F> } | { readonly faults: Faults } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { faults: { [NO_FIELD]: [`Expected an object, received ${nameOf(body)}.`] } };
  }
  const values: Record<string, unknown> = {};
  const faults: Record<string, Faults | readonly string[]> = {};
  for (const [name, field] of Object.entries(fields)) {
    const sent = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
    if (sent === undefined) {
      if (required.includes(name)) faults[name] = ['This field is required.'];
      continue;
    }
    const reading = field.read(sent);
    if ('faults' in reading) faults[name] = reading.faults;
    else values[name] = reading.value;
  }
  return Object.keys(faults).length > 0 ? { faults } : { value: values as Sent<F> };
}

export function nullable<T>(reader: FieldReader<T>): FieldReader<T | null> {
  return {
    schema: { anyOf: [reader.schema, { type: 'null' }] },
    read: (value) => (value === null ? { value } : reader.read(value)),
  };
}

/** Control characters, NUL above all, are no text. */
export function text(most: number): FieldReader<string> {
  return {
    schema: { type: 'string', maxLength: most },
    read(value) {
      if (typeof value !== 'string') return unfit(value, 'a text');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value) || /\p{Cs}/u.test(value)) {
        return { faults: ['Expected a text without control characters or lone surrogates.'] };
      }
      if ([...value].length > most)
        return { faults: [`Expected at most ${most} characters, received ${[...value].length}.`] };
      return { value };
    },
  };
}

export function integer(least: number, most: number): FieldReader<number> {
  return {
    schema: { type: 'integer', minimum: least, maximum: most },
    read(value) {
      const isFit = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
      return isFit ? { value: value as number } : unfit(value, `a whole number from ${least} to ${most}`);
    },
  };
}

export function decimal(least: number, most: number): FieldReader<number> {
  return {
    schema: { type: 'number', minimum: least, maximum: most },
    read(value) {
      const isFit = typeof value === 'number' && value >= least && value <= most;
      return isFit ? { value } : unfit(value, `a number from ${least} to ${most}`);
    },
  };
}

export const flag: FieldReader<boolean> = {
  schema: { type: 'boolean' },
  read: (value) => (typeof value === 'boolean' ? { value } : unfit(value, 'true or false')),
};

export function oneOf<W extends string>(words: readonly W[]): FieldReader<W> {
  return {
    schema: { type: 'string', enum: words },
    read: (value) => {
      return words.includes(value as W) ? { value: value as W } : unfit(value, `one of ${words.join(', ')}`);
    },
  };
}

export function list<T>(item: FieldReader<T>, most: number): FieldReader<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, maxItems: most },
    read(value) {
      if (!Array.isArray(value)) return unfit(value, 'a list');
      if (value.length > most) return { faults: [`Expected at most ${most} items, received ${value.length}.`] };
      const readings = value.map((each) => item.read(each));
      const faults = readings.flatMap((reading, i) =>
        'faults' in reading ? wordsOf(reading.faults, `item ${i}`) : [],
      );
      if (faults.length > 0) return { faults: faults.slice(0, FAULTS_TOLD_MAX) };
      return { value: readings.map((reading) => (reading as { value: T }).value) };
    },
  };
}

const FAULTS_TOLD_MAX = 10;

function wordsOf(faults: Faults | readonly string[], where: string): readonly string[] {
  if (Array.isArray(faults)) return faults.map((words: string) => `${where}: ${words}`);
  return Object.entries(faults as Faults).flatMap(([name, inner]) =>
    wordsOf(inner as Faults | readonly string[], `${where}.${name}`),
  );
}

/** An object with these fields. */
export function nested<F extends FieldReaders>(
  fields: F,
  required: readonly (keyof F & string)[] = [],
): FieldReader<Sent<F>> {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return {
    schema: { type: 'object', properties, ...(required.length > 0 && { required }) },
    read: (value) => readFields(value, fields, required),
  };
}

/** What was received is named, shortened. */
export function unfit(value: unknown, expected: string): { readonly faults: readonly string[] } {
  return { faults: [`Expected ${expected}, received ${nameOf(value)}.`] };
}

const SHOWN_CHARACTERS_MAX = 60;

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  const whole = JSON.stringify(value) ?? String(value);
  return whole.length > SHOWN_CHARACTERS_MAX ? `${whole.slice(0, SHOWN_CHARACTERS_MAX)}...` : whole;
}
