/** The console as it is built: small enough to be there at once, whole, and with nothing from elsewhere. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBuild, readConsole } from '../../src/api/console/assets.ts';
import { consolePage } from '../../src/api/console/page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIRST_LOAD_BYTES_MAX = 300_000;

const directory = mkdtempSync(join(tmpdir(), 'milepost-bundle-'));
let build: ConsoleBuild;

/** By the very command that the package builds with, into a place of this test's own. */
beforeAll(() => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [program = '', ...words] = scripts['build:console']!.split(' ');
  const argv = words.map((word) => word.replace('dist/console', directory));
  expect(argv.filter((word) => word.includes(directory))).toHaveLength(2);
  execFileSync(join(ROOT, 'node_modules/.bin', program), argv, { cwd: ROOT, stdio: 'pipe' });
  build = readConsole(pathToFileURL(`${directory}/`))!;
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true }));

async function textOf(name: string): Promise<string> {
  return (await build.assets.get(name)!.body('identity')).toString();
}

/** What the page names, and so is loaded before anything is seen. */
function firstLoad(): string[] {
  return [...consolePage(build).matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map((match) => match[1]!);
}

describe('the first load', () => {
  it(`is less than ${FIRST_LOAD_BYTES_MAX} bytes, compressed`, async () => {
    const names = firstLoad();
    expect(names).toEqual(expect.arrayContaining([build.script, build.style]));
    const texts = await Promise.all([...names.map(textOf), consolePage(build)]);
    const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
    expect(bytes).toBeGreaterThan(30_000);
  });

  it('has neither the outlines of the land nor what draws archives: both come later, if at all', async () => {
    const texts = await Promise.all(firstLoad().map(textOf));
    expect(texts.some((text) => /Topology|PMTiles/.test(text))).toBe(false);
    const all = await Promise.all([...build.assets.keys()].filter((name) => name.endsWith('.js')).map(textOf));
    expect(all.some((text) => text.includes('Topology'))).toBe(true);
    expect(all.some((text) => text.includes('PMTiles'))).toBe(true);
  });
});

describe('everything', () => {
  it('is named by its content, so that it can be kept for good', () => {
    expect([...build.assets.keys()].filter((name) => !/-[A-Z0-9]{8}\.(js|css|png)$/.test(name))).toEqual([]);
  });

  it('has a type that a browser takes it for', () => {
    expect([...build.assets.values()].filter(({ type }) => type === 'application/octet-stream')).toEqual([]);
  });

  it('runs under a policy that lets no text become code', async () => {
    const texts = await Promise.all([...build.assets.keys()].filter((name) => name.endsWith('.js')).map(textOf));
    expect(texts.filter((text) => /\bnew Function\(|[^.\w]eval\(/.test(text))).toHaveLength(0);
  });

  it('loads its styles and pictures from where it is', async () => {
    const style = await textOf(build.style!);
    const urls = [...style.matchAll(/url\(["']?([^"')]+)/g)].map((match) => match[1]!);
    expect(urls.filter((url) => !/^(data:|#)/.test(url) && !build.assets.has(url.replace('./', '')))).toEqual([]);
    expect(style).not.toContain('@import');
  });
});
