/** Random requests to every call of the dialect, as JSON, form and query. */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CALLS } from '../../../src/api/navixy/routes.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { jsonText, parametersArbitrary } from '../arbitrary.ts';
import { Fuzz, REQUESTS, SEED, type Sent } from '../fuzz-kit.ts';
import type { KnownIds } from '../known-ids.ts';
import type { Parameters } from '../places.ts';
import { schemaOf } from './call-kit.ts';

let fuzz: Fuzz;

beforeAll(async () => {
  fuzz = await Fuzz.start();
});
afterAll(() => fuzz.close());

const WAYS = ['json', 'json', 'json', 'form', 'query'] as const;
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

function requests(knownIds: KnownIds): fc.Arbitrary<Sent> {
  const each = CALLS.map((entry) =>
    fc
      .tuple(parametersArbitrary(schemaOf(entry), knownIds), fc.constantFrom(...WAYS), fc.constantFrom('/v2/', '/'))
      .map(([parameters, way, prefix]) => {
        return { options: optionsOf(prefix + entry.path, parameters, way), isFile: entry.gives === 'file' };
      }),
  );
  return fc.oneof(...each);
}

function optionsOf(url: string, parameters: Parameters, way: (typeof WAYS)[number]): InjectOptions {
  if (way === 'json') {
    return { method: 'POST', url: `${url}?hash=${FIRST_KEY}`, headers: JSON_TYPE, payload: jsonText(parameters) };
  }
  const form = new URLSearchParams({ hash: FIRST_KEY });
  for (const [name, value] of Object.entries(parameters)) form.append(name, wordOf(value));
  if (way === 'query') return { method: 'GET', url: `${url}?${form}` };
  return { method: 'POST', url, headers: FORM_TYPE, payload: form.toString() };
}

/** As it stands in a form: texts bare, all else as JSON. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText([value]).slice(1, -1);
}

it(`${REQUESTS} random requests (seed ${SEED}) get an answer as the document says, and the store lives`, async () => {
  await fuzz.run(requests);
  // Without these, little was tried.
  const { answers } = fuzz;
  expect(answers.get('200')).toBeGreaterThan(REQUESTS / 5);
  expect(answers.get('400 7')).toBeGreaterThan(REQUESTS / 20);
  expect(answers.get('400 201')).toBeGreaterThan(0);
}, 3_600_000);
