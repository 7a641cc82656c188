/** The people at the desk: tasks for places that vehicles pass, changed and given away while the day goes on. */
import type { CommandOutcome, PersonalMove } from '../../src/model/command.ts';
import type { Dialect, TaskTerms, TaskText } from '../../src/model/task.ts';
import { between, pick, type Random } from '../../src/sim/random.ts';
import { formFor, terms } from '../engine/world-kit.ts';
import { chance, HOUR, MINUTE, whole } from './dice.ts';
import { displaced, type Place } from './journey.ts';
import type { Life } from './life.ts';
import type { Tracked } from './umpire.ts';

type Ask = (life: Life) => Promise<CommandOutcome>;

const DIALECTS: readonly Dialect[] = ['navixy', 'navixy', 'navixy', 'navixy', 'gsmtasks', 'thetrack'];
const MOVES: readonly PersonalMove[] = [
  ...(['accept', 'unaccept', 'reject', 'start', 'activate', 'suspend', 'complete', 'fail', 'cancel'] as const),
  ...(['restart', 'restart', 'restart'] as const),
];

export class Operator {
  readonly #random: Random;
  readonly #fleet: readonly Tracked[];
  /** Tasks whose creation was confirmed. */
  readonly confirmed = new Set<number>();
  /** By outcome: `task`, or the code of a refusal. */
  readonly answers: Record<string, number> = {};

  constructor(random: Random, fleet: readonly Tracked[]) {
    this.#random = random;
    this.#fleet = fleet;
  }

  /** Asks for something; the answer comes once it is durable, or never. */
  act(life: Life, nowMs: number): void {
    const taskId = whole(this.#random, 1, Math.max(1, this.confirmed.size));
    const whim = this.#random();
    if (whim < 0.5) this.#ask(life, this.#creation(nowMs), true);
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
        if (isCreation && outcome.kind === 'task') this.confirmed.add(outcome.taskId);
      },
      () => {
        this.answers['unreadable'] = (this.answers['unreadable'] ?? 0) + 1;
      },
    );
  }

  #creation(nowMs: number): Ask {
    const { trackerId, device } = pick(this.#random, this.#fleet);
    const stops = device.journey.stops.filter((stop) => Math.abs(stop.arriveMs - nowMs) < 4 * HOUR);
    const stop = pick(this.#random, stops.length > 0 ? stops : device.journey.stops);
    const dialect = pick(this.#random, DIALECTS);
    const performerId = chance(this.#random, 0.85) ? trackerId : null;
    const wanted = this.#terms(stop, stop.arriveMs, stop.leaveMs);
    const said = { ...text(`at ${stop.latDeg.toFixed(4)}`), form: formFor(wanted, nowMs) };
    const draft = { dialect, trackerId: performerId, text: said, terms: wanted } as const;
    return ({ operations }) => operations.createTask(draft);
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
    const edited = this.#terms(stop, nowMs, nowMs + HOUR);
    return async ({ operations }) => {
      const task = operations.readTask(taskId);
      if (task === null) return { kind: 'refused', code: 'task_not_found', message: `no task ${taskId}` };
      return operations.editTask(taskId, task.text, edited, formFor(edited, nowMs));
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

function text(label: string): TaskText {
  return { label, description: '', externalId: null, address: '', tags: [], origin: 'manual', extra: {}, form: null };
}
