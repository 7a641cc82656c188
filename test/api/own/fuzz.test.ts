/** Random requests to every route of Milepost's own API. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Operation } from '../../../src/api/document.ts';
import type { JsonSchema } from '../../../src/api/navixy/shapes.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { jsonText, parametersArbitrary, pathPart } from '../arbitrary.ts';
import { operationsOf } from '../document-check.ts';
import { Fuzz, REQUESTS, SEED, type Sent } from '../fuzz-kit.ts';
import type { KnownIds } from '../known-ids.ts';
import type { Parameters } from '../places.ts';

let fuzz: Fuzz;

beforeAll(async () => {
  fuzz = await Fuzz.start();
});
afterAll(() => fuzz.close());

const HEADERS = { authorization: `Bearer ${FIRST_KEY}`, 'content-type': 'application/json' };

/** Those that answer with JSON, so not the pages, nor what never ends. */
function requests(knownIds: KnownIds): fc.Arbitrary<Sent> {
  const asked = operationsOf(fuzz.document).filter(({ path, operation }) => {
    const answers = Object.values(operation.responses).flatMap((answer) =>
      '$ref' in answer ? [] : [answer.content ?? {}],
    );
    return path.startsWith('/api/') && answers.every((content) => 'application/json' in content);
  });
  const each = asked.map(({ method, path, operation }) => {
    const given = fc.tuple(
      parametersArbitrary(parametersIn(operation, 'path'), knownIds),
      parametersArbitrary(parametersIn(operation, 'query'), knownIds),
      parametersArbitrary(operation.requestBody?.content['application/json']?.schema ?? { type: 'null' }, knownIds),
    );
    return given.map(([inPath, inQuery, body]) => ({
      options: {
        method: method.toUpperCase() as 'GET',
        url: `${filled(path, inPath, knownIds)}?${new URLSearchParams(texts(inQuery))}`,
        headers: HEADERS,
        ...(body !== null && { payload: jsonText(body) }),
      },
      isFile: false,
    }));
  });
  return fc.oneof(...each);
}

function parametersIn({ parameters = [] }: Operation, place: 'path' | 'query'): JsonSchema {
  const those = parameters.filter((parameter) => parameter.in === place);
  const required = those.filter((parameter) => parameter.required).map(({ name }) => name);
  const properties = Object.fromEntries(those.map(({ name, schema }) => [name, schema]));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** Every second id is one of something that is there. */
function filled(path: string, parameters: Parameters, knownIds: KnownIds): string {
  return path.replaceAll(/\{(\w+)\}/g, (_found, name: string) => {
    const text = texts(parameters)[name] ?? '';
    const ids = knownIds.all();
    const known = ids[text.length % (2 * ids.length)];
    return name === 'id' && known !== undefined ? String(known) : pathPart(text);
  });
}

function texts(parameters: Parameters): Record<string, string> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : jsonText([value]).slice(1, -1),
  ]);
  return Object.fromEntries(entries);
}

it(`${REQUESTS} random requests (seed ${SEED}) get an answer as the document says, and the store lives`, async () => {
  await fuzz.run(requests);
  // Without these, little was tried.
  const { answers } = fuzz;
  expect(answers.get('200')).toBeGreaterThan(REQUESTS / 20);
  expect(answers.get('400 invalid')).toBeGreaterThan(REQUESTS / 20);
  expect(answers.get('404 tracker_not_found')).toBeGreaterThan(0);
}, 3_600_000);
