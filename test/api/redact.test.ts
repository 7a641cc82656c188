/** What may be logged of a URL. */
import { expect, it } from 'vitest';
import { redactUrl } from '../../src/api/redact.ts';

it.each([
  ['/task/list', '/task/list'],
  ['/task/list?limit=1', '/task/list?limit=1'],
  ['/task/list?hash=0123&limit=1', '/task/list?hash=***&limit=1'],
  ['/task/list?limit=1&hash=0123', '/task/list?limit=1&hash=***'],
  ['/task/list?hash=a&hash=b', '/task/list?hash=***&hash=***'],
  ['/task/list?%68ash=0123', '/task/list?%68ash=***'],
  ['/task/list?HASH=0123', '/task/list?HASH=***'],
  ['/task/list?+hash=0123', '/task/list?+hash=***'],
  ['/user/auth?login=a&password=0123', '/user/auth?login=a&password=***'],
  ['/task/list?hash', '/task/list?hash=***'],
  ['/task/list?hash=a=b', '/task/list?hash=***'],
  ['/task/list?%zz=1&hash=2', '/task/list?%zz=1&hash=***'],
  ['/task/list?', '/task/list?'],
])('%s is logged as %s', (url, logged) => {
  expect(redactUrl(url)).toBe(logged);
});
