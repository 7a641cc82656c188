import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/api/access.ts';
import type { Document, Part } from '../../../src/api/document.ts';
import { GSMTASKS_DOOR } from '../../../src/api/gsmtasks/desk.ts';
import { record, STRING } from '../../../src/api/navixy/shapes.ts';
import { gsmtasksPart, thetrackPart } from '../../../src/api/rest/openapi.ts';
import type { AddedRoute } from '../../../src/api/route-part.ts';
import { faultsIn } from '../document-check.ts';

const READ: Access = { kind: 'key', scope: 'tasks:read', door: GSMTASKS_DOOR };
const OPEN: Access = { kind: 'open' };
const OBJECT = record({ id: STRING });

function route(method: string, url: string, schema: AddedRoute['schema'] = {}, access = READ): AddedRoute {
  return { method, url, access, schema: { summary: 'Does something', gives: { 200: OBJECT }, ...schema } };
}

function documentOf(part: Part): Document {
  return { openapi: '3.1.0', info: { title: '', version: '', description: '' }, servers: [{ url: '/' }], ...part };
}

describe.each([
  ['gsmtasks', gsmtasksPart, ''],
  ['thetrack', thetrackPart, '/v1'],
] as const)('%s in the document', (name, partOf, base) => {
  const part = partOf([
    route('GET', `${base}/tasks/:id/`),
    route('GET', `${base}/tasks/`, { gives: { 200: { type: 'array', items: OBJECT } } }),
    route('POST', `${base}/tasks/`, { body: record({ note: STRING }), gives: { 201: OBJECT } }),
    route('POST', `${base}/login/`, {}, OPEN),
  ]);
  const title = `${name[0]!.toUpperCase()}${name.slice(1)}`;

  it('is valid, with every parameter of a path declared', () => {
    expect(faultsIn(documentOf(part))).toEqual([]);
    expect(part.paths[`${base}/tasks/{id}/`]?.['get']?.parameters).toMatchObject([{ name: 'id', in: 'path' }]);
  });

  it('writes the object of a collection once', () => {
    const reference = { $ref: `#/components/schemas/${title}Task` };
    expect(part.components.schemas[`${title}Task`]).toEqual(OBJECT);
    const { get, post } = part.paths[`${base}/tasks/`]!;
    expect(get?.responses[200]).toMatchObject({ content: { 'application/json': { schema: { items: reference } } } });
    expect(post?.responses[201]).toMatchObject({ content: { 'application/json': { schema: reference } } });
  });

  it('says how a key is shown, where one is asked for', () => {
    expect(part.components.securitySchemes).toMatchObject({
      [`${name}Token`]: { type: 'apiKey', in: 'header', name: 'Authorization' },
    });
    expect(part.paths[`${base}/tasks/`]?.['get']).toMatchObject({
      security: [{ [`${name}Token`]: [] }],
      'x-scope': 'tasks:read',
    });
    expect(part.paths[`${base}/login/`]?.['post']).toMatchObject({ security: [], 'x-scope': null });
  });

  it('has names of its own for its operations, tags and failures', () => {
    const operations = Object.values(part.paths).flatMap((item) => Object.values(item));
    for (const { operationId, tags, responses } of operations) {
      expect(operationId).toMatch(new RegExp(`^${name}_(get|post)_`));
      expect(tags[0]).toMatch(new RegExp(`^${name} \\w+$`));
      expect(responses['default']).toEqual({ $ref: `#/components/responses/${title}Failure` });
    }
  });
});

it.each([
  ['/task_events/:id/', 'GsmtasksTaskEvent'],
  ['/contact_addresses/:id/', 'GsmtasksContactAddress'],
  ['/routes/:id/', 'GsmtasksRoute'],
])('one of %s is a %s', (url, name) => {
  expect(Object.keys(gsmtasksPart([route('GET', url)]).components.schemas)).toContain(name);
});
