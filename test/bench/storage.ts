/**
 * What one durable commit costs in each storage layout: `npx tsx test/bench/storage.ts [rounds]`.
 * Rounds are interleaved and medians reported, so that a busy machine hurts all candidates alike; read the ratios.
 * The database is put in a fresh directory under $TMPDIR: point that at a real disk, not at a RAM disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Context } from './context.ts';
import { linesOf, script } from './machine.ts';
import { alternate, median, medianRatio } from './measure.ts';
import type { Findings, Row } from './report.ts';

interface Frame {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly timesMs: readonly number[];
  readonly raw: Buffer;
}

type Layout = 'fix rows' | 'frame rows' | 'commit row' | '16 KiB rows';

/** One commit of frames; resolves when it is synced. */
type Commit = (frames: readonly Frame[]) => void | Promise<void>;

interface Candidate {
  readonly name: string;
  readonly commit: Commit;
  readonly read: (() => void) | null;
  readonly close: () => Promise<void>;
}

const LAYOUTS: readonly Layout[] = ['fix rows', 'frame rows', 'commit row', '16 KiB rows'];
const THREADED: readonly Layout[] = ['frame rows', 'commit row'];
const FRAMES_PER_COMMIT = [1, 10, 100, 1000];
const RECORDS_PER_FRAME = [1, 10];
const RECORD_BYTES = 60;
const FRAME_OVERHEAD_BYTES = 40;
const TRACKERS = 1000;
const CHUNK_BYTES = 16_384;
const READS = 200;
const ROUNDS = 3;
/** A worker does not inherit the loader for TypeScript on Node 20. */
const BOOT = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); });`;

function openTable(path: string, layout: Layout): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  if (layout === 'fix rows') {
    db.exec(
      'CREATE TABLE fix (tracker INTEGER, time INTEGER, seq INTEGER, raw BLOB, PRIMARY KEY (tracker, time, seq)) WITHOUT ROWID',
    );
  } else {
    db.exec('CREATE TABLE journal (id INTEGER PRIMARY KEY, tracker INTEGER, received INTEGER, body BLOB)');
  }
  return db;
}

/** The write side of a layout, usable on either thread. */
function writer(db: Database.Database, layout: Layout): (frames: readonly Frame[]) => void {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const within = (write: () => void): void => {
    begin.run();
    write();
    commit.run();
  };
  if (layout === 'fix rows') {
    const insert = db.prepare('INSERT INTO fix VALUES (?, ?, ?, ?)');
    let seq = 0;
    return (frames) =>
      within(() => {
        for (const frame of frames) {
          frame.timesMs.forEach((timeMs, i) => {
            insert.run(frame.trackerId, timeMs, seq++, frame.raw.subarray(i * RECORD_BYTES, (i + 1) * RECORD_BYTES));
          });
        }
      });
  }
  const insert = db.prepare('INSERT INTO journal (tracker, received, body) VALUES (?, ?, ?)');
  if (layout === 'frame rows') {
    return (frames) =>
      within(() => {
        for (const frame of frames) insert.run(frame.trackerId, frame.receivedMs, frame.raw);
      });
  }
  const bytesMax = layout === 'commit row' ? Number.POSITIVE_INFINITY : CHUNK_BYTES;
  return (frames) =>
    within(() => {
      for (const body of pack(frames, bytesMax)) insert.run(null, null, body);
    });
}

function* pack(frames: readonly Frame[], bytesMax: number): Generator<Buffer> {
  let start = 0;
  while (start < frames.length) {
    let end = start;
    let bytes = 0;
    while (end < frames.length && bytes < bytesMax) bytes += 40 + frames[end++]!.raw.length;
    yield packOne(frames, start, end, bytes);
    start = end;
  }
}

function packOne(frames: readonly Frame[], start: number, end: number, bytes: number): Buffer {
  const body = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let i = start; i < end; i++) {
    const frame = frames[i]!;
    body.writeUInt32LE(40 + frame.raw.length, at);
    body.writeUInt32LE(frame.trackerId, at + 4);
    body.writeDoubleLE(frame.receivedMs, at + 8);
    body.writeDoubleLE(frame.timesMs[0]!, at + 16);
    body.writeDoubleLE(frame.timesMs[frame.timesMs.length - 1]!, at + 24);
    body.writeDoubleLE(0, at + 32);
    body.set(frame.raw, at + 40);
    at += 40 + frame.raw.length;
  }
  return body;
}

/** Reading single frames back, as the search through one tracker's track does: anywhere in the last megabytes. */
function reader(db: Database.Database): () => void {
  const bounds = db.prepare<[], { low: number; high: number }>(
    `SELECT min(id) AS low, max(id) AS high
     FROM (SELECT id, sum(length(body)) OVER (ORDER BY id DESC) AS bytes FROM journal) WHERE bytes < 4000000`,
  );
  const read = db.prepare<[number], Buffer>('SELECT body FROM journal WHERE id = ?').pluck();
  let range: { low: number; high: number } | undefined;
  return () => {
    range ??= bounds.get()!;
    for (let i = 0; i < READS; i++) read.get(range.low + Math.floor(Math.random() * (range.high - range.low + 1)));
  };
}

function onMainThread(directory: string, layout: Layout): Candidate {
  const db = openTable(join(directory, `${layout}.db`), layout);
  return {
    name: layout,
    commit: writer(db, layout),
    read: layout === 'fix rows' ? null : reader(db),
    close: async () => void db.close(),
  };
}

/** The same in a worker: frames are packed here and moved where the layout allows it, else copied across. */
function onWorker(directory: string, layout: Layout): Candidate {
  const path = join(directory, `${layout}.worker.db`);
  const worker = new Worker(BOOT, { eval: true, workerData: { path, layout } });
  const commit: Commit = (frames) => {
    const done = new Promise<void>((resolve) => worker.once('message', () => resolve()));
    if (layout === 'frame rows') {
      worker.postMessage(frames);
    } else {
      const [body] = pack(frames, Number.POSITIVE_INFINITY);
      const moved = new Uint8Array(body!);
      worker.postMessage(moved, [moved.buffer]);
    }
    return done;
  };
  return { name: `${layout}, worker`, commit, read: null, close: async () => void (await worker.terminate()) };
}

function serveWorker(): void {
  const { path, layout } = workerData as { path: string; layout: Layout };
  const db = openTable(path, layout);
  const write = writer(db, layout);
  const insert = layout === 'frame rows' ? null : db.prepare('INSERT INTO journal (body) VALUES (?)');
  parentPort!.on('message', (message: Frame[] | Uint8Array) => {
    if (message instanceof Uint8Array) insert!.run(message);
    else write(message.map((frame) => ({ ...frame, raw: Buffer.from(frame.raw) })));
    parentPort!.postMessage(0);
  });
}

let clockMs = Date.UTC(2024, 0, 1);

function makeFrames(count: number, records: number): Frame[] {
  return Array.from({ length: count }, () => {
    clockMs += 1;
    return {
      trackerId: 1 + Math.floor(Math.random() * TRACKERS),
      receivedMs: clockMs,
      timesMs: Array.from({ length: records }, (_, i) => clockMs - 1000 * i),
      raw: Buffer.alloc(FRAME_OVERHEAD_BYTES + RECORD_BYTES * records, clockMs & 0xff),
    };
  });
}

interface Sample {
  readonly wallUs: number;
  readonly cpuUs: number;
}

async function measure(candidate: Candidate, framesPerCommit: number, records: number): Promise<Sample> {
  const commits = Math.max(8, Math.min(100, Math.floor(2000 / framesPerCommit)));
  const batches = Array.from({ length: commits }, () => makeFrames(framesPerCommit, records));
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (const batch of batches) await candidate.commit(batch);
  const wallUs = Number(process.hrtime.bigint() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const frames = commits * framesPerCommit;
  return { wallUs: wallUs / frames, cpuUs: (used.user + used.system) / frames };
}

/** As rows of the bench's table, measured in a process of its own: 100 frames in a commit, as under load. */
export async function storageBench({ scale }: Context): Promise<Findings> {
  const rows: Row[] = [];
  const child = script(
    'server',
    new URL('./storage.ts', import.meta.url),
    String(Math.min(scale.rounds, ROUNDS)),
    'rows',
  );
  for await (const line of linesOf(child, 'storage')) rows.push(JSON.parse(line) as Row);
  return { rows };
}

/** By candidate, then by round. */
async function samplesOf(
  candidates: readonly Candidate[],
  rounds: number,
  framesPerCommit: number,
  records: number,
): Promise<Sample[][]> {
  return alternate(
    rounds,
    candidates.map((candidate) => () => measure(candidate, framesPerCommit, records)),
  );
}

async function printRows(candidates: readonly Candidate[], rounds: number): Promise<void> {
  const reference = referenceIn(candidates);
  for (const records of RECORDS_PER_FRAME) {
    const samples = await samplesOf(candidates, rounds, 100, records);
    samples.forEach((own, i) => {
      const name = `stored as ${candidates[i]!.name}, ${records} record${records === 1 ? '' : 's'} a frame`;
      const [ratio, figure] = [cpuRatio(own, samples[reference]!), median(own.map(({ cpuUs }) => cpuUs))];
      console.log(JSON.stringify({ target: '', name, figure, unit: 'us CPU/frame', ratio } satisfies Row));
    });
  }
}

async function printTable(candidates: readonly Candidate[], rounds: number): Promise<void> {
  const reference = referenceIn(candidates);
  console.log(`us per frame, wall/CPU of the whole process (CPU ratio to "commit row"); ${rounds} rounds, medians`);
  console.log(['records x frames'.padEnd(18), ...candidates.map(({ name }) => name.padStart(21))].join(' '));
  for (const records of RECORDS_PER_FRAME) {
    for (const framesPerCommit of FRAMES_PER_COMMIT) {
      const samples = await samplesOf(candidates, rounds, framesPerCommit, records);
      const cells = samples.map((own) => {
        const wall = median(own.map(({ wallUs }) => wallUs)).toFixed(1);
        const cpu = median(own.map(({ cpuUs }) => cpuUs)).toFixed(1);
        return `${wall}/${cpu} (${cpuRatio(own, samples[reference]!).toFixed(2)})`.padStart(21);
      });
      console.log([`${records} x ${framesPerCommit}`.padEnd(18), ...cells].join(' '));
    }
  }
  console.log(['us per random read'.padEnd(18), ...candidates.map((each) => readText(each, rounds))].join(' '));
}

function referenceIn(candidates: readonly Candidate[]): number {
  return candidates.findIndex(({ name }) => name === 'commit row');
}

function cpuRatio(own: readonly Sample[], reference: readonly Sample[]): number {
  const cpu = (samples: readonly Sample[]) => samples.map(({ cpuUs }) => cpuUs);
  return medianRatio(cpu(own), cpu(reference));
}

function readText({ read }: Candidate, rounds: number): string {
  if (read === null) return '-'.padStart(21);
  read();
  const times = Array.from({ length: rounds }, () => {
    const start = process.hrtime.bigint();
    read();
    return Number(process.hrtime.bigint() - start) / 1000 / READS;
  });
  return median(times).toFixed(1).padStart(21);
}

async function main(rounds: number, print: typeof printRows): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'milepost-storage-'));
  const candidates = [
    ...LAYOUTS.map((layout) => onMainThread(directory, layout)),
    ...THREADED.map((layout) => onWorker(directory, layout)),
  ];
  for (const candidate of candidates) await measure(candidate, 100, 1);
  await print(candidates, rounds);
  for (const candidate of candidates) await candidate.close();
  rmSync(directory, { recursive: true, force: true });
}

if (!isMainThread) serveWorker();
else if (process.argv[1] === import.meta.filename) {
  await main(Number(process.argv[2] ?? ROUNDS), process.argv[3] === 'rows' ? printRows : printTable);
}
