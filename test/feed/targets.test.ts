/** What an owner may have a hook do, and what not. */
import { describe, expect, it } from 'vitest';
import { headerFault, targetFault } from '../../src/feed/targets.ts';

describe('a target', () => {
  it.each(['https://example.org/', 'http://example.org:8081/a?b=c#d', 'http://[2606::1]:80/', 'HTTPS://EXAMPLE.ORG'])(
    'may be %s',
    (target) => {
      expect(targetFault(target)).toBeNull();
    },
  );

  it.each([
    ['', 'Expected a URL, received "".'],
    ['example.org', 'Expected a URL, received "example.org".'],
    ['/hooks', 'Expected a URL, received "/hooks".'],
    ['http://exa mple.org', 'Expected a URL, received "http://exa mple.org".'],
    ['http://example.org/\n', 'Expected a URL, received "http://example.org/\\n".'],
    ['ftp://example.org', 'Expected a URL of http or https, received one of "ftp".'],
    ['file:///etc/passwd', 'Expected a URL of http or https, received one of "file".'],
    ['javascript:alert(1)', 'Expected a URL of http or https, received one of "javascript".'],
    ['https://user:secret@example.org', 'Expected a URL without a user and a password in it.'],
    ['https://user@example.org', 'Expected a URL without a user and a password in it.'],
  ])('may not be %j', (target, words) => {
    expect(targetFault(target)).toBe(words);
  });
});

describe('a header', () => {
  it.each([
    ['Authorization', 'Bearer abc'],
    ['X-Shop', ''],
    ['user-agent', 'ours'],
    ['X-GSM', 'tasks'],
  ])('may be %s: %s', (name, value) => {
    expect(headerFault(name, value)).toBeNull();
  });

  it.each([
    ['', 'a', 'name of a header'],
    ['X Y', 'a', 'name of a header'],
    ['X:Y', 'a', 'name of a header'],
    ['X\r\nY', 'a', 'name of a header'],
    ['x'.repeat(101), 'a', 'name of a header'],
    ['Host', 'a', 'set by the gateway'],
    ['CONTENT-LENGTH', '1', 'set by the gateway'],
    ['Content-Type', 'text/plain', 'set by the gateway'],
    ['Transfer-Encoding', 'chunked', 'set by the gateway'],
    ['Connection', 'close', 'set by the gateway'],
    ['Proxy-Authorization', 'a', 'set by the gateway'],
    ['x-gsmtasks-topic', 'a', 'set by the gateway'],
    ['webhook-id', 'a', 'set by the gateway'],
    ['X-A', 'a\r\nHost: b', 'printable ASCII'],
    ['X-A', 'a\u0000', 'printable ASCII'],
    ['X-A', 'ä', 'printable ASCII'],
    ['X-A', 'a'.repeat(1001), 'printable ASCII'],
    ['X-A', 7, 'printable ASCII'],
    ['X-A', null, 'printable ASCII'],
  ])('may not be %j: %j', (name, value, words) => {
    expect(headerFault(name, value)).toContain(words);
  });
});
