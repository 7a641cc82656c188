/** `/worker_features/` and `/worker_tracks/`: where workers are, and which way they came, as GeoJSON. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { locationUuid } from '../../operations/time-locations.ts';
import type { ShownFix } from '../../operations/tracks.ts';
import type { UserRef } from '../../operations/users.ts';
import { type Faults, fault, sendFaults, sendNotFound } from '../rest/faults.ts';
import { instantText, pointWire } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { instantIn, type Query, readFilters, textOf } from './filters.ts';
import { type Links, linksOf } from './links.ts';
import { BY_RANK, queryOf, rankPlace, sendPage, wishedPage } from './pages.ts';
import { collectionOf, featureOf, motionWire } from './time-location-read.ts';
import { nameOf } from './user-read.ts';

const DAY_MS = 86_400_000;
/** Of one line, and lines of one page. */
const POINTS_MAX = 1_000;
const LINES_MAX = 100;

export function addWorkerRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  app.get(
    '/worker_features/',
    asking('trackers:read', { summary: 'The last position of each worker' }),
    async (request, reply) => {
      const page = readWorkers(request, desk);
      if ('faults' in page) return sendFaults(reply, page.faults);
      const features = await featuresOf(request, page.refs);
      return sendPage(request, reply, desk, collectionOf(features), page.next, BY_RANK);
    },
  );

  app.get<{ Params: { id: string } }>(
    '/worker_features/:id/',
    asking('trackers:read', { summary: 'The last position of a worker' }),
    async (request, reply) => {
      const uuid = request.params.id.toLowerCase();
      const ref = workersOf(request, desk).find((worker) => worker.uuid === uuid);
      const [feature] = ref === undefined ? [] : await featuresOf(request, [ref]);
      return feature ?? sendNotFound(reply);
    },
  );

  app.get(
    '/worker_tracks/',
    asking('trackers:read', { summary: 'The ways of workers in a period, at most a day' }),
    async (request, reply) => {
      const period = readPeriod(queryOf(request), desk.now());
      if ('faults' in period) return sendFaults(reply, period.faults);
      const page = readWorkers(request, desk, LINES_MAX);
      if ('faults' in page) return sendFaults(reply, page.faults);
      const links = linksOf(request, desk.publicUrl);
      const features: object[] = [];
      for (const { uuid, tracker } of page.refs) {
        const line = tracker && (await operations.trackLine(tracker.id, period.fromMs, period.toMs, POINTS_MAX));
        if (line === null) continue;
        const geometry = { type: 'LineString', coordinates: line.points };
        const times = { start_time: instantText(line.fromMs), end_time: instantText(line.toMs) };
        features.push(featureOf(geometry, uuid, { model: 'worker_track', user: links('users', uuid), ...times }));
      }
      return sendPage(request, reply, desk, collectionOf(features), page.next, BY_RANK);
    },
  );

  /** Of those that have been anywhere. */
  async function featuresOf(request: FastifyRequest, refs: readonly UserRef[]): Promise<readonly object[]> {
    const links = linksOf(request, desk.publicUrl);
    const fixes = await operations.lastFixes(refs.flatMap(({ tracker }) => (tracker === null ? [] : [tracker.id])));
    return operations.describeUsers(refs).flatMap((user) => {
      const fix = user.tracker === null ? undefined : fixes.get(user.tracker.id);
      if (fix === undefined || user.tracker === null) return [];
      return [workerFeature(user.uuid, nameOf(user), user.tracker.id, fix, links)];
    });
  }
}

function workerFeature(uuid: string, userName: string, trackerId: number, fix: ShownFix, links: Links): object {
  return featureOf(pointWire(fix.position), uuid, {
    model: 'worker',
    time_location: links('time_locations', locationUuid(trackerId, fix)),
    user: links('users', uuid),
    user_name: userName,
    time: instantText(fix.position.timeMs),
    ...motionWire(fix),
  });
}

function workersOf({ caller }: FastifyRequest, { operations }: GsmtasksDesk): readonly UserRef[] {
  return operations.userRefs(caller?.keyName ?? '').filter(({ tracker }) => tracker !== null);
}

function readWorkers(request: FastifyRequest, desk: GsmtasksDesk, most?: number) {
  const query = queryOf(request);
  const page = wishedPage(query, BY_RANK, most);
  if ('faults' in page) return page;
  const filters = readFilters<UserRef>(query, {
    user: { type: 'uuid', collection: 'users', of: ({ uuid }) => uuid },
    account: { type: 'uuid', collection: 'accounts', of: () => desk.operations.accountUuid() },
  });
  if ('faults' in filters) return filters;
  const { after, limit } = page;
  const found = workersOf(request, desk).filter((ref) => {
    return (after === null || ref.rank > after.id) && filters.matches(ref);
  });
  const refs = found.slice(0, limit);
  return { refs, next: rankPlace(found.length > limit ? refs.at(-1)!.rank : null) };
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Parameters that say where a period begins and ends. Without a beginning it is the last day of it. */
const BEGINNINGS = ['start_time__gte', 'start_time__gt', 'start_time'];
const ENDS = ['end_time__lte', 'end_time__lt', 'end_time'];

function readPeriod(query: Query, nowMs: number): Period | { readonly faults: Faults } {
  const to = firstInstant(query, ENDS);
  const toMs = to?.ms ?? nowMs;
  const from = firstInstant(query, BEGINNINGS);
  const fromMs = from?.ms ?? toMs - DAY_MS;
  for (const read of [from, to]) {
    if (read?.ms === null) return { faults: fault(read.name, 'Expected an instant such as 2026-03-02T08:15:00Z.') };
  }
  if (fromMs > toMs) return { faults: fault(from?.name ?? 'start_time__gte', 'Expected an instant before the end.') };
  if (toMs - fromMs <= DAY_MS) return { fromMs, toMs };
  return { faults: fault(from?.name ?? 'start_time__gte', 'Expected a period of at most 24 hours.') };
}

/** The first of the names that is there; `ms` null = it is no instant. */
function firstInstant(query: Query, names: readonly string[]) {
  const name = names.find((each) => query[each] !== undefined);
  return name === undefined ? null : { name, ms: instantIn(textOf(query[name] ?? '')) };
}
