/** The people at the desk: tasks and rounds past places that vehicles pass, changed and given away while the day goes on. */
import type { CommandOutcome, PersonalMove } from '../../src/model/command.ts';
import { refuse } from '../../src/model/refusal.ts';
import type { Dialect, TaskTerms, TaskText } from '../../src/model/task.ts';
import { between, pick, type Random } from '../../src/sim/random.ts';
import { formFor, terms } from '../engine/world-kit.ts';
import { chance, HOUR, MINUTE, whole } from './dice.ts';
import { displaced, type Place } from './journey.ts';
import type { Life } from './life.ts';
import type { Tracked } from './umpire.ts';

type Ask = (life: Life) => Promise<CommandOutcome>;

const DIALECTS: readonly Dialect[] = ['navixy', 'navixy', 'navixy', 'gsmtasks', 'thetrack', 'thetrack'];
const MOVES: readonly PersonalMove[] = [
  ...(['accept', 'unaccept', 'reject', 'start', 'activate', 'suspend', 'complete', 'fail', 'cancel'] as const),
  ...(['restart', 'restart', 'restart', 'release', 'shelve'] as const),
];

export class Operator {
  readonly #random: Random;
  readonly #fleet: readonly Tracked[];
  /** Tasks, routes and checkpoints whose creation was confirmed. */
  readonly confirmed = new Set<number>();
  readonly #routeIds: number[] = [];
  /** By outcome: `task`, `route`, or the code of a refusal. */
  readonly answers: Record<string, number> = {};

  constructor(random: Random, fleet: readonly Tracked[]) {
    this.#random = random;
    this.#fleet = fleet;
  }

  /** Asks for something; the answer comes once it is durable, or never. */
  act(life: Life, nowMs: number): void {
    const taskId = whole(this.#random, 1, Math.max(1, this.confirmed.size));
    const whim = this.#random();
    if (whim < 0.4) this.#ask(life, this.#creation(nowMs), true);
    else if (whim < 0.5) this.#ask(life, this.#planning(taskId, nowMs), true);
    else if (whim < 0.6) this.#ask(life, ({ operations }) => operations.assignTask(taskId, this.#someone(0.2)));
    else if (whim < 0.7) this.#ask(life, this.#edit(taskId, nowMs));
    else if (whim < 0.85) this.#ask(life, this.#form(taskId, nowMs));
    else if (whim < 0.96) this.#ask(life, this.#move(taskId, nowMs));
    else if (whim < 0.98) this.#ask(life, ({ operations }) => operations.deleteTask(taskId));
    else this.#ask(life, this.#restamp());
  }

  #ask(life: Life, ask: Ask, isCreation = false): void {
    ask(life).then(
      (outcome) => {
        if (life.isDead) return;
        const answer = outcome.kind === 'refused' ? outcome.code : outcome.kind;
        this.answers[answer] = (this.answers[answer] ?? 0) + 1;
        if (isCreation) this.#confirm(outcome);
      },
      () => {
        this.answers['unreadable'] = (this.answers['unreadable'] ?? 0) + 1;
      },
    );
  }

  #confirm(outcome: CommandOutcome): void {
    if (outcome.kind === 'task') this.confirmed.add(outcome.taskId);
    if (outcome.kind !== 'route') return;
    for (const id of [outcome.routeId, ...outcome.checkpointIds]) this.confirmed.add(id);
    this.#routeIds.push(outcome.routeId);
  }

  #creation(nowMs: number): Ask {
    const tracked = pick(this.#random, this.#fleet);
    const dialect = pick(this.#random, DIALECTS);
    const trackerId = chance(this.#random, 0.85) ? tracked.trackerId : null;
    const { text, terms } = this.#job(tracked, nowMs);
    const begins = chance(this.#random, 0.1) && { begins: pick(this.#random, ['draft', 'scheduled'] as const) };
    const draft = { dialect, trackerId, text, terms: this.#loosened(dialect, terms), ...begins };
    return ({ operations }) => operations.createTask(draft);
  }

  /** What only the other dialects can say: no place yet, no end, a place in the queue. */
  #loosened(dialect: Dialect, { zone, ...terms }: TaskTerms): TaskTerms {
    if (dialect === 'navixy') return { zone, ...terms };
    const random = this.#random;
    const openEnds = chance(random, 0.3) && { openEnds: pick(random, ['from', 'to', 'both'] as const) };
    const position = chance(random, 0.4) && { position: between(random, 0, 10) };
    return { ...terms, zone: chance(random, 0.15) ? null : zone, ...openEnds, ...position };
  }

  #job({ device }: Tracked, nowMs: number): { readonly text: TaskText; readonly terms: TaskTerms } {
    const stops = device.journey.stops.filter((stop) => Math.abs(stop.arriveMs - nowMs) < 4 * HOUR);
    const stop = pick(this.#random, stops.length > 0 ? stops : device.journey.stops);
    const terms = this.#terms(stop, stop.arriveMs, stop.leaveMs);
    return { text: { ...text(`at ${stop.latDeg.toFixed(4)}`), form: formFor(terms, nowMs) }, terms };
  }

  /** A new round, or something that becomes of one that is there. */
  #planning(taskId: number, nowMs: number): Ask {
    const tracked = pick(this.#random, this.#fleet);
    const routeId = this.#routeIds.length === 0 ? 0 : pick(this.#random, this.#routeIds);
    const order = whole(this.#random, 0, 3);
    const { text: said, terms: asked } = this.#job(tracked, nowMs);
    const whim = this.#random();
    if (whim < 0.4) return this.#round(tracked, nowMs);
    if (whim < 0.5)
      return ({ operations }) => operations.createCheckpoint(routeId, order, { text: said, terms: asked });
    if (whim < 0.6) return ({ operations }) => operations.joinRoute(taskId, routeId, order);
    if (whim < 0.7) return ({ operations }) => operations.leaveRoute(taskId);
    if (whim < 0.78) return ({ operations }) => operations.editCheckpoint(taskId, { text: said, terms: asked }, order);
    if (whim < 0.84) return ({ operations }) => operations.deleteCheckpoint(taskId);
    if (whim < 0.9) return ({ operations }) => operations.assignRoute(routeId, tracked.trackerId);
    if (whim < 0.97) return turnedRound(routeId);
    return ({ operations }) => operations.deleteRoute(routeId);
  }

  /** In the order of the day. */
  #round(tracked: Tracked, nowMs: number): Ask {
    const jobs = Array.from({ length: whole(this.#random, 1, 4) }, () => this.#job(tracked, nowMs));
    const checkpoints = jobs.sort((a, b) => a.terms.fromMs - b.terms.fromMs);
    const trackerId = chance(this.#random, 0.85) ? tracked.trackerId : null;
    const draft = { dialect: 'navixy', trackerId, text: text('round'), checkpoints } as const;
    return ({ operations }) => operations.createRoute(draft);
  }

  /** Filled in a while ago, sent now. */
  #form(taskId: number, nowMs: number): Ask {
    const timeMs = this.#lately(nowMs);
    return async ({ line, operations }) => {
      const formMs = operations.readTask(taskId)?.text.form?.createdMs ?? 0;
      return line.command({ kind: 'submit_form', taskId, formMs, values: {}, timeMs, place: null });
    };
  }

  #move(taskId: number, nowMs: number): Ask {
    const timeMs = this.#lately(nowMs);
    if (chance(this.#random, 0.1)) {
      const isNear = chance(this.#random, 0.5);
      return ({ line }) => line.command({ kind: 'sight_task', taskId, isNear });
    }
    const move = pick(this.#random, MOVES);
    const window = move === 'restart' ? { toMs: nowMs + whole(this.#random, 1, 90) * MINUTE } : {};
    return ({ line }) => line.command({ kind: 'move_task', taskId, move, timeMs, ...window });
  }

  /** Everything is laid anew, and says what it said. */
  #restamp(): Ask {
    const { trackerId } = pick(this.#random, this.#fleet);
    return ({ operations }) => operations.setTimeZone(trackerId, 'utc', true);
  }

  #lately(nowMs: number): number | null {
    return chance(this.#random, 0.5) ? null : nowMs - whole(this.#random, 0, 60) * MINUTE;
  }

  #edit(taskId: number, nowMs: number): Ask {
    const { device } = pick(this.#random, this.#fleet);
    const stop = pick(this.#random, device.journey.stops);
    const by = pick(this.#random, ['navixy', 'gsmtasks', 'thetrack'] as const);
    const edited = this.#loosened(by, this.#terms(stop, nowMs, nowMs + HOUR));
    return async ({ line, operations }) => {
      const task = operations.readTask(taskId);
      if (task === null) return { kind: 'refused', code: 'task_not_found', message: `no task ${taskId}` };
      const { text } = task;
      return line.command({ kind: 'edit_task', taskId, text, terms: edited, by, form: formFor(edited, nowMs) });
    };
  }

  /** Windows that fit, that begin or end in the middle of the visit, and that miss it. */
  #terms(place: Place, arriveMs: number, leaveMs: number): TaskTerms {
    const random = this.#random;
    const fromMs = Math.round(between(random, arriveMs - HOUR, leaveMs + 10 * MINUTE));
    const radiusM = whole(random, 20, 150);
    // On the edge, the wander of a parked receiver leads in and out.
    const offsetM = chance(random, 0.3) ? radiusM + between(random, -3, 3) : between(random, 0, radiusM / 2);
    const { latDeg, lonDeg } = displaced(place, offsetM, 0);
    return terms('00:00', '01:00', {
      zone: { latDeg, lonDeg, radiusM },
      fromMs,
      toMs: fromMs + Math.round(between(random, MINUTE, 2 * HOUR)),
      maxDelayMs: chance(random, 0.6) ? 0 : whole(random, 1, 40) * MINUTE,
      minStayMs: chance(random, 0.4) ? 0 : whole(random, 1, 40) * MINUTE,
      isFormRequired: chance(random, 0.2),
      minArrivalMs: chance(random, 0.7) ? 0 : whole(random, 1, 8) * MINUTE,
    });
  }

  #someone(nobody: number): number | null {
    return chance(this.#random, nobody) ? null : pick(this.#random, this.#fleet).trackerId;
  }
}

/** The last checkpoint first, and all that they say as it was. */
function turnedRound(routeId: number): Ask {
  return async ({ operations }) => {
    const route = operations.readRoute(routeId);
    if (route === null) return refuse('task_not_found', `no route ${routeId}`);
    const tasks = route.checkpointIds.flatMap((id) => operations.readTask(id) ?? []).reverse();
    const checkpoints = tasks.map(({ id, text: said, terms: asked }) => ({ taskId: id, text: said, terms: asked }));
    return operations.editRoute(routeId, route.text, checkpoints);
  };
}

function text(label: string): TaskText {
  return { label, description: '', externalId: null, address: '', tags: [], origin: 'manual', extra: {}, form: null };
}
