/** Whatever is given to the calls about people, vehicles, tags, fields, keys and trackers, none of them breaks. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Call } from '../../../src/api/navixy/call.ts';
import { DEPOT_CALLS } from '../../../src/api/navixy/depot-calls.ts';
import { EMPLOYEE_CALLS } from '../../../src/api/navixy/employee-calls.ts';
import { ENTITY_CALLS } from '../../../src/api/navixy/entity-calls.ts';
import { GEOCODER_CALLS } from '../../../src/api/navixy/geocoder-calls.ts';
import { KEY_CALLS } from '../../../src/api/navixy/key-calls.ts';
import { SETTINGS_CALLS } from '../../../src/api/navixy/settings-calls.ts';
import type { JsonSchema } from '../../../src/api/navixy/shapes.ts';
import { TAG_CALLS } from '../../../src/api/navixy/tag-calls.ts';
import { TRACKER_CALLS } from '../../../src/api/navixy/tracker-calls.ts';
import { USER_CALLS } from '../../../src/api/navixy/user-calls.ts';
import { VEHICLE_CALLS } from '../../../src/api/navixy/vehicle-calls.ts';
import { NOW_MS } from '../../operations/fake-line.ts';
import { LiveKit } from '../calls-kit.ts';

const CALLS: readonly Call[] = [
  ...[...DEPOT_CALLS, ...EMPLOYEE_CALLS, ...ENTITY_CALLS, ...GEOCODER_CALLS, ...KEY_CALLS],
  ...[...SETTINGS_CALLS, ...TAG_CALLS, ...TRACKER_CALLS, ...USER_CALLS, ...VEHICLE_CALLS],
];

const ODD = [
  null,
  '',
  ' ',
  '\ud800',
  '\u0000',
  "'; DROP TABLE records; --",
  '../../etc/passwd',
  -0,
  1e308,
  2 ** 53,
  [],
  {},
];

/** What a schema asks for, about; now and then something else. */
function anyValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  const likely = likelyOf(schema as Record<string, never>);
  return fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: fc.constantFrom<unknown>(...ODD) });
}

interface AnySchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly maxLength?: number;
}

function likelyOf(schema: AnySchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(anyValue));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min: 0, max: 4 });
    case 'number':
      return fc.double({ min: -90, max: 90, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(anyValue(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, anyValue(each)])),
        {
          requiredKeys: [],
        },
      );
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'binary', maxLength: Math.min(20, schema.maxLength ?? 20) }),
        fc.constantFrom('Anna', 'FF0000', '2026-02-30', '2026-03-01 08:00:00', '356307042441013', 'Europe/Berlin'),
      );
    default:
      return fc.constant(null);
  }
}

const wishes = CALLS.map((entry) => {
  const rule = { refusePastTo: false, now: () => NOW_MS };
  const takes = typeof entry.takes === 'function' ? entry.takes({ rule }) : entry.takes;
  const parameters = Object.entries(takes).map(([name, { schema }]) => [name, anyValue(schema)]);
  return fc.record(Object.fromEntries(parameters), { requiredKeys: [] }).map((given) => ({ path: entry.path, given }));
});

it('takes it, or says what is wrong with it in the shape that the documents show', async () => {
  const kit = new LiveKit(CALLS);
  await kit.tracker('Van', '490154203237518');
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(...wishes), async ({ path, given }) => {
      const { status, body } = await kit.call(path, given);
      statuses.add(status);
      expect([200, 400, 402, 403, 404, 409], `${path} ${JSON.stringify(given)}`).toContain(status);
      if (status !== 200) expect(body).toMatchObject({ success: false, status: { code: expect.any(Number) } });
    }),
    { numRuns: 600 },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
}, 60_000);
