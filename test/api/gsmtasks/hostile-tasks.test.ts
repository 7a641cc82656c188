/** Whatever is sent to tasks: an answer that names what is wrong, and never a fault of ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TASK_FIELDS } from '../../../src/api/gsmtasks/task-write.ts';
import { TaskKit } from './task-kit.ts';

const WRONG: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, '', 'x', 'NaN', 'Infinity', '\u0000', '\ud800', 'x'.repeat(30_000)],
  ...[[], [null], [[]], ['x'], [1e308], {}, { x: 1 }, { constructor: 1 }, { email: 5 }, { type: 'Point' }],
  ...['2026-13-45T99:99:99Z', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z', '2026-03-01', '99:99:99'],
];

describe('a wrong value', () => {
  it.each(Object.keys(TASK_FIELDS))('in %s is refused by name, or taken, and shown', async (field) => {
    const kit = new TaskKit();
    const task = await kit.made();
    for (const value of WRONG) {
      const body = { account: kit.account, [field]: value };
      for (const answer of [
        await kit.gsm('POST', '/tasks/', body),
        await kit.gsm('PATCH', `/tasks/${task.id}/`, body),
      ]) {
        expect([value, answer.status < 500]).toEqual([value, true]);
        if (answer.status >= 400) expect(Object.keys(answer.body).length).toBeGreaterThan(0);
        else expect((await kit.gsm('GET', `/tasks/${answer.body.id}/`)).body).toEqual(answer.body);
      }
    }
  });

  it.each(['address', 'contact', 'metafields', 'signers'])('inside %s is refused too', async (field) => {
    const kit = new TaskKit();
    const names = [
      'location',
      'raw_address',
      'apartment_number',
      'name',
      'phones',
      'phone',
      'navixy:tags',
      'a:b',
      'navixy:f1',
    ];
    for (const name of names) {
      for (const value of WRONG) {
        const inner = { [name]: value };
        const body = { account: kit.account, [field]: field === 'signers' ? [inner] : inner };
        const { status } = await kit.gsm('POST', '/tasks/', body);
        expect([name, value, [201, 400].includes(status)]).toEqual([name, value, true]);
      }
    }
  });
});

describe('a body', () => {
  it.each<[string, string, number]>([
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['a number', '5', 400],
    ['a text', '"x"', 400],
    ['null', 'null', 400],
    ['a prototype', '{"__proto__": {"account": 1}}', 400],
    ['ten megabytes', JSON.stringify({ description: 'x'.repeat(10_000_000) }), 413],
    ['lists in lists', '['.repeat(200_000) + ']'.repeat(200_000), 400],
    ['objects in objects', `${'{"category":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 400],
    ['a deep value in a list', `[{"category":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`, 400],
    ['brackets in a text', JSON.stringify({ description: '[{"\\'.repeat(500) }), 400],
  ])('of %s is refused', async (_name, payload, status) => {
    const kit = new TaskKit();
    const headers = { 'content-type': 'application/json' };
    const answer = await kit.gsm('POST', '/tasks/', payload, { headers });
    expect([answer.status, typeof answer.body]).toEqual([status, 'object']);
  });

  it('of any kind is answered', async () => {
    const kit = new TaskKit();
    const { id } = await kit.made();
    const fields = fc.constantFrom(...Object.keys(TASK_FIELDS));
    const bodies = fc.oneof(
      fc.json(),
      fc.dictionary(fields, fc.jsonValue()).map((body) => JSON.stringify(body)),
    );
    const calls = fc.constantFrom<readonly ['POST' | 'PATCH' | 'PUT', string]>(
      ...([
        ['POST', '/tasks/'],
        ['PATCH', `/tasks/${id}/`],
        ['PUT', `/tasks/${id}/`],
        ['POST', `/tasks/${id}/assign/`],
      ] as const),
    );
    const headers = { 'content-type': 'application/json' };
    await fc.assert(
      fc.asyncProperty(calls, bodies, async ([method, url], body) => {
        expect((await kit.gsm(method, url, body, { headers })).status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('as a form is read by its fields', async () => {
    const kit = new TaskKit();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = new URLSearchParams({ account: kit.account, reference: 'A 1' }).toString();
    expect((await kit.gsm('POST', '/tasks/', payload, { headers })).body).toMatchObject({ reference: 'A 1' });
  });
});
