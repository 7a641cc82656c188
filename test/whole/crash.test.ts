/**
 * The promise: what was acknowledged is there, once, and every task is judged as if nothing had happened, whatever
 * instant the process is killed at. The real program, 200 simulated trackers of both protocols over real TCP, tasks over
 * HTTP, SIGKILL at random instants. PROOF_KILLS sets how many, PROOF_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { crashRun, SEED } from './crash-run.ts';

const KILLS = Number(process.env['PROOF_KILLS'] ?? 3);
const DEVICES = 200;

it(
  `${KILLS} kills under load: records are stored once, verdicts are the model's (seed ${SEED})`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-crash-'));
    try {
      const audit = await crashRun({ directory, kills: KILLS, devices: DEVICES, seed: SEED });
      console.log(`seed ${SEED}: ${audit.summary}`);
      expect(audit.acknowledged).toBeGreaterThan(DEVICES * KILLS);
      expect(audit).toMatchObject({
        outcomes: { done: expect.any(Number), failed: expect.any(Number), faulty: expect.any(Number) },
        unacknowledged: 0,
        missingRecords: [],
        doubledRecords: [],
        missingTasks: [],
        wrongVerdicts: [],
        wrongHistories: [],
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
  120_000 + KILLS * 20_000,
);
