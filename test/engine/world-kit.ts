/** A world for engine tests: an array for a track, an in-memory commit, a builder for tasks and fixes. */
import { advance, tick } from '../../src/engine/advance.ts';
import { decide } from '../../src/engine/commands.ts';
import { Draft, type Ports } from '../../src/engine/draft.ts';
import { type Findings, findings } from '../../src/engine/evidence.ts';
import { receive } from '../../src/engine/receive.ts';
import { trackerState } from '../../src/engine/recollect.ts';
import { settleRoutes } from '../../src/engine/routes.ts';
import { acceptance, derive, stretch } from '../../src/engine/track.ts';
import { type EngineSettings, NO_HYGIENE, rulesOf } from '../../src/engine/verdict.ts';
import { World } from '../../src/engine/world.ts';
import type { Command, CommandOutcome, NewTask, PersonalMove } from '../../src/model/command.ts';
import type { TaskEvent } from '../../src/model/event.ts';
import { type Fix, judgeFix } from '../../src/model/fix.ts';
import type { Place, TaskForm } from '../../src/model/form.ts';
import type { Route } from '../../src/model/route.ts';
import {
  type Deadline,
  type Dialect,
  deadlineMs,
  isEndOpen,
  isOpen,
  type JudgedTask,
  type Task,
  type TaskFacts,
  type TaskTerms,
} from '../../src/model/task.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2026-03-02T00:00:00Z, a Monday. */
export const DAY0 = Date.UTC(2026, 2, 2);

export const SETTINGS: EngineSettings = {
  graceMs: 10 * MINUTE,
  lateDataHorizonMs: 7 * 24 * HOUR,
  incompleteVisit: 'faulty',
  hygiene: NO_HYGIENE,
};

export const DEPOT = { latDeg: 52.52, lonDeg: 13.405, radiusM: 100 };

export function at(hhmm: string): number {
  const [hours, minutes, seconds] = hhmm.split(':').map(Number);
  return DAY0 + hours! * HOUR + minutes! * MINUTE + (seconds ?? 0) * 1000;
}

/** Inside the depot's zone. */
export function inside(hhmm: string, receivedMs = at(hhmm)): Fix {
  return fix(at(hhmm), DEPOT.latDeg, DEPOT.lonDeg, receivedMs);
}

/** A kilometre away from it. */
export function outside(hhmm: string, receivedMs = at(hhmm)): Fix {
  return fix(at(hhmm), DEPOT.latDeg + 0.01, DEPOT.lonDeg, receivedMs);
}

export function fix(
  timeMs: number,
  latDeg: number,
  lonDeg: number,
  receivedMs: number,
  hasPosition = true,
  satellites = 9,
  hdop: number | null = null,
): Fix {
  const content = new TextEncoder().encode(JSON.stringify([timeMs, latDeg, lonDeg, hasPosition, satellites, hdop]));
  const position = {
    timeMs,
    latDeg,
    lonDeg,
    altitudeM: null,
    speedKmh: 0,
    courseDeg: 0,
    satellites,
    hasPosition,
    priority: 0,
    event: 0,
    content,
    io: {},
    attributes: hdop === null ? {} : { hdop },
  };
  return judgeFix(position, receivedMs);
}

export function terms(from: string, to: string, change: Partial<TaskTerms> = {}): TaskTerms {
  return {
    zone: DEPOT,
    fromMs: at(from),
    toMs: at(to),
    maxDelayMs: 0,
    minStayMs: 0,
    minArrivalMs: 0,
    isFormRequired: false,
    isFormInZone: false,
    ...change,
  };
}

/** A form without fields, for terms that ask for one. */
export function formFor(taskTerms: TaskTerms, createdMs = DAY0): TaskForm | null {
  if (!taskTerms.isFormRequired) return null;
  return {
    ...{ templateId: 1, templateVersion: 1, label: 'F', description: '', fields: [], isInZone: taskTerms.isFormInZone },
    ...{ createdMs, values: null, submittedMs: null, submitPlace: null },
  };
}

/** The form of a task, filled in. */
export function submission(bench: Bench, taskId: number, timeMs: number | null = null, place: Place | null = null) {
  const formMs = bench.task(taskId).text.form?.createdMs ?? 0;
  return { kind: 'submit_form', taskId, formMs, values: {}, timeMs, place } as const;
}

/** One gateway's life: what was committed survives `restart`. */
export class Bench {
  world: World;
  nowMs: number;
  readonly events: TaskEvent[] = [];
  /** Beginnings of what was read of tracks. */
  readonly reads: number[] = [];
  readonly #fixes = new Map<number, Fix[]>();
  readonly #tasks = new Map<number, Task>();
  readonly #routes = new Map<number, Route>();
  readonly #settings: EngineSettings;

  constructor(startMs = DAY0, settings = SETTINGS) {
    this.#settings = settings;
    this.nowMs = startMs;
    this.world = new World(settings);
    this.world.graceFloorMs = startMs;
    this.do({ kind: 'create_tracker', tracker: { uuid: 'u1', label: 'Van', imei: '1', model: null, timeZone: 'utc' } });
    this.do({ kind: 'create_tracker', tracker: { uuid: 'u2', label: 'Car', imei: '2', model: null, timeZone: 'utc' } });
  }

  do(command: Command): CommandOutcome {
    return this.#commit((draft) => decide(draft, command));
  }

  /** With a form where the terms ask for one. */
  create(
    taskTerms: TaskTerms,
    trackerId: number | null = 1,
    dialect: Dialect = 'navixy',
    begins?: NewTask['begins'],
  ): number {
    const text = {
      label: 'T',
      description: '',
      externalId: null,
      address: '',
      tags: [],
      origin: 'manual',
      extra: {},
      form: formFor(taskTerms),
    } as const;
    const outcome = this.do({
      kind: 'create_task',
      task: { uuid: crypto.randomUUID(), dialect, trackerId, text, terms: taskTerms, ...(begins && { begins }) },
    });
    if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
    return outcome.taskId;
  }

  /**
   * Delivers fixes in one commit; the clock moves to the newest receipt. `parts`: judged in so many steps, as when
   * commands come in between. Returns what was kept.
   */
  deliver(fixes: readonly Fix[], trackerId = 1, parts = 1): boolean[] {
    this.nowMs = Math.max(this.nowMs, ...fixes.map((f) => f.receivedMs));
    return this.#commit((draft) => {
      const kept: boolean[] = [];
      const size = Math.ceil(fixes.length / parts);
      for (let i = 0; i < fixes.length; i += size) {
        const part = fixes.slice(i, i + size);
        kept.push(...(receive(draft, trackerId, part) ?? part.map(() => true)));
        advance(draft);
      }
      this.#pendingFixes = { trackerId, fixes: fixes.filter((_, i) => kept[i]) };
      return kept;
    });
  }

  /** Delivers, and throws the draft away as if the commit had failed. */
  deliverInVain(fixes: readonly Fix[], trackerId = 1): void {
    const draft = new Draft(this.world, this.#ports(), this.nowMs);
    receive(draft, trackerId, fixes);
    advance(draft);
    this.world.discard(draft);
  }

  clock(toMs: number): void {
    this.nowMs = toMs;
    let isMore = true;
    while (isMore) {
      isMore = this.#commit((draft) => tick(draft, 100));
    }
  }

  /** Ticks every minute up to an instant. */
  wait(toMs: number): void {
    while (this.nowMs < toMs) this.clock(Math.min(toMs, this.nowMs + MINUTE / 2));
  }

  restart(): void {
    const { nextTaskId, nextTrackerId, clockMs, trackers } = this.world;
    this.world = new World(this.#settings);
    Object.assign(this.world, { nextTaskId, nextTrackerId, clockMs, graceFloorMs: this.nowMs });
    for (const tracker of trackers.values()) this.world.holdTracker(tracker);
  }

  /** As stored; the stay of an open visit is read off the world. */
  task(taskId: number): Task {
    return this.#tasks.get(taskId)!;
  }

  /** What a move of a person comes to. */
  move(taskId: number, move: PersonalMove, timeMs: number | null = null): CommandOutcome {
    return this.do({ kind: 'move_task', taskId, move, timeMs });
  }

  /** Stay and departure with what an open visit makes of them. */
  live(taskId: number): Pick<TaskFacts, 'stayMs' | 'departureMs'> {
    const task = this.task(taskId);
    const { trackerId } = task.tenure;
    const evidence =
      trackerId === null ? undefined : trackerState(this.world, this.#ports(), trackerId).evidence.get(taskId);
    const { stayMs, departureMs } =
      evidence === undefined ? task.facts : findings(evidence, rulesOf(task, this.#settings));
    return { stayMs, departureMs };
  }

  /** For each live task, what the short road has come to and what the whole track says. */
  bothRoads(): {
    readonly followed: Findings;
    readonly derived: Findings;
    readonly isInside: readonly [boolean, boolean];
  }[] {
    const { track } = this.#ports();
    return [...this.world.states].flatMap(([trackerId, state]) =>
      [...state.evidence].map(([taskId, evidence]) => {
        const task = this.world.tasks.get(taskId)!;
        const { hygiene } = this.#settings;
        const rules = rulesOf(task, this.#settings);
        const zone = task.terms.zone!;
        const read = (fromMs: number, toMs: number) => track.evidence(trackerId, fromMs, toMs, acceptance(hygiene));
        const whole = derive(stretch(read, zone, rules, hygiene), zone, rules, hygiene);
        return {
          followed: findings(evidence, rules),
          derived: findings(whole, rules),
          isInside: [evidence.run !== null, state.progress.insideIds.includes(taskId)] as const,
        };
      }),
    );
  }

  route(routeId: number): Route {
    return this.#routes.get(routeId)!;
  }

  statusEvents(taskId: number): string[] {
    return this.events.flatMap(({ taskId: id, body }) => {
      if (id !== taskId || body.kind !== 'status_change') return [];
      return [`${body.to.state}${body.revised ? ' (revised)' : ''}`];
    });
  }

  #pendingFixes: { trackerId: number; fixes: Fix[] } | null = null;

  #ports(): Ports {
    const valid = (trackerId: number) => (this.#fixes.get(trackerId) ?? []).filter((f) => f.invalidity === null);
    return {
      task: (id) => this.#tasks.get(id) ?? null,
      route: (id) => this.#routes.get(id) ?? null,
      deviceCommand: () => null,
      instruction: () => null,
      tasksOf: (trackerId, askedFromMs) => {
        return this.#judged().filter(({ tenure, terms, createdMs, attempt, facts }) => {
          if (tenure.trackerId !== trackerId) return false;
          const endMs = isEndOpen(terms) && !isOpen(facts.state) ? facts.statusMs : deadlineMs(terms);
          const askedMs = Math.max(endMs, createdMs, tenure.givenMs, attempt.restartedMs ?? 0);
          return isOpen(facts.state) || askedMs >= askedFromMs;
        });
      },
      deadlines: (after, untilMs, limit) => {
        const isAfter = (a: Deadline) => a.deadlineMs > after.deadlineMs || a.taskId > after.taskId;
        return this.#judged()
          .filter(({ tenure, facts }) => tenure.trackerId !== null && isOpen(facts.state) && !facts.isSettled)
          .map(({ id, terms, tenure }) => {
            return { deadlineMs: deadlineMs(terms), taskId: id, trackerId: tenure.trackerId! };
          })
          .filter((deadline) => deadline.deadlineMs >= after.deadlineMs && isAfter(deadline))
          .filter((deadline) => deadline.deadlineMs <= untilMs)
          .sort((a, b) => a.deadlineMs - b.deadlineMs || a.taskId - b.taskId)
          .slice(0, limit);
      },
      track: {
        evidence: (trackerId, fromMs, toMs, accepts) => {
          this.reads.push(fromMs);
          return withNeighbours(valid(trackerId).filter(accepts ?? (() => true)), fromMs, toMs);
        },
        holds: (trackerId, timeMs, content) =>
          (this.#fixes.get(trackerId) ?? []).some(
            ({ position }) => position.timeMs === timeMs && Buffer.compare(position.content, content) === 0,
          ),
        newest: (trackerId) => {
          const all = this.#fixes.get(trackerId) ?? [];
          const ahead = all.filter((f) => f.invalidity === 'in_future');
          const rest = all.filter((f) => f.invalidity !== 'in_future');
          return {
            newestMs: Math.max(Number.NEGATIVE_INFINITY, ...rest.map((f) => f.position.timeMs)),
            aheadMs: ahead.map((f) => f.position.timeMs),
            clocks: [0],
          };
        },
        lastValidFix: (trackerId, accepts) => {
          const accepted = valid(trackerId).filter(accepts ?? (() => true));
          return accepted.sort(byTime).at(-1) ?? null;
        },
      },
    };
  }

  /** As the store gives them to the engine. */
  #judged(): JudgedTask[] {
    return [...this.#tasks.values()]
      .filter((task) => task.deletedMs === null)
      .map(({ uuid: _, text: __, ...task }) => task);
  }

  #unseen(taskId: number): Task {
    const { isNear: _, ...task } = this.#tasks.get(taskId)!;
    return task;
  }

  #commit<T>(run: (draft: Draft) => T): T {
    const draft = new Draft(this.world, this.#ports(), this.nowMs);
    const result = run(draft);
    settleRoutes(draft);
    const rows = draft.rows();
    for (const route of rows.routes) this.#routes.set(route.id, route);
    for (const task of rows.createdTasks) this.#tasks.set(task.id, task);
    for (const edit of rows.editedTasks) this.#tasks.set(edit.id, { ...this.#tasks.get(edit.id)!, ...edit });
    for (const judged of rows.judgedTasks) {
      const { id, tenure, attempt, facts, deletedMs, checkpoint } = judged;
      this.#tasks.set(id, { ...this.#unseen(id), tenure, attempt, facts, deletedMs, checkpoint, ...sightOf(judged) });
    }
    for (const found of rows.foundTasks) {
      this.#tasks.set(found.id, { ...this.#unseen(found.id), facts: found.facts, ...sightOf(found) });
    }
    if (this.#pendingFixes !== null) {
      const { trackerId, fixes } = this.#pendingFixes;
      this.#fixes.set(trackerId, [...(this.#fixes.get(trackerId) ?? []), ...fixes]);
      this.#pendingFixes = null;
    }
    this.world.install(draft);
    this.events.push(...draft.events);
    return result;
  }
}

function sightOf({ isNear }: Pick<Task, 'isNear'>): Pick<Task, 'isNear'> {
  return isNear === undefined ? {} : { isNear };
}

function withNeighbours(fixes: Fix[], fromMs: number, toMs: number): Fix[] {
  const sorted = fixes.sort(byTime);
  const beforeMs = sorted.findLast((f) => f.position.timeMs < fromMs)?.position.timeMs ?? fromMs;
  const afterMs = sorted.find((f) => f.position.timeMs > toMs)?.position.timeMs ?? toMs;
  return sorted.filter((f) => f.position.timeMs >= beforeMs && f.position.timeMs <= afterMs);
}

function byTime(a: Fix, b: Fix): number {
  return a.position.timeMs - b.position.timeMs;
}
