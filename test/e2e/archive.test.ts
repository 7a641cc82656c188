/** A map archive of the owner's, drawn in a real browser under the page's policy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, LoginKit, MISSING } from './login-kit.ts';

const NAME = MISSING === null ? 'a map archive' : `a map archive (skipped: ${MISSING})`;

/** PMTiles 3 with a directory of no tiles, its parts one after the other: https://github.com/protomaps/PMTiles */
function emptyArchive(): Buffer {
  const [root, metadata] = [Buffer.from([0]), Buffer.from('{}')];
  const header = Buffer.alloc(127);
  header.write('PMTiles', 0, 'latin1');
  header[7] = 3;
  let offset = header.length;
  for (const [index, length] of [root.length, metadata.length, 0, 0].entries()) {
    header.writeBigUInt64LE(BigInt(offset), 8 + index * 16);
    header.writeBigUInt64LE(BigInt(length), 16 + index * 16);
    offset += length;
  }
  // Clustered; directories and tiles as they are; vector tiles; zooms 0 to 14 of the whole world.
  header.set([1, 1, 1, 1, 0, 14], 96);
  for (const [index, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + index * 4);
  return Buffer.concat([header, root, metadata]);
}

describe.skipIf(MISSING !== null)(NAME, () => {
  const directory = mkdtempSync(join(tmpdir(), 'milepost-archive-'));
  let kit: LoginKit;

  beforeAll(async () => {
    const path = join(directory, 'world.pmtiles');
    writeFileSync(path, emptyArchive());
    kit = await LoginKit.start({ 'console.pmtiles': path });
  }, 60_000);
  afterAll(async () => {
    await kit?.stop();
    rmSync(directory, { recursive: true });
  });

  it('is read by ranges and drawn, with nothing from elsewhere', async () => {
    const { page, complaints } = await kit.visit('/');
    const answers: number[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/console/map.pmtiles')) answers.push(response.status());
    });
    await page.getByLabel('API key').fill(KEY);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('canvas.leaflet-tile-loaded').first().waitFor();
    await page.getByText('OpenStreetMap').waitFor();
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.every((status) => status === 206)).toBe(true);
    expect(complaints).toEqual([]);
  });
});
