/** The console of a running gateway: what its settings and the demo hand to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pinnedClock } from '../../src/ops/clock.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { type Config, NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { type Served, type ServeOptions, serve } from '../../src/serve.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'milepost-console-'));
  open.push(() => rmSync(path, { recursive: true }));
  return path;
}

async function gateway(settings: Partial<Config> = {}, options: ServeOptions = {}): Promise<Served> {
  const ports = { 'tcp.host': '127.0.0.1', 'tcp.port': 0, ...NO_OWN_PORTS, 'http.port': 0 };
  const config = defaultConfig({ data: join(directory(), 'data'), ...ports, 'api-key': KEY, ...settings });
  const served = await serve(config, pinnedClock(0), silentLog(), options);
  open.push(() => served.close());
  return served;
}

async function told(served: Served, path: string): Promise<unknown> {
  return (await fetch(served.httpUrl + path, { headers: { authorization: `Bearer ${KEY}` } })).json();
}

describe('the console', () => {
  it('is at the root, with nothing set', async () => {
    const served = await gateway();
    const page = await fetch(served.httpUrl);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await told(served, '/api/console')).toEqual({
      tileUrl: null,
      tileAttribution: '',
      pmtilesUrl: null,
      roads: null,
    });
    expect(await told(served, '/api/session')).toMatchObject({ clockFactor: 1 });
  });

  it('shows the tiles and the archive that the owner names', async () => {
    const pmtiles = join(directory(), 'town.pmtiles');
    writeFileSync(pmtiles, 'PMTiles');
    const tileUrl = 'https://tiles.example.org/{z}/{x}/{y}.png';
    const tiles = { 'console.tile-url': tileUrl, 'console.tile-attribution': 'Example' };
    const served = await gateway({ ...tiles, 'console.pmtiles': pmtiles });
    expect(await told(served, '/api/console')).toMatchObject({
      tileUrl,
      tileAttribution: 'Example',
      pmtilesUrl: '/console/map.pmtiles',
    });
    const policy = (await fetch(served.httpUrl)).headers.get('content-security-policy');
    expect(policy).toContain(`img-src 'self' data: https://tiles.example.org;`);
  });

  it('knows the roads of the demo, and how fast its clock goes', async () => {
    const roads = [[[50, 14] as const, [50.1, 14.1] as const]];
    const served = await gateway({}, { roads, clockFactor: 20 });
    expect(await told(served, '/api/console')).toMatchObject({ roads });
    expect(await told(served, '/api/session')).toMatchObject({ clockFactor: 20 });
  });

  it('that is to show an archive which is not there is refused, with the repair', async () => {
    const path = join(directory(), 'missing.pmtiles');
    await expect(gateway({ 'console.pmtiles': path })).rejects.toThrow(
      `console.pmtiles is ${path}, which is no file here: correct the path, or set it to off`,
    );
  });
});
