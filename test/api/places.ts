/** Every place of a schema where something wrong can be put, and how to put it there. */
import { exampleOf } from '../../src/api/json-example.ts';
import type { JsonSchema } from '../../src/api/navixy/shapes.ts';
import { checkOf } from './schema-kit.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** One value, or the list or object that holds others. */
export interface Place {
  /** As faults name it: `task.location.lat`; of an array no index. */
  readonly name: string;
  /** What a fault of it may name, too: the whole, where another alternative of it can be meant. */
  readonly whole: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** The parameters with this value there, undefined = without it; what leads to it is filled in. */
  put(parameters: Parameters, value: unknown): Parameters;
}

/** How a part of the parameters is replaced; undefined leaves it out. */
type Update = (parameters: Parameters, change: (before: unknown) => unknown) => Parameters;

export function placesOf(schema: JsonSchema): Place[] {
  return membersIn(schema, '', (parameters, change) => change(parameters ?? exampleOf(schema)) as Parameters);
}

/** Whether a fault that names this parameter is about the place, what it is in, or what is in it. */
export function isAbout(parameter: string, placeName: string): boolean {
  const [told, meant] = [bareName(parameter), bareName(placeName)];
  return told === meant || meant.startsWith(`${told}.`) || told.startsWith(`${meant}.`);
}

/** Some name elements by number, and an element of `tasks` may stand by itself as `task`. */
function bareName(name: string): string {
  return name.replaceAll(/\[\d+\]/g, '').replace(/^(\w+)s(?=\.|$)/, '$1');
}

export interface Complaint {
  /** 0 = a success. */
  readonly code: number;
  /** The parameters at fault. */
  readonly faulty: readonly string[];
}

interface ToldFailure {
  readonly success?: boolean;
  readonly status?: { readonly code: number };
  readonly errors?: readonly { readonly parameter: string }[];
}

/** Calls on many tell it of each: the first of those that failed then stands for all. */
export function complaintIn(body: ToldFailure & { readonly list?: unknown }): Complaint {
  const list = Array.isArray(body.list) ? (body.list as readonly ToldFailure[]) : [];
  const { status, errors = [] } = list.find(({ success }) => success === false) ?? body;
  return { code: status?.code ?? 0, faulty: errors.map(({ parameter }) => parameter) };
}

/** A schema without the `null` that stands for "may be left out". */
export function plain(schema: JsonSchema): JsonSchema {
  const others = alternativesOf(schema);
  return others.length === 1 ? plain(others[0]!) : schema;
}

function alternativesOf({ anyOf }: JsonSchema): JsonSchema[] {
  return Array.isArray(anyOf) ? (anyOf as JsonSchema[]).filter(({ type }) => type !== 'null') : [];
}

function placesAt(schema: JsonSchema, name: string, isRequired: boolean, update: Update): Place[] {
  const put: Place['put'] = (parameters, value) => update(parameters, () => value);
  return [{ name, whole: name, schema, isRequired, put }, ...placesInside(plain(schema), name, update)];
}

function placesInside(schema: JsonSchema, name: string, update: Update): Place[] {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) {
    const inside = alternatives.flatMap((each) => placesInside(plain(each), name, within(each, update)));
    return inside.map((place) => ({ ...place, whole: name }));
  }
  const items = schema['items'] as JsonSchema | undefined;
  if (items === undefined) return membersIn(schema, `${name}.`, within(schema, update));
  const first: Update = (parameters, change) =>
    within(schema, update)(parameters, (before) => {
      const [head = exampleOf(items), ...rest] = before as unknown[];
      return [change(head), ...rest];
    });
  return placesAt(items, name, false, first);
}

/** What stands there is of this schema, or an example of it takes its place. */
function within(schema: JsonSchema, update: Update): Update {
  const check = checkOf(schema);
  return (parameters, change) =>
    update(parameters, (before) => change(before !== null && check(before) === null ? before : exampleOf(schema)));
}

function membersIn(schema: JsonSchema, prefix: string, update: Update): Place[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties).flatMap(([member, memberSchema]) => {
    const there: Update = (parameters, change) =>
      update(parameters, (before) => {
        const { [member]: old, ...others } = before as Record<string, unknown>;
        const made = change(old);
        return made === undefined ? others : { ...others, [member]: made };
      });
    return placesAt(memberSchema, prefix + member, required.includes(member), there);
  });
}
