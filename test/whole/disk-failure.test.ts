/**
 * The disk is full or fails for a while under load. Nothing is acknowledged then, and nothing else stops: logins and
 * heartbeats are answered, connections stay, HTTP says what is wrong; and when the disk works again so does everything,
 * by itself (engine rules, section 8). PROOF_OUTAGE_SECONDS sets how long, and has all kinds of failure tried rather than
 * one of a full disk and one of a broken one; PROOF_SEED repeats the fleet.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imeiOf } from '../../src/sim/fleet.ts';
import type { DeviceRecord } from '../../src/sim/speech.ts';
import { audit } from './crash-audit.ts';
import { type DrivenFleet, driveFleet } from './crash-fleet.ts';
import { SEED } from './crash-run.ts';
import { MEDIA, type Medium, SAMPLE_OF_MEDIA } from './disk-media.ts';
import { Witness } from './disk-witness.ts';
import { API_KEY, ask, type Gateway, kill, launchGateway, pause, until, whenReady } from './program.ts';

const SECONDS = process.env['PROOF_OUTAGE_SECONDS'];
const OUTAGE_MS = Number(SECONDS ?? 0.5) * 1000;
const DEVICES = 60;
/** How long a device led by hand listens for an answer that must not come. */
const VAIN_MS = 200;

let workshop: string;
let medium: Medium;
let gateway: Gateway;
/** What the gateway logs about its storage. */
let said: string[];

beforeEach(() => {
  workshop = mkdtempSync(join(tmpdir(), 'milepost-disk-'));
});
afterEach(async () => {
  await kill(gateway.process, 'SIGKILL');
  medium.remove();
  rmSync(workshop, { recursive: true });
});

describe.each(SECONDS === undefined ? SAMPLE_OF_MEDIA : MEDIA)('$name', ({ obstacle, reason, make }) => {
  const wish = `for ${OUTAGE_MS / 1000} s: no record is acknowledged, nobody is dropped, then all goes on`;
  it.skipIf(obstacle !== null)(
    obstacle === null ? wish : `${wish} (skipped: ${obstacle})`,
    async () => {
      medium = make(workshop);
      await start();
      const [early, late] = await registerWitnesses();
      for (const witness of early) {
        await witness.login();
        await witness.report(recordAt(0));
      }
      const fleet = driveAtWork();
      await until('the fleet is at work', () => fleet.acknowledged.length > 3 * DEVICES);

      medium.fail();
      await until('the outage is noticed', async () => !(await readiness()).isReady);
      // Answers given before may still be on their way.
      await pause(VAIN_MS);
      const before = fleet.acknowledged.length;
      const watch = watchReadiness();
      for (const witness of late) await witness.login();
      for (const witness of [...early, ...late]) {
        expect(await witness.reportInVain(recordAt(1), VAIN_MS)).toBeNull();
        await witness.heartbeat();
      }
      expect(await createTask()).toEqual({ status: 503, code: 14 });
      await pause(OUTAGE_MS);
      expect(fleet.acknowledged.length).toBe(before);
      for (const answer of await watch.end()) {
        expect(answer).toEqual({ isReady: false, reason: expect.stringMatching(reason) });
      }
      medium.heal();

      await until('the gateway is ready again', async () => (await readiness()).isReady);
      for (const witness of [...early, ...late]) {
        await witness.report(recordAt(1));
        await witness.report(recordAt(2));
        expect(witness.isGone).toBe(false);
        witness.leave();
      }
      expect(await createTask()).toEqual({ status: 200, code: undefined });
      await until('the fleet is at work again', () => fleet.acknowledged.length > before + DEVICES);
      const report = await fleet.end();
      expect(said).toEqual([expect.stringContaining('storage fails'), expect.stringContaining('storage works again')]);

      await kill(gateway.process, 'SIGTERM');
      const { acknowledged } = fleet;
      const ended = audit({
        ...{ data: medium.data, devices: DEVICES, kills: 0, report, acknowledged, createdIds: [] },
      });
      console.log(`${wish}, seed ${SEED}: ${ended.summary}`);
      expect(ended).toMatchObject({ unacknowledged: 0, missingRecords: [], doubledRecords: [] });
    },
    60_000 + 3 * OUTAGE_MS,
  );
});

async function start(): Promise<void> {
  const more = ['--unknown-trackers', 'accept'];
  gateway = await whenReady(launchGateway({ data: medium.data, more, environment: medium.environment }));
  said = [];
  gateway.process.stdout!.on('data', (chunk: Buffer) => {
    said.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.includes('"msg":"storage ')),
    );
  });
}

/** Devices that never lose patience: one of each protocol that is there before the outage, and one that comes in it. */
async function registerWitnesses(): Promise<readonly [readonly Witness[], readonly Witness[]]> {
  const witnesses: Witness[] = [];
  for (const [n, protocol] of (['teltonika', 'gt06', 'teltonika', 'gt06'] as const).entries()) {
    const imei = imeiOf(SEED + 1, n);
    await ask(gateway, '/api/trackers', { label: `Witness ${n}`, imei });
    witnesses.push(new Witness(gateway.trackersPort, imei, protocol));
  }
  return [witnesses.slice(0, 2), witnesses.slice(2)];
}

function driveAtWork(): DrivenFleet {
  const startMs = Date.now() - 3_600_000;
  return driveFleet({ devices: DEVICES, seed: SEED, startMs, rate: 5, scale: 1, port: gateway.trackersPort });
}

function recordAt(n: number): DeviceRecord {
  return {
    ...{ timeMs: Math.floor(Date.now() / 1000 - 7200 + n) * 1000, latDeg: 50 + n / 1000, lonDeg: 14, satellites: 9 },
    ...{ speedKmh: 0, courseDeg: 0, isIgnitionOn: true, odometerM: 1000 },
  };
}

interface Readiness {
  readonly isReady: boolean;
  readonly reason: string | null;
}

async function readiness(): Promise<Readiness> {
  const response = await fetch(`${gateway.httpUrl}/readyz`);
  const { reason } = (await response.json()) as { reason: string | null };
  return { isReady: response.status === 200, reason };
}

/** Every answer of /readyz until the end. */
function watchReadiness(): { end(): Promise<readonly Readiness[]> } {
  const seen: Readiness[] = [];
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await pause(10)) seen.push(await readiness());
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      return seen;
    },
  };
}

async function createTask(): Promise<{ status: number; code: number | undefined }> {
  const task = {
    ...{ label: 'Stop', description: '', from: '2026-01-01 00:00:00', to: '2026-01-01 01:00:00' },
    location: { lat: 50, lng: 14, radius: 100, address: '' },
  };
  const response = await fetch(`${gateway.httpUrl}/v2/task/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hash: API_KEY, task }),
  });
  const answer = (await response.json()) as { status?: { code: number } };
  return { status: response.status, code: answer.status?.code };
}
