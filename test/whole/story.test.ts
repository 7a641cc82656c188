/** The guide's story, told by a shell with curl and jq to the real program. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { API_KEY, finished, kill, startGateway } from './program.ts';

const STORY = fileURLToPath(new URL('story.sh', import.meta.url));
const DRIVE = fileURLToPath(new URL('story-drive.ts', import.meta.url));
const IMEI = '356307042441013';

const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);
if (missing.length > 0) console.log(`the story is not told: ${missing.join(' and ')} not installed`);

it.skipIf(missing.length > 0)(
  'curl and jq are enough to live with it',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-story-'));
    const gateway = await startGateway(join(directory, 'data'));
    try {
      const drive = [process.execPath, '--import', 'tsx', DRIVE, `127.0.0.1:${gateway.trackersPort}`, IMEI];
      const told = await finished(spawn(STORY, [gateway.httpUrl, API_KEY, IMEI, ...drive]));
      console.log(told.stdout);
      expect(told).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/\nthe story is told\n$/) });
    } finally {
      await kill(gateway.process, 'SIGTERM');
      rmSync(directory, { recursive: true });
    }
  },
  120_000,
);
