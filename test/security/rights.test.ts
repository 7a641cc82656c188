/** Rights: every route asks for one that exists, every one that a key may carry is asked for, and what is open is on a list. */
import { describe, expect, it } from 'vitest';
import type { Access } from '../../src/api/access.ts';
import { createServer } from '../../src/api/server.ts';
import { mayAsk, type Right, SCOPES } from '../../src/operations/access.ts';
import { FakeLine, NOW_MS } from '../operations/fake-line.ts';

/** What anybody may ask, and why. */
const OPEN: readonly (readonly [path: RegExp, why: string])[] = [
  [/^\/(healthz|readyz)$/, 'machines that watch this one: they say little'],
  [/^(\/v2)?\/user\/auth$/, 'the way to a session'],
  [/^\/authenticate\/?$/, 'the way to a token'],
  [/^\/api\/session$/, 'the way to a session of the console, and out of it'],
  [/^(\/v2)?\/form\/file\/(upload|download)$/, 'a token of its own, shown once'],
  [/^\/t\/:code(\/|$)/, 'an address that nobody guesses'],
  [/^\/(trackers|tracker)\//, 'public pages of GSMtasks'],
  [/^\/($|assets\/|console|favicon|manifest)/, 'the page of the console, which knows nothing'],
];

interface Declared {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

async function declared(): Promise<readonly Declared[]> {
  const found: Declared[] = [];
  const app = createServer({
    operations: new FakeLine().operations,
    metrics: { contentType: 'text/plain', text: async () => '' },
    explain: async () => null,
    now: () => NOW_MS,
    timeZone: 'UTC',
    refusePastTo: false,
  });
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) found.push({ method: each, url, access: config!.access! });
  });
  await app.ready();
  return found;
}

describe('the routes', async () => {
  const routes = await declared();

  it('were looked at', () => {
    expect(routes.length).toBeGreaterThan(300);
  });

  it('that need no key are on the list; of the others some only refuse a method', () => {
    const paths = new Set(routes.filter(({ access }) => access.kind === 'key').map(({ url }) => url));
    const open = routes.filter(({ url, access }) => access.kind === 'open' && !paths.has(url)).map(({ url }) => url);
    const unlisted = open.filter((url) => !OPEN.some(([path]) => path.test(url)));
    expect(unlisted).toEqual([]);
  });

  it('ask for every right that a key may carry, itself or a part of it', () => {
    const asked = new Set(routes.flatMap(({ access }) => (access.kind === 'key' ? [access.scope] : [])));
    // Of /metrics, which is there before anything can be told of routes; test/api/server.test.ts asks it.
    asked.add('metrics:read');
    const useless = SCOPES.filter((scope) => {
      return ![...asked].some((right) => right !== 'anyone' && mayAsk({ scopes: [scope] }, right as Right));
    });
    expect(useless).toEqual([]);
  });

  it('open nothing to a key without rights but what is for anyone that is known', () => {
    const free = routes.filter(({ access }) => access.kind === 'key' && mayAsk({ scopes: [] }, access.scope));
    for (const { access } of free) expect(access).toMatchObject({ scope: 'anyone' });
  });
});
