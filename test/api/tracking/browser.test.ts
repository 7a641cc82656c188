/** The page in a real browser, where there is one. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originOf } from '../present-app.ts';
import { FAR, GOAL_POINT, ThetrackKit } from '../thetrack/thetrack-kit.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const BROWSER = PLACES.find((path) => existsSync(path));
const BROWSER_MS_MAX = 60_000;

describe.skipIf(BROWSER === undefined)('in a browser the page', () => {
  let kit: ThetrackKit;
  let address: string;
  let profile: string;

  beforeAll(async () => {
    kit = new ThetrackKit();
    address = await originOf(kit.app);
    profile = mkdtempSync(join(tmpdir(), 'milepost-browser-'));
  });

  afterAll(async () => {
    await kit.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it(
    'draws its map and runs nothing that people typed',
    async () => {
      const driver = await kit.make('drivers', { name: '<b id="evil">Ann</b>' });
      const task = await kit.make('tasks', { location: { point: GOAL_POINT } });
      await kit.assign(driver, task);
      await kit.drive(driver, FAR, { latDeg: 52.45, lonDeg: 13.4 });
      const url = address + new URL(task.tracking_url).pathname;
      const options = ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
      const { stdout } = await promisify(execFile)(BROWSER!, [
        ...options,
        '--virtual-time-budget=2000',
        '--dump-dom',
        url,
      ]);
      expect(stdout).toContain('class="here"');
      expect(stdout).toContain('class="trail"');
      expect(stdout).toContain('class="scale-label"');
      expect(stdout).toContain('&lt;b id="evil"&gt;');
      expect(stdout).not.toContain('<b id="evil">');
    },
    BROWSER_MS_MAX,
  );
});
