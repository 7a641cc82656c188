/** What `/api` answers has the members that the console reads, by name: src/console/wire.ts is held to the API's document. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, MediaType } from '../../../src/api/document.ts';
import type { JsonSchema } from '../../../src/api/navixy/shapes.ts';
import { OwnKit } from './own-kit.ts';

const WIRE = readFileSync(new URL('../../../src/console/wire.ts', import.meta.url), 'utf8');

/** Members of an interface, those that it has by extension left out. */
function membersOf(name: string): string[] {
  const [, body = ''] =
    new RegExp(`export interface ${name}(?: extends \\w+)? \\{\\n(.*?)\\n\\}`, 's').exec(WIRE) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = '']) => member);
}

let kit: OwnKit;
let document: Document;

beforeAll(async () => {
  kit = new OwnKit();
  document = (await kit.app.inject('/openapi.json')).json();
});
afterAll(() => kit.close());

/** The members of an answer, or of what is found in it by the names of members and items. */
function shapeAt(path: string, method: string, status: number, way: readonly string[]): string[] {
  const response = document.paths[path]![method]!.responses[status] as { content: Record<string, MediaType> };
  let schema: JsonSchema = response.content['application/json']!.schema!;
  for (const step of [...way, null]) {
    schema = plain(schema);
    if (step !== null) schema = step === '*' ? (schema['items'] as JsonSchema) : propertiesOf(schema)[step]!;
  }
  return Object.keys(propertiesOf(schema));
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return schema['properties'] as Readonly<Record<string, JsonSchema>>;
}

/** Without a name, and without null. */
function plain(schema: JsonSchema): JsonSchema {
  if (typeof schema['$ref'] === 'string') return plain(document.components.schemas[schema['$ref'].split('/').at(-1)!]!);
  const choices = schema['anyOf'] as readonly JsonSchema[] | undefined;
  return choices === undefined ? schema : plain(choices.find((choice) => choice['type'] !== 'null')!);
}

describe('the console reads what is answered', () => {
  it.each([
    ['Task', '/api/tasks/{id}', 'get', 200, []],
    ['Zone', '/api/tasks/{id}', 'get', 200, ['zone']],
    ['TaskForm', '/api/tasks/{id}', 'get', 200, ['form']],
    ['TaskPage', '/api/tasks', 'get', 200, []],
    ['History', '/api/tasks/{id}/history', 'get', 200, []],
    ['HistoryEvent', '/api/tasks/{id}/history', 'get', 200, ['events', '*']],
    ['HistoryEvent', '/api/trackers/{id}/transitions', 'get', 200, ['events', '*']],
    ['Explanation', '/api/tasks/{id}/explain', 'get', 200, []],
    ['TaskDeliveries', '/api/tasks/{id}/deliveries', 'get', 200, []],
    ['Delivery', '/api/tasks/{id}/deliveries', 'get', 200, ['deliveries', '*']],
    ['Tracker', '/api/trackers/{id}', 'get', 200, []],
    ['TrackerState', '/api/trackers/{id}/state', 'get', 200, []],
    ['Fixes', '/api/trackers/{id}/fixes', 'get', 200, []],
    ['Fix', '/api/trackers/{id}/fixes', 'get', 200, ['fixes', '*']],
    ['Frames', '/api/trackers/{id}/frames', 'get', 200, []],
    ['Frame', '/api/trackers/{id}/frames', 'get', 200, ['frames', '*']],
    ['FrameField', '/api/trackers/{id}/frames', 'get', 200, ['frames', '*', 'fields', '*']],
    ['LiveStart', '/api/live', 'get', 200, []],
    ['Position', '/api/live', 'get', 200, ['trackers', '*', 'position']],
    ['Task', '/api/live', 'get', 200, ['tasks', '*']],
    ['Pending', '/api/trackers/pending', 'get', 200, ['pending', '*']],
    ['DeviceCommand', '/api/commands/{id}', 'get', 200, []],
    ['Key', '/api/keys', 'post', 201, []],
  ] as const)('%s in %s', (name, path, method, status, way) => {
    const wanted = membersOf(name);
    expect(wanted.length).toBeGreaterThan(0);
    expect(shapeAt(path, method, status, way)).toEqual(expect.arrayContaining(wanted));
  });

  it.each([
    ['TaskWish', '/api/tasks', 'post'],
    ['TaskWish', '/api/tasks/{id}', 'patch'],
  ] as const)('and %s is what %s takes', (name, path, method) => {
    const { schema } = document.paths[path]![method]!.requestBody!.content['application/json']!;
    expect(Object.keys(propertiesOf(plain(schema!))).sort()).toEqual(membersOf(name).sort());
  });
});
