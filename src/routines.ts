/** What goes on beside the line for as long as the gateway runs. Each is begun here, and returns what ends it. */
import { nominatim } from './geocoding/nominatim.ts';
import type { Line } from './intake/line.ts';
import { ExpiryRunner } from './operations/expiry-runner.ts';
import type { Geocoder } from './operations/geocoder.ts';
import { type GeocodingDeps, GeocodingRunner } from './operations/geocoding.ts';
import type { Operations } from './operations/operations.ts';
import { ScheduleRunner } from './operations/schedule-runner.ts';
import { type Clock, stopwatch } from './ops/clock.ts';
import type { DiskWatch } from './ops/disk-watch.ts';
import type { Log } from './ops/log.ts';
import type { Config } from './ops/settings.ts';
import { type Certificates, hasCertificates } from './ports.ts';
import { Checkpoints } from './store/checkpoints.ts';
import type { Store } from './store/store.ts';

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
/** How often the audit trail is put on disk, trackers are looked at for silence, and certificates for a new one. */
const AUDIT_MS = 500;
const ALERTS_MS = 1000;
const CERTIFICATES_MS = 10_000;
/** Log lines about silent trackers in one look: a network that fails silences a whole fleet. */
const SILENCE_LINES_MAX = 10;
/** How a geocoder knows us. */
const USER_AGENT = 'Milepost (GPS tracker gateway)';

/** Lets time pass for the line and the store; returns what stops it. */
export function pulse(store: Store, line: Line, disk: DiskWatch, clock: Clock, log: Log): () => void {
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

export function openRunner(
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

export function openExpiry(operations: Operations, line: Line, clock: Clock, log: Log): ExpiryRunner {
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

/** Runs something once; returns what calls it off. */
export function soon(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** null = addresses are not looked up. */
export function openGeocoder(config: Config): Geocoder | null {
  const { 'geocoder.url': url, 'geocoder.email': email } = config;
  if (url === null) return null;
  const wait = (ms: number) => new Promise<void>((resolve) => soon(resolve, ms));
  return nominatim({ url, email, userAgent: USER_AGENT, fetch, now: stopwatch, wait });
}

/** Returns what ends it. */
export function keepLocating(
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
export function sweepFiles(operations: Operations, log: Log): () => void {
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
export function keepLogShort(directory: string, log: Log): () => Promise<void> {
  const checkpoints = new Checkpoints(directory, (error) => {
    log.error({ err: error }, 'the checkpoint thread ended: commits do its work from now on');
  });
  const timer = setInterval(() => checkpoints.run(), CHECKPOINT_MS);
  return () => {
    clearInterval(timer);
    return checkpoints.stop();
  };
}

/** Returns what ends it. */
export function keepCertificates(certificates: Certificates): () => void {
  if (!hasCertificates(certificates)) return () => {};
  const timer = setInterval(() => certificates.look(), CERTIFICATES_MS);
  return () => clearInterval(timer);
}

/** Returns what ends it, with the last of it on disk. */
export function keepAudit(operations: Operations, log: Log): () => void {
  let isFailing = false;
  const write = () => {
    try {
      operations.writeAudit();
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ err: error }, 'the audit trail could not be written; it is tried again');
      isFailing = true;
    }
  };
  const timer = setInterval(write, AUDIT_MS);
  return () => {
    clearInterval(timer);
    write();
  };
}

/** Returns what ends it. */
export function lookForSilence(operations: Operations, log: Log): () => void {
  const timer = setInterval(() => {
    try {
      const changes = operations.lookForSilence();
      const more = changes.length - SILENCE_LINES_MAX;
      if (more > 0) log.warn({ more }, 'more trackers fell silent or are heard again than are told one by one');
      for (const { tracker, isSilent, sinceMs } of changes.slice(0, SILENCE_LINES_MAX)) {
        const details = { trackerId: tracker.id, label: tracker.label, since: new Date(sinceMs).toISOString() };
        if (isSilent) log.warn(details, 'a tracker is silent');
        else log.info(details, 'a tracker that was silent is heard again');
      }
    } catch (error) {
      log.error({ err: error }, 'silent trackers could not be looked for; it is tried again');
    }
  }, ALERTS_MS);
  return () => clearInterval(timer);
}
