/** `/openapi.json`: valid, whole, and made of what the server validates by; and `/docs`, the same to read. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { docsPage } from '../../src/api/docs-page.ts';
import type { Document, Operation } from '../../src/api/document.ts';
import { GSMTASKS_SHAPES } from '../../src/api/gsmtasks/route-shapes.ts';
import { CALLS } from '../../src/api/navixy/routes.ts';
import { FIRST_KEY, READER_KEY, UNKNOWN_KEY } from '../operations/fake-line.ts';
import { contractOf } from './contract.ts';
import { faultsIn, operationsOf } from './document-check.ts';
import { createKit } from './kit.ts';

let document: Document;

beforeAll(async () => {
  document = (await createKit().app.inject('/openapi.json')).json();
});

describe('the document', () => {
  it('is valid: references resolve, schemas compile, examples fit, every call has answers and a name of its own', () => {
    expect(faultsIn(document)).toEqual([]);
  }, 60_000);

  it('tells of every call of the Navixy dialect, and of every route of ours', async () => {
    const { app } = createKit();
    const paths = operationsOf(document).map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual(expect.arrayContaining(CALLS.map(({ path }) => `post /v2/${path}`)));
    const ours = ['get /api/trackers/{id}/fixes', 'patch /api/trackers/{id}', 'get /metrics', 'get /docs'];
    expect(paths).toEqual(expect.arrayContaining(ours));
    for (const { method, path } of operationsOf(document)) {
      // A slash at the end makes no difference, and is not looked for.
      const url = path.replaceAll(/\{(\w+)\}/g, ':$1').replace(/(?<=.)\/$/, '');
      expect([path, app.hasRoute({ method: method.toUpperCase() as 'GET', url })]).toEqual([path, true]);
    }
  });

  it.each([
    ['gsmtasks', ['get /tasks/', 'post /tasks/', 'patch /tasks/{id}/', 'post /task_commands/', 'get /task_events/']],
    ['thetrack', ['get /v1/tasks/', 'post /v1/tasks/', 'get /v1/drivers/{id}/', 'post /v1/tasks/{id}/complete/']],
  ])('tells of every route of %s', (name, some) => {
    const told = operationsOf(document).filter(({ operation }) => operation.operationId.startsWith(`${name}_`));
    expect(told.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(some));
    const named = (shape: string) =>
      shape.replaceAll(/:(\w+)/g, '{$1}').replace(/^[A-Z]+/, (word) => word.toLowerCase());
    const shapes = Object.keys(GSMTASKS_SHAPES).map(named);
    // Of some collections not everything can be changed.
    const routes = told.map(({ method, path }) => `${method} ${path.replace(/\/$/, '')}`);
    // TheTrack's routes say for themselves what they take and give.
    if (name === 'gsmtasks') expect(routes.filter((route) => !shapes.includes(route))).toEqual([]);
    const gives = told.filter(({ operation }) => operation.security.length > 0);
    for (const { operation } of gives) expect(Object.keys(operation.security[0]!)).toEqual([`${name}Token`]);
  });

  it('shows parameters, rights and answers of a call', () => {
    const operation = document.paths['/v2/task/assign']?.['post'];
    expect(operation).toMatchObject({ operationId: 'navixy_task_assign', 'x-scope': 'task_update' });
    const { schema, example } = operation!.requestBody!.content['application/json']!;
    expect(schema).toMatchObject({ type: 'object', required: ['task_id'] });
    expect(Object.keys(Object(schema!['properties']))).toEqual(['hash', 'task_id', 'tracker_id', 'iso_datetime']);
    expect(example).toEqual({ hash: FIRST_KEY, task_id: 1 });
  });

  it('tells which calls make nothing twice under a key', () => {
    const header = { name: 'Idempotency-Key', in: 'header', required: false };
    expect(document.paths['/v2/task/create']?.['post']?.parameters).toMatchObject([header]);
    expect(document.paths['/v2/task/list']?.['post']).not.toHaveProperty('parameters');
    for (const { path, makes } of CALLS) {
      expect([path, document.paths[`/v2/${path}`]?.['post']?.parameters?.length]).toEqual([path, makes && 1]);
    }
  });

  it('tells how a file is uploaded, which is open to whoever has the token', () => {
    const { security, requestBody } = document.paths['/v2/form/file/upload']!['post']!;
    expect(security).toEqual([]);
    expect(requestBody!.content['multipart/form-data']!.schema).toMatchObject({ required: ['token', 'file'] });
    expect(docsPage(document).html).toContain('-F token=&quot;$TOKEN&quot; -F file=@&quot;$FILE&quot;');
  });

  it('writes an object once, and refers to it', () => {
    const answer = document.paths['/v2/tracker/list']?.['post']?.responses[200];
    const list = { properties: { list: { items: { $ref: '#/components/schemas/NavixyTracker' } } } };
    expect(answer).toMatchObject({ content: { 'application/json': { schema: list } } });
    expect(document.components.schemas['NavixyTracker']).toMatchObject({ properties: { label: { type: 'string' } } });
  });

  it('calls an object by its resource, also where one call answers with several', () => {
    const { NavixyTask } = document.components.schemas;
    expect(NavixyTask).toMatchObject({ properties: { min_stay_duration: {}, completion_date: {} } });
    for (const call of ['task/read', 'task/list']) {
      const answer = document.paths[`/v2/${call}`]?.['post']?.responses[200];
      expect(JSON.stringify(answer), call).toContain('"#/components/schemas/NavixyTask"');
    }
  });

  it('bears the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(document.info.version).toBe(version);
  });
});

describe('the check of the document finds', () => {
  const assign = '/v2/task/assign';
  const changed = (change: Partial<Operation>, path = assign): Document => {
    const [method, operation] = Object.entries(document.paths[path]!)[0]!;
    return { ...document, paths: { ...document.paths, [path]: { [method]: { ...operation, ...change } } } };
  };
  const answering = (schema: object) => ({
    200: { description: '', content: { 'application/json': { schema: { ...schema } } } },
  });

  it.each([
    ['a reference that leads nowhere', () => changed({ responses: answering({ $ref: '#/components/schemas/No' }) })],
    ['a name that is there twice', () => changed({ operationId: 'navixy_task_read' })],
    ['a call without answers', () => changed({ responses: {} })],
    ['a call without a word', () => changed({ summary: '' })],
    ['a tag of nowhere', () => changed({ tags: ['elsewhere'] })],
    ['a parameter of the path that is not declared', () => changed({ parameters: [] }, '/api/trackers/{id}/state')],
    ['a type that is none', () => changed({ responses: answering({ type: 'text' }) })],
    ['a keyword that is none', () => changed({ responses: answering({ type: 'string', maxLenght: 5 }) })],
    [
      'an example that does not fit',
      () =>
        changed({
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'null' }, example: 1 } } },
        }),
    ],
  ])(
    '%s',
    (_name, broken) => {
      expect(faultsIn(broken())).not.toEqual([]);
    },
    60_000,
  );
});

describe('the contract', () => {
  const hold = (url: string, status: number, body: object) =>
    contractOf(document)({ method: 'GET', url, status, body });

  it.each([
    ['/v2/task/count?hash=1', 200, { success: true, count: 1 }, true],
    ['/task/count/', 200, { success: true, count: 1 }, true],
    ['/task/count', 200, { success: true, count: '1' }, false],
    ['/task/count', 200, { success: true }, false],
    ['/task/count', 200, { success: true, count: 1, more: 1 }, false],
    ['/task/count', 400, { success: false, status: { code: 7, description: 'x' } }, true],
    ['/task/count', 400, { success: false, status: { code: 777, description: 'x' } }, false],
    ['/api/trackers/pending', 200, { pending: [] }, true],
    ['/api/trackers/pending', 200, { pending: [1] }, false],
    ['/api/trackers/7/state', 404, { type: '', title: '', status: 404, code: '', detail: '' }, true],
    ['/api/trackers/7/state', 404, { message: 'not found' }, false],
    ['/tasks/7/', 404, { detail: 'Not found.' }, true],
    ['/tasks/', 400, { state: 'wrong' }, false],
    ['/v1/tasks/', 400, { action: ['No such action.'] }, true],
  ])('%s %i %j: %s', (url, status, body, isKept) => {
    expect(hold(url, status, body) === null).toBe(isKept);
  });
});

describe.each(['/openapi.json', '/docs'])('%s', (url) => {
  it.each([
    ['127.0.0.1', {}, 200],
    ['10.0.0.1', {}, 401],
    ['127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }, 401],
    ['10.0.0.1', { authorization: `Bearer ${UNKNOWN_KEY}` }, 401],
    ['10.0.0.1', { authorization: `Bearer ${READER_KEY}` }, 200],
  ])('from %s with %j is %i', async (remoteAddress, headers, status) => {
    expect((await createKit().ask({ method: 'GET', url, headers, remoteAddress })).status).toBe(status);
  });
});

describe('the page', () => {
  it('tells of every call, needs no script and nothing from elsewhere', async () => {
    const { text, headers } = await createKit().ask({ method: 'GET', url: '/docs' });
    for (const { path } of operationsOf(document)) expect(text).toContain(` ${path}</h3>`);
    expect(text).toContain('<code>task.location.radius</code>');
    expect(text).toContain('right: tasks:write');
    expect(text).toContain(`curl -X POST &quot;$MILEPOST/v2/task/assign&quot;`);
    expect(text).not.toMatch(/<script|<link|<img|src=|https?:|style=|\son\w+=/i);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; /);
  });

  it('shows no Markdown, and of alternatives each member once', () => {
    const { html } = docsPage(document);
    expect(html).toContain('<b>Navixy</b> (<code>/v2/...</code>)');
    expect(html).toContain('<tr><td>201</td><td>Not found in the database</td><td>400</td></tr>');
    expect(html).not.toMatch(/\*\*|\|---/);
    const create = html.slice(html.indexOf('POST /v2/task/create<'), html.indexOf('POST /v2/task/read<'));
    expect(create.match(/<code>task\.location\.radius<\/code>/g)).toHaveLength(1);
    expect(create).toContain('<td>object: lat, lng and radius of a circle, or a polygon</td>');
    expect(create).toMatch(/task\.location\.polygon<\/code><\/td><td>[^<]*<\/td><td><span class="dim">optional/);
  });

  it('has links that lead somewhere', () => {
    const { html } = docsPage(document);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name);
    const anchors = new Set([...html.matchAll(/id="([^"]+)"/g)].map(([, name]) => name));
    expect(anchors.size).toBe([...html.matchAll(/id="/g)].length);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((name) => !anchors.has(name))).toEqual([]);
  });

  it('escapes what it shows', () => {
    const evil = `<script>alert("1")</script>'&`;
    const schema = { type: 'object', properties: { [evil]: { type: 'string', description: evil } } };
    const operation: Operation = {
      operationId: evil,
      summary: evil,
      tags: [evil],
      'x-scope': evil,
      security: [],
      parameters: [{ name: evil, in: 'query', required: true, schema: { enum: [evil] } }],
      requestBody: { required: true, content: { 'application/json': { schema, example: { [evil]: evil } } } },
      responses: { 200: { description: evil, content: { 'application/json': { schema } } } },
    };
    const { html } = docsPage({
      openapi: '3.1.0',
      info: { title: evil, version: evil, description: evil },
      servers: [],
      tags: [{ name: evil }],
      paths: { [evil]: { [evil]: operation } },
      components: { schemas: { [evil]: schema }, responses: { [evil]: { description: evil } }, securitySchemes: {} },
    });
    expect(html).not.toMatch(/<script|"1"|'&[^#a-z]/);
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(12);
  });
});
