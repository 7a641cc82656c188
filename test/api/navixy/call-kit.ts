/** What can be asked of every call alike: drawn from the schemas of what it takes. */
import { exampleOf } from '../../../src/api/json-example.ts';
import type { Call } from '../../../src/api/navixy/call.ts';
import { parametersOf } from '../../../src/api/navixy/openapi.ts';
import { objectSchema } from '../../../src/api/navixy/parameters.ts';
import type { JsonSchema } from '../../../src/api/navixy/shapes.ts';
import { type Parameters, type Place, placesOf, plain } from '../places.ts';

export function schemaOf(entry: Call): JsonSchema {
  return objectSchema(parametersOf(entry));
}

/** Required parameters only. */
export function exampleFor(entry: Call): Parameters {
  return exampleOf(schemaOf(entry)) as Parameters;
}

export function placesIn(entry: Call): Place[] {
  return placesOf(schemaOf(entry));
}

/** Of these types only, each in one of its alternatives. */
export function valuesIn(entry: Call, ...types: readonly string[]): Place[] {
  return placesIn(entry).filter(({ schema }) => types.includes(String(plain(schema)['type'])));
}
