/** Who changed what, whichever dialect it was said in; and what never gets into the trail. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS, READER_KEY, UNKNOWN_KEY } from '../operations/fake-line.ts';
import { createKit, type Kit, TASK } from './kit.ts';

let kit: Kit;

beforeEach(() => {
  kit = createKit();
});

const AUTHORIZED = { authorization: `Bearer ${FIRST_KEY}` };
const trail = () => kit.line.operations.listAudit(Number.MAX_SAFE_INTEGER, 100).entries.toReversed();
const actions = () => trail().map(({ action, subject }) => [action, subject]);

describe('a write', () => {
  it('is recorded with who, from where, when, what it did, and what was there before', async () => {
    await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
    await kit.own('PATCH', '/api/trackers/1', { label: 'Van 2' });
    const who = { keyName: 'api-key', address: '127.0.0.1', timeMs: NOW_MS };
    const created = { label: 'Van 1', imei: '356307042441013', model: null, timeZone: 'utc', isBlocked: false };
    expect(trail()).toMatchObject([
      { ...who, action: 'tracker.create', subject: 'tracker 1', before: null, after: created },
      { ...who, action: 'tracker.edit', subject: 'tracker 1', before: { label: 'Van 1' }, after: { label: 'Van 2' } },
    ]);
    expect(Object.keys(trail()[1]!.after as object)).toEqual(['label']);
  });

  it('of the Navixy dialect is recorded by its call, by GET as by POST', async () => {
    await kit.navixy('task/create', { task: TASK });
    await kit.ask({ method: 'GET', url: `/task/delete?hash=${FIRST_KEY}&task_id=1` });
    expect(actions()).toEqual([
      ['task.create', 'task 1'],
      ['task.delete', 'task 1'],
    ]);
    const [created, deleted] = trail();
    expect(created).toMatchObject({ before: null, after: { label: TASK.label, state: 'unassigned', trackerId: null } });
    expect(deleted).toMatchObject({ before: { label: TASK.label }, after: null });
  });

  it('that was refused is none, and neither is a question', async () => {
    await kit.own('POST', '/api/trackers', { label: '' });
    await kit.own('PATCH', '/api/trackers/9', { label: 'Van' });
    await kit.own('GET', '/api/trackers');
    await kit.navixy('task/list');
    await kit.navixy('task/delete', { task_id: 9 });
    await kit.ask({ method: 'POST', url: '/nowhere' });
    expect(trail()).toEqual([]);
  });

  it('of something else tells which members were sent, and no values', async () => {
    await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
    await kit.own('POST', '/api/trackers/1/commands', {
      text: 'setparam 2001:secret-apn;2003:secret-word',
      expires_in: 60,
    });
    const after = { sent: ['text', 'expires_in'], expires_in: 60 };
    expect(trail().at(-1)).toMatchObject({ action: 'tracker.command', subject: 'tracker 1', before: null, after });
    expect(JSON.stringify(trail())).not.toContain('secret');
  });

  it.each([
    ['a proxy on this machine names the client', '127.0.0.1', '203.0.113.9, 198.51.100.4', '198.51.100.4'],
    ['nobody else is believed', '10.0.0.5', '198.51.100.4', '10.0.0.5'],
  ])('%s', async (_name, remoteAddress, forwarded, address) => {
    const headers = { ...AUTHORIZED, 'x-forwarded-for': forwarded };
    await kit.ask({ method: 'POST', url: '/api/trackers', headers, payload: { label: 'Van' }, remoteAddress });
    expect(trail()).toMatchObject([{ address }]);
  });
});

describe('a refusal', () => {
  it.each([
    ['a key that nobody has', `Bearer ${UNKNOWN_KEY}`, 'login.refused', null],
    ['a right that the key lacks', `Bearer ${READER_KEY}`, 'right.refused', 'reader'],
  ])('for %s is recorded', async (_name, authorization, action, keyName) => {
    await kit.ask({ method: 'GET', url: '/api/trackers', headers: { authorization } });
    expect(trail()).toMatchObject([{ action, keyName, subject: 'GET /api/trackers', address: '127.0.0.1' }]);
  });

  it('of a login is recorded, and so is a login', async () => {
    await kit.navixy('user/auth', { login: 'reader', password: UNKNOWN_KEY });
    await kit.navixy('user/auth', { login: 'reader', password: READER_KEY });
    expect(trail()).toMatchObject([
      { action: 'login.refused', subject: 'user.auth', keyName: null },
      { action: 'login', subject: 'user.auth', keyName: 'reader' },
    ]);
  });

  it('of the console says whose session it is', async () => {
    await kit.ask({ method: 'POST', url: '/api/session', payload: { key: READER_KEY } });
    await kit.ask({ method: 'POST', url: '/api/session', payload: { key: UNKNOWN_KEY } });
    await kit.ask({ method: 'POST', url: '/authenticate/', payload: { username: 'reader', password: READER_KEY } });
    expect(trail()).toMatchObject([
      { action: 'login', subject: 'session.create', keyName: 'reader' },
      { action: 'login.refused', subject: 'session.create', keyName: null },
      { action: 'login', keyName: 'reader' },
    ]);
  });

  it('of a visitor without a key is not worth an entry', async () => {
    await kit.ask({ method: 'GET', url: '/api/trackers' });
    await kit.navixy('task/list', { hash: '' });
    expect(trail()).toEqual([]);
  });

  it('is written only so often, whoever floods', async () => {
    kit = createKit({});
    const headers = { authorization: `Bearer ${UNKNOWN_KEY}` };
    for (let i = 0; i < 80; i++) await kit.ask({ method: 'GET', url: '/api/trackers', headers });
    expect(trail()).toHaveLength(60);
  });
});

it('no secret gets into the trail, wherever it was passed', async () => {
  kit = createKit({});
  const secrets = [FIRST_KEY, READER_KEY, UNKNOWN_KEY, 'password-1', 'whsec_', 'Bearer', 'token-1'];
  await kit.navixy('user/auth', { login: 'reader', password: READER_KEY });
  await kit.navixy('task/create', { task: { ...TASK, fields: { pin: 'password-1' } } });
  await kit.ask({
    method: 'GET',
    url: `/task/create?hash=${FIRST_KEY}&task=${encodeURIComponent(JSON.stringify(TASK))}`,
  });
  await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
  await kit.own('POST', '/api/trackers/1/commands', { text: 'password-1 setparam' });
  await kit.ask({ method: 'POST', url: '/api/session', payload: { key: READER_KEY, token: 'token-1' } });
  await kit.ask({ method: 'POST', url: '/authenticate/', payload: { username: 'reader', password: READER_KEY } });
  await kit.ask({ method: 'GET', url: '/api/trackers', headers: { authorization: `Bearer ${UNKNOWN_KEY}` } });
  expect(trail().length).toBeGreaterThan(5);
  for (const secret of secrets) expect(JSON.stringify(trail())).not.toContain(secret);
});
