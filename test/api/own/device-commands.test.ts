/** Commands to devices from the outside. */
import { beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS, READER_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit } from '../kit.ts';

const IMEI = '356307042441013';
const NOW = '2026-03-01T12:00:00.000Z';
const QUEUED = {
  id: 1,
  trackerId: 1,
  text: 'getinfo',
  state: 'queued',
  createdAt: NOW,
  expiresAt: '2026-03-02T12:00:00.000Z',
  sentAt: null,
  closedAt: null,
  answer: null,
  reason: null,
};

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: IMEI });
});

const queue = (payload: object) => kit.own('POST', '/api/trackers/1/commands', payload);

describe('a command', () => {
  it('is queued, read, listed newest first and taken back', async () => {
    expect(await queue({ text: 'getinfo' })).toMatchObject({ status: 201, body: QUEUED });
    const second = { ...QUEUED, id: 2, text: 'reboot', expiresAt: '2026-03-01T12:01:30.000Z' };
    expect((await queue({ text: 'reboot', expires_in: 90 })).body).toEqual(second);
    expect((await kit.own('GET', '/api/commands/1')).body).toEqual(QUEUED);
    const all = { trackerId: 1, commands: [second, QUEUED], hasMore: false };
    expect((await kit.own('GET', '/api/trackers/1/commands')).body).toEqual(all);
    const cancelled = { ...QUEUED, state: 'cancelled', closedAt: NOW };
    expect(await kit.own('POST', '/api/commands/1/cancel')).toMatchObject({ status: 200, body: cancelled });
  });

  it('shows when it left, and what the device said', async () => {
    const ended = { state: 'answered', sentMs: NOW_MS - 2000, closedMs: NOW_MS, answer: 'INI:2026' } as const;
    const times = { createdMs: NOW_MS - 9000, expiresMs: NOW_MS + 9000, reason: null };
    kit.line.putDeviceCommand({ id: 1, trackerId: 1, text: 'getinfo', ...times, ...ended });
    expect((await kit.own('GET', '/api/commands/1')).body).toMatchObject({
      state: 'answered',
      sentAt: '2026-03-01T11:59:58.000Z',
      closedAt: NOW,
      answer: 'INI:2026',
    });
  });

  it.each([
    ['limit=1', [3], true],
    ['limit=3', [3, 2, 1], false],
    ['limit=1&before=3', [2], true],
    ['before=2', [1], false],
  ])('is listed in pages: ?%s', async (query, ids, hasMore) => {
    for (const text of ['a', 'b', 'c']) await queue({ text });
    const { body } = await kit.own('GET', `/api/trackers/1/commands?${query}`);
    expect(body).toMatchObject({ commands: ids.map((id) => ({ id })), hasMore });
  });

  it.each([
    [{}, 'text'],
    [{ text: ' ' }, 'text'],
    [{ text: 'a\nb' }, 'text'],
    [{ text: 'x'.repeat(513) }, 'text'],
    [{ text: 'a', expires_in: 0 }, 'expires_in'],
    [{ text: 'a', expires_in: 2_592_001 }, 'expires_in'],
    [{ text: 'a', expires_in: '60' }, 'expires_in'],
    [{ text: 'a', expiresIn: 60 }, 'expiresIn'],
  ])('%j is refused, naming the parameter', async (payload, parameter) => {
    const { status, body } = await queue(payload);
    expect([status, body.code, body.errors[0]?.parameter]).toEqual([400, 'invalid', parameter]);
  });

  it.each([
    ['POST', '/api/trackers/9/commands', { text: 'a' }, 404, 'tracker_not_found'],
    ['GET', '/api/trackers/9/commands', undefined, 404, 'tracker_not_found'],
    ['GET', '/api/commands/9', undefined, 404, 'command_not_found'],
    ['POST', '/api/commands/9/cancel', undefined, 404, 'command_not_found'],
    ['GET', '/api/trackers/1/commands?limit=101', undefined, 400, 'invalid'],
    ['GET', '/api/trackers/1/commands?before=0', undefined, 400, 'invalid'],
  ] as const)('%s %s %j is refused with %i %s', async (method, url, payload, status, code) => {
    expect(await kit.own(method, url, payload)).toMatchObject({ status, body: { code } });
  });

  it('that is one too many, or not queued any more, is a conflict', async () => {
    for (const text of ['a', 'b', 'c']) await queue({ text });
    expect(await queue({ text: 'd' })).toMatchObject({ status: 409, body: { code: 'too_many_commands' } });
    await kit.own('POST', '/api/commands/1/cancel');
    const again = await kit.own('POST', '/api/commands/1/cancel');
    expect(again).toMatchObject({ status: 409, body: { code: 'command_state' } });
  });

  it('is not queued while storage fails', async () => {
    kit.line.trouble = 'disk full';
    expect(await queue({ text: 'a' })).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
  });

  it.each([
    ['POST', '/api/trackers/1/commands'],
    ['GET', '/api/trackers/1/commands'],
    ['GET', '/api/commands/1'],
    ['POST', '/api/commands/1/cancel'],
  ] as const)('%s %s asks for a right of its own', async (method, url) => {
    const headers = { authorization: `Bearer ${READER_KEY}` };
    expect(await kit.ask({ method, url, headers })).toMatchObject({ status: 403, body: { code: 'no_right' } });
  });
});

describe('a command that cuts fuel or power', () => {
  const CUT = { text: 'RELAY,1#', confirm: true };
  const drive = (speedKmh: number | null, agoMs: number) => {
    kit.line.addFix(1, { speedKmh, timeMs: NOW_MS - agoMs });
  };

  it('is not sent unless it is meant', async () => {
    drive(0, 0);
    for (const confirm of [undefined, false]) {
      const answer = await queue({ text: 'RELAY,1#', ...(confirm !== undefined && { confirm }) });
      expect(answer).toMatchObject({ status: 409, body: { code: 'confirm_needed' } });
    }
    expect((await queue(CUT)).status).toBe(201);
  });

  it.each([
    ['stands', 0, 0, 201],
    ['is manoeuvring', 9.9, 299_000, 201],
    ['drives', 10, 0, 409],
    ['drove off since, perhaps', 0, 301_000, 409],
    ['does not say how fast it is', null, 0, 409],
  ])('to a vehicle that %s', async (_name, speedKmh, agoMs, status) => {
    drive(speedKmh, agoMs);
    const answer = await queue(CUT);
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer.body.code).toBe('may_be_moving');
    expect((await queue({ ...CUT, evenMoving: true })).status).toBe(201);
  });

  it('to a vehicle of which nothing is known is not sent', async () => {
    expect(await queue(CUT)).toMatchObject({ status: 409, body: { code: 'may_be_moving' } });
    expect(await queue({ ...CUT, evenMoving: true })).toMatchObject({ status: 201 });
  });

  it('to no tracker is refused for that', async () => {
    const answer = await kit.own('POST', '/api/trackers/9/commands', { ...CUT, evenMoving: true });
    expect(answer).toMatchObject({ status: 404, body: { code: 'tracker_not_found' } });
  });

  it('that says something else than yes is malformed', async () => {
    for (const wrong of [{ confirm: 'yes' }, { evenMoving: 1 }]) {
      expect(await queue({ ...CUT, ...wrong })).toMatchObject({ status: 400, body: { code: 'invalid' } });
    }
  });
});
