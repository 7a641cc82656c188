/**
 * The promise: what was acknowledged is there, once, whatever instant the process is killed at. The real program, 200
 * simulated trackers of both protocols over real TCP, SIGKILL at random instants. PROOF_KILLS sets how many.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, finished, kill, program, startGateway } from './program.ts';

const KILLS = Number(process.env['PROOF_KILLS'] ?? 3);
const SECONDS_PER_KILL = 2.5;
const DEVICES = 200;

interface ListedFix {
  readonly time: string;
  readonly lat: number;
  readonly lon: number;
}

it(
  `${KILLS} kills under load: every acknowledged record is stored, none twice`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-crash-'));
    const data = join(directory, 'data');
    const ledger = join(directory, 'ledger');
    let gateway = await startGateway(data, undefined, '--unknown-trackers', 'accept');
    try {
      const fleet = program(
        'simulate',
        ...['--devices', String(DEVICES), '--rate', '2', '--seconds', String(KILLS * SECONDS_PER_KILL)],
        ...['--to', `127.0.0.1:${gateway.trackersPort}`, '--ledger', ledger, '--drain', '60s', '--json'],
      );
      const report = finished(fleet);
      for (let n = 0; n < KILLS; n++) {
        await pause(SECONDS_PER_KILL * 1000 * (0.3 + 0.5 * Math.random()));
        await kill(gateway.process, 'SIGKILL');
        gateway = await startGateway(data, gateway, '--unknown-trackers', 'accept');
      }
      const { code, stdout, stderr } = await report;
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ lost: 0 });

      const acknowledged = readFileSync(ledger, 'utf8').trim().split('\n');
      const stored = await storedRecords(gateway);
      expect(acknowledged.length).toBeGreaterThan(DEVICES * KILLS);
      expect(new Set(stored).size).toBe(stored.length);
      console.log(`${KILLS} kills, ${acknowledged.length} records acknowledged, ${stored.length} stored`);
      const missing = acknowledged.filter((record) => !new Set(stored).has(record));
      expect(missing).toEqual([]);
    } finally {
      await kill(gateway.process, 'SIGTERM');
      rmSync(directory, { recursive: true });
    }
  },
  120_000 + KILLS * 20_000,
);

/** As the ledger writes them: imei,time,lat,lon. */
async function storedRecords(gateway: Awaited<ReturnType<typeof startGateway>>): Promise<string[]> {
  const { trackers } = await ask<{ trackers: { id: number; imei: string }[] }>(gateway, '/api/trackers');
  const records: string[] = [];
  for (const { id, imei } of trackers) {
    const { fixes } = await ask<{ fixes: ListedFix[] }>(gateway, `/api/trackers/${id}/fixes?limit=100000`);
    for (const { time, lat, lon } of fixes) records.push([imei, time, lat.toFixed(7), lon.toFixed(7)].join());
  }
  return records;
}

/** Lets the fleet send for a while: the kill has to come at some instant, and no event announces a good one. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
