/**
 * A kill leaves the page cache; a power cut does not. Here each kill takes with it what was not synced, all of it or any
 * part of it, and what was acknowledged is there all the same: it was synced first. With syncs that only pretend, the
 * same run finds records missing, so it would notice. PROOF_POWER_CUTS sets how many, PROOF_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forkedRandom } from '../../src/sim/random.ts';
import { crashRun, SEED } from './crash-run.ts';
import { afterPowerCut, prepareShim, randomLoss, shimObstacle } from './disk-shim.ts';

const CUTS = Number(process.env['PROOF_POWER_CUTS'] ?? 3);
const DEVICES = 60;
/** A disk so slow that most cuts come in the middle of a commit. */
const SYNC_MS = 25;
const OBSTACLE = shimObstacle();

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-power-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe.skipIf(OBSTACLE !== null)(`the power fails${OBSTACLE === null ? '' : ` (skipped: ${OBSTACLE})`}`, () => {
  it(
    `${CUTS} power cuts under load lose nothing that was acknowledged (seed ${SEED})`,
    async () => {
      const losses = forkedRandom(SEED, 2_000_000);
      let unsynced = 0;
      const audit = await crashRun({
        ...{ directory, kills: CUTS, devices: DEVICES, seed: SEED },
        makeShim: (data) => prepareShim({ workshop: directory, data, syncMs: SYNC_MS }),
        processOnKilled: (shim) => {
          unsynced += shim!.cutPower(randomLoss(losses));
        },
      });
      console.log(`power cuts, seed ${SEED}: ${audit.summary}; ${unsynced} writes were not synced`);
      expect(audit.acknowledged).toBeGreaterThan(DEVICES * CUTS);
      expect(audit).toMatchObject({
        unacknowledged: 0,
        missingRecords: [],
        doubledRecords: [],
        missingTasks: [],
        wrongVerdicts: [],
        wrongHistories: [],
      });
    },
    120_000 + CUTS * 20_000,
  );

  it('is noticed where syncs only pretend: acknowledged records are missing', async () => {
    const audit = await crashRun({
      ...{ directory, kills: 2, devices: DEVICES, seed: SEED, isWorkGiven: false },
      makeShim: (data) => prepareShim({ workshop: directory, data, isSyncIgnored: true }),
      processOnKilled: (shim) => void shim!.cutPower('nothing'),
    });
    console.log(`pretended syncs: ${audit.summary}, ${audit.missingRecords.length} missing`);
    expect(audit.missingRecords.length).toBeGreaterThan(0);
  }, 120_000);
});

describe('a file after a power cut', () => {
  const text = (file: Buffer) => file.toString('latin1').replaceAll('\0', '_');
  const change = (offset: number, before: string, size: number) => ({ offset, before: Buffer.from(before), size });

  it.each([
    ['what was written over is back', 'abXYef', [change(2, 'cd', 6)], 'abcdef'],
    ['what was appended is gone', 'abcdef', [change(3, '', 3)], 'abc'],
    ['what was cut off is back', 'ab', [change(2, 'cdef', 6)], 'abcdef'],
    ['the last change is taken back first', 'aZcd', [change(1, 'b', 2), change(1, 'X', 2), change(2, '', 2)], 'ab'],
    ['grown after it was cut', 'aXYZ', [change(1, 'bc', 3), change(1, '', 1)], 'abc'],
  ] as const)('%s', (_what, now, changes, expected) => {
    expect(text(afterPowerCut(Buffer.from(now), changes, 'nothing'))).toBe(expected);
  });

  it('has any of its unsynced sectors, whole, and zeros for those before them that were lost', () => {
    const now = Buffer.alloc(1300, 'n');
    const verdicts = [false, false, true];
    const file = afterPowerCut(now, [change(100, '', 100), change(0, 'o'.repeat(100), 100)], () => verdicts.shift()!);
    expect(text(file)).toBe(`${'o'.repeat(100)}${'_'.repeat(924)}${'n'.repeat(276)}`);
  });
});
