/** What the build left, as it is served. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { assetOf, encodingFor, readConsole } from '../../../src/api/console/assets.ts';

const directory = mkdtempSync(join(tmpdir(), 'milepost-console-'));
afterAll(() => rmSync(directory, { recursive: true }));

const OUTPUTS = {
  'dist/console/main-AAAA.js': {
    entryPoint: 'src/console/main.tsx',
    cssBundle: 'dist/console/main-BBBB.css',
    imports: [
      { path: 'dist/console/chunk-CCCC.js', kind: 'import-statement' },
      { path: 'dist/console/land-DDDD.js', kind: 'dynamic-import' },
    ],
  },
  'dist/console/main-BBBB.css': { imports: [{ path: 'dist/console/layers-EEEE.png', kind: 'url-token' }] },
  'dist/console/chunk-CCCC.js': { imports: [] },
  'dist/console/land-DDDD.js': { imports: [{ path: 'dist/console/chunk-CCCC.js', kind: 'import-statement' }] },
  'dist/console/layers-EEEE.png': { imports: [] },
};

function built(name: string, outputs: object, files = Object.keys(outputs)): URL {
  const place = join(directory, name);
  mkdirSync(place);
  writeFileSync(join(place, 'meta.json'), JSON.stringify({ outputs }));
  for (const path of files) writeFileSync(join(place, path.split('/').at(-1)!), `content of ${path}`);
  return pathToFileURL(`${place}/`);
}

describe('a build', () => {
  it('is what its list names: what the page begins with, and what that needs at once', () => {
    const place = built('whole', OUTPUTS);
    writeFileSync(new URL('main-OLD1.js', place), 'of an earlier build');
    const { assets, script, style, preloads } = readConsole(place)!;
    expect({ script, style, preloads }).toEqual({
      script: 'main-AAAA.js',
      style: 'main-BBBB.css',
      preloads: ['chunk-CCCC.js'],
    });
    expect([...assets.keys()].sort()).toEqual(
      Object.keys(OUTPUTS)
        .map((path) => path.split('/').at(-1))
        .sort(),
    );
    expect(assets.get('main-AAAA.js')!.type).toBe('text/javascript; charset=utf-8');
    expect(assets.get('layers-EEEE.png')!.type).toBe('image/png');
  });

  it.each([
    ['that was never made', () => null],
    ['without the console', () => built('other', { 'dist/console/x.js': { imports: [] } })],
    ['of which a part is missing', () => built('part', OUTPUTS, Object.keys(OUTPUTS).slice(1))],
  ])('%s is none', (_name, make) => {
    expect(readConsole(make())).toBeNull();
  });
});

describe('an asset', () => {
  const text = 'export const words = "words words words";'.repeat(50);
  const asset = assetOf(Buffer.from(text), 'text/javascript');

  it.each([
    ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
    ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('comes as %s, made once', async (encoding, opened) => {
    const body = await asset.body(encoding);
    expect(opened(body).toString()).toBe(text);
    expect(await asset.body(encoding)).toBe(body);
    if (encoding !== 'identity') expect(body.length).toBeLessThan(text.length / 5);
  });

  it('that is compact as it is comes so', async () => {
    const picture = assetOf(Buffer.from(text), 'image/png', true);
    expect(await picture.body('br')).toBe(await picture.body('identity'));
  });

  it('has a tag of its content', () => {
    expect(assetOf(Buffer.from('a'), 'x').etag).not.toBe(assetOf(Buffer.from('b'), 'x').etag);
  });
});

describe('the encoding', () => {
  it.each([
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['BR', 'br'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br;q=0.0', 'identity'],
    ['br; q=1.0', 'br'],
    ['zstd', 'identity'],
    ['bro', 'identity'],
  ])('for %j is %s', (accepted, expected) => {
    expect(encodingFor(accepted)).toBe(expected);
  });
});
