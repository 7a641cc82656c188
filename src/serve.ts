/** Wires all rooms into a running gateway: store -> line -> ports and HTTP. The program, the demo and tests start it here. */
import { openMapFile } from './api/console/map-file.ts';
import type { Roads } from './api/console/routes.ts';
import { createServer, renewCertificate } from './api/server.ts';
import { acceptance } from './engine/track.ts';
import { type EngineSettings, NO_HYGIENE } from './engine/verdict.ts';
import type { LiveStream } from './feed/live/live-stream.ts';
import type { FeedRunner } from './feed/runner.ts';
import { backlogOf, openFeeds, openLive, stopAll } from './feeds.ts';
import { type Forwarding, openForwarding } from './forwarding.ts';
import type { BoundAddress } from './gateway/listener.ts';
import { Line } from './intake/line.ts';
import { emptyTally, type Tally } from './model/tally.ts';
import { explainTask } from './operations/explain-task.ts';
import { createOperations, type Operations } from './operations/operations.ts';
import { openSearches } from './operations/searches.ts';
import { type Clock, stopwatch } from './ops/clock.ts';
import { DiskWatch } from './ops/disk-watch.ts';
import { type Log, levelSwitch } from './ops/log.ts';
import { createMetrics, type MetricsSource } from './ops/metrics.ts';
import type { Config } from './ops/settings.ts';
import {
  CLOSING_HTTP_MS,
  closeHttp,
  hasCertificates,
  hostText,
  identityOf,
  isLoopback,
  listenHttp,
  listenTrackers,
  minVersionOf,
  openCertificates,
  openGateway,
  StartError,
} from './ports.ts';
import {
  keepAudit,
  keepCertificates,
  keepLocating,
  keepLogShort,
  lookForSilence,
  openExpiry,
  openGeocoder,
  openRunner,
  pulse,
  soon,
  sweepFiles,
} from './routines.ts';
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
  /** Looks at the files of certificates now, and not only every now and then; null = there are none. */
  readonly renewCertificates: (() => void) | null;
  /** Stops accepting, commits and acknowledges what was read, closes. */
  close(): Promise<void>;
}

/** What only the demo has. */
export interface ServeOptions {
  /** How much faster than the wall `clock` goes; absent = as fast. */
  readonly clockFactor?: number;
  /** Of the town that its fleet drives in. */
  readonly roads?: Roads;
}

/** Rejects with StartError or DataDirectoryError, and then leaves nothing open. */
export async function serve(config: Config, clock: Clock, log: Log, options: ServeOptions = {}): Promise<Served> {
  await refuseMissingMap(config);
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
    const gatewayLog = log.child({ room: 'gateway' });
    const certificates = openCertificates(config, log);
    const gateway = openGateway(config, line, clock, tally, gatewayLog, certificates.trackers);
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
      clockFactor: options.clockFactor ?? 1,
      captures: gateway.captures,
      alertRules: { silentAfterMs: config['alerts.silent-after'] },
      deviceCommands: {
        expireMs: config['commands.expire-after'],
        queuedMax: config['limits.queued-commands'],
      },
    });
    opened.unshift(sweepFiles(operations, log), keepAudit(operations, log), lookForSilence(operations, log));
    const runner = openRunner(config, operations, store, line, clock, log);
    opened.unshift(() => runner.stop());
    const expiry = openExpiry(operations, line, clock, log);
    opened.unshift(() => expiry.stop());
    let httpUrl = '';
    const feeds = openFeeds(config, operations, store, line, tally, () => httpUrl, clock, log);
    const forwarding = await openForwarding({ config, store, operations, line, tally, now: clock, after: soon, log });
    opened.unshift(() => forwarding.stop());
    opened.unshift(keepLocating(geocoder, { store, searches, intake: line, now: clock }, log));
    const live = openLive(config, operations, line, gateway, tally, clock, log);
    const apiLog = log.child({ room: 'api' });
    const server = createServer({
      operations,
      live,
      metrics: createMetrics({ tally, levels: () => levelsOf(operations, disk, feeds, forwarding, live, clock) }),
      explain: (taskId) =>
        explainTask({ store, searches, intake: line, settings: engineSettings(config), now: clock }, taskId),
      now: clock,
      timeZone: config['time-zone'],
      refusePastTo: config['navixy.refuse-past-to'],
      publicUrl: config['public-url'],
      requestsPerSecond: config['limits.requests-per-second'],
      maps: {
        tileUrl: config['console.tile-url'],
        tileAttribution: config['console.tile-attribution'] ?? '',
        pmtiles: config['console.pmtiles'],
      },
      ...options,
      trustedProxies: config['http.trusted-proxies'],
      tls: identityOf(config, certificates.http),
      connectionsMax: config['limits.http-connections'],
      tally,
      log: apiLog,
      logLevel: levelSwitch([log, gatewayLog, apiLog]),
    });
    certificates.trackers?.onRenewed((pair) => gateway.renewTls({ ...pair, minVersion: minVersionOf(config) }));
    certificates.http?.onRenewed((pair) => renewCertificate(server, { ...pair, minVersion: minVersionOf(config) }));
    opened.unshift(keepCertificates(certificates));
    opened.unshift(() => closeHttp(server));
    const http = await listenHttp(server, config);
    httpUrl = `${certificates.http === null ? 'http' : 'https'}://${hostText(http.host)}:${http.port}`;
    for (const feed of feeds) feed.start();
    forwarding.start();
    opened.unshift(() => {
      feedStopped = stopAll(feeds);
    });
    const addresses = [...(await listenTrackers(gateway)), http];
    return {
      addresses,
      httpUrl,
      store,
      line,
      operations,
      tally,
      renewCertificates: hasCertificates(certificates) ? () => certificates.look() : null,
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
    auditKeptMs: config['retention.audit'],
    accepts: acceptance(hygiene),
  };
}

async function levelsOf(
  operations: Operations,
  disk: DiskWatch,
  feeds: readonly FeedRunner[],
  forwarding: Forwarding,
  live: LiveStream,
  clock: Clock,
): ReturnType<MetricsSource['levels']> {
  const levels = await operations.levels();
  const hoursUntilFull = disk.hoursUntilFull(clock(), levels.freeBytes);
  return {
    ...levels,
    hoursUntilFull,
    webhookBacklog: backlogOf(feeds),
    forwardingBacklog: forwarding.backlog(),
    streamClients: live.size,
    silentTrackers: operations.silentTrackers(),
  };
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

/** Better said now than by a map that stays empty. */
async function refuseMissingMap({ 'console.pmtiles': path }: Config): Promise<void> {
  if (path === null || (await openMapFile(path)) !== null) return;
  throw new StartError(`console.pmtiles is ${path}, which is no file here: correct the path, or set it to off`);
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
