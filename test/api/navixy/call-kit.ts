/** What can be asked of every call alike: drawn from the schemas of what it takes. */
import { exampleOf } from '../../../src/api/json-example.ts';
import type { Call } from '../../../src/api/navixy/call.ts';
import { parametersOf } from '../../../src/api/navixy/openapi.ts';
import { objectSchema } from '../../../src/api/navixy/parameters.ts';
import type { JsonSchema } from '../../../src/api/navixy/shapes.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** A place in the parameters of a call: one value, or the list or object that holds others. */
export interface Place {
  /** As faults name it: `task.location.lat`; of an array no index. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** The parameters with this value there; what leads to it is filled in. */
  put(parameters: Parameters, value: unknown): Parameters;
}

/** How a part of the parameters is replaced; `undefined` leaves it out. */
type Update = (parameters: Parameters, change: (before: unknown) => unknown) => Parameters;

export function schemaOf(entry: Call): JsonSchema {
  return objectSchema(parametersOf(entry));
}

/** Required parameters only. */
export function exampleFor(entry: Call): Parameters {
  return exampleOf(schemaOf(entry)) as Parameters;
}

export function placesIn(entry: Call): Place[] {
  const root = schemaOf(entry);
  return membersIn(root, '', (parameters, change) => change(parameters) as Parameters);
}

/** Of the simplest types only, each in one of its alternatives. */
export function valuesIn(entry: Call, ...types: readonly string[]): Place[] {
  return placesIn(entry).filter(({ schema }) => types.includes(String(plain(schema)['type'])));
}

/** A schema without the `null` that stands for "may be left out". */
export function plain(schema: JsonSchema): JsonSchema {
  const { anyOf } = schema;
  const others = Array.isArray(anyOf) ? (anyOf as JsonSchema[]).filter(({ type }) => type !== 'null') : [];
  return others.length === 1 ? plain(others[0]!) : schema;
}

function placesAt(schema: JsonSchema, name: string, isRequired: boolean, update: Update): Place[] {
  const put: Place['put'] = (parameters, value) => update(parameters, () => value);
  return [{ name, schema, isRequired, put }, ...placesInside(plain(schema), name, update)];
}

function placesInside(schema: JsonSchema, name: string, update: Update): Place[] {
  const { anyOf, items } = schema;
  if (Array.isArray(anyOf)) return (anyOf as JsonSchema[]).flatMap((each) => placesInside(plain(each), name, update));
  if (items === undefined) return membersIn(schema, `${name}.`, update);
  const first: Update = (parameters, change) =>
    update(parameters, (before) => {
      const [head = exampleOf(items as JsonSchema), ...rest] = (before ?? exampleOf(schema)) as unknown[];
      return [change(head), ...rest];
    });
  return placesAt(items as JsonSchema, name, false, first);
}

function membersIn(schema: JsonSchema, prefix: string, update: Update): Place[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties).flatMap(([member, memberSchema]) => {
    const there: Update = (parameters, change) =>
      update(parameters, (before) => {
        const { [member]: old, ...others } = Object(before ?? exampleOf(schema)) as Record<string, unknown>;
        const made = change(old);
        return made === undefined ? others : { ...others, [member]: made };
      });
    return placesAt(memberSchema, prefix + member, required.includes(member), there);
  });
}
