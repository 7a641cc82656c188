/**
 * Random commands on routes, and a slow second opinion on them: lists that are spliced, and every rule asked of every
 * pair. What the book takes the engine must take, and nothing else; what is refused must leave everything as it was.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CheckpointWish, Command, CommandOutcome } from '../../src/model/command.ts';
import type { Dialect, Task, TaskTerms } from '../../src/model/task.ts';
import { modelRoute } from './model.ts';
import type { Bench } from './world-kit.ts';

/** `task`, `route`, `adopt`: which of those there are. `keep` and `shift`: what an edit leaves in, and how it is turned. */
export type RouteAct =
  | {
      readonly kind: 'create_route';
      readonly dialect: Dialect;
      readonly trackerId: number | null;
      readonly terms: readonly TaskTerms[];
      readonly adopt: number | null;
    }
  | {
      readonly kind: 'edit_route';
      readonly route: number;
      readonly keep: readonly boolean[];
      readonly shift: number;
      readonly edited: TaskTerms | null;
      readonly added: readonly TaskTerms[] | null;
    }
  | { readonly kind: 'assign_route'; readonly route: number; readonly trackerId: number | null }
  | { readonly kind: 'delete_route'; readonly route: number }
  | { readonly kind: 'create_checkpoint'; readonly route: number; readonly order: number; readonly terms: TaskTerms }
  | {
      readonly kind: 'edit_checkpoint';
      readonly task: number;
      readonly order: number | null;
      readonly terms: TaskTerms | null;
    }
  | { readonly kind: 'delete_checkpoint'; readonly task: number }
  | { readonly kind: 'join_route'; readonly task: number; readonly route: number; readonly order: number }
  | { readonly kind: 'leave_route'; readonly task: number };

const trackerId = fc.constantFrom(1, 1, 2, null);
const route = fc.nat(2);
const task = fc.nat(7);
const order = fc.nat(4);

type ActOf<Kind extends RouteAct['kind']> = Extract<RouteAct, { readonly kind: Kind }>;

export function randomRoute(terms: fc.Arbitrary<TaskTerms>): fc.Arbitrary<ActOf<'create_route'>> {
  return fc.record({
    kind: fc.constant('create_route' as const),
    dialect: fc.constantFrom<Dialect>('navixy', 'navixy', 'gsmtasks'),
    trackerId,
    terms: fc.array(terms, { minLength: 1, maxLength: 4 }),
    adopt: fc.option(task),
  });
}

export function randomRouteAct(terms: fc.Arbitrary<TaskTerms>): fc.Arbitrary<RouteAct> {
  const of = <K extends RouteAct['kind']>(kind: K) => ({ kind: fc.constant(kind) });
  return fc.oneof(
    randomRoute(terms),
    fc.record({
      ...of('edit_route'),
      route,
      keep: fc.array(fc.constantFrom(true, true, true, false), { minLength: 1, maxLength: 4 }),
      shift: fc.nat(2),
      edited: fc.option(terms),
      added: fc.option(fc.array(terms, { maxLength: 2 })),
    }),
    fc.record({ ...of('assign_route'), route, trackerId }),
    fc.record({ ...of('delete_route'), route }),
    fc.record({ ...of('create_checkpoint'), route, order, terms }),
    fc.record({ ...of('edit_checkpoint'), task, order: fc.option(order), terms: fc.option(terms) }),
    fc.record({ ...of('delete_checkpoint'), task }),
    fc.record({ ...of('join_route'), task, route, order }),
    fc.record({ ...of('leave_route'), task }),
  );
}

interface Entry {
  readonly dialect: Dialect;
  trackerId: number | null;
  sinceMs: number;
  ids: number[];
}

const LABEL = { label: 'T', description: '', externalId: null, tags: [], origin: 'manual', extra: {} } as const;
const TEXT = { ...LABEL, address: '' };

/** What there is, in plain lists. */
export class RouteBook {
  readonly #bench: Bench;
  /** Of all tasks and checkpoints that are not deleted. */
  readonly #ids: number[];
  readonly #routes = new Map<number, Entry>();
  readonly #counts: Record<string, number>;

  /** `counts`: how often each kind of act was taken and refused. */
  constructor(bench: Bench, ids: number[], counts: Record<string, number> = {}) {
    this.#bench = bench;
    this.#ids = ids;
    this.#counts = counts;
  }

  play(act: RouteAct): void {
    const wish = this.#wish(act);
    if (wish === null) return;
    const { command, isFine, note } = wish;
    const before = this.#bench.events.length;
    const outcome = this.#bench.do(command);
    expect([command.kind, outcome.kind !== 'refused']).toEqual([command.kind, isFine]);
    this.#count(`${act.kind} ${isFine ? 'taken' : 'refused'}`);
    if (isFine) note(outcome);
    else expect(this.#bench.events.length).toBe(before);
  }

  /** Orders, places, and what each route comes to by what its checkpoints have come to. */
  check(): void {
    for (const [id, { ids, trackerId, sinceMs }] of this.#routes) {
      const { checkpointIds, facts, deletedMs } = this.#bench.route(id);
      expect([checkpointIds, deletedMs]).toEqual([ids, null]);
      const tasks = ids.map((taskId) => this.#bench.task(taskId));
      expect(facts).toEqual({
        ...modelRoute(tasks, trackerId, sinceMs),
        fromMs: tasks[0]!.terms.fromMs,
        toMs: tasks.at(-1)!.terms.toMs,
      });
    }
    for (const id of this.#ids) {
      const { checkpoint, deletedMs } = this.#bench.task(id);
      const at = this.#placeOf(id);
      expect([checkpoint, deletedMs]).toEqual([at && { routeId: at.routeId, order: at.order }, null]);
    }
  }

  #wish(act: RouteAct): Wish | null {
    switch (act.kind) {
      case 'create_route':
        return this.#createRoute(act);
      case 'edit_route':
        return this.#editRoute(act);
      case 'assign_route': {
        const found = this.#route(act.route);
        if (found === null) return null;
        const [routeId, entry] = found;
        const tasks = entry.ids.map((id) => this.#bench.task(id));
        const isFine = tasks.every((one) => isWaiting(one) && this.#mayGo(one, one.terms, act.trackerId));
        const note = () => {
          if ((entry.trackerId === null) !== (act.trackerId === null)) entry.sinceMs = this.#bench.nowMs;
          entry.trackerId = act.trackerId;
        };
        return { command: { kind: 'assign_route', routeId, trackerId: act.trackerId }, isFine, note };
      }
      case 'delete_route': {
        const found = this.#route(act.route);
        if (found === null) return null;
        const [routeId, { ids }] = found;
        const note = () => {
          for (const id of ids) this.#forget(id);
          this.#routes.delete(routeId);
        };
        return { command: { kind: 'delete_route', routeId }, isFine: true, note };
      }
      case 'create_checkpoint': {
        const found = this.#route(act.route);
        if (found === null) return null;
        const [routeId, entry] = found;
        const isFine =
          !this.#isOver(entry) && this.#agrees(entry, spliced(this.#terms(entry.ids), act.order, act.terms));
        const checkpoint = { uuid: crypto.randomUUID(), text: TEXT, terms: act.terms };
        const note = (outcome: CommandOutcome) => this.#add(entry.ids, act.order, idIn(outcome));
        return { command: { kind: 'create_checkpoint', routeId, order: act.order, checkpoint }, isFine, note };
      }
      case 'edit_checkpoint': {
        const taskId = this.#task(act.task);
        if (taskId === null) return null;
        const own = this.#bench.task(taskId);
        const terms = act.terms ?? own.terms;
        const command = { kind: 'edit_checkpoint', taskId, text: TEXT, terms, order: act.order } as const;
        const at = this.#placeOf(taskId);
        if (at === null) return { command, isFine: false, note: () => undefined };
        const others = at.entry.ids.filter((id) => id !== taskId);
        const order = act.order ?? at.order;
        const isFine = isWaiting(own) && this.#agrees(at.entry, spliced(this.#terms(others), order, terms));
        const note = () => {
          at.entry.ids = spliced(others, order, taskId);
        };
        return { command, isFine, note };
      }
      case 'delete_checkpoint': {
        const taskId = this.#task(act.task);
        if (taskId === null) return null;
        const at = this.#placeOf(taskId);
        const isFine = at !== null && isWaiting(this.#bench.task(taskId));
        const note = () => {
          this.#take(taskId);
          this.#forget(taskId);
        };
        return { command: { kind: 'delete_checkpoint', taskId }, isFine, note };
      }
      case 'join_route': {
        const taskId = this.#task(act.task);
        const found = this.#route(act.route);
        if (taskId === null || found === null) return null;
        const [routeId, entry] = found;
        const own = this.#bench.task(taskId);
        const isFine =
          this.#placeOf(taskId) === null &&
          [own, ...entry.ids.map((id) => this.#bench.task(id))].every(isWaiting) &&
          this.#mayGo(own, own.terms, entry.trackerId) &&
          this.#agrees(entry, spliced(this.#terms(entry.ids), act.order, own.terms));
        const note = () => {
          entry.ids = spliced(entry.ids, act.order, taskId);
        };
        return { command: { kind: 'join_route', taskId, routeId, order: act.order }, isFine, note };
      }
      case 'leave_route': {
        const taskId = this.#task(act.task);
        if (taskId === null) return null;
        const at = this.#placeOf(taskId);
        const isFine = at?.entry.ids.every((id) => isWaiting(this.#bench.task(id))) ?? false;
        return { command: { kind: 'leave_route', taskId }, isFine, note: () => this.#take(taskId) };
      }
    }
  }

  #createRoute({ dialect, trackerId, terms, adopt }: ActOf<'create_route'>): Wish {
    const adoptedId = adopt === null ? null : this.#task(adopt);
    const wishes: CheckpointWish[] = terms.map((one) => ({ uuid: crypto.randomUUID(), text: TEXT, terms: one }));
    if (adoptedId !== null) wishes[0] = { ...wishes[0]!, taskId: adoptedId };
    const adopted = adoptedId === null ? null : this.#bench.task(adoptedId);
    const isFine =
      agree(dialect, terms) &&
      (adopted === null ||
        (this.#placeOf(adopted.id) === null && isWaiting(adopted) && this.#mayGo(adopted, terms[0]!, trackerId)));
    const sinceMs = this.#bench.nowMs;
    const note = (outcome: CommandOutcome) => {
      if (outcome.kind !== 'route') throw new Error(outcome.kind);
      const ids = [...outcome.checkpointIds];
      this.#routes.set(outcome.routeId, { dialect, trackerId, sinceMs, ids });
      this.#ids.push(...ids.filter((id) => id !== adoptedId));
    };
    const route = { uuid: crypto.randomUUID(), dialect, trackerId, text: LABEL, checkpoints: wishes };
    return { command: { kind: 'create_route', route }, isFine, note };
  }

  #editRoute({ route: n, keep, shift, edited, added }: ActOf<'edit_route'>): Wish | null {
    const found = this.#route(n);
    if (found === null) return null;
    const [routeId, entry] = found;
    const command = { kind: 'edit_route', routeId, text: LABEL } as const;
    if (added === null) {
      return { command: { ...command, checkpoints: null }, isFine: !this.#isOver(entry), note: () => undefined };
    }
    const kept = entry.ids.filter((_, i) => keep[i % keep.length]);
    const turned = [...kept.slice(shift), ...kept.slice(0, shift)];
    const wishes: CheckpointWish[] = turned.map((taskId, i) => {
      const { text, terms } = this.#bench.task(taskId);
      return { uuid: '', taskId, text, terms: i === 0 && edited !== null ? edited : terms };
    });
    for (const terms of added) wishes.push({ uuid: crypto.randomUUID(), text: TEXT, terms });
    const isBegunKept = entry.ids.every((id) => {
      const own = this.#bench.task(id);
      const wish = wishes.find(({ taskId }) => taskId === id);
      return isWaiting(own) || (wish !== undefined && JSON.stringify(wish.terms) === JSON.stringify(own.terms));
    });
    const terms = wishes.map((wish) => wish.terms);
    const isFine = wishes.length > 0 && !this.#isOver(entry) && isBegunKept && this.#agrees(entry, terms);
    const note = (outcome: CommandOutcome) => {
      if (outcome.kind !== 'route') throw new Error(outcome.kind);
      for (const id of entry.ids) if (!turned.includes(id)) this.#forget(id);
      const fresh = outcome.checkpointIds.slice(turned.length);
      this.#ids.push(...fresh);
      entry.ids = [...turned, ...fresh];
    };
    return { command: { ...command, checkpoints: wishes }, isFine, note };
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }

  /** Nobody else takes over what is past its deadline. */
  #mayGo(own: Task, { toMs, maxDelayMs }: TaskTerms, to: number | null): boolean {
    const from = own.tenure.trackerId;
    // What is being prepared is given to somebody for the first time, and cannot be taken away.
    if (['draft', 'scheduled'].includes(own.facts.state)) return to !== null || from === null;
    const isEndless = ['to', 'both'].includes(own.terms.openEnds ?? '') && toMs === own.terms.toMs;
    return isEndless || from === to || from === null || to === null || this.#bench.nowMs <= toMs + maxDelayMs;
  }

  #isOver({ ids }: Entry): boolean {
    return ids.every((id) => ['completed', 'failed', 'cancelled'].includes(this.#bench.task(id).facts.state));
  }

  #agrees({ dialect }: Entry, terms: readonly TaskTerms[]): boolean {
    return agree(dialect, terms);
  }

  #terms(ids: readonly number[]): TaskTerms[] {
    return ids.map((id) => this.#bench.task(id).terms);
  }

  #task(n: number): number | null {
    return this.#ids[n % this.#ids.length] ?? null;
  }

  #route(n: number): [number, Entry] | null {
    return [...this.#routes][n % Math.max(1, this.#routes.size)] ?? null;
  }

  #placeOf(taskId: number): { readonly routeId: number; readonly entry: Entry; readonly order: number } | null {
    for (const [routeId, entry] of this.#routes) {
      if (entry.ids.includes(taskId)) return { routeId, entry, order: entry.ids.indexOf(taskId) };
    }
    return null;
  }

  #add(ids: number[], at: number, id: number): void {
    ids.splice(at, 0, id);
    this.#ids.push(id);
  }

  /** Out of its route, which goes with its last one. */
  #take(taskId: number): void {
    const { routeId, entry } = this.#placeOf(taskId)!;
    entry.ids = entry.ids.filter((id) => id !== taskId);
    if (entry.ids.length === 0) this.#routes.delete(routeId);
  }

  #forget(taskId: number): void {
    this.#ids.splice(this.#ids.indexOf(taskId), 1);
  }
}

interface Wish {
  readonly command: Command;
  readonly isFine: boolean;
  readonly note: (outcome: CommandOutcome) => void;
}

function isWaiting({ facts }: Task): boolean {
  return !['completed', 'failed', 'cancelled'].includes(facts.state) && facts.arrivalMs === null;
}

/** No window ends before one begins that comes earlier. */
function agree(dialect: Dialect, terms: readonly TaskTerms[]): boolean {
  if (dialect !== 'navixy') return true;
  return terms.every((later, j) => terms.slice(0, j).every((earlier) => later.toMs >= earlier.fromMs));
}

function spliced<T>(items: readonly T[], at: number, item: T): T[] {
  const copy = [...items];
  copy.splice(at, 0, item);
  return copy;
}

function idIn(outcome: CommandOutcome): number {
  if (outcome.kind !== 'task') throw new Error(outcome.kind);
  return outcome.taskId;
}
