/** Wires all rooms into a running gateway: store -> line -> ports and HTTP. The program, the demo and tests start it here. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DATAGRAM_PROTOCOL_NAMES, PROTOCOL_NAMES, protocolNamed } from '../protocols/index.ts';
import { createServer } from './api/server.ts';
import { acceptance } from './engine/track.ts';
import { type EngineSettings, NO_HYGIENE } from './engine/verdict.ts';
import type { DatagramOptions } from './gateway/datagrams.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway/limits.ts';
import type { BoundAddress, ListenerOptions } from './gateway/listener.ts';
import { Line } from './intake/line.ts';
import { emptyTally, type Tally } from './model/tally.ts';
import { explainTask } from './operations/explain-task.ts';
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
/** Of the 5 s that a shutdown may take. */
const CLOSING_MS = 3000;
const CLOSING_HTTP_MS = 1000;

/** Rejects with StartError or DataDirectoryError, and then leaves nothing open. */
export async function serve(config: Config, clock: Clock, log: Log): Promise<Served> {
  const store = openStore({ directory: config.data, limits: storeLimits(config) });
  const opened: (() => void | Promise<void>)[] = [() => store.close()];
  try {
    opened.unshift(keepLogShort(config.data, log));
    refuseOpenDoor(config, store);
    const tally = emptyTally();
    const line = openLine(config, store, clock, tally, log);
    const disk = new DiskWatch({ leastFreeBytes: config['limits.free-disk'], log });
    opened.unshift(() => line.drained(), pulse(store, line, disk, clock, log));
    const gateway = openGateway(config, line, clock, tally, log);
    opened.unshift(() => gateway.close());
    const searches = openSearches(config.data, { waitingMax: config['limits.searches'], closingMs: CLOSING_HTTP_MS });
    opened.unshift(() => searches.close());
    const operations = createOperations({
      store,
      searches,
      intake: line,
      presence: gateway,
      now: clock,
      firstKey: config['api-key'],
      deviceCommands: {
        expireMs: config['commands.expire-after'],
        queuedMax: config['limits.queued-commands'],
      },
    });
    opened.unshift(sweepFiles(operations, log));
    const runner = openRunner(config, operations, store, line, clock, log);
    opened.unshift(() => runner.stop());
    const server = createServer({
      operations,
      metrics: createMetrics({ tally, levels: () => levelsOf(operations, disk, clock) }),
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
    const addresses = [...(await listenTrackers(gateway)), http];
    return {
      addresses,
      httpUrl: `http://${hostText(http.host)}:${http.port}`,
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

async function levelsOf(operations: Operations, disk: DiskWatch, clock: Clock): ReturnType<MetricsSource['levels']> {
  const levels = await operations.levels();
  return { ...levels, hoursUntilFull: disk.hoursUntilFull(clock(), levels.freeBytes) };
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
    after(run, delayMs) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    onTrouble: (reason) => log.error({ err: reason }, 'a scheduled task could not be made'),
  });
  runner.start();
  return runner;
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
