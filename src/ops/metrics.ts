/** What Prometheus may scrape: the line's tally, the levels of the moment, and the process itself. Read at scrape time. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Distribution } from '../model/distribution.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { Tally } from '../model/tally.ts';

export interface MetricsSource {
  readonly tally: Tally;
  /** Counts that go up and down, read when someone scrapes. */
  levels(): Promise<{
    /** null = unknown at this moment. */
    readonly tasksByStatus: Readonly<Record<NavixyStatus, number>> | null;
    readonly trackers: number;
    readonly pendingTrackers: number;
    /** Absent = nobody is called silent. */
    readonly silentTrackers?: number;
    readonly databaseBytes: number;
    readonly walBytes: number;
    readonly freeBytes: number | null;
    /** Absent or null = it is not filling up. */
    readonly hoursUntilFull?: number | null;
    readonly trackEntries: number;
    readonly tidyBehindMs: number;
    readonly queuedFrames: number;
    readonly queuedBytes: number;
    readonly trackersLoaded: number;
    readonly zonesIndexed: number;
    /** Absent = there is no live stream. */
    readonly streamClients?: number;
    /** By webhook; absent = there are none. */
    readonly webhookBacklog?: Readonly<Record<string, number>>;
    /** By broker; absent = nothing is forwarded. */
    readonly forwardingBacklog?: Readonly<Record<string, number>>;
  }>;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricEntry {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly label: 'reason' | 'status' | 'state' | 'outcome' | 'webhook' | 'broker' | null;
  readonly meaning: string;
}

type Levels = Awaited<ReturnType<MetricsSource['levels']>>;
type CounterEntry = MetricEntry & { readonly read: (tally: Tally) => number | Readonly<Record<string, number>> };
type GaugeValue = number | null | Readonly<Record<string, number>>;
type GaugeEntry = MetricEntry & { readonly read: (levels: Levels, tally: Tally) => GaugeValue };
type HistogramEntry = MetricEntry & { readonly read: (tally: Tally) => Distribution; readonly perUnit: number };

type DistributionField = { [F in keyof Tally]: Tally[F] extends Distribution ? F : never }[keyof Tally];

/** Every field of the tally is in one of these: the compiler asks for a new one. */
const COUNTERS: { readonly [Field in Exclude<keyof Tally, DistributionField>]: CounterEntry } = {
  connectionsOpened: plain(
    'connections_opened_total',
    'Tracker connections taken.',
    (tally) => tally.connectionsOpened,
  ),
  connectionsClosed: plain(
    'connections_closed_total',
    'Tracker connections ended.',
    (tally) => tally.connectionsClosed,
  ),
  connectionsRefused: byReason(
    'connections_refused_total',
    'Tracker connections turned away or ended by a rule.',
    (tally) => tally.connectionsRefused,
  ),
  bytesReceived: plain('received_bytes_total', 'Bytes read from trackers.', (tally) => tally.bytesReceived),
  framesReceived: plain('frames_received_total', 'Whole frames read from trackers.', (tally) => tally.framesReceived),
  framesRefused: byReason('frames_refused_total', 'Frames not taken in.', (tally) => tally.framesRefused),
  junkBytes: plain('junk_bytes_total', 'Bytes that belonged to no frame.', (tally) => tally.junkBytes),
  recordsReceived: plain(
    'records_received_total',
    'Position records read; equals stored + duplicate + refused.',
    (tally) => tally.recordsReceived,
  ),
  recordsStored: plain('records_stored_total', 'Position records made durable.', (tally) => tally.recordsStored),
  recordsDuplicate: plain(
    'records_duplicate_total',
    'Position records that were already stored.',
    (tally) => tally.recordsDuplicate,
  ),
  recordsRefused: byReason(
    'records_refused_total',
    'Position records not stored; acknowledged only where `expired`.',
    (tally) => tally.recordsRefused,
  ),
  fixesInvalid: byReason(
    'fixes_invalid_total',
    'Stored position records that are no evidence for tasks.',
    (tally) => tally.fixesInvalid,
  ),
  logins: plain('logins_total', 'Logins admitted.', (tally) => tally.logins),
  loginsRefused: byReason('logins_refused_total', 'Logins turned away.', (tally) => tally.loginsRefused),
  acknowledged: plain(
    'frames_acknowledged_total',
    'Frames answered after they were durable.',
    (tally) => tally.acknowledged,
  ),
  commitsFailed: plain('commits_failed_total', 'Commits that storage refused.', (tally) => tally.commitsFailed),
  fixesLate: plain(
    'fixes_late_total',
    'Valid fixes that came out of order and took the slow road.',
    (tally) => tally.fixesLate,
  ),
  derivations: plain('derivations_total', 'Verdicts derived from stored fixes.', (tally) => tally.derivations),
  transitions: plain('task_transitions_total', 'Status changes of tasks.', (tally) => tally.transitions),
  revisions: plain('task_revisions_total', 'Conclusions changed by late evidence.', (tally) => tally.revisions),
  deviceCommands: {
    ...byReason('device_commands_total', 'Commands to devices that came to a state.', (tally) => tally.deviceCommands),
    label: 'state',
  },
  commandAnswersUnclaimed: plain(
    'command_answers_unclaimed_total',
    'Answers of devices that no command waited for.',
    (tally) => tally.commandAnswersUnclaimed,
  ),
  httpRefused: byReason(
    'http_refused_total',
    'HTTP connections and requests turned away: limit, no_key, unknown_key, no_right.',
    (tally) => tally.httpRefused,
  ),
  deliveries: {
    ...byReason('webhook_requests_total', 'Requests to webhooks by what came of them.', (tally) => tally.deliveries),
    label: 'outcome',
  },
  forwarded: {
    ...byReason(
      'forwarded_fixes_total',
      'Fixes that a broker has taken, repeats included.',
      (tally) => tally.forwarded,
    ),
    label: 'broker',
  },
  forwardingMissed: {
    ...byReason(
      'forwarding_missed_rows_total',
      'Rows of the journal that retention took before they were forwarded.',
      (tally) => tally.forwardingMissed,
    ),
    label: 'broker',
  },
  streamsDropped: plain(
    'stream_dropped_total',
    'Clients of the live stream let go because they did not read.',
    (tally) => tally.streamsDropped,
  ),
};

const HISTOGRAMS: { readonly [Field in DistributionField]: HistogramEntry } = {
  commitMs: seconds('commit_seconds', 'Time a commit took, the sync to disk included.', (tally) => tally.commitMs),
  commitFrames: sizes('commit_frames', 'Frames that one commit took in.', (tally) => tally.commitFrames),
  ackMs: seconds(
    'ack_seconds',
    'From the last byte of a frame to its answer, the commit included.',
    (tally) => tally.ackMs,
  ),
};

const GAUGES: readonly GaugeEntry[] = [
  gauge(
    'connections',
    'Tracker connections open now.',
    (_levels, tally) => tally.connectionsOpened - tally.connectionsClosed,
  ),
  { ...gauge('tasks', 'Tasks by their Navixy status.', (levels) => levels.tasksByStatus), label: 'status' },
  gauge('trackers', 'Trackers registered.', (levels) => levels.trackers),
  gauge('trackers_pending', 'Unknown devices waiting to be accepted.', (levels) => levels.pendingTrackers),
  gauge(
    'trackers_silent',
    'Trackers not heard of for longer than alerts.silent-after.',
    (levels) => levels.silentTrackers ?? 0,
  ),
  gauge('database_bytes', 'Size of the database file.', (levels) => levels.databaseBytes),
  gauge('wal_bytes', 'Size of the write-ahead log.', (levels) => levels.walBytes),
  gauge('disk_free_bytes', 'Room left on the disk of the database.', (levels) => levels.freeBytes),
  gauge(
    'disk_hours_until_full',
    'How long it lasts at the pace of the last hours; absent while it does not shrink.',
    (levels) => levels.hoursUntilFull ?? null,
  ),
  gauge('queue_frames', 'Frames and commands waiting for the next commit.', (levels) => levels.queuedFrames),
  gauge('queue_bytes', 'Memory that the frames take which wait.', (levels) => levels.queuedBytes),
  gauge('trackers_loaded', 'Trackers whose state the engine has in memory.', (levels) => levels.trackersLoaded),
  gauge('zones_indexed', 'Zones of tasks in the index in memory.', (levels) => levels.zonesIndexed),
  gauge('track_entries', 'Entries of the index of tracks in memory.', (levels) => levels.trackEntries),
  gauge(
    'tidy_behind_seconds',
    'For how long work behind the line has not caught up.',
    (levels) => levels.tidyBehindMs / 1000,
  ),
  gauge('stream_clients', 'Clients of the live stream.', (levels) => levels.streamClients ?? 0),
  {
    ...gauge(
      'webhook_backlog_events',
      'Events that a webhook has not come to yet, those that are not for it included.',
      (levels) => levels.webhookBacklog ?? {},
    ),
    label: 'webhook',
  },
  {
    ...gauge(
      'forwarding_backlog_rows',
      'Rows of the journal, some 16 KiB each, that were not forwarded yet.',
      (levels) => levels.forwardingBacklog ?? {},
    ),
    label: 'broker',
  },
];

/** Every metric of our own; beside them stand prom-client's `process_*` and `nodejs_*`. */
export const METRICS: readonly MetricEntry[] = [
  ...Object.values(COUNTERS),
  ...Object.values(HISTOGRAMS),
  ...GAUGES,
].map(({ name, type, label, meaning }) => ({ name, type, label, meaning }));

export function createMetrics(source: MetricsSource): Metrics {
  const registry = new Registry();
  for (const entry of Object.values(COUNTERS)) registerCounter(registry, entry, source.tally);
  const gauges = GAUGES.map((entry) => ({ entry, gauge: newGauge(registry, entry) }));
  collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    async text() {
      const levels = await source.levels();
      for (const { entry, gauge: target } of gauges) setGauge(target, entry, entry.read(levels, source.tally));
      const histograms = Object.values(HISTOGRAMS).map((entry) => histogramText(entry, entry.read(source.tally)));
      return `${await registry.metrics()}\n${histograms.join('\n')}`;
    },
  };
}

/** The tally is the truth; the counter only repeats it, so it is set anew at every scrape. */
function registerCounter(registry: Registry, entry: CounterEntry, tally: Tally): void {
  new Counter({
    name: entry.name,
    help: entry.meaning,
    labelNames: entry.label === null ? [] : [entry.label],
    registers: [registry],
    collect() {
      this.reset();
      const value = entry.read(tally);
      if (typeof value === 'number') this.inc(value);
      else for (const [name, count] of Object.entries(value)) this.inc({ [entry.label ?? 'reason']: name }, count);
    },
  });
}

/** prom-client's own histogram takes observations one by one; these were counted where they were made. */
function histogramText(
  { name, meaning, perUnit }: HistogramEntry,
  { bounds, counts, sum, count }: Distribution,
): string {
  let below = 0;
  const buckets = bounds.map((bound, i) => {
    below += counts[i]!;
    return `${name}_bucket{le="${bound / perUnit}"} ${below}`;
  });
  return [
    `# HELP ${name} ${meaning}`,
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum / perUnit}`,
    `${name}_count ${count}`,
    '',
  ].join('\n');
}

function newGauge(registry: Registry, entry: GaugeEntry): Gauge {
  const labelNames = entry.label === null ? [] : [entry.label];
  return new Gauge({ name: entry.name, help: entry.meaning, labelNames, registers: [registry] });
}

function setGauge(target: Gauge, { label }: MetricEntry, value: GaugeValue): void {
  target.reset();
  if (value === null) target.remove();
  else if (typeof value === 'number') target.set(value);
  else for (const [name, count] of Object.entries(value)) target.set({ [label ?? 'reason']: name }, count);
}

function plain(name: string, meaning: string, read: CounterEntry['read']): CounterEntry {
  return { name: `milepost_${name}`, type: 'counter', label: null, meaning, read };
}

function byReason(name: string, meaning: string, read: CounterEntry['read']): CounterEntry {
  return { ...plain(name, meaning, read), label: 'reason' };
}

function sizes(name: string, meaning: string, read: HistogramEntry['read']): HistogramEntry {
  return { name: `milepost_${name}`, type: 'histogram', label: null, meaning, read, perUnit: 1 };
}

/** Of a distribution in ms. */
function seconds(name: string, meaning: string, read: HistogramEntry['read']): HistogramEntry {
  return { ...sizes(name, meaning, read), perUnit: 1000 };
}

function gauge(name: string, meaning: string, read: GaugeEntry['read']): GaugeEntry {
  return { name: `milepost_${name}`, type: 'gauge', label: null, meaning, read };
}
