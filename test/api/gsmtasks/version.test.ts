import { describe, expect, it } from 'vitest';
import { NEWEST_VERSION, versionFor } from '../../../src/api/gsmtasks/version.ts';
import { TaskKit } from './task-kit.ts';

describe('versionFor', () => {
  it.each<[string | undefined, string | null]>([
    [undefined, NEWEST_VERSION],
    ['', NEWEST_VERSION],
    ['*/*', NEWEST_VERSION],
    ['application/*', NEWEST_VERSION],
    ['application/json', NEWEST_VERSION],
    ['application/json; version=2.4.36', '2.4.36'],
    ['Application/JSON;VERSION="2.4.36"', '2.4.36'],
    ['application/json; version=2.11.4', '2.11.4'],
    ['application/json; version=2.11.5', NEWEST_VERSION],
    ['application/json; version=2.12.0', NEWEST_VERSION],
    ['application/json; version=1.1.0', NEWEST_VERSION],
    ['application/json; version=1e3', NEWEST_VERSION],
    ['application/json; version=\r\n', NEWEST_VERSION],
    ['text/html, application/json; version=2.0.0; q=0.5', '2.0.0'],
    ['application/json; version=2.1.0; q=0.2, application/json; version=2.3.0; q=0.7', '2.3.0'],
    ['text/html, */*; q=0.1', NEWEST_VERSION],
    ['text/html', null],
    ['text/html, application/xml', null],
    ['application/json; q=0', null],
    ['application/json; q=0, */*', null],
    ['*/*; q=0', null],
    ['application/json; q=much', NEWEST_VERSION],
  ])('%s: %s', (accept, version) => {
    expect(versionFor(accept)).toBe(version);
  });
});

describe('answers', () => {
  it('say which version they are of, failures too', async () => {
    const kit = new TaskKit();
    const headers = { accept: 'application/json; version=2.4.36' };
    const answers = [
      await kit.gsm('POST', '/tasks/', { account: kit.account }, { headers }),
      await kit.gsm('POST', '/tasks/', {}, { headers }),
      await kit.gsm('DELETE', '/tasks/6f0c3e6a-0000-4000-8000-000000000000/', undefined, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 405]);
    expect(answers.map((answer) => answer.headers['content-type'])).toEqual(Array(3).fill(headers.accept));
  });

  it('are of the newest for who does not ask, and none for who takes no JSON', async () => {
    const kit = new TaskKit();
    const plain = await kit.gsm('POST', '/tasks/', { account: kit.account });
    expect(plain.headers['content-type']).toBe('application/json; version=2.11.4');
    const refused = await kit.gsm('POST', '/tasks/', { account: kit.account }, { headers: { accept: 'text/html' } });
    expect([refused.status, Object.keys(refused.body)]).toEqual([406, ['detail']]);
  });

  it('ask for a key before anything else', async () => {
    const kit = new TaskKit();
    const answer = await kit.ask({ method: 'POST', url: '/tasks/', headers: { accept: 'text/html' }, payload: {} });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Token']);
  });
});
