/** HTTP over the real line and the real store: from a frame to what clients are told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { createServer } from '../../src/api/server.ts';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { Line } from '../../src/intake/line.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { explainTask } from '../../src/operations/explain-task.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { type Searches, searchInPlace } from '../../src/operations/searches.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import { type Body, type Row, TASK } from './kit.ts';

const MINUTE_MS = 60_000;
const INSIDE = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
const OUTSIDE = { latDeg: TASK.location.lat + 0.1, lonDeg: TASK.location.lng };
const FROM_MS = Date.UTC(2026, 2, 1, 8);

const SETTINGS = {
  graceMs: 10 * MINUTE_MS,
  lateDataHorizonMs: 7 * 86_400_000,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
} as const;

let directory: string;
let store: Store;
let searches: Searches;
let line: Line;
let app: FastifyInstance;
let nowMs: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-api-'));
  nowMs = NOW_MS;
  store = openStore({ directory });
  const now = () => nowMs;
  const tally = emptyTally();
  line = new Line({
    store,
    now,
    tally,
    settings: SETTINGS,
    unknownTrackers: 'pending',
    queueBytesMax: 1_000_000,
    pendingMax: 10,
  });
  const presence = { isOnline: () => true, clockSuspicion: () => null };
  searches = searchInPlace(directory);
  const deviceCommands = { expireMs: 60_000, queuedMax: 3 };
  const operations = createOperations({
    store,
    searches,
    intake: line,
    presence,
    now,
    firstKey: FIRST_KEY,
    deviceCommands,
  });
  app = createServer({
    operations,
    metrics: createMetrics({ tally, levels: () => operations.levels() }),
    explain: (taskId) => explainTask({ store, searches, intake: line, settings: SETTINGS, now }, taskId),
    now,
    timeZone: 'UTC',
    refusePastTo: false,
  });
  await own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
});

afterEach(async () => {
  await app.close();
  await searches.close();
  store.close();
  rmSync(directory, { recursive: true });
});

async function navixy(call: string, parameters: object = {}): Promise<Body> {
  const response = await app.inject({
    method: 'POST',
    url: `/v2/${call}`,
    payload: { hash: FIRST_KEY, ...parameters },
  });
  return response.json();
}

async function own(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object): Promise<Body> {
  const headers = { authorization: `Bearer ${FIRST_KEY}` };
  return (await app.inject({ method, url, headers, ...(payload && { payload }) })).json();
}

function send(records: readonly { timeMs: number; latDeg: number; lonDeg: number }[]): Promise<string> {
  const raw = encodeRecords(
    0x08,
    records.map((record) => ({ ...record, satellites: 9, speedKmh: 30, io: [{ id: 239, bytes: 1, value: 1 }] })),
  );
  const decoded = protocolNamed('teltonika').decode(raw);
  if (decoded.kind === 'malformed') throw new Error(decoded.message);
  const fixes = decoded.records.map((record) => judgeFix(record, nowMs));
  const delivery = { trackerId: 1, receivedMs: nowMs, protocol: 'teltonika', raw, fixes } as const;
  return new Promise((frameOnSettled) => line.submit(delivery, { frameOnSettled }));
}

const VISIT = [
  { timeMs: FROM_MS + 10 * MINUTE_MS, ...OUTSIDE },
  { timeMs: FROM_MS + 20 * MINUTE_MS, ...INSIDE },
  { timeMs: FROM_MS + 35 * MINUTE_MS, ...INSIDE },
  { timeMs: FROM_MS + 40 * MINUTE_MS, ...OUTSIDE },
];

describe('a task and the frames of its tracker', () => {
  it('is done, with the dates of the fixes, and can no longer be given away', async () => {
    const { id } = await navixy('task/create', { task: { ...TASK, tracker_id: 1, min_stay_duration: 10 } });
    expect(await send(VISIT)).toBe('durable');
    expect((await navixy('task/read', { task_id: id })).value).toMatchObject({
      status: 'done',
      arrival_date: '2026-03-01 08:20:00',
      status_change_date: '2026-03-01 08:30:00',
      stay_duration: 900,
    });
    const { list } = await navixy('task/history/list', { task_id: id });
    const told = list.map((row: Row) => [row.operation, row.payload['status'], row.event_date]);
    expect(told).toEqual([
      ['create', 'assigned', '2026-03-01 12:00:00'],
      ['status_change', 'arrived', '2026-03-01 08:20:00'],
      ['status_change', 'done', '2026-03-01 08:30:00'],
    ]);
    expect((await navixy('task/assign', { task_id: id })).status.code).toBe(255);
    expect((await navixy('task/update', { task: { ...TASK, id } })).status.code).toBe(255);
    expect((await own('GET', `/api/tasks/${id}/explain`)).words.length).toBeGreaterThan(0);
    expect(await navixy('task/delete', { task_id: id })).toEqual({ success: true });
    expect((await navixy('task/read', { task_id: id })).status.code).toBe(201);
  });

  it('an edit of an open task is judged on what is stored, and its difference is told', async () => {
    for (const name of ['one', 'two', 'three']) await navixy('tag/create', { tag: { name, color: 'FF0000' } });
    const { id } = await navixy('task/create', {
      task: { ...TASK, tracker_id: 1, from: '2026-03-01 08:50:00', tags: [3] },
    });
    await send(VISIT);
    expect((await navixy('task/read', { task_id: id })).value.status).toBe('assigned');
    expect(await navixy('task/update', { task: { ...TASK, id, label: 'Earlier' } })).toEqual({ success: true });
    expect((await navixy('task/read', { task_id: id })).value).toMatchObject({ status: 'done', tags: [3] });
    const { list } = await navixy('task/history/list', { task_id: id });
    expect(list[1]).toMatchObject({ operation: 'update', payload: { label: 'Earlier', from: TASK.from } });
    expect(Object.keys(list[1]!.payload)).toEqual(['label', 'from']);
  });

  it('fixes and state show what was sent, duplicates once', async () => {
    await send(VISIT);
    await send(VISIT);
    const { fixes, hasMore } = await own('GET', '/api/trackers/1/fixes?limit=3');
    expect([fixes.length, hasMore]).toEqual([3, true]);
    expect(fixes[1]).toMatchObject({
      time: '2026-03-01T08:20:00.000Z',
      lat: INSIDE.latDeg,
      attributes: { ignition: true },
    });
    const state = await own('GET', '/api/trackers/1/state');
    expect(state).toMatchObject({
      isOnline: true,
      lastSeenAt: '2026-03-01T12:00:00.000Z',
      attributes: { ignition: true },
    });
    expect(state.fix.time).toBe('2026-03-01T08:40:00.000Z');
    const metrics = await app.inject({ method: 'GET', url: '/metrics' });
    expect(metrics.body).toContain('milepost_records_duplicate_total 4');
    expect(metrics.body).toContain('milepost_trackers 1');
  });
});

describe('lists', () => {
  beforeEach(async () => {
    const windows = ['08', '10', '12'].map((hour) => ({
      from: `2026-03-01 ${hour}:00:00`,
      to: `2026-03-01 ${hour}:59:00`,
    }));
    for (const [index, window] of windows.entries()) {
      await navixy('task/create', {
        task: { ...TASK, ...window, label: `Stop ${3 - index}`, external_id: `E${index}` },
      });
    }
    await navixy('task/assign', { task_id: 2, tracker_id: 1 });
  });

  it.each([
    [{}, [1, 2, 3]],
    [{ statuses: ['assigned'] }, [2]],
    [{ statuses: ['done'] }, []],
    [{ trackers: [1] }, [2]],
    [{ trackers: [7] }, []],
    [{ external_id: 'E2' }, [3]],
    [{ external_id: 'e2' }, []],
    [{ from: '2026-03-01 08:59:00' }, [1, 2, 3]],
    [{ from: '2026-03-01 08:59:01' }, [2, 3]],
    [{ to: '2026-03-01 10:00:00' }, [1, 2]],
    [{ sort: ['label=asc'] }, [3, 2, 1]],
    [{ sort: ['status=desc', 'id=desc'] }, [3, 1, 2]],
    [{ sort: ['employee=desc'] }, [2, 1, 3]],
    [{ limit: 1, offset: 1 }, [2]],
    [{ limit: 0 }, []],
  ])('task/list %j gives %j', async (parameters, ids) => {
    const { list } = await navixy('task/list', parameters);
    expect(list.map(({ id }: Row) => id)).toEqual(ids);
  });

  it('task/count counts what is not deleted', async () => {
    await navixy('task/delete', { task_id: 3 });
    expect(await navixy('task/count')).toEqual({ success: true, count: 2 });
  });
});

describe('keys and waiting trackers', () => {
  it('a stored key opens what its scopes say until it is revoked', async () => {
    const key = 'c0ffee00c0ffee00c0ffee00c0ffee00';
    store.keys.create('dispatch', key, ['tasks:read'], nowMs, null);
    const codeOf = async (call: string) => {
      const response = await app.inject({ method: 'GET', url: `/${call}?hash=${key}` });
      return response.json().status?.code ?? 'success';
    };
    expect([await codeOf('task/count'), await codeOf('tracker/list')]).toEqual(['success', 13]);
    store.keys.revoke('dispatch', nowMs);
    expect(await codeOf('task/count')).toBe(4);
  });

  it('a device that waits is accepted once', async () => {
    const imei = '490154203237518';
    expect(await line.admit(imei, 'gt06', '10.0.0.9')).toEqual({ kind: 'pending' });
    expect((await own('GET', '/api/trackers/pending')).pending).toMatchObject([{ imei, protocol: 'gt06', logins: 1 }]);
    expect(await own('POST', `/api/trackers/pending/${imei}/accept`, { label: 'New' })).toMatchObject({ id: 2, imei });
    expect((await own('GET', '/api/trackers/pending')).pending).toEqual([]);
    expect((await line.admit(imei, 'gt06', '10.0.0.9')).kind).toBe('admitted');
    expect((await own('POST', `/api/trackers/pending/${imei}/accept`)).code).toBe('tracker_not_found');
  });
});
