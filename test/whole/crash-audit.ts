/** What must hold when the last kill is over: read from the data directory itself, with the slow model as the judge. */
import { Line } from '../../src/intake/line.ts';
import type { TaskEvent } from '../../src/model/event.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { Task } from '../../src/model/task.ts';
import type { Report } from '../../src/sim/simulate.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoredFix } from '../../src/store/store.ts';
import { type ModelVerdict, modelVerdict } from '../engine/model.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { recordText } from './crash-fleet.ts';

export interface Ended {
  readonly data: string;
  readonly devices: number;
  readonly kills: number;
  readonly report: Report;
  /** Records that were acknowledged, and tasks whose creation was answered. */
  readonly acknowledged: readonly string[];
  readonly createdIds: readonly number[];
}

/** Counts to print; and lists that have to be empty. */
export interface Audit {
  readonly summary: string;
  readonly acknowledged: number;
  readonly stored: number;
  /** Records that no device was rid of in the end. */
  readonly unacknowledged: number;
  /** Outcomes of tasks by state, to see that all kinds were there. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly missingRecords: readonly string[];
  readonly doubledRecords: readonly string[];
  readonly missingTasks: readonly number[];
  /** Verdicts that are not the model's. */
  readonly wrongVerdicts: readonly string[];
  /** Histories with a transition twice, or in which one is missing. */
  readonly wrongHistories: readonly string[];
}

const ALL_TIME = [-8.64e15, 8.64e15] as const;

export function audit({ data, devices, kills, report, acknowledged, createdIds }: Ended): Audit {
  const store = openStore({ directory: data });
  try {
    const tasks = store.tasks.list({ sort: [], offset: 0, limit: 1_000_000 }).tasks;
    const { stored, wrongVerdicts } = readTracks(store, tasks);
    const known = new Set(stored);
    const taskIds = new Set(tasks.map(({ id }) => id));
    const outcomes = Object.fromEntries(Object.entries(store.tasks.countByStatus()).filter(([, count]) => count > 0));
    const repeats = `${report.repeated} sent again`;
    return {
      summary: `${kills} kills, ${devices} trackers, ${acknowledged.length} records acknowledged (${repeats}), ${stored.length} stored, ${tasks.length} tasks ${JSON.stringify(outcomes)}`,
      acknowledged: acknowledged.length,
      stored: stored.length,
      unacknowledged: report.lost,
      outcomes,
      missingRecords: acknowledged.filter((record) => !known.has(record)),
      doubledRecords: doublesIn(stored),
      missingTasks: createdIds.filter((id) => !taskIds.has(id)),
      wrongVerdicts,
      wrongHistories: tasks.flatMap((task) => faultsOfHistory(task, store.tasks.history(task.id))),
    };
  } finally {
    store.close();
  }
}

/** One track at a time: those of a long run do not fit into memory together. */
function readTracks(store: Store, tasks: readonly Task[]): Pick<Audit, 'wrongVerdicts'> & { stored: string[] } {
  const line = lineOver(store);
  const stored: string[] = [];
  const wrongVerdicts: string[] = [];
  for (const { id, imei } of line.trackers()) {
    const fixes = store.tracks.fixes(id, ...ALL_TIME, Infinity);
    for (const { position } of fixes) {
      stored.push(recordText(imei!, position.timeMs, position.latDeg, position.lonDeg));
    }
    const own = tasks.filter(({ tenure }) => tenure.trackerId === id);
    wrongVerdicts.push(...own.flatMap((task) => differenceFromModel(line.live(task), fixes)));
  }
  return { stored, wrongVerdicts };
}

/** Knows what the open visits add; nothing is handed in, so nothing is written. */
function lineOver(store: Store): Line {
  return new Line({
    store,
    now: () => Date.now(),
    tally: emptyTally(),
    settings: SETTINGS,
    unknownTrackers: 'reject',
    queueBytesMax: 0,
    pendingMax: 0,
  });
}

function doublesIn(records: readonly string[]): string[] {
  const seen = new Set<string>();
  return records.filter((record) => seen.size === seen.add(record).size);
}

function differenceFromModel(task: Task, fixes: readonly StoredFix[]): string[] {
  const expected = modelVerdict(task, fixes);
  const wrong = (Object.keys(expected) as (keyof ModelVerdict)[]).filter(
    (key) => JSON.stringify(task.facts[key] ?? null) !== JSON.stringify(expected[key]),
  );
  if (wrong.length === 0) return [];
  return [`task ${task.id}: got ${JSON.stringify(task.facts)}, the model says ${JSON.stringify(expected)}`];
}

/** Each change begins where the one before ended, the last ends in what is stored, and none is there twice. */
function faultsOfHistory(task: Task, history: readonly TaskEvent[]): string[] {
  const changes = history.flatMap(({ eventMs, body }) => (body.kind === 'status_change' ? [{ eventMs, ...body }] : []));
  const said = changes.map(({ eventMs, to, stayMs, revised }) => JSON.stringify({ eventMs, to, stayMs, revised }));
  const arrivals = changes.filter(({ to, revised }) => to.state === 'active' && !revised);
  const breaks = changes.filter(({ from }, i) => i > 0 && JSON.stringify(from) !== JSON.stringify(changes[i - 1]!.to));
  const { state, arrivalMs } = task.facts;
  const last = changes.at(-1)?.to;
  return [
    ...(said.some((text, i) => text === said[i - 1]) ? ['says the same twice in a row'] : []),
    ...(arrivals.length > 1 ? [`arrived ${arrivals.length} times`] : []),
    ...(breaks.length > 0 ? [`has ${breaks.length} changes that do not begin where the one before ended`] : []),
    ...(last === undefined || (last.state === state && last.arrivalMs === arrivalMs)
      ? []
      : [`ends ${last?.state}, but it is ${state}`]),
  ].map((fault) => `history of task ${task.id} ${fault}: ${said.join(' ')}`);
}
