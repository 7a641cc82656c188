/** The page, what it loads and what it shows maps on, over HTTP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { guardRoutes } from '../../../src/api/access.ts';
import { assetOf, type ConsoleBuild } from '../../../src/api/console/assets.ts';
import { addConsoleRoutes, type ConsoleDesk } from '../../../src/api/console/routes.ts';
import { FakeLine, READER_KEY } from '../../operations/fake-line.ts';
import { createKit } from '../kit.ts';

const directory = mkdtempSync(join(tmpdir(), 'milepost-console-'));
afterAll(() => rmSync(directory, { recursive: true }));
const archive = join(directory, 'town.pmtiles');
writeFileSync(archive, 'PMTiles 0123456789');

const SCRIPT = 'console.log("here");'.repeat(100);
const BUILD: ConsoleBuild = {
  assets: new Map([['main-AAAA.js', assetOf(Buffer.from(SCRIPT), 'text/javascript; charset=utf-8')]]),
  script: 'main-AAAA.js',
  style: 'main-BBBB.css',
  preloads: ['chunk-CCCC.js'],
};
const DESK: ConsoleDesk = { build: BUILD, tileUrl: null, tileAttribution: '', pmtiles: null, roads: null };
const KEY = { authorization: `Bearer ${READER_KEY}` };

function appOf(desk: Partial<ConsoleDesk> = {}): FastifyInstance {
  const app = fastify();
  guardRoutes(app, new FakeLine().operations);
  addConsoleRoutes(app, { ...DESK, ...desk });
  return app;
}

function ask(options: InjectOptions, desk: Partial<ConsoleDesk> = {}) {
  return appOf(desk).inject(options);
}

describe('the page', () => {
  it('is open to all, holds nothing, and names what it loads', async () => {
    const { statusCode, headers, body } = await ask({ url: '/' });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(body).toContain('<script type="module" src="/console/main-AAAA.js"></script>');
    expect(body).toContain('<link rel="stylesheet" href="/console/main-BBBB.css">');
    expect(body).toContain('<link rel="modulepreload" href="/console/chunk-CCCC.js">');
  });

  it('lets nothing run that is not ours, and nobody frame it', async () => {
    const { headers, body } = await ask({ url: '/' });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    // A style or script within it would be refused by that.
    expect(body).not.toMatch(/<style|style="|onload=|<script>/);
  });

  it.each([
    ['https://tiles.example.org/{z}/{x}/{y}.png', 'https://tiles.example.org'],
    ['https://{s}.tiles.example.org/{z}/{x}/{y}.png', 'https://*.tiles.example.org'],
    ['http://127.0.0.1:8081/{z}/{x}/{y}', 'http://127.0.0.1:8081'],
  ])('with tiles of %s takes pictures from there, and from nowhere else', async (tileUrl, origin) => {
    const { headers } = await ask({ url: '/' }, { tileUrl });
    expect(headers['content-security-policy']).toContain(`img-src 'self' data: ${origin};`);
    expect(headers['content-security-policy']).toContain("connect-src 'self';");
  });

  it('that is known is not sent again', async () => {
    const app = appOf();
    const { headers } = await app.inject({ url: '/' });
    const again = await app.inject({ url: '/', headers: { 'if-none-match': `"other", W/${headers.etag}` } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await app.inject({ url: '/', headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });

  it('says what to do where the console is not built', async () => {
    const { statusCode, body } = await ask({ url: '/' }, { build: null });
    expect([statusCode, body.includes('npm run build:console')]).toEqual([200, true]);
  });

  it('answers HEAD', async () => {
    expect(await ask({ method: 'HEAD', url: '/' })).toMatchObject({ statusCode: 200, body: '' });
  });
});

describe('what it loads', () => {
  it('is kept by the browser for good', async () => {
    const { statusCode, headers, body } = await ask({ url: '/console/main-AAAA.js' });
    expect([statusCode, body]).toEqual([200, SCRIPT]);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip'],
  ])('comes as %s to who takes %s', async (encoding, accepted) => {
    const answer = await ask({ url: '/console/main-AAAA.js', headers: { 'accept-encoding': accepted } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.rawPayload.length).toBeLessThan(SCRIPT.length / 5);
  });

  it.each([
    '/console/main-ZZZZ.js',
    '/console/meta.json',
    '/console/',
    '/console/..%2fpackage.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/..%5cpackage.json',
    '/console/main-AAAA.js/more',
    '/console/constructor',
    '/console/%00',
  ])('is nothing but that: %s', async (url) => {
    const { statusCode, body } = await ask({ url });
    expect(statusCode).toBe(404);
    expect(body).not.toContain('dependencies');
  });
});

describe('what maps are shown on', () => {
  it.each([
    ['nothing', {}, { tileUrl: null, tileAttribution: '', pmtilesUrl: null, roads: null }],
    [
      'tiles and the roads of a town',
      { tileUrl: 'https://t.test/{z}/{x}/{y}', tileAttribution: 'T', roads: [[[50, 14] as const, [51, 15] as const]] },
      {
        tileUrl: 'https://t.test/{z}/{x}/{y}',
        tileAttribution: 'T',
        pmtilesUrl: null,
        roads: [
          [
            [50, 14],
            [51, 15],
          ],
        ],
      },
    ],
    ['an archive', { pmtiles: archive }, { pmtilesUrl: '/console/map.pmtiles' }],
  ])('is told: %s', async (_name, desk, expected) => {
    const { statusCode, body } = await ask({ url: '/api/console', headers: KEY }, desk);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject(expected);
    expect(body).not.toContain(directory);
  });

  it('is told to nobody without a key', async () => {
    expect((await ask({ url: '/api/console' })).statusCode).toBe(401);
  });
});

describe('the archive', () => {
  const asked = (headers: object, desk: Partial<ConsoleDesk> = { pmtiles: archive }) =>
    ask({ url: '/console/map.pmtiles', headers: { ...KEY, ...headers } }, desk);

  it('is read by ranges', async () => {
    const { statusCode, headers, body } = await asked({ range: 'bytes=0-6' });
    expect([statusCode, body]).toEqual([206, 'PMTiles']);
    expect(headers).toMatchObject({
      'content-range': 'bytes 0-6/18',
      'content-length': '7',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^".+"$/),
    });
  });

  it('is read whole', async () => {
    expect(await asked({})).toMatchObject({ statusCode: 200, body: 'PMTiles 0123456789' });
  });

  it('ends where it ends', async () => {
    const { statusCode, headers } = await asked({ range: 'bytes=18-' });
    expect([statusCode, headers['content-range']]).toEqual([416, 'bytes */18']);
  });

  it('needs a key', async () => {
    expect((await ask({ url: '/console/map.pmtiles' }, { pmtiles: archive })).statusCode).toBe(401);
  });

  it.each([
    ['none is set', null],
    ['it is gone', join(directory, 'gone.pmtiles')],
  ])('is not found where %s', async (_name, pmtiles) => {
    const { statusCode, body } = await asked({}, { pmtiles });
    expect([statusCode, JSON.parse(body).code]).toEqual([404, 'no_map']);
    expect(body).not.toContain(directory);
  });
});

it.each(['/task/list', '/tasks/', '/v1/tasks/'])('the dialects keep their paths beside it: %s', async (url) => {
  const { headers } = await createKit().ask({ method: 'GET', url });
  expect(headers['content-type']).toContain('application/json');
});
