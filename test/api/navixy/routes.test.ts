/** The Navixy dialect's transport: paths, ways to pass parameters and keys, and what bad input gets. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, READER_KEY, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit, TASK } from '../kit.ts';

let kit: Kit;

beforeEach(() => {
  kit = createKit();
});

const JSON_TYPE = { 'content-type': 'application/json' };

function failed(code: number, description: string) {
  return { success: false, status: { code, description } };
}

describe('paths', () => {
  it.each(['/v2/task/count', '/task/count', '/v2/task/count/', '/task/count/'])('%s is served', async (url) => {
    const { body } = await kit.ask({ method: 'POST', url, payload: { hash: FIRST_KEY } });
    expect(body).toEqual({ success: true, count: 0 });
  });

  it.each([
    ['POST', '/v2/task/fly', 112, 'Wrong method'],
    ['POST', '/task/fly', 112, 'Wrong method'],
    ['PUT', '/v2/task/create', 112, 'Wrong method'],
    ['POST', '/v2/task', 112, 'Wrong method'],
    ['POST', '/v2/task/history/erase', 112, 'Wrong method'],
    ['POST', '/v2/nothing/list', 111, 'Wrong handler'],
    ['POST', '/v2/task/route/points', 112, 'Wrong method'],
    ['POST', '/v2/data/spreadsheet/parse', 112, 'Wrong method'],
    ['POST', '/user/session/push_token/bind', 112, 'Wrong method'],
    ['GET', '/zone/list', 111, 'Wrong handler'],
    ['GET', '/v2', 111, 'Wrong handler'],
    ['GET', '/v2/', 111, 'Wrong handler'],
    ['GET', '/api/key/read', 112, 'Wrong method'],
    ['GET', '/v2/task/%zz', 5, 'Wrong request format'],
  ] as const)('%s %s is %i', async (method, url, code, text) => {
    const payload = method === 'GET' ? undefined : '{"hash":';
    const answer = await kit.ask({ method, url, ...(payload && { payload, headers: JSON_TYPE }) });
    expect(answer).toMatchObject({ status: 400, body: failed(code, text) });
    expect(answer.headers['content-type']).toContain('application/json');
  });
});

describe('the key', () => {
  it.each([
    ['in the JSON body', { method: 'POST', url: '/task/count', payload: { hash: FIRST_KEY } }],
    ['in capitals', { method: 'POST', url: '/task/count', payload: { hash: FIRST_KEY.toUpperCase() } }],
    ['in the query of a GET', { method: 'GET', url: `/task/count?hash=${FIRST_KEY}` }],
    ['in the query of a POST', { method: 'POST', url: `/task/count?hash=${FIRST_KEY}` }],
    ['in the header', { method: 'GET', url: '/task/count', headers: { authorization: `NVX ${FIRST_KEY}` } }],
    [
      'in the body rather than in the query',
      { method: 'POST', url: `/task/count?hash=${UNKNOWN_KEY}`, payload: { hash: FIRST_KEY } },
    ],
    [
      'in the query rather than in the header',
      { method: 'GET', url: `/task/count?hash=${FIRST_KEY}`, headers: { authorization: `NVX ${UNKNOWN_KEY}` } },
    ],
    [
      'null in the body, then the query',
      { method: 'POST', url: `/task/count?hash=${FIRST_KEY}`, payload: { hash: null } },
    ],
  ] as const)('is taken %s', async (_where, options) => {
    expect((await kit.ask(options)).body).toEqual({ success: true, count: 0 });
  });

  it.each([
    ['none', {}, 400, failed(3, 'Wrong hash')],
    ['a short one', { hash: 'abc' }, 400, failed(3, 'Wrong hash')],
    ['not hex', { hash: 'z'.repeat(32) }, 400, failed(3, 'Wrong hash')],
    ['a number', { hash: 5 }, 400, failed(3, 'Wrong hash')],
    ['one nobody has', { hash: UNKNOWN_KEY }, 400, failed(4, 'User or API key not found or session ended')],
    ['one without the right', { hash: READER_KEY, task_id: 1 }, 403, failed(13, 'Operation not permitted')],
  ])('%s is refused', async (_name, payload, status, body) => {
    expect(await kit.ask({ method: 'POST', url: '/v2/task/delete', payload })).toMatchObject({ status, body });
  });

  it('two spaces after NVX are one too many', async () => {
    const headers = { authorization: `NVX  ${FIRST_KEY}` };
    expect((await kit.ask({ method: 'GET', url: '/task/count', headers })).body).toEqual(failed(3, 'Wrong hash'));
  });

  it('opens what its scopes say and no more', async () => {
    const read = await kit.ask({ method: 'POST', url: '/task/count', payload: { hash: READER_KEY } });
    const list = await kit.ask({ method: 'POST', url: '/tracker/list', payload: { hash: READER_KEY } });
    expect([read.status, list.status]).toEqual([200, 403]);
  });
});

describe('user/auth', () => {
  it('gives a session to who knows the name of a key', async () => {
    const payload = { login: 'reader', password: READER_KEY.toUpperCase() };
    const { body } = await kit.ask({ method: 'POST', url: '/v2/user/auth', payload });
    expect(body).toEqual({ success: true, type: 'authenticated', hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it.each([
    ['another name', { login: 'writer', password: READER_KEY }],
    ['another key', { login: 'reader', password: UNKNOWN_KEY }],
    ['no key at all', { login: 'reader', password: 'hunter2' }],
  ])('refuses %s', async (_name, payload) => {
    const { body } = await kit.ask({ method: 'POST', url: '/v2/user/auth', payload });
    expect(body).toEqual(failed(102, 'Wrong login or password'));
  });
});

describe('bad input', () => {
  const create = JSON.stringify({ hash: FIRST_KEY, task: TASK });

  it.each([
    ['half an object', create.slice(0, -1)],
    ['NaN', create.replace('150', 'NaN')],
    ['an array', '[]'],
    ['a word', '"task"'],
    ['null', 'null'],
    ['a prototype in disguise', create.replace('"label"', '"__proto__":{"admin":true},"label"')],
    ['the same, escaped', create.replace('"label"', '"__pr\\u006fto__":{"admin":true},"label"')],
    ['a raw control character', create.replace('Quickly', 'Quick\u0001ly')],
    ['nesting without end', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('%s is a wrong format', async (_name, payload) => {
    const answer = await kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 400, body: failed(5, 'Wrong request format') });
  });

  it('bytes that are no UTF-8 are a wrong format', async () => {
    const payload = Buffer.from(create.replace('Quickly', '\xff\xfe'), 'latin1');
    const { body } = await kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers: JSON_TYPE });
    expect(body).toEqual(failed(5, 'Wrong request format'));
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', ''])(
    'type %j is a wrong format',
    async (type) => {
      const options = {
        method: 'POST',
        url: '/v2/task/create',
        payload: create,
        headers: { 'content-type': type },
      } as const;
      expect((await kit.ask(options)).body).toEqual(failed(5, 'Wrong request format'));
    },
  );

  it('more than a mebibyte is too large', async () => {
    const payload = JSON.stringify({ hash: FIRST_KEY, task: { ...TASK, description: 'x'.repeat(1_048_576) } });
    const answer = await kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 412, body: failed(9, 'Too large request') });
  });

  it.each([
    ['a huge number', '150', '1e309', 'task.location.radius', 'must be an integer, not Infinity'],
    ['a large number', '150', '300001', 'task.location.radius', 'must be less than or equal to 300000'],
    ['a latitude out of range', '51.283546', '-90.5', 'task.location.lat', 'must be greater than or equal to -90'],
    ['an endless latitude', '51.283546', '1e999', 'task.location.lat', 'must be less than or equal to 90'],
    [
      'half a surrogate pair',
      'Quickly',
      '\\ud800',
      'task.description',
      'must not contain control or unassigned characters',
    ],
    ['a null character', 'Quickly', '\\u0000', 'task.description', 'must not contain control or unassigned characters'],
    [
      'a line break in a label',
      'Deliver parcels',
      'a\\nb',
      'task.label',
      'must not contain control or unassigned characters',
    ],
    ['an object as label', '"Deliver parcels"', '{"toString":1}', 'task.label', 'must be a string, not an object'],
    [
      'true as a date',
      '"2026-03-01 08:00:00"',
      'true',
      'task.from',
      "must be a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ, not true",
    ],
  ])('%s is an invalid parameter', async (_name, from, to, parameter, error) => {
    const payload = create.replace(from, to);
    const answer = await kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 400, body: { status: { code: 7 }, errors: [{ parameter, error }] } });
  });

  it.each([
    ['nested without end', '['.repeat(300_000)],
    ['nested without end, and whole', `${'['.repeat(300_000)}${']'.repeat(300_000)}`],
    ['an object that poses as a prototype', '{"__proto__":{"label":"x","toString":1}}'],
    ['half a surrogate pair', '{"label":"\\ud800"}'],
    ['a number beyond all', '{"location":{"lat":1e309,"lng":-1e309,"radius":1e309}}'],
  ])('a form parameter that is %s is an invalid parameter', async (_name, task) => {
    const payload = `hash=${FIRST_KEY}&task=${task}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers });
    expect([status, body.status.code]).toEqual([400, 7]);
  });

  it('emoji, umlauts and line breaks are fine where lines may break', async () => {
    const task = { ...TASK, label: 'Größe 📦', description: 'line 1\nline 2\t📦' };
    expect((await kit.navixy('task/create', { task })).status).toBe(200);
    expect(kit.line.tasks.get(1)?.text).toMatchObject({ label: 'Größe 📦', description: 'line 1\nline 2\t📦' });
  });

  it.each(['task={bad', 'task=[1]', 'task_id=1.5', 'task_id=', 'task_id=0x10', 'task_id=%00', 'iso_datetime=maybe'])(
    'the query %s is an invalid parameter',
    async (query) => {
      for (const call of ['task/create', 'task/delete']) {
        const { body } = await kit.ask({ method: 'GET', url: `/${call}?hash=${FIRST_KEY}&${query}` });
        expect(body.status.code).toBe(7);
      }
    },
  );

  it('whatever JSON comes, the answer is a success, an invalid parameter or a wrong format', async () => {
    const calls = ['task/create', 'task/update', 'task/list', 'task/assign', 'task/read', 'tracker/list', 'user/auth'];
    const names = Object.keys({
      ...TASK,
      id: 0,
      tags: 0,
      fields: 0,
      task_id: 0,
      statuses: 0,
      sort: 0,
      labels: 0,
      limit: 0,
    });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.constantFrom('2026-02-30 00:00:00', '__proto__', 'toString', -0, 1e308, 2 ** 53, '\ud800', [], {}),
        fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), value, value, async (call, task, parameters) => {
        const members = typeof parameters === 'object' && parameters !== null ? parameters : { x: parameters };
        const payload = JSON.stringify({ ...members, task, hash: FIRST_KEY });
        const { status, body } = await kit.ask({ method: 'POST', url: `/v2/${call}`, payload, headers: JSON_TYPE });
        expect([200, 400]).toContain(status);
        expect([undefined, 5, 7, 102, 201]).toContain(body.status?.code);
      }),
      { numRuns: 300 },
    );
  });
});

describe('when storage fails', () => {
  beforeEach(async () => {
    await kit.navixy('task/create', { task: TASK });
    kit.line.trouble = 'disk I/O error';
  });

  it.each([
    ['a write', 'task/create', { task: TASK }],
    ['a read', 'task/list', {}],
  ])('%s gets 503 and no word of what it was', async (_name, call, parameters) => {
    const answer = await kit.navixy(call, parameters);
    expect(answer).toMatchObject({ status: 503, body: failed(14, 'Database unavailable') });
    expect(answer.text).not.toContain('disk');
  });
});

it('a fault of ours shows no trace', async () => {
  kit.line.tasks.get = () => {
    throw new Error('secret detail');
  };
  const answer = await kit.navixy('task/read', { task_id: 1 });
  expect(answer).toMatchObject({ status: 500, body: failed(6, 'Unexpected error') });
  expect(answer.text).not.toContain('secret');
});
