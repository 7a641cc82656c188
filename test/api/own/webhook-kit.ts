/** Webhooks from the outside, over a real store and a real line; what they are told arrives at a sink of this process. */
import type { InjectOptions } from 'fastify';
import { webhookBody } from '../../../src/api/own/webhook-payload.ts';
import { FeedRunner } from '../../../src/feed/runner.ts';
import { standardBook, standardTeller } from '../../../src/feed/standard-webhooks.ts';
import { transport } from '../../../src/feed/transport.ts';
import { emptyTally } from '../../../src/model/tally.ts';
import { openSink, type SinkDelivery, type WebhookSink } from '../../../src/sim/webhook-sink.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { LiveKit } from '../live-kit.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape
  readonly body: any;
}

const TASK = {
  label: 'Parcels',
  description: '',
  location: { lat: 51, lng: 7, radius: 100, address: '' },
  from: '2026-03-01 08:00:00',
  to: '2026-03-01 20:00:00',
};

export class WebhookKit {
  readonly live = new LiveKit();
  readonly sink: WebhookSink;
  readonly #runner: FeedRunner;

  private constructor(sink: WebhookSink) {
    this.sink = sink;
    const { live } = this;
    const { operations, store, line } = live;
    const signing = { now: () => live.nowMs, wallClock: () => Date.now() };
    this.#runner = new FeedRunner({
      store,
      book: standardBook({
        ...signing,
        webhooks: operations.webhooks,
        failWebhook: operations.failWebhook,
        render: (webhook, event) => webhookBody(webhook, event, operations),
        random: () => 0,
      }),
      send: transport({ allowsPrivate: true }),
      tally: emptyTally(),
      now: signing.now,
      after(run, delayMs) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      onTrouble(reason) {
        throw reason;
      },
      onTry: operations.noteDelivery,
    });
    operations.tellWebhooksBy(standardTeller(this.#runner, { ...signing, event: (id) => store.deliveries.event(id) }));
    line.onCommitted(() => this.#runner.wake());
    operations.onWebhooksChanged(() => this.#runner.refresh());
    this.#runner.start();
  }

  static async start(): Promise<WebhookKit> {
    return new WebhookKit(await openSink());
  }

  async close(): Promise<void> {
    await this.#runner.stop();
    await this.sink.close();
    await this.live.close();
  }

  async ask(method: string, url: string, payload?: object, key = FIRST_KEY): Promise<Answer> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await this.live.app.inject({ method, url, headers, ...(payload && { payload }) } as InjectOptions);
    return { status: response.statusCode, body: response.body === '' ? null : response.json() };
  }

  /** A webhook that leads to the sink, which knows its secret. */
  async created(part: object = {}): Promise<Answer['body']> {
    const { status, body } = await this.ask('POST', '/api/webhooks', { name: 'Shop', url: this.sink.url, ...part });
    if (status !== 201) throw new Error(JSON.stringify(body));
    this.sink.expectSecret(body.secret);
    return body;
  }

  async createTask(part: object = {}): Promise<number> {
    const { body } = await this.live.navixy('task/create', { task: { ...TASK, ...part } });
    return body.id;
  }

  /** Once so many have arrived, all of them. */
  async received(count: number): Promise<readonly SinkDelivery[]> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.sink.received().length < count) return;
        forget();
        resolve();
      };
      const forget = this.sink.onReceived(look);
      look();
    });
    return this.sink.received();
  }

  /** Once as many tries were made known as were asked for since. */
  tries(count: number): Promise<void> {
    return new Promise((resolve) => {
      let left = count;
      const forget = this.live.operations.onDelivery(() => {
        left -= 1;
        if (left > 0) return;
        forget();
        resolve();
      });
    });
  }
}
