/** The other end of a webhook, as the demo uses it. */

import { Webhook as Signer } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { openSink, type SinkDelivery, type WebhookSink } from '../../src/sim/webhook-sink.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function sinkWith(secret?: string): Promise<WebhookSink> {
  const sink = await openSink(secret);
  onTestFinished(() => sink.close());
  return sink;
}

async function send(sink: WebhookSink, id: string, body: string, secret = SECRET): Promise<number> {
  const at = new Date();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': `v1,AAAA ${new Signer(secret).sign(id, at, body)}`,
  };
  const response = await fetch(sink.url, { method: 'POST', headers, body });
  return response.status;
}

it('takes what is signed with its secret, keeps it and tells of it', async () => {
  const sink = await sinkWith(SECRET);
  const told: SinkDelivery[] = [];
  const forget = sink.onReceived((delivery) => told.push(delivery));
  const body = '{"type":"task.done","data":{"label":"Größe 4½"}}';
  expect(await send(sink, 'msg_1', body)).toBe(204);
  expect(sink.received()).toMatchObject([{ id: 'msg_1', type: 'task.done', isVerified: true, body }]);
  expect(told).toEqual(sink.received());
  forget();
  await send(sink, 'msg_2', 'no JSON');
  expect([told.length, sink.received()[1]?.type]).toEqual([1, '']);
});

it('turns away what is signed with another one, or not at all', async () => {
  const sink = await sinkWith(SECRET);
  expect(await send(sink, 'msg_1', '{}', `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(401);
  expect((await fetch(sink.url, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(sink.received().map(({ isVerified }) => isVerified)).toEqual([false, false]);
});

it('verifies nothing before it is told its secret', async () => {
  const sink = await sinkWith();
  expect(await send(sink, 'msg_1', '{}')).toBe(204);
  sink.expectSecret(SECRET);
  expect(await send(sink, 'msg_2', '{}')).toBe(204);
  expect(sink.received().map(({ isVerified }) => isVerified)).toEqual([false, true]);
});

it('keeps the last hundred, and nothing that is too long', async () => {
  const sink = await sinkWith(SECRET);
  for (let i = 0; i < 102; i += 1) await send(sink, `msg_${i}`, '{}');
  const ids = sink.received().map(({ id }) => id);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([100, 'msg_2', 'msg_101']);
  const answer = await send(sink, 'long', 'x'.repeat(70_000)).catch(() => 413);
  expect([answer, sink.received().length, sink.received().at(-1)?.id]).toEqual([413, 100, 'msg_101']);
});
