/**
 * Puts forwarding together for the brokers that the settings name: fixes from the journal, events of tasks from history,
 * each from where it was left.
 */
import { fixView } from './api/own/read.ts';
import { webhookBody } from './api/own/webhook-payload.ts';
import type { Policy } from './feed/policies.ts';
import { FeedRunner } from './feed/runner.ts';
import type { Message } from './feed/transport.ts';
import { type Broker, endable, fixTopic, type OnBroker, taskTopic } from './forward/broker.ts';
import { Forwarder } from './forward/forwarder.ts';
import { HomeAssistant } from './forward/home-assistant.ts';
import { openMqtt } from './forward/mqtt.ts';
import { openNats } from './forward/nats.ts';
import type { Intake } from './intake/intake.ts';
import type { RecordedEvent } from './model/event.ts';
import { emptyTally, type Tally } from './model/tally.ts';
import { isOpen } from './model/task.ts';
import { trackerThen } from './operations/history-words.ts';
import type { Operations } from './operations/operations.ts';
import type { Log } from './ops/log.ts';
import type { Config } from './ops/settings.ts';
import type { JournalledFix, Store } from './store/store.ts';

interface ForwardingDeps {
  readonly config: Config;
  readonly store: Store;
  readonly operations: Operations;
  readonly line: Pick<Intake, 'onCommitted' | 'trackers'>;
  readonly tally: Tally;
  readonly now: () => number;
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  readonly log: Log;
}

export interface Forwarding {
  start(): void;
  /** Rows of the journal that were not forwarded yet, by broker. */
  backlog(): Readonly<Record<string, number>>;
  /** What is under way is given up, and forwarded after the next start. */
  stop(): Promise<void>;
}

/** One broker with all that it is told. */
interface Lane {
  readonly name: string;
  readonly forwarder: Forwarder;
  start(): void;
  stop(): Promise<void>;
}

/** It is tried again for as long as it takes. */
const PATIENT: Policy = { afterFailure: (tries) => ({ kind: 'retry', waitMs: Math.min(tries, 15) * 1000 }) };
/** For the broker to say goodbye. */
const CLOSING_MS = 1000;

export async function openForwarding(deps: ForwardingDeps): Promise<Forwarding> {
  const { config } = deps;
  const lanes: Lane[] = [];
  const { 'forward.mqtt.url': mqttUrl, 'forward.mqtt.topic': root, 'forward.nats.url': natsUrl } = config;
  if (mqttUrl !== null) {
    const watch = watchOf('mqtt', deps);
    const broker = endable(await openMqtt(mqttUrl, root, watch.onBroker));
    lanes.push(laneOf('mqtt', broker, config['forward.mqtt.home-assistant'] ? root : null, watch, deps));
  }
  if (natsUrl !== null) {
    const watch = watchOf('nats', deps);
    const options = { url: natsUrl, stream: config['forward.nats.stream'], subject: config['forward.nats.subject'] };
    lanes.push(laneOf('nats', endable(openNats(options, watch.onBroker)), null, watch, deps));
  }
  return {
    start: () => {
      for (const lane of lanes) lane.start();
    },
    backlog: () => Object.fromEntries(lanes.map(({ name, forwarder }) => [name, forwarder.backlog()])),
    stop: async () => {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

interface Watch {
  readonly onBroker: OnBroker;
  /** Something got through. */
  onTaken(): void;
  onBack: () => void;
}

/** Says once that something cannot be forwarded, and once that it can again. */
function watchOf(broker: string, { log }: ForwardingDeps): Watch {
  let isLost = false;
  const watch: Watch = {
    onBack: () => {},
    onBroker(reason) {
      if (reason === null) {
        watch.onTaken();
        watch.onBack();
        return;
      }
      if (!isLost)
        log.warn({ broker, err: reason }, 'the broker cannot be told: what is to be forwarded waits on disk');
      isLost = true;
    },
    onTaken() {
      if (isLost) log.info({ broker }, 'the broker takes what is forwarded again');
      isLost = false;
    },
  };
  return watch;
}

/** `announcedAt`: first part of the topics under which Home Assistant finds trackers; null = it is not told of them. */
function laneOf(name: string, broker: Broker, announcedAt: string | null, watch: Watch, deps: ForwardingDeps): Lane {
  const { store, operations, tally, now, after, log, line } = deps;
  const { publish } = broker;
  const forwarder = new Forwarder({
    journal: store.journal,
    shelf: store.deliveries,
    name: `forward ${name} fixes`,
    publish,
    render: (each) => fixMessage(each, operations),
    now,
    after,
    onTrouble: watch.onBroker,
    onSent: (count) => {
      watch.onTaken();
      tally.forwarded[name] = (tally.forwarded[name] ?? 0) + count;
    },
    onMissed(rows) {
      tally.forwardingMissed[name] = (tally.forwardingMissed[name] ?? 0) + rows;
      log.warn({ broker: name, rows }, 'retention took rows of the journal before they were forwarded');
    },
  });
  const tasks = taskRunner(name, broker, watch.onBroker, deps);
  const home =
    announcedAt === null
      ? null
      : new HomeAssistant({
          root: announcedAt,
          publish,
          trackers: () => line.trackers(),
          openTasks: (trackerId) => openTasksOf(store, trackerId),
          after,
          onTrouble: watch.onBroker,
        });
  watch.onBack = () => home?.tellAll();
  const forget = line.onCommitted((events) => {
    tasks.wake();
    home?.note(events);
  });
  return {
    name,
    forwarder,
    start() {
      forwarder.start();
      tasks.start();
      home?.start();
    },
    async stop() {
      forget();
      home?.stop();
      const stopping = [forwarder.stop(), tasks.stop()];
      await Promise.race([broker.close(), new Promise<void>((resolve) => after(resolve, CLOSING_MS))]);
      await Promise.all(stopping);
    },
  };
}

/** As `/api` shows it, with whose it is. */
function fixMessage({ trackerId, place, fix }: JournalledFix, operations: Pick<Operations, 'readTracker'>) {
  const { uuid = null, label = null } = operations.readTracker(trackerId) ?? {};
  const payload = JSON.stringify({ trackerId, uuid, label, ...fixView(fix) });
  return { topic: fixTopic(trackerId), id: `fix-${place}`, payload };
}

/** Events of tasks, in order, one at a time: the feed does that already. */
function taskRunner(name: string, broker: Broker, onBroker: OnBroker, deps: ForwardingDeps): FeedRunner {
  const { store, operations, now, after } = deps;
  const uuid = `forward ${name} tasks`;
  const beginId = store.deliveries.progress(uuid)?.toldId ?? beginningOf(uuid, store);
  const endpoint = {
    uuid,
    target: '',
    policy: PATIENT,
    sinceMs: 0,
    beginId,
    messagesOf: (event: RecordedEvent) => taskMessages(event, operations),
  };
  return new FeedRunner({
    store,
    book: { endpoints: () => [endpoint], close: () => {} },
    async send(_target, { requestId, headers, body }) {
      try {
        await broker.publish({ topic: headers['topic'] ?? '', id: requestId, payload: body });
        return { kind: 'taken', status: 0 };
      } catch (error) {
        onBroker(error);
        return { kind: 'unreachable', status: null, words: String(error).slice(0, 200) };
      }
    },
    // Requests to webhooks are counted elsewhere.
    tally: emptyTally(),
    now,
    after,
    onTrouble: onBroker,
  });
}

/** From now on, which is durable before anything else is. */
function beginningOf(uuid: string, store: Store): number {
  const toldId = store.lastEventId();
  store.deliveries.note([{ endpoint: uuid, toldId, toldParts: 0, rows: new Map(), tries: [] }]);
  return toldId;
}

/** What webhooks are told, too. */
function taskMessages(event: RecordedEvent, operations: Operations): readonly Message[] {
  const body = webhookBody({ topics: [] }, event, operations);
  if (body === null) return [];
  const trackerId = operations.readTask(event.taskId)?.tenure.trackerId ?? trackerThen(event);
  return [{ requestId: `event-${event.uid}`, headers: { topic: taskTopic(trackerId) }, body }];
}

function openTasksOf({ engineTasks }: Pick<Store, 'engineTasks'>, trackerId: number): number {
  return engineTasks.ofTracker(trackerId, Number.MAX_SAFE_INTEGER).filter(({ facts }) => isOpen(facts.state)).length;
}
