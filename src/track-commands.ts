/** Tracks out of the gateway and into it, as files. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from './command.ts';
import type { Host } from './host.ts';
import { Line } from './intake/line.ts';
import { emptyTally } from './model/tally.ts';
import { type Point, pointOperations } from './operations/points.ts';
import { readTrack } from './operations/track-reading.ts';
import { TRACK_FORMATS, type TrackFormat, type TrackPoint, trackText } from './operations/track-text.ts';
import { type Arguments, optionValue } from './ops/arguments.ts';
import { systemClock } from './ops/clock.ts';
import { type Resolved, readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import { UsageError } from './ops/usage.ts';
import { choice, instant, integer, unless, url } from './ops/values.ts';
import { StartError } from './ports.ts';
import { engineSettings } from './serve.ts';
import { DataDirectoryError } from './store/directory.ts';
import { openStore } from './store/open.ts';
import { openSnapshot, type Snapshot } from './store/snapshot.ts';
import type { Store } from './store/store.ts';

const ID = integer(1, 4_294_967_295);
const FORMAT = choice(...TRACK_FORMATS);
/** Fixes read at a time. */
const PAGE = 5000;
const FOREVER_MS = 8.64e15;

export const EXPORT: Command = {
  usage: 'export --tracker ID [--from ISO] [--to ISO] [--format csv|gpx|geojson] [FILE|-]',
  summary: 'the valid fixes of a tracker as a file, also beside a running gateway',
  options: {
    tracker: { value: 'ID', meaning: 'whose' },
    from: { value: 'ISO', meaning: 'device times from then on (default the first)' },
    to: { value: 'ISO', meaning: 'device times until then (default the last)' },
    format: { value: 'NAME', meaning: 'csv, gpx or geojson (default by the name of FILE, else csv)' },
    ...settingOptions(['data']),
  },
  operandsMin: 0,
  operandsMax: 1,
  notes: 'Units: degrees, metres, km/h, degrees from north. GPX says speeds in m/s, as its extension has it.',
  async run(given, host) {
    const trackerId = trackerOf(given);
    const [file = '-'] = given.operands;
    const format = formatOf(given, file) ?? 'csv';
    const fromMs = optionValue(given, 'from', unless('first', instant), 'first') ?? -FOREVER_MS;
    const toMs = optionValue(given, 'to', unless('last', instant), 'last') ?? FOREVER_MS;
    const snapshot = openSnapshot(settle(given, host).config.data);
    try {
      const label = snapshot.labelOf(trackerId);
      if (label === null) throw new StartError(`there is no tracker ${trackerId}: choose one of \`GET /api/trackers\``);
      const counted = { points: 0 };
      const pieces = trackText(format, label, validFixes(snapshot, trackerId, fromMs, toMs, counted));
      if (file === '-') for await (const piece of pieces) host.write(piece);
      else await writeNew(file, pieces);
      if (file !== '-') host.write(`${file}: ${counted.points} fixes of tracker ${trackerId}\n`);
      return 0;
    } finally {
      snapshot.close();
    }
  },
};

/** Page by page: records of one instant stay together, so that the next page can begin behind it. */
function* validFixes(
  { tracks }: Snapshot,
  trackerId: number,
  fromMs: number,
  toMs: number,
  counted: { points: number },
): Generator<TrackPoint> {
  let beginMs = fromMs;
  for (let limit = PAGE; ; ) {
    const page = tracks.fixes(trackerId, beginMs, toMs, limit);
    const isLast = page.length < limit;
    const lastMs = page.at(-1)?.position.timeMs ?? toMs;
    const whole = isLast ? page : page.filter(({ position }) => position.timeMs < lastMs);
    for (const { position, invalidity } of whole) {
      if (invalidity !== null) continue;
      counted.points += 1;
      yield position;
    }
    if (isLast) return;
    // A page that is all of one instant is asked for once more, longer.
    limit = whole.length === 0 ? limit * 2 : PAGE;
    beginMs = lastMs;
  }
}

/** Not over a file that is there. */
async function writeNew(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { flags: 'wx' });
  try {
    for await (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain');
    stream.end();
    await once(stream, 'close');
  } finally {
    stream.destroy();
  }
}

export const IMPORT: Command = {
  usage: 'import --tracker ID [--format csv|gpx|geojson] FILE|- [--url URL --api-key KEY | --data DIR]',
  summary: 'hand in a recorded track; what is known already is not taken twice',
  options: {
    tracker: { value: 'ID', meaning: 'whose it becomes' },
    format: { value: 'NAME', meaning: 'csv, gpx or geojson (default by the name of FILE)' },
    ...settingOptions(['data', 'api-key', 'retention.fixes']),
    url: { value: 'URL', meaning: 'hand it to the gateway running there instead of opening the data directory' },
  },
  operandsMin: 1,
  operandsMax: 1,
  notes:
    'CSV: a first line with names, of which time, lat and lon are needed; altitude, speed (km/h) and course may be there.',
  async run(given, host) {
    const trackerId = trackerOf(given);
    const [file = '-'] = given.operands;
    const format = formatOf(given, file);
    if (format === null) throw new UsageError([`--format: got nothing, expected ${FORMAT.expects}`]);
    const resolved = settle(given, host);
    const there = optionValue(given, 'url', unless('none', url), 'none');
    const receiver = there === null ? receiverHere(trackerId, resolved) : receiverThere(trackerId, there, resolved);
    const content = file === '-' ? host.input : createReadStream(file);
    try {
      const oldMs = systemClock() - resolved.config['retention.fixes'];
      return await handIn(readTrack(format, content), receiver, host, file, oldMs);
    } finally {
      await receiver.close();
    }
  },
};

interface Receiver {
  /** Resolves once they are durable. */
  take(points: readonly Point[]): Promise<void>;
  close(): Promise<void>;
}

const POINTS_AT_ONCE = 500;
/** Of a file that is something else, the first faults tell enough. */
const FAULTS_SHOWN = 20;

async function handIn(
  rows: ReturnType<typeof readTrack>,
  receiver: Receiver,
  host: Host,
  file: string,
  oldMs: number,
): Promise<number> {
  let waiting: Point[] = [];
  let taken = 0;
  let faults = 0;
  let old = 0;
  const send = async (): Promise<void> => {
    if (waiting.length > 0) await receiver.take(waiting);
    taken += waiting.length;
    waiting = [];
  };
  for await (const row of rows) {
    if (row.kind === 'point') {
      waiting.push(row.point);
      if (row.point.time < oldMs) old += 1;
    } else if (faults++ < FAULTS_SHOWN) host.complain(`milepost: ${file} ${row.where}: ${row.fault}\n`);
    if (waiting.length === POINTS_AT_ONCE) await send();
  }
  await send();
  if (faults > FAULTS_SHOWN) host.complain(`milepost: ${faults - FAULTS_SHOWN} faults more\n`);
  if (old > 0) {
    host.complain(
      `milepost: ${old} points are older than retention.fixes: of these only those are kept that are newer than all else of the tracker, or that a task is judged by\n`,
    );
  }
  host.write(`${file}: ${taken} points handed in, ${faults} left out\n`);
  return faults === 0 ? 0 : 1;
}

/** Through a line of its own, which judges tasks as the gateway's would. */
function receiverHere(trackerId: number, { config }: Resolved): Receiver {
  const store = openAlone(config.data, config['http.host'], config['http.port']);
  try {
    const line = new Line({
      store,
      now: systemClock,
      tally: emptyTally(),
      settings: engineSettings(config),
      unknownTrackers: 'reject',
      queueBytesMax: config['limits.queue-bytes'],
      pendingMax: 0,
    });
    const tracker = line.tracker(trackerId);
    if (tracker === null) throw noTracker(trackerId);
    if (tracker.isBlocked) throw new StartError(`tracker ${trackerId} is blocked: unblock it first`);
    const { takePoints } = pointOperations({ intake: line, now: systemClock });
    return {
      async take(points) {
        const outcome = await takePoints(points.map((point) => ({ trackerId, point })));
        if (outcome.kind === 'refused') throw new StartError(outcome.message);
      },
      async close() {
        await line.drained();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function openAlone(directory: string, host: string, port: number): Store {
  try {
    return openStore({ directory });
  } catch (error) {
    if (!(error instanceof DataDirectoryError && error.code === 'locked')) throw error;
    throw new StartError(
      `a gateway runs on ${directory}: hand it in with --url http://${host}:${port} --api-key KEY`,
      error,
    );
  }
}

const ANSWER_MS_MAX = 30_000;

function receiverThere(trackerId: number, address: string, { config }: Resolved): Receiver {
  const place = `${address}/api/trackers/${trackerId}/points`;
  const key = config['api-key'];
  return {
    async take(points) {
      const response = await fetch(place, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ points: points.map(wirePoint) }),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      }).catch((error: Error) => {
        const { cause } = error;
        throw new StartError(`${place}: ${cause instanceof Error ? cause.message : error.message}`, error);
      });
      if (response.ok) return;
      if (response.status === 404) throw noTracker(trackerId);
      throw new StartError(`${place} was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    },
    async close() {},
  };
}

function wirePoint({ time, heading, ...said }: Point): object {
  return { ...said, time: String(time), ...(heading !== undefined && { course: heading }) };
}

function noTracker(trackerId: number): StartError {
  return new StartError(`there is no tracker ${trackerId}: create it first, or choose one of \`GET /api/trackers\``);
}

function trackerOf(given: Arguments): number {
  if (given.options.has('tracker')) return optionValue(given, 'tracker', ID, '');
  throw new UsageError([`--tracker: got nothing, expected ${ID.expects}`]);
}

/** null = nothing says it. */
function formatOf(given: Arguments, file: string): TrackFormat | null {
  if (given.options.has('format')) return optionValue(given, 'format', FORMAT, '');
  return FORMAT.parse(extname(file).slice(1).toLowerCase()) ?? null;
}

function settle(given: Arguments, host: Host): Resolved {
  return resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
}
