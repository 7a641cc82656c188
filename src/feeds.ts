/** Who is told of what was committed: webhooks of both manners, and those who listen to the live stream. */
import { hookPayloads } from './api/gsmtasks/hook-payload.ts';
import { viewAt } from './api/gsmtasks/task-read.ts';
import { liveSource } from './api/own/live-source.ts';
import { webhookBody } from './api/own/webhook-payload.ts';
import { gsmtasksBook } from './feed/gsmtasks-hooks.ts';
import { LiveStream } from './feed/live/live-stream.ts';
import { FeedRunner } from './feed/runner.ts';
import { STANDARD_TIMEOUT_MS, standardBook, standardTeller } from './feed/standard-webhooks.ts';
import { transport } from './feed/transport.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Line } from './intake/line.ts';
import type { Tally } from './model/tally.ts';
import { isStorageFailure } from './operations/health.ts';
import type { Operations } from './operations/operations.ts';
import { type Clock, systemClock } from './ops/clock.ts';
import type { Log } from './ops/log.ts';
import type { Config } from './ops/settings.ts';
import { soon } from './routines.ts';
import type { Store } from './store/store.ts';

/** None while the disk does not answer: the other metrics are wanted most then. */
export function backlogOf(feeds: readonly FeedRunner[]): Readonly<Record<string, number>> {
  try {
    return Object.assign({}, ...feeds.map((feed) => feed.backlog()));
  } catch (error) {
    if (isStorageFailure(error)) return {};
    throw error;
  }
}

/** One for each manner of webhooks. `httpUrl`: where this gateway is reached, unless the settings say otherwise. */
export function openFeeds(
  config: Config,
  operations: Operations,
  store: Store,
  line: Line,
  tally: Tally,
  httpUrl: () => string,
  clock: Clock,
  log: Log,
): readonly FeedRunner[] {
  const failed = (uuid: string, words: string): void =>
    log.warn({ webhook: uuid, words }, 'a webhook failed: it is told nothing until it is activated again');
  const deps = {
    store,
    tally,
    now: clock,
    after: soon,
    onTrouble: (reason: unknown) => log.error({ err: reason }, 'a webhook could not be told; it is tried again'),
  };
  const source = { readTask: operations.readTask, uuidOf: (taskId: number) => uuidOf(store, taskId) };
  const allowsPrivate = config['webhooks.private-targets'];
  const gsmtasks = new FeedRunner({
    ...deps,
    book: gsmtasksBook({
      hooks: operations.hooks,
      failHook(uuid, words) {
        failed(uuid, words);
        operations.failHook(uuid, words);
      },
      accountUuid: operations.accountUuid,
      render: (hook, event) => {
        return hookPayloads(hook, event, source, viewAt(config['public-url'] ?? httpUrl(), operations));
      },
    }),
    send: transport({ allowsPrivate }),
  });
  const signing = { now: clock, wallClock: systemClock };
  const standard = new FeedRunner({
    ...deps,
    book: standardBook({
      ...signing,
      webhooks: operations.webhooks,
      failWebhook(uuid, words) {
        failed(uuid, words);
        operations.failWebhook(uuid, words);
      },
      render: (webhook, event) => webhookBody(webhook, event, operations),
      random: Math.random,
    }),
    send: transport({ allowsPrivate, timeoutMs: STANDARD_TIMEOUT_MS }),
    onTry: operations.noteDelivery,
  });
  operations.tellWebhooksBy(standardTeller(standard, { ...signing, event: (id) => store.deliveries.event(id) }));
  line.onCommitted(() => {
    gsmtasks.wake();
    standard.wake();
  });
  operations.onHooksChanged(() => gsmtasks.refresh());
  operations.onWebhooksChanged(() => standard.refresh());
  return [gsmtasks, standard];
}

export async function stopAll(feeds: readonly FeedRunner[]): Promise<void> {
  await Promise.all(feeds.map((feed) => feed.stop()));
}

export function openLive(
  config: Config,
  operations: Operations,
  line: Line,
  gateway: Gateway,
  tally: Tally,
  clock: Clock,
  log: Log,
): LiveStream {
  const source = liveSource(operations, {
    onCommitted: (listener) => line.onCommitted(listener),
    onSeen: (listener) => line.onSeen(listener),
    onPresence: gateway.onPresence,
  });
  return new LiveStream({
    source,
    limits: { clientsMax: config['limits.stream-clients'], clientBytesMax: config['limits.stream-bytes'] },
    now: clock,
    tally,
    every: (periodMs, run) => {
      const timer = setInterval(run, periodMs);
      return () => clearInterval(timer);
    },
    defer: setImmediate,
    onTrouble: (reason) => log.error({ err: reason }, 'the live stream could not be told; its clients come back'),
  });
}

/** Of a task that was deleted only its history is left. */
function uuidOf(store: Store, taskId: number): string | null {
  const [first] = store.tasks.history(taskId);
  return first?.body.kind === 'create' ? first.body.task.uuid : null;
}
