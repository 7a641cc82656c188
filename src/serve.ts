/** Wires all rooms into a running gateway: store -> line -> ports and HTTP. The program, the demo and tests start it here. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DATAGRAM_PROTOCOL_NAMES, PROTOCOL_NAMES, protocolNamed } from '../protocols/index.ts';
import { hookPayloads } from './api/gsmtasks/hook-payload.ts';
import { viewAt } from './api/gsmtasks/task-read.ts';
import { createServer } from './api/server.ts';
import { acceptance } from './engine/track.ts';
import { type EngineSettings, NO_HYGIENE } from './engine/verdict.ts';
import { gsmtasksBook } from './feed/gsmtasks-hooks.ts';
import { FeedRunner } from './feed/runner.ts';
import { transport } from './feed/transport.ts';
import type { DatagramOptions } from './gateway/datagrams.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway/limits.ts';
import type { BoundAddress, ListenerOptions } from './gateway/listener.ts';
import { nominatim } from './geocoding/nominatim.ts';
import { Line } from './intake/line.ts';
import { emptyTally, type Tally } from './model/tally.ts';
import { ExpiryRunner } from './operations/expiry-runner.ts';
import { explainTask } from './operations/explain-task.ts';
import type { Geocoder } from './operations/geocoder.ts';
import { type GeocodingDeps, GeocodingRunner } from './operations/geocoding.ts';
import { isStorageFailure } from './operations/health.ts';
import { createOperations, type Operations } from './operations/operations.ts';
import { ScheduleRunner } from './operations/schedule-runner.ts';
import { openSearches } from './operations/searches.ts';
import { type Clock, stopwatch } from './ops/clock.ts';
import { DiskWatch } from './ops/disk-watch.ts';
import type { Log } from './ops/log.ts';
import { createMetrics, type MetricsSource } from './ops/metrics.ts';
import type { Config } from './ops/settings.ts';
import { Checkpoints } from './store/checkpoints.ts';
import { openStore } from './store/open.ts';
import type { StoreLimits } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

export interface Served {
  /** Every port that listens, trackers' first. */
  readonly addresses: readonly BoundAddress[];
  readonly httpUrl: string;
  readonly store: Store;
  readonly line: Line;
  readonly operations: Operations;
  readonly tally: Tally;
  /** Stops accepting, commits and acknowledges what was read, closes. */
  close(): Promise<void>;
}

/** The gateway cannot start. The message is one line and ends with the repair. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

/** How often the clock may close tasks. */
const TICK_MS = 250;
/** How often work behind the line is looked for, and the pause between two slices of it. */
const TIDY_MS = 1000;
const TIDY_SLICE_MS = 20;
/** How often a few files of forms are looked at, whether they are still needed. */
const SWEEP_MS = 5000;
/** How often the write-ahead log is folded into the database. */
const CHECKPOINT_MS = 1000;
/** How often the room on the disk is looked at. */
const DISK_MS = 10_000;
/** How a geocoder knows us. */
const USER_AGENT = 'Milepost (GPS tracker gateway)';
/** Of the 5 s that a shutdown may take. */
const CLOSING_MS = 3000;
const CLOSING_HTTP_MS = 1000;

/** Rejects with StartError or DataDirectoryError, and then leaves nothing open. */
export async function serve(config: Config, clock: Clock, log: Log): Promise<Served> {
  const store = openStore({ directory: config.data, limits: storeLimits(config) });
  const opened: (() => void | Promise<void>)[] = [() => store.close()];
  try {
    opened.unshift(keepLogShort(config.data, log));
    // It stops while others close, and before the store does.
    let feedStopped = Promise.resolve();
    opened.unshift(() => feedStopped);
    refuseOpenDoor(config, store);
    const tally = emptyTally();
    const line = openLine(config, store, clock, tally, log);
    const disk = new DiskWatch({ leastFreeBytes: config['limits.free-disk'], log });
    opened.unshift(() => line.drained(), pulse(store, line, disk, clock, log));
    const gateway = openGateway(config, line, clock, tally, log);
    opened.unshift(() => gateway.close());
    const searches = openSearches(config.data, { waitingMax: config['limits.searches'], closingMs: CLOSING_HTTP_MS });
    opened.unshift(() => searches.close());
    const geocoder = openGeocoder(config);
    const operations = createOperations({
      store,
      searches,
      intake: line,
      presence: gateway,
      now: clock,
      geocoder,
      firstKey: config['api-key'],
      deviceCommands: {
        expireMs: config['commands.expire-after'],
        queuedMax: config['limits.queued-commands'],
      },
    });
    opened.unshift(sweepFiles(operations, log));
    const runner = openRunner(config, operations, store, line, clock, log);
    opened.unshift(() => runner.stop());
    const expiry = openExpiry(operations, line, clock, log);
    opened.unshift(() => expiry.stop());
    let httpUrl = '';
    const feed = openFeed(config, operations, store, line, tally, () => httpUrl, clock, log);
    opened.unshift(keepLocating(geocoder, { store, searches, intake: line, now: clock }, log));
    const server = createServer({
      operations,
      metrics: createMetrics({ tally, levels: () => levelsOf(operations, disk, feed, clock) }),
      explain: (taskId) =>
        explainTask({ store, searches, intake: line, settings: engineSettings(config), now: clock }, taskId),
      now: clock,
      timeZone: config['time-zone'],
      refusePastTo: config['navixy.refuse-past-to'],
      publicUrl: config['public-url'],
      requestsPerSecond: config['limits.requests-per-second'],
      log: log.child({ room: 'api' }),
    });
    opened.unshift(() => closeHttp(server));
    const http = await listenHttp(server, config);
    httpUrl = `http://${hostText(http.host)}:${http.port}`;
    feed.start();
    opened.unshift(() => {
      feedStopped = feed.stop();
    });
    const addresses = [...(await listenTrackers(gateway)), http];
    return {
      addresses,
      httpUrl,
      store,
      line,
      operations,
      tally,
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

function storeLimits(config: Config): Partial<StoreLimits> {
  const { hygiene, lateDataHorizonMs } = engineSettings(config);
  return {
    fixesKeptMs: config['retention.fixes'],
    messagesKeptMs: config['retention.frames'],
    lateDataHorizonMs,
    sessionMs: config['navixy.session-life'],
    accepts: acceptance(hygiene),
  };
}

async function levelsOf(
  operations: Operations,
  disk: DiskWatch,
  feed: FeedRunner,
  clock: Clock,
): ReturnType<MetricsSource['levels']> {
  const levels = await operations.levels();
  const hoursUntilFull = disk.hoursUntilFull(clock(), levels.freeBytes);
  return { ...levels, hoursUntilFull, webhookBacklog: backlogOf(feed) };
}

/** None while the disk does not answer: the other metrics are wanted most then. */
function backlogOf(feed: FeedRunner): Readonly<Record<string, number>> {
  try {
    return feed.backlog();
  } catch (error) {
    if (isStorageFailure(error)) return {};
    throw error;
  }
}

/** Newest first: no new work comes in while the old is finished. */
async function closeAll(opened: readonly (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** An HTTP port that others can reach needs a key in its door. */
function refuseOpenDoor(config: Config, store: Store): void {
  const host = config['http.host'];
  if (isLoopback(host) || config['api-key'] !== null || !store.keys.isEmpty()) return;
  throw new StartError(
    `http.host is ${host}, which others can reach, and there is no API key yet: ` +
      `create one with \`milepost keys create NAME --data ${config.data}\`, or set api-key`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function openLine(config: Config, store: Store, clock: Clock, tally: Tally, log: Log): Line {
  return new Line({
    store,
    now: clock,
    stopwatch,
    tally,
    settings: engineSettings(config),
    unknownTrackers: config['unknown-trackers'],
    queueBytesMax: config['limits.queue-bytes'],
    pendingMax: config['limits.pending-trackers'],
    onTrouble: (reason) => {
      if (reason === null) log.info({}, 'storage works again');
      else log.error({ reason }, 'storage fails: nothing is acknowledged until it works again');
    },
    onFault: (error) => log.error({ err: error }, 'a frame or command was refused because of a fault of ours'),
    // Without its text, which may hold a password.
    onUnclaimedAnswer: (trackerId, { commandId }) =>
      log.debug({ trackerId, commandId }, 'a device answered what no command had asked'),
  });
}

export function engineSettings(config: Config): EngineSettings {
  return {
    graceMs: config['engine.grace'],
    lateDataHorizonMs: config['engine.late-data-horizon'],
    fixesKeptMs: config['retention.fixes'],
    incompleteVisit: config['engine.incomplete-visit'],
    hygiene: {
      minSatellites: config['engine.min-satellites'] ?? NO_HYGIENE.minSatellites,
      maxHdop: config['engine.max-hdop'] ?? NO_HYGIENE.maxHdop,
      maxGapMs: config['engine.max-gap'] ?? NO_HYGIENE.maxGapMs,
      exitMarginM: config['engine.exit-margin'] ?? NO_HYGIENE.exitMarginM,
      passThroughMs: config['engine.pass-through'] ?? NO_HYGIENE.passThroughMs,
    },
  };
}

/** Lets time pass for the line and the store; returns what stops it. */
function pulse(store: Store, line: Line, disk: DiskWatch, clock: Clock, log: Log): () => void {
  const tick = setInterval(() => line.tick(), TICK_MS);
  const look = setInterval(() => disk.note(clock(), store.size().freeBytes), DISK_MS);
  let tidying = setTimeout(tidy, TIDY_MS);
  function tidy(): void {
    let isMore = false;
    try {
      isMore = store.tidy(clock());
    } catch (error) {
      log.error({ err: error }, 'work behind the line failed; it is tried again');
    }
    tidying = setTimeout(tidy, isMore ? TIDY_SLICE_MS : TIDY_MS);
  }
  return () => {
    clearInterval(tick);
    clearInterval(look);
    clearTimeout(tidying);
  };
}

function openRunner(
  config: Config,
  operations: Operations,
  store: Store,
  line: Line,
  clock: Clock,
  log: Log,
): ScheduleRunner {
  const runner = new ScheduleRunner({
    store,
    intake: line,
    zoneName: () => operations.account().timeZone ?? config['time-zone'],
    now: clock,
    after: soon,
    onTrouble: (reason) => log.error({ err: reason }, 'a scheduled task could not be made'),
  });
  runner.start();
  return runner;
}

function openExpiry(operations: Operations, line: Line, clock: Clock, log: Log): ExpiryRunner {
  const runner = new ExpiryRunner({
    search: operations,
    intake: line,
    expiry: () => operations.account().expiry,
    now: clock,
    after: soon,
    onTrouble: (reason) => log.error({ err: reason }, 'overdue tasks could not be looked for; it is tried again'),
  });
  runner.start();
  return runner;
}

/** `httpUrl`: where this gateway is reached, unless the settings say otherwise. */
function openFeed(
  config: Config,
  operations: Operations,
  store: Store,
  line: Line,
  tally: Tally,
  httpUrl: () => string,
  clock: Clock,
  log: Log,
): FeedRunner {
  const source = { readTask: operations.readTask, uuidOf: (taskId: number) => uuidOf(store, taskId) };
  const book = gsmtasksBook({
    hooks: operations.hooks,
    failHook(uuid, words) {
      log.warn({ webhook: uuid, words }, 'a webhook failed: it is told nothing until it is activated again');
      operations.failHook(uuid, words);
    },
    accountUuid: operations.accountUuid,
    render: (hook, event) => {
      return hookPayloads(hook, event, source, viewAt(config['public-url'] ?? httpUrl(), operations));
    },
  });
  const feed = new FeedRunner({
    store,
    book,
    send: transport({ allowsPrivate: config['webhooks.private-targets'] }),
    tally,
    now: clock,
    after: soon,
    onTrouble: (reason) => log.error({ err: reason }, 'a webhook could not be told; it is tried again'),
  });
  line.onCommitted(() => feed.wake());
  operations.onHooksChanged(() => feed.refresh());
  return feed;
}

/** Of a task that was deleted only its history is left. */
function uuidOf(store: Store, taskId: number): string | null {
  const [first] = store.tasks.history(taskId);
  return first?.body.kind === 'create' ? first.body.task.uuid : null;
}

/** Runs something once; returns what calls it off. */
function soon(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** null = addresses are not looked up. */
function openGeocoder(config: Config): Geocoder | null {
  const { 'geocoder.url': url, 'geocoder.email': email } = config;
  if (url === null) return null;
  const wait = (ms: number) => new Promise<void>((resolve) => soon(resolve, ms));
  return nominatim({ url, email, userAgent: USER_AGENT, fetch, now: stopwatch, wait });
}

/** Returns what ends it. */
function keepLocating(
  geocoder: Geocoder | null,
  deps: Pick<GeocodingDeps, 'store' | 'searches' | 'intake' | 'now'>,
  log: Log,
): () => Promise<void> {
  if (geocoder === null) return async () => {};
  const runner = new GeocodingRunner({
    ...deps,
    geocoder,
    provider: 'nominatim',
    after: soon,
    onTrouble: (reason) => {
      if (reason === null) log.info({}, 'the geocoder answers again');
      else log.warn({ err: reason }, 'the geocoder cannot be asked: it is tried again');
    },
  });
  runner.start();
  return () => runner.stop();
}

/** Returns what ends it. */
function sweepFiles(operations: Operations, log: Log): () => void {
  const timer = setInterval(() => {
    try {
      operations.sweepFormFiles();
    } catch (error) {
      log.error({ err: error }, 'a file that nobody needs could not be removed; it is tried again');
    }
  }, SWEEP_MS);
  return () => clearInterval(timer);
}

/** Returns what ends it. */
function keepLogShort(directory: string, log: Log): () => Promise<void> {
  const checkpoints = new Checkpoints(directory, (error) => {
    log.error({ err: error }, 'the checkpoint thread ended: commits do its work from now on');
  });
  const timer = setInterval(() => checkpoints.run(), CHECKPOINT_MS);
  return () => {
    clearInterval(timer);
    return checkpoints.stop();
  };
}

function openGateway(config: Config, line: Line, clock: Clock, tally: Tally, log: Log): Gateway {
  const host = config['tcp.host'];
  const listeners: ListenerOptions[] = [];
  if (config['tcp.port'] !== null) listeners.push({ name: 'auto', host, port: config['tcp.port'], protocol: 'auto' });
  for (const name of PROTOCOL_NAMES) {
    const port = config[`${name}.port`];
    if (port !== null) listeners.push({ name, host, port, protocol: protocolNamed(name) });
  }
  return createGateway({
    intake: line,
    now: clock,
    tally,
    log: log.child({ room: 'gateway' }),
    listeners,
    datagrams: datagramPorts(config),
    limits: gatewayLimits(config),
  });
}

function datagramPorts(config: Config): DatagramOptions[] {
  return DATAGRAM_PROTOCOL_NAMES.flatMap((name) => {
    const port = config[`${name}.udp`];
    return port === null
      ? []
      : [{ name: `${name}-udp`, host: config['tcp.host'], port, protocol: protocolNamed(name) }];
  });
}

function gatewayLimits(config: Config): GatewayLimits {
  return {
    connectionsMax: config['limits.connections'],
    connectionsPerAddressMax: config['limits.connections-per-address'],
    loginDeadlineMs: config['limits.login-deadline'],
    idleTimeoutMs: config['limits.idle-timeout'],
    strangerBytesMax: config['limits.stranger-bytes'],
    unsettledFramesMax: config['limits.unsettled-frames'],
    unsentBytesMax: config['limits.unsent-bytes'],
    refusedFramesMax: config['limits.refused-frames'],
    junkBytesMax: config['limits.junk-bytes'],
    unsettledDatagramsMax: config['limits.unsettled-datagrams'],
    strangeDatagramsPerSecondMax: config['limits.strange-datagrams'],
    complaintsPerMinuteMax: config['limits.complaints-per-minute'],
    closingMs: CLOSING_MS,
    commandAnswerMs: config['commands.answer-within'],
    commandQuietMs: DEFAULT_LIMITS.commandQuietMs,
    commandHoldMs: DEFAULT_LIMITS.commandHoldMs,
  };
}

async function listenHttp(server: FastifyInstance, config: Config): Promise<BoundAddress> {
  try {
    await server.listen({ host: config['http.host'], port: config['http.port'] });
  } catch (error) {
    throw portError(error);
  }
  const { address, port } = server.server.address() as AddressInfo;
  return { name: 'http', host: address, port };
}

/** Requests being answered are finished, within reason. */
async function closeHttp(server: FastifyInstance): Promise<void> {
  const limit = setTimeout(() => server.server.closeAllConnections(), CLOSING_HTTP_MS);
  await server.close();
  clearTimeout(limit);
}

async function listenTrackers(gateway: Gateway): Promise<readonly BoundAddress[]> {
  try {
    return await gateway.listen();
  } catch (error) {
    throw portError(error);
  }
}

const PORT_REPAIRS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: stop the program that holds it or choose another port (0 = any free one)',
  EACCES: 'may not be opened by this user: choose a port above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine: choose one that is, or 0.0.0.0',
  ENOTFOUND: 'is not a known host: choose an address of this machine, or 0.0.0.0',
};

/** A system error of `listen` in the operator's words; anything else as it is. */
function portError(error: unknown): unknown {
  const { code, address, hostname, port } = error as {
    code?: string;
    address?: string;
    hostname?: string;
    port?: number;
  };
  const repair = code === undefined ? undefined : PORT_REPAIRS[code];
  if (repair === undefined) return error;
  const place = code === 'EADDRINUSE' || code === 'EACCES' ? `port ${port} on ${address}` : (address ?? hostname);
  return new StartError(`${place} ${repair}`, error);
}

/** IPv6 addresses stand in brackets before a port. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
