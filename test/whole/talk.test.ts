/** Recorded bytes in at one end, verdicts out at the other: tasks created over HTTP, then the talk is played back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { distanceM } from '../../src/geo/distance.ts';
import { API_KEY, ask, finished, type Gateway, kill, program, startGateway } from './program.ts';

/** The second stop of both recorded drives. */
const STOP = { lat: 50.05294, lng: 14.42584, radius: 80 };

const TALKS = ['teltonika', 'gt06'];

interface NavixyTask {
  readonly status: string;
  readonly arrival_date: string | null;
  readonly status_change_date: string;
  readonly stay_duration: number;
}

let directory: string;
let gateway: Gateway;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-talk-'));
  gateway = await startGateway(join(directory, 'data'));
}, 60_000);
afterEach(async () => {
  await kill(gateway.process, 'SIGTERM');
  rmSync(directory, { recursive: true });
});

describe.each(TALKS)('the recorded %s drive', (name) => {
  it('arrives and is done where it stayed long enough, and is faulty where more was asked', async () => {
    const file = fileURLToPath(new URL(`../../fixtures/talks/${name}-drive.talk`, import.meta.url));
    const imei = /^imei: (\d{15})$/m.exec(readFileSync(file, 'utf8'))![1]!;
    const { id: trackerId } = await ask<{ id: number }>(gateway, '/api/trackers', { label: name, imei });
    const short = await createTask(trackerId, 1);
    const long = await createTask(trackerId, 10);

    const played = await finished(program('replay', file, '--to', `127.0.0.1:${gateway.trackersPort}`));
    expect(played).toEqual({ code: 0, stderr: '', stdout: expect.stringContaining('answered as recorded') });

    const entered = await firstFixInside(trackerId);
    expect(await readTask(short)).toMatchObject({
      status: 'done',
      arrival_date: entered,
      status_change_date: later(entered, 60),
    });
    expect(await statuses(short)).toEqual(['arrived', 'done']);
    const faulty = await readTask(long);
    expect(faulty).toMatchObject({
      status: 'faulty',
      arrival_date: entered,
      status_change_date: '2026-05-04 08:12:00',
    });
    expect(faulty.stay_duration).toBeGreaterThan(100);
    expect(await statuses(long)).toEqual(['arrived', 'faulty']);

    const explained = await finished(program('explain', String(long), '--url', gateway.httpUrl, '--api-key', API_KEY));
    expect(explained.stdout).toContain('faulty');
    expect(explained.stdout).toContain('too little');
  }, 60_000);
});

async function createTask(trackerId: number, minStayMinutes: number): Promise<number> {
  const task = {
    tracker_id: trackerId,
    label: `Stay ${minStayMinutes} min`,
    description: '',
    location: { ...STOP, address: '' },
    from: '2026-05-04 08:05:00',
    to: '2026-05-04 08:12:00',
    min_stay_duration: minStayMinutes,
  };
  return (await ask<{ id: number }>(gateway, '/v2/task/create', { hash: API_KEY, task })).id;
}

async function readTask(taskId: number): Promise<NavixyTask> {
  return (await ask<{ value: NavixyTask }>(gateway, '/v2/task/read', { hash: API_KEY, task_id: taskId })).value;
}

async function statuses(taskId: number): Promise<string[]> {
  interface Entry {
    readonly operation: string;
    readonly payload: { readonly status: string };
  }
  const { list } = await ask<{ list: Entry[] }>(gateway, '/v2/task/history/list', { hash: API_KEY, task_id: taskId });
  return list.filter(({ operation }) => operation === 'status_change').map(({ payload }) => payload.status);
}

/** Looked up in what the gateway stored, with the exact distance. */
async function firstFixInside(trackerId: number): Promise<string> {
  const { fixes } = await ask<{ fixes: { time: string; lat: number; lon: number }[] }>(
    gateway,
    `/api/trackers/${trackerId}/fixes?from=2026-05-04T08:05:00Z&to=2026-05-04T08:12:00Z`,
  );
  const first = fixes.find(({ lat, lon }) => distanceM(lat, lon, STOP.lat, STOP.lng) <= STOP.radius);
  return local(Date.parse(first!.time));
}

function later(date: string, seconds: number): string {
  return local(Date.parse(`${date.replace(' ', 'T')}Z`) + seconds * 1000);
}

/** The Navixy dialect's date in UTC, the default zone. */
function local(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
