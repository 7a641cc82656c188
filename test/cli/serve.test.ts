import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import { distanceM } from '../../src/geo/distance.ts';
import { pinnedClock, stopwatch } from '../../src/ops/clock.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { type Config, NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { type Served, serve } from '../../src/serve.ts';
import { replay } from '../../src/sim/replay.ts';
import { SPEECH_NAMES, type SpeechName } from '../../src/sim/speeches.ts';
import { parseTalk, type Talk } from '../../src/sim/talk.ts';
import { openStore } from '../../src/store/open.ts';
import { schedule } from '../operations/schedule-kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function gatewayAt(clockMs: number, settings: Partial<Config> = {}): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), 'milepost-serve-'));
  const config = defaultConfig({
    data,
    'tcp.host': '127.0.0.1',
    'tcp.port': 0,
    ...NO_OWN_PORTS,
    'teltonika.port': 0,
    'gt06.port': 0,
    'http.port': 0,
    'api-key': KEY,
    ...settings,
  });
  const served = await serve(config, pinnedClock(clockMs), silentLog());
  open.push(async () => {
    await served.close();
    rmSync(data, { recursive: true });
  });
  return served;
}

async function post(served: Served, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(served.httpUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

function talkOf(name: SpeechName): Talk {
  const folder = new URL('../../fixtures/talks/', import.meta.url);
  const file = readdirSync(folder).find((each) => each.startsWith(`${name}-drive`))!;
  return parseTalk(readFileSync(new URL(file, folder), 'utf8'));
}

function play(talk: Talk, served: Served, port: string): ReturnType<typeof replay> {
  const place = served.addresses.find(({ name }) => name === port)!;
  return replay(talk, { ...place, speed: null, isClockPinned: true, patienceMs: 5000, stopwatch });
}

/** The two first stops of the recorded drive. */
const FIRST = { lat: 50.0386534, lng: 14.433377, radius: 100, address: 'first stop' };
const SECOND = { lat: 50.0529375, lng: 14.4258476, radius: 100, address: 'second stop' };

describe.each(SPEECH_NAMES)('tasks around the path of a recorded %s talk', (name) => {
  it('arrive with the fix that entered and are done; one that asks for a longer stay ends faulty', async () => {
    const talk = talkOf(name);
    const served = await gatewayAt(talk.clockMs!);
    const { id: tracker_id } = await post(served, '/api/trackers', { label: 'Oak', imei: talk.headers.get('imei') });
    const task = { tracker_id, description: '', from: '2026-05-04 08:00:00' };
    const create = (terms: object) => post(served, '/v2/task/create', { hash: KEY, task: { ...task, ...terms } });
    const { id: doneId } = await create({
      label: 'Deliver',
      location: FIRST,
      to: '2026-05-04 08:06:00',
      min_stay_duration: 2,
    });
    const { id: faultyId } = await create({
      label: 'Repair',
      location: SECOND,
      to: '2026-05-04 08:11:00',
      min_stay_duration: 30,
    });

    expect((await play(talk, served, 'auto')).difference).toBeNull();

    const read = async (task_id: unknown) =>
      (await post(served, '/v2/task/read', { hash: KEY, task_id, iso_datetime: true }))['value'];
    expect(await read(doneId)).toMatchObject({ status: 'done', tracker_id });
    expect(await read(faultyId)).toMatchObject({ status: 'faulty', tracker_id });

    const arrivalMs = firstInside(name, talk, FIRST);
    const statuses = served.store.tasks.history(doneId as number).flatMap(({ eventMs, body }) => {
      return body.kind === 'status_change' ? [[body.to.state, eventMs]] : [];
    });
    expect(statuses).toEqual([
      ['active', arrivalMs],
      ['completed', arrivalMs + 120_000],
    ]);
    expect(served.store.tasks.read(doneId as number)?.facts.arrivalMs).toBe(arrivalMs);
  });

  it('are not touched when the talk is played a second time', async () => {
    const talk = talkOf(name);
    const served = await gatewayAt(talk.clockMs!, { 'unknown-trackers': 'accept' });
    await play(talk, served, name);
    const stored = served.tally.recordsStored;
    expect(stored).toBeGreaterThan(90);
    expect((await play(talk, served, name)).difference).toBeNull();
    expect(served.tally).toMatchObject({ recordsStored: stored, recordsDuplicate: stored });
  });
});

function firstInside(name: SpeechName, talk: Talk, zone: { lat: number; lng: number; radius: number }): number {
  const protocol = protocolNamed(name);
  for (const step of talk.steps) {
    const decoded = step.kind === 'say' ? protocol.decode(step.bytes) : null;
    if (decoded === null || decoded.kind === 'malformed') continue;
    for (const { timeMs, latDeg, lonDeg } of decoded.records) {
      if (distanceM(zone.lat, zone.lng, latDeg, lonDeg) <= zone.radius) return timeMs;
    }
  }
  throw new Error('the talk does not pass there');
}

describe('a gateway', () => {
  it('listens on the ports it was given and on no others', async () => {
    const served = await gatewayAt(0, { 'gt06.port': null });
    expect(served.addresses.map(({ name }) => name)).toEqual(['auto', 'teltonika', 'http']);
    expect((await fetch(`${served.httpUrl}/readyz`)).status).toBe(200);
  });

  it('opens its HTTP port to others once there is a key', async () => {
    const served = await gatewayAt(0, { 'http.host': '0.0.0.0' });
    expect(served.addresses.at(-1)).toMatchObject({ name: 'http', host: '0.0.0.0' });
  });

  it('makes what schedules have due today when it starts, and stops with nothing left running', async () => {
    const data = mkdtempSync(join(tmpdir(), 'milepost-serve-'));
    const store = openStore({ directory: data });
    const { id: _, ...content } = schedule();
    store.records.create('task_schedule', content);
    store.close();
    const midnightMs = Date.UTC(2026, 2, 2, 5);
    const served = await gatewayAt(midnightMs, { data, 'time-zone': 'America/New_York' });
    await served.line.drained();
    const { list } = (await post(served, '/v2/task/list', { hash: KEY })) as { list?: readonly { from: string }[] };
    expect(list).toMatchObject([{ origin: 'scheduled', from: '2026-03-02 08:00:00' }]);
    await served.close();
    rmSync(data, { recursive: true });
  });

  it('gives everything back when it cannot start', async () => {
    const first = await gatewayAt(0);
    const taken = first.addresses[0]!.port;
    const data = mkdtempSync(join(tmpdir(), 'milepost-serve-'));
    const settings = { data, 'tcp.host': '127.0.0.1', ...NO_OWN_PORTS, 'http.port': 0 };
    const start = (port: number) =>
      serve(defaultConfig({ ...settings, 'tcp.port': port }), pinnedClock(0), silentLog());
    await expect(start(taken)).rejects.toThrow(`port ${taken} on 127.0.0.1 is in use`);
    const second = await start(0);
    await second.close();
    rmSync(data, { recursive: true });
  });
});

describe('the geocoder that the owner names', () => {
  it('is asked for the point of an address, and the task is where it says', async () => {
    const asked: string[] = [];
    const geocoder = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify([{ lat: '50.05', lon: '14.43', display_name: 'Quay 4, Praha' }]));
    });
    await new Promise<void>((resolve) => geocoder.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => geocoder.close(() => resolve())));
    const served = await gatewayAt(Date.UTC(2026, 4, 4), {
      'geocoder.url': `http://127.0.0.1:${(geocoder.address() as AddressInfo).port}`,
      'geocoder.email': 'owner@example.org',
    });
    const located = new Promise<void>((resolve) => {
      served.line.onCommitted((events) => {
        if (events.some(({ body }) => body.kind === 'update')) resolve();
      });
    });
    const headers = { 'content-type': 'application/json', authorization: `Token ${KEY}` };
    const account = served.operations.accountUuid();
    const body = JSON.stringify({ account, address: { raw_address: 'quay 4' } });
    const { id } = (await (await fetch(`${served.httpUrl}/tasks/`, { method: 'POST', headers, body })).json()) as {
      readonly id: string;
    };
    await located;
    expect(asked).toEqual(['/search?q=quay+4&limit=10&format=jsonv2&email=owner%40example.org']);
    const task = await (await fetch(`${served.httpUrl}/tasks/${id}/`, { headers })).json();
    expect(task).toMatchObject({
      address: {
        raw_address: 'quay 4',
        formatted_address: 'Quay 4, Praha',
        location: { type: 'Point', coordinates: [14.43, 50.05] },
        geocoding_provider: 'nominatim',
        geocode_failed_at: null,
      },
      issues: [],
    });
  });
});
