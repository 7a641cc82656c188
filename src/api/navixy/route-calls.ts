/** `/task/route/*`: routes as a whole. */
import type { TaskForm } from '../../model/form.ts';
import { NAVIXY_STATUSES } from '../../model/projections.ts';
import type { Route } from '../../model/route.ts';
import type { Task } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Itinerary, RouteFilter } from '../../operations/routes.ts';
import { type Answer, listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Fault, failure, invalid } from './errors.ts';
import { externalIdCounts } from './external-ids.ts';
import { array, type Fields, instant, line, oneOf, optional, type Read, required } from './parameters.ts';
import type { Pen } from './pen.ts';
import { routeWire, statusOf } from './read.ts';
import { type References, referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import { ROUTE } from './route-shapes.ts';
import {
  checkpointOf,
  type EditedRoute,
  editedRoute,
  editedRouteTextOf,
  newRoute,
  type RouteCheckpoint,
  routeCheckpointsReader,
  routeTextOf,
} from './route-write.ts';
import { EXTERNAL_ID_COUNTS, INTEGER, listOf, maybe } from './shapes.ts';
import { id, PAGE, trackers } from './usual.ts';
import { CREATE_FORM, wantedForm } from './write.ts';

const ROUTE_ID = { route_id: required(id) };

/** A new route has two checkpoints at least; of one that is there they may be deleted down to one. */
const NEW_CHECKPOINTS_MIN = 2;
const CHECKPOINTS_MIN = 1;

const LIST = {
  statuses: optional(array(oneOf(NAVIXY_STATUSES), 1, 100)),
  trackers,
  from: optional(instant),
  to: optional(instant),
  filter: optional(line(0, 100)),
  ...PAGE,
} satisfies Fields;

export const ROUTE_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/route/create',
      scope: 'tasks:write',
      summary: 'Creates a route with its checkpoints, one of which may be a task that exists',
      takes: ({ rule }) => ({
        route: required(newRoute),
        checkpoints: required(routeCheckpointsReader(rule, NEW_CHECKPOINTS_MIN)),
        create_form: CREATE_FORM,
      }),
      gives: { result: ROUTE, external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
      makes: true,
    },
    async ({ route, checkpoints, create_form }, { operations }, pen, _caller, uuidOf) => {
      const named = checkpoints.filter((checkpoint) => checkpoint.id !== null);
      if (named.length > 1) return invalid([{ parameter: 'checkpoints', error: 'must not contain more than one id' }]);
      const adopted = named[0]?.id ? operations.readTask(named[0].id) : null;
      if (named.length > 0 && (adopted === null || statusOf(adopted) === null)) return failure(201);
      const faults = faultsIn(operations, route, null, checkpoints, (wire) => (wire.id === null ? null : adopted));
      if (faults.length > 0) return invalid(faults);
      const forms = wantedForms(operations, create_form, checkpoints);
      if (forms === 'unknown') return failure(204);
      const counts = externalIdCounts(operations, [adopted?.text.externalId ?? null], idsOf(route, checkpoints));
      const draft = {
        dialect: 'navixy' as const,
        trackerId: route.tracker_id,
        text: routeTextOf(route),
        checkpoints: checkpoints.map((wire) => checkpointOf(wire, wire.id === null ? null : adopted, forms.get(wire))),
      };
      const outcome = await operations.createRoute(draft, uuidOf);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : result(operations, outcome.routeId, pen, counts);
    },
  ),
  call(
    {
      path: 'task/route/read',
      scope: 'tasks:read',
      summary: 'Reads a route',
      takes: ROUTE_ID,
      gives: { value: ROUTE },
    },
    ({ route_id }, { operations }, pen) => {
      const route = operations.readRoute(route_id);
      return route === null ? failure(201) : success({ value: routeWire(route, pen) });
    },
  ),
  call(
    {
      path: 'task/route/list',
      scope: 'tasks:read',
      summary: 'Lists routes by filters',
      takes: LIST,
      gives: { list: listOf(ROUTE), count: INTEGER },
    },
    async (parameters, { operations }, pen) => {
      const { routes, count } = await operations.listRoutes(filterOf(parameters));
      return listing(routes, (route) => routeWire(route, pen), { count });
    },
  ),
  call(
    {
      path: 'task/route/update',
      scope: 'tasks:write',
      summary: 'Replaces what a route says, and with a list of checkpoints those, too',
      takes: ({ rule }) => ({
        route: required(editedRoute),
        checkpoints: optional(routeCheckpointsReader(rule, CHECKPOINTS_MIN)),
        create_form: CREATE_FORM,
      }),
      gives: { result: ROUTE, external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
    },
    async (wish, { operations }, pen) => {
      if (wish.checkpoints === null && wish.route.checkpoint_ids !== null) {
        return invalid([{ parameter: 'checkpoints', error: 'must not be null' }]);
      }
      const before = await operations.readItinerary(wish.route.id);
      return before === null ? failure(201) : update(operations, before, wish, pen);
    },
  ),
  call(
    {
      path: 'task/route/assign',
      scope: 'tasks:write',
      summary: 'Gives a route with its checkpoints to a tracker, or to nobody',
      takes: { ...ROUTE_ID, tracker_id: optional(id) },
      gives: {},
    },
    async ({ route_id, tracker_id }, { operations }) => {
      const outcome = await operations.assignRoute(route_id, tracker_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome, 204) : success();
    },
  ),
  call(
    {
      path: 'task/route/delete',
      scope: 'tasks:write',
      summary: 'Deletes a route with its checkpoints',
      takes: ROUTE_ID,
      gives: {},
    },
    async ({ route_id }, { operations }) => {
      const outcome = await operations.deleteRoute(route_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
];

interface RouteWish {
  readonly route: EditedRoute;
  /** null = as they are. */
  readonly checkpoints: readonly RouteCheckpoint[] | null;
  readonly create_form: boolean;
}

/** Tags and custom fields of the route and of each checkpoint have to be there. */
function faultsIn(
  operations: Operations,
  route: References,
  before: Route | null,
  checkpoints: readonly RouteCheckpoint[],
  known: (wire: RouteCheckpoint) => Task | null,
): readonly Fault[] {
  const own = referenceFaults(operations, 'route', route, before?.text ?? null);
  const others = checkpoints.map((wire, i) =>
    referenceFaults(operations, `checkpoints[${i}]`, wire, known(wire)?.text ?? null),
  );
  return [...own, ...others.flat()];
}

type Forms = ReadonlyMap<RouteCheckpoint, TaskForm | null | undefined>;

/** What `wantedForm` says of each; one unknown template is enough to refuse them all. */
function wantedForms(
  operations: Operations,
  createForm: boolean,
  checkpoints: readonly RouteCheckpoint[],
): Forms | 'unknown' {
  const forms = new Map<RouteCheckpoint, TaskForm | null | undefined>();
  for (const wire of checkpoints) {
    const form = wantedForm(operations, createForm, wire.form_template_id);
    if (form === 'unknown') return 'unknown';
    forms.set(wire, form);
  }
  return forms;
}

async function update(
  operations: Operations,
  before: Itinerary,
  { route, checkpoints, create_form }: RouteWish,
  pen: Pen,
): Promise<Answer> {
  const known = new Map(before.checkpoints.map((task) => [task.id, task]));
  if (checkpoints?.some((wire) => wire.id !== null && !known.has(wire.id))) return failure(201);
  const bearers = checkpoints === null ? [before.route] : [before.route, ...before.checkpoints];
  const counts = externalIdCounts(
    operations,
    bearers.map(({ text }) => text.externalId),
    idsOf(route, checkpoints ?? []),
  );
  const faults = faultsIn(
    operations,
    route,
    before.route,
    checkpoints ?? [],
    (wire) => known.get(wire.id ?? 0) ?? null,
  );
  if (faults.length > 0) return invalid(faults);
  const forms = wantedForms(operations, create_form, checkpoints ?? []);
  if (forms === 'unknown') return failure(204);
  const wanted = checkpoints && inOrder(checkpoints, route.checkpoint_ids ?? []);
  const drafts = wanted?.map((wire) => checkpointOf(wire, known.get(wire.id ?? 0) ?? null, forms.get(wire))) ?? null;
  const outcome = await operations.editRoute(route.id, editedRouteTextOf(route, before.route), drafts);
  return outcome.kind === 'refused' ? refusalFailure(outcome) : result(operations, route.id, pen, counts);
}

/** The route as it is after a write. */
function result(operations: Operations, routeId: number, pen: Pen, counts: object): Answer {
  const route = operations.readRoute(routeId);
  return route === null ? failure(201) : success({ result: routeWire(route, pen), ...counts });
}

type Bearer = { readonly external_id: string | null };

function idsOf(route: Bearer, checkpoints: readonly Bearer[]): (string | null)[] {
  return [route, ...checkpoints].map(({ external_id }) => external_id);
}

/**
 * The order of `checkpoint_ids` is the order of the route. New checkpoints have no id yet, so they stay where they stand in
 * the list, and those with one share the other places by that order; ids that it does not name come last.
 */
function inOrder(checkpoints: readonly RouteCheckpoint[], ids: readonly number[]): RouteCheckpoint[] {
  const places = new Map(ids.map((checkpointId, place) => [checkpointId, place]));
  const place = ({ id: own }: RouteCheckpoint): number => places.get(own ?? 0) ?? ids.length;
  const known = checkpoints.filter((wire) => wire.id !== null).sort((a, b) => place(a) - place(b));
  return checkpoints.map((wire) => (wire.id === null ? wire : known.shift()!));
}

function filterOf({ statuses, trackers, from, to, filter, offset, limit }: Read<typeof LIST>): RouteFilter {
  return {
    ...(statuses !== null && { statuses }),
    ...(trackers !== null && { trackerIds: trackers }),
    ...(from !== null && { overlapFromMs: from }),
    ...(to !== null && { overlapToMs: to }),
    ...(filter !== null && filter !== '' && { words: filter }),
    offset,
    limit,
  };
}
