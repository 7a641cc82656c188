/** Wishes about routes and their checkpoints. Each change is one command, decided as a whole; searches go to their thread. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { CheckpointWish, NewRoute } from '../model/command.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Route } from '../model/route.ts';
import type { Task } from '../model/task.ts';
import type { RouteFilter, Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import type { UuidOf } from './bulk.ts';
import { type Accepted, orderingFrom } from './order.ts';
import type { Searches } from './searches.ts';
import { type Pacer, type Packed, unpack } from './slices.ts';
import type { Place, Stop, Visiting } from './visiting-order.ts';

export type { RouteFilter } from '../store/store.ts';

/** A checkpoint as it is to be; its identity is given here. */
export type CheckpointDraft = Omit<CheckpointWish, 'uuid'>;

/** A route to be made; its identity, and those of its checkpoints, are given here. */
interface RouteDraft extends Omit<NewRoute, 'uuid' | 'checkpoints'> {
  readonly checkpoints: readonly CheckpointDraft[];
}

/** A route and its checkpoints at one instant, in their order. */
export interface Itinerary {
  readonly route: Route;
  readonly checkpoints: readonly Task[];
}

export interface RouteOperations {
  /** `uuidOf`: identities, the route's and then its checkpoints', where a repeated request is to make them only once. */
  createRoute(draft: RouteDraft, uuidOf?: UuidOf): Promise<Accepted<'route'> | Refusal>;
  /** `checkpoints`: all that it is to have, in this order; null = as they are. */
  editRoute(
    routeId: number,
    text: Route['text'],
    checkpoints: readonly CheckpointDraft[] | null,
  ): Promise<Accepted<'route'> | Refusal>;
  /** null = nobody. Refused with `task_state` once a checkpoint has been begun. */
  assignRoute(routeId: number, trackerId: number | null): Promise<Accepted<'route'> | Refusal>;
  deleteRoute(routeId: number): Promise<Accepted<'route'> | Refusal>;
  /** `order`: counted from 0; beyond the end = at the end. */
  createCheckpoint(
    routeId: number,
    order: number,
    draft: CheckpointDraft,
    uuid?: string,
  ): Promise<Accepted<'task'> | Refusal>;
  /** Full replacement, but for a form that it does not speak of. `order`: null = where it is. */
  editCheckpoint(
    taskId: number,
    wish: Pick<CheckpointWish, 'text' | 'terms' | 'form'>,
    order: number | null,
  ): Promise<Accepted<'task'> | Refusal>;
  deleteCheckpoint(taskId: number): Promise<Accepted<'task'> | Refusal>;
  /** A task becomes a checkpoint. */
  joinRoute(taskId: number, routeId: number, order: number): Promise<Accepted<'task'> | Refusal>;
  /** A checkpoint becomes a task of its own. */
  leaveRoute(taskId: number): Promise<Accepted<'task'> | Refusal>;
  /** null = unknown or deleted. */
  readRoute(routeId: number): Route | null;
  readItinerary(routeId: number): Promise<Itinerary | null>;
  listRoutes(filter: RouteFilter): Promise<{ readonly routes: AsyncIterable<Route>; readonly count: number }>;
  /** In the order of the ids; what is no checkpoint is left out. */
  listCheckpoints(taskIds: readonly number[]): Promise<{ readonly tasks: AsyncIterable<Task>; readonly count: number }>;
  /** A short way past all of these places, earlier windows first. */
  findVisitingOrder(start: Place, stops: readonly Stop[]): Promise<Visiting>;
}

export function routeOperations(deps: {
  readonly store: {
    readonly routes: Pick<Store['routes'], 'read' | 'idOf'>;
    readonly tasks: Pick<Store['tasks'], 'idOf'>;
  };
  readonly searches: Searches;
  readonly intake: Intake;
  readonly pacer: Pacer;
}): RouteOperations {
  const { store, intake, searches, pacer } = deps;

  const order = orderingFrom(intake);

  return {
    async createRoute({ checkpoints, ...draft }, uuidOf) {
      const uuid = uuidOf?.(0);
      const madeId = uuid === undefined ? null : store.routes.idOf(uuid);
      if (madeId !== null) {
        return { kind: 'route', routeId: madeId, checkpointIds: store.routes.read(madeId)?.checkpointIds ?? [] };
      }
      const wishes = checkpoints.map((checkpoint, i) => named(checkpoint, uuidOf?.(i + 1)));
      const route = { ...draft, uuid: uuid ?? randomUUID(), checkpoints: wishes };
      return order('route', { kind: 'create_route', route });
    },
    editRoute(routeId, text, checkpoints) {
      return order('route', {
        kind: 'edit_route',
        routeId,
        text,
        checkpoints: checkpoints?.map((draft) => named(draft)) ?? null,
      });
    },
    assignRoute: (routeId, trackerId) => order('route', { kind: 'assign_route', routeId, trackerId }),
    deleteRoute: (routeId) => order('route', { kind: 'delete_route', routeId }),
    async createCheckpoint(routeId, at, draft, uuid) {
      const madeId = uuid === undefined ? null : store.tasks.idOf(uuid);
      if (madeId !== null) return { kind: 'task', taskId: madeId };
      return order('task', { kind: 'create_checkpoint', routeId, order: at, checkpoint: named(draft, uuid) });
    },
    editCheckpoint(taskId, { text, terms, form }, at) {
      const edit = { text, terms, ...(form !== undefined && { form }) };
      return order('task', { kind: 'edit_checkpoint', taskId, ...edit, order: at });
    },
    deleteCheckpoint: (taskId) => order('task', { kind: 'delete_checkpoint', taskId }),
    joinRoute: (taskId, routeId, at) => order('task', { kind: 'join_route', taskId, routeId, order: at }),
    leaveRoute: (taskId) => order('task', { kind: 'leave_route', taskId }),
    readRoute: (routeId) => store.routes.read(routeId),
    async readItinerary(routeId) {
      const { route, page } = await searches.ask<'read_itinerary'>({ kind: 'read_itinerary', routeId });
      return route && { route, checkpoints: [...tasksOf(page, intake)] };
    },
    async listRoutes(filter) {
      const { page, count } = await searches.ask<'list_routes'>({ kind: 'list_routes', filter });
      return { routes: pacer.through(unpack<Route>(page)), count };
    },
    async listCheckpoints(taskIds) {
      const { page, count } = await searches.ask<'list_checkpoints'>({ kind: 'list_checkpoints', taskIds });
      return { tasks: pacer.through(tasksOf(page, intake)), count };
    },
    // On the search thread: it may take some milliseconds of nothing but calculating.
    findVisitingOrder: (start, stops) => searches.ask<'visiting_order'>({ kind: 'visiting_order', start, stops }),
  };
}

function named(draft: CheckpointDraft, uuid: string = randomUUID()): CheckpointWish {
  return { ...draft, uuid };
}

function* tasksOf(page: Packed, intake: Intake): Generator<Task> {
  for (const values of unpack<TaskValues>(page)) yield intake.live(taskOfValues(values));
}
