/** The audit trail over the real line and store: what each dialect's writes leave in it. */
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { FIRST_KEY } from '../operations/fake-line.ts';
import { TaskKit } from './gsmtasks/task-kit.ts';
import { ThetrackKit } from './thetrack/thetrack-kit.ts';

const AUTHORIZED = { authorization: `Bearer ${FIRST_KEY}` };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Entry {
  readonly action: string;
  readonly subject: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** Oldest first. */
async function trail(app: FastifyInstance): Promise<readonly Entry[]> {
  const { entries } = (await app.inject({ url: '/api/audit', headers: AUTHORIZED })).json();
  return (entries as readonly Entry[]).toReversed();
}

async function send(app: FastifyInstance, method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
  const answer = await app.inject({ method, url, headers: AUTHORIZED, ...(payload && { payload }) });
  expect([url, answer.statusCode < 300]).toEqual([url, true]);
  return answer.body === '' ? {} : answer.json();
}

describe('the trail', () => {
  it('has the tasks and drivers of TheTrack by their identities, and nothing of people', async () => {
    const kit = new ThetrackKit();
    open.push(() => kit.close());
    const driver = await kit.make('drivers', { name: 'Ada Lovelace' });
    const task = await kit.make('tasks', { recipient_name: 'Grace Hopper', recipient_phone: '+4930123456' });
    await kit.assign(driver, task);
    const entries = await trail(kit.app);
    expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
      ['driver.create', `driver ${driver.id}`],
      ['task.create', `task ${task.id}`],
      ['driver.assign_task', `driver ${driver.id}`],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Hopper|4930/);
  });

  it('has the tasks of GSMtasks, and what an edit changed', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ description: 'Deliver to Grace Hopper' });
    await kit.did('cancel', task);
    const entries = await trail(kit.app);
    expect(entries).toMatchObject([
      { action: 'task.create', subject: `task ${task.id}`, before: null, after: { state: 'unassigned' } },
      {
        action: 'task.cancel',
        subject: `task ${task.id}`,
        before: { state: 'unassigned' },
        after: { state: 'cancelled' },
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('Hopper');
  });

  it('has keys and webhooks, and neither digits nor secrets nor what an address says behind its path', async () => {
    const kit = new TaskKit();
    const { key } = await send(kit.app, 'POST', '/api/keys', { name: 'dispatch', scopes: ['tasks:read'] });
    await send(kit.app, 'DELETE', '/api/keys/dispatch');
    const url = 'https://hooks.example.org/in?token=to-ken';
    const webhook = await send(kit.app, 'POST', '/api/webhooks', { name: 'ERP', url, topics: [], isEnabled: true });
    await send(kit.app, 'POST', `/api/webhooks/${webhook.uuid}/rotate`);
    await send(kit.app, 'PATCH', `/api/webhooks/${webhook.uuid}`, { isEnabled: false });
    const entries = await trail(kit.app);
    expect(entries).toMatchObject([
      { action: 'key.create', subject: 'key dispatch', before: null, after: { scopes: ['tasks:read'] } },
      { action: 'key.delete', subject: 'key dispatch', before: { name: 'dispatch' }, after: null },
      { action: 'webhook.create', before: null, after: { name: 'ERP', url: 'https://hooks.example.org/in' } },
      { action: 'webhook.rotate', subject: `webhook ${webhook.uuid}` },
      { action: 'webhook.edit', before: { state: 'active' }, after: { state: 'inactive' } },
    ]);
    expect(Object.keys(entries[3]!.after!)).toEqual(['secretDigest']);
    for (const secret of [key, webhook.secret, 'to-ken']) expect(JSON.stringify(entries)).not.toContain(secret);
  });
});
