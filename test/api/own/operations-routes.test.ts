/** Calls for those who run the gateway: the audit trail, alerts, the log's level, captures. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../../src/api/server.ts';
import { FakeLine, FIRST_KEY, NOW_MS, READER_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit } from '../kit.ts';

const IMEI = '356307042441013';
const AUTHORIZED = { authorization: `Bearer ${FIRST_KEY}` };
const NOW = '2026-03-01T12:00:00.000Z';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
});

describe('the audit trail', () => {
  it('is read newest first, in pages', async () => {
    for (const label of ['Van 1', 'Van 2', 'Van 3']) await kit.own('POST', '/api/trackers', { label });
    const { status, body } = await kit.own('GET', '/api/audit?limit=2');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      entries: [
        { at: NOW, keyName: 'api-key', address: '127.0.0.1', action: 'tracker.create', subject: 'tracker 3' },
        { subject: 'tracker 2', before: null, after: { label: 'Van 2' } },
      ],
      hasMore: true,
    });
    const { entries } = body as unknown as { readonly entries: readonly { readonly id: number }[] };
    const rest = await kit.own('GET', `/api/audit?before=${entries.at(-1)!.id}`);
    expect(rest.body).toMatchObject({ entries: [{ subject: 'tracker 1' }], hasMore: false });
  });

  it.each(['limit=0', 'limit=1001', 'before=x', 'from=1'])('refuses ?%s', async (query) => {
    expect(await kit.own('GET', `/api/audit?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });
});

describe('alerts', () => {
  it('are silent trackers and clocks that seem wrong, in words', async () => {
    const line = new FakeLine();
    const alerts = [
      { kind: 'silent' as const, sinceMs: NOW_MS, hasBeenHeard: true },
      { kind: 'silent' as const, sinceMs: NOW_MS, hasBeenHeard: false },
      { kind: 'clock' as const, sinceMs: NOW_MS, aheadMinutes: 180 },
    ];
    const tracker = {
      id: 1,
      uuid: 'u',
      label: 'Van 1',
      imei: IMEI,
      model: null,
      timeZone: 'utc',
      isBlocked: false,
      createdMs: 0,
    };
    const operations = { ...line.operations, alerts: () => alerts.map((alert) => ({ ...alert, tracker })) };
    const app = serverOf({ ...line, operations } as unknown as FakeLine);
    const answer = await app.inject({ url: '/api/alerts', headers: AUTHORIZED });
    const words = (answer.json().alerts as readonly { readonly words: string }[]).map((alert) => alert.words);
    expect(answer.json().alerts[0]).toEqual({
      kind: 'silent',
      trackerId: 1,
      trackerLabel: 'Van 1',
      since: NOW,
      words: words[0],
    });
    expect(words).toEqual([
      `Nothing has been heard of it since ${NOW}.`,
      `Nothing has been heard of it since it was registered at ${NOW}.`,
      'Its clock seems to be set to +03:00; set its time zone to that, or the device to UTC.',
    ]);
  });

  it('are none at first', async () => {
    expect(await kit.own('GET', '/api/alerts')).toMatchObject({ status: 200, body: { alerts: [] } });
  });
});

function serverOf(line: FakeLine, more: object = {}) {
  return createServer({
    operations: line.operations,
    metrics: { contentType: 'text/plain', text: async () => '' },
    explain: async () => null,
    now: () => NOW_MS,
    timeZone: 'UTC',
    refusePastTo: false,
    ...more,
  });
}

describe("the log's level", () => {
  const put = (app: ReturnType<typeof serverOf>, payload: object, headers: object = AUTHORIZED) =>
    app.inject({ method: 'PUT', url: '/api/log', headers: { ...headers }, payload });

  it('is read and changed, and the change is in the trail', async () => {
    let level = 'info';
    const line = new FakeLine();
    const app = serverOf(line, {
      logLevel: {
        level: () => level,
        set: (to: string) => {
          level = to;
        },
      },
    });
    expect((await app.inject({ url: '/api/log', headers: AUTHORIZED })).json()).toEqual({ level: 'info' });
    expect((await put(app, { level: 'debug' })).json()).toEqual({ level: 'debug' });
    expect(level).toBe('debug');
    const { entries } = line.operations.listAudit(Number.MAX_SAFE_INTEGER, 10);
    expect(entries).toMatchObject([{ action: 'log.edit', subject: '', after: { sent: ['level'], level: 'debug' } }]);
  });

  it.each([{}, { level: 'loud' }, { level: 5 }, { level: 'info', more: 1 }])('is not %j', async (payload) => {
    const { statusCode, body } = await put(serverOf(new FakeLine()), payload);
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'invalid']);
  });

  it('cannot be changed where there is no log', async () => {
    const answer = await put(serverOf(new FakeLine()), { level: 'info' });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'no_log']);
    expect((await kit.own('GET', '/api/log')).status).toBe(409);
  });
});

describe('a capture', () => {
  beforeEach(() => kit.own('POST', '/api/trackers', { label: 'Van 1', imei: IMEI }));

  const capture = (minutes: unknown, id = 1) => kit.own('POST', `/api/trackers/${id}/capture`, { minutes });

  it('is begun, shown at its tracker, read as a talk, and ended', async () => {
    kit.line.talks.set(1, '> 00\n');
    const until = '2026-03-01T12:10:00.000Z';
    expect(await capture(10)).toMatchObject({ status: 200, body: { trackerId: 1, captureUntil: until } });
    expect((await kit.own('GET', '/api/trackers/1')).body).toMatchObject({ captureUntil: until });
    const { status, text, headers } = await kit.own('GET', '/api/trackers/1/capture');
    expect([status, text, headers['content-type']]).toEqual([200, '> 00\n', 'text/plain; charset=utf-8']);
    expect(headers['content-disposition']).toBe('attachment; filename="tracker-1.talk"');
    expect(await capture(0)).toMatchObject({ status: 200, body: { captureUntil: null } });
    expect((await kit.own('GET', '/api/trackers/1')).body).toMatchObject({ captureUntil: null });
  });

  it.each([
    ['of no tracker', () => capture(10, 9), 404, 'tracker_not_found'],
    ['of no tracker, read', () => kit.own('GET', '/api/trackers/9/capture'), 404, 'tracker_not_found'],
    ['that nobody began', () => kit.own('GET', '/api/trackers/1/capture'), 404, 'not_captured'],
    ['for too long', () => capture(1441), 400, 'invalid'],
    ['backwards', () => capture(-1), 400, 'invalid'],
    ['for a word', () => capture('10'), 400, 'invalid'],
  ])('%s is refused', async (_name, ask, status, code) => {
    expect(await ask()).toMatchObject({ status, body: { code } });
  });

  it('that is one too many is a conflict', async () => {
    kit.line.capturesMax = 0;
    expect(await capture(10)).toMatchObject({ status: 409, body: { code: 'too_many_records' } });
  });
});

it.each([
  ['GET', '/api/audit'],
  ['GET', '/api/alerts'],
  ['GET', '/api/log'],
  ['PUT', '/api/log'],
  ['GET', '/api/trackers/1/capture'],
  ['POST', '/api/trackers/1/capture'],
] as const)('%s %s asks for its right', async (method, url) => {
  const headers = { authorization: `Bearer ${READER_KEY}` };
  expect(await kit.ask({ method, url, headers })).toMatchObject({ status: 403, body: { code: 'no_right' } });
});
