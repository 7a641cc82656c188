/**
 * `/time_locations/`: positions of workers. A phone is a tracker too: what it sends goes through the same line as the bytes
 * of devices, and is answered once it is on disk.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryPlace } from '../../model/task-query.ts';
import type { Tracker } from '../../model/tracker.ts';
import { mayAsk } from '../../operations/access.ts';
import type { PhonePoint, Point } from '../../operations/points.ts';
import type { LocationPlace, TimeLocation } from '../../operations/time-locations.ts';
import type { Ordering } from '../rest/cursor.ts';
import { type Faults, fault, NO_FIELD, sendDetail, sendFaults, sendNotFound } from '../rest/faults.ts';
import { decimal, type FieldReader, flag, nullable, oneOf, readFields, type Sent, text } from '../rest/fields.ts';
import { instant, isUuid, point, reference, referredUuid } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { instantIn, type Query, textOf } from './filters.ts';
import { linksOf } from './links.ts';
import { queryOf, sendPage, wishedPage } from './pages.ts';
import { sendRefusal } from './refusals.ts';
import { collectionOf, MOTION_STATES, timeLocationFeature, timeLocationWire } from './time-location-read.ts';

/** Of one call. */
const POINTS_MAX = 1_000;
/** Metres, and km/h: beyond what anything on a road or in the air has. */
const MEASURE_MAX = 1_000_000;

const measure = nullable(decimal(-MEASURE_MAX, MEASURE_MAX));

/** A share as a number or as digits, as Django writes decimals. */
const battery: FieldReader<number> = {
  schema: { type: ['string', 'number'], description: 'from 0 to 1' },
  read: (value) =>
    decimal(0, 1).read(typeof value === 'string' && /^[01](\.\d{1,10})?$/.test(value) ? Number(value) : value),
};

const POINT_FIELDS = {
  time: instant,
  location: point,
  user: reference('users'),
  state: oneOf(MOTION_STATES),
  heading: nullable(decimal(0, 360)),
  speed: measure,
  altitude: measure,
  accuracy: measure,
  battery_level: nullable(battery),
  is_moving: nullable(flag),
  event: nullable(text(100)),
  activity_type: nullable(text(100)),
};

type SentPoint = Sent<typeof POINT_FIELDS>;

interface ReadPoint extends PhonePoint {
  readonly userUuid: string;
}

type PointReading = ReadPoint | { readonly faults: Faults } | 'no_right';

export function addTimeLocationRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;

  app.post(
    '/time_locations/',
    // Whoever is a tracker may say where it is; who says it of others needs the right to.
    asking('anyone', { summary: 'Takes positions of a phone, one or a list of them, in once they are on disk' }),
    async (request, reply) => {
      const isList = Array.isArray(request.body);
      const bodies: readonly unknown[] = isList ? (request.body as unknown[]) : [request.body];
      if (bodies.length > POINTS_MAX) {
        return sendFaults(reply, fault(NO_FIELD, `Expected at most ${POINTS_MAX} items, received ${bodies.length}.`));
      }
      const readings = bodies.map(pointReader(request));
      if (readings.includes('no_right')) return sendDetail(reply, 403, 'The key may not say where others are.');
      const faults = readings.map((reading) =>
        typeof reading === 'object' && 'faults' in reading ? reading.faults : {},
      );
      if (faults.some((each) => Object.keys(each).length > 0)) return sendFaults(reply, isList ? faults : faults[0]!);
      const points = readings as readonly ReadPoint[];
      const taken = await operations.takePoints(points);
      if (taken.kind === 'refused') return sendRefusal(reply, taken);
      const links = linksOf(request, desk.publicUrl);
      const wires = taken.locations.map((location, i) => timeLocationWire(location, points[i]!.userUuid, links));
      return reply.code(201).send(isList ? wires : wires[0]);
    },
  );

  app.get(
    '/time_locations/',
    asking('trackers:read', { summary: 'Lists positions, by worker and time' }),
    async (request, reply) => {
      return sendLocations(request, reply, (location, user) => {
        return timeLocationWire(location, user, linksOf(request, desk.publicUrl));
      });
    },
  );

  app.get<{ Params: { id: string } }>(
    '/time_locations/:id/',
    asking('trackers:read', { summary: 'Reads a position' }),
    async (request, reply) => {
      const { id } = request.params;
      const location = isUuid(id) ? await operations.readLocation(id.toLowerCase()) : null;
      const tracker = location && operations.readTracker(location.trackerId);
      if (location === null || tracker === null) return sendNotFound(reply);
      return timeLocationWire(location, tracker.uuid, linksOf(request, desk.publicUrl));
    },
  );

  app.get(
    '/time_location_features/',
    asking('trackers:read', { summary: 'Positions as GeoJSON' }),
    async (request, reply) => {
      const view = (location: TimeLocation, user: string) => {
        return timeLocationFeature(location, user, linksOf(request, desk.publicUrl));
      };
      return sendLocations(request, reply, view, collectionOf);
    },
  );

  /** For one request: whose key it is, and each worker that is named, is looked up once. */
  function pointReader({ caller }: FastifyRequest): (body: unknown) => PointReading {
    const own = operations.trackerOfUuid(operations.userOfKey(caller?.keyName ?? ''));
    const isTrusted = caller !== null && mayAsk(caller, 'trackers:write');
    const named = new Map<string, Tracker | null>();

    function workerNamed(uuid: string): Tracker | null {
      const known = named.get(uuid);
      const tracker = known === undefined ? operations.trackerOfUuid(uuid) : known;
      named.set(uuid, tracker);
      return tracker;
    }

    return (body) => {
      const read = readFields(body, POINT_FIELDS, ['time', 'location']);
      if ('faults' in read) return read;
      const { user = own?.uuid } = read.value;
      if (user !== own?.uuid && !isTrusted) return 'no_right';
      if (user === undefined)
        return { faults: fault('user', 'Whose position is it? The key is no worker of its own.') };
      const tracker = workerNamed(user);
      if (tracker === null) return { faults: fault('user', 'There is no such worker.') };
      return { trackerId: tracker.id, userUuid: tracker.uuid, point: pointOf(read.value) };
    };
  }

  async function sendLocations(
    request: FastifyRequest,
    reply: FastifyReply,
    view: (location: TimeLocation, userUuid: string) => object,
    whole: (items: readonly object[]) => object = (items) => items,
  ): Promise<FastifyReply> {
    const query = queryOf(request);
    const page = wishedPage(query, BY_TRACKER);
    if ('faults' in page) return sendFaults(reply, page.faults);
    const wish = readWish(query);
    if ('faults' in wish) return sendFaults(reply, wish.faults);
    const { users, fromMs, toMs } = wish;
    const trackers = new Map<number, string>();
    for await (const { id, uuid } of operations.listTrackers()) {
      if (users === null || users.has(uuid)) trackers.set(id, uuid);
    }
    const trackerIds = [...trackers.keys()].sort((a, b) => a - b);
    const { limit } = page;
    const after = placeOf(page.after);
    const { locations, next } = await operations.listLocations({ trackerIds, fromMs, toMs, after, limit });
    const items = locations.map((location) => view(location, trackers.get(location.trackerId) ?? ''));
    const end = next && { values: [next.timeMs, next.skip], id: next.trackerId };
    return sendPage(request, reply, desk, whole(items), end, BY_TRACKER);
  }
}

/** A place in such a list: of a tracker, an instant and how many of that very one are behind it. */
const BY_TRACKER: Ordering = [
  { field: 'time', isDescending: false },
  { field: 'of_one_instant', isDescending: false },
];

/** A cursor that we have not made leads somewhere, and does no harm there. */
function placeOf(place: QueryPlace | null): LocationPlace | null {
  const [timeMs, skip] = place?.values ?? [];
  if (place === null || typeof timeMs !== 'number' || typeof skip !== 'number') return null;
  return { trackerId: place.id, timeMs, skip: Math.min(Math.max(0, Math.floor(skip)), SKIP_MAX) };
}

const SKIP_MAX = 100_000;

interface Wish {
  /** null = all. */
  readonly users: ReadonlySet<string> | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lookups of `time`, and by how much one that leaves its own instant out is beside it. */
const BOUNDS: Readonly<Record<string, { readonly end: 'from' | 'to'; readonly besideMs: number }>> = {
  time__gte: { end: 'from', besideMs: 0 },
  time__gt: { end: 'from', besideMs: 1 },
  time__lte: { end: 'to', besideMs: 0 },
  time__lt: { end: 'to', besideMs: -1 },
};

function readWish(query: Query): Wish | { readonly faults: Faults } {
  const faults: Record<string, readonly string[]> = {};
  let fromMs = Number.MIN_SAFE_INTEGER;
  let toMs = Number.MAX_SAFE_INTEGER;
  for (const [name, { end, besideMs }] of Object.entries(BOUNDS)) {
    if (query[name] === undefined) continue;
    const ms = instantIn(textOf(query[name]));
    if (ms === null) faults[name] = ['Expected an instant such as 2026-03-02T08:15:00Z.'];
    else if (end === 'from') fromMs = Math.max(fromMs, ms + besideMs);
    else toMs = Math.min(toMs, ms + besideMs);
  }
  const users = usersIn(query);
  if (users === 'unreadable') faults['user'] = ['Expected UUIDs.'];
  return Object.keys(faults).length > 0 || users === 'unreadable' ? { faults } : { users, fromMs, toMs };
}

/** `user` and `user__in`; null = all. */
function usersIn(query: Query): ReadonlySet<string> | null | 'unreadable' {
  const given = [query['user'], query['user__in']].flatMap((value) => (value === undefined ? [] : [textOf(value)]));
  if (given.length === 0) return null;
  const uuids = given.flatMap((each) => each.split(',')).map((part) => referredUuid('users', part.trim()));
  return uuids.includes(null) ? 'unreadable' : new Set(uuids as readonly string[]);
}

function pointOf(sent: SentPoint): Point {
  const { time = 0, location = { latDeg: 0, lonDeg: 0 }, heading, speed, altitude, accuracy, battery_level } = sent;
  return {
    time,
    lat: location.latDeg,
    lon: location.lonDeg,
    ...(typeof altitude === 'number' && { altitude }),
    ...(typeof speed === 'number' && { speed }),
    ...(typeof heading === 'number' && { heading }),
    ...(typeof accuracy === 'number' && { accuracy }),
    ...(typeof battery_level === 'number' && { battery: battery_level }),
    ...(sent.state !== undefined && { state: sent.state }),
    ...(typeof sent.is_moving === 'boolean' && { isMoving: sent.is_moving }),
    ...(sent.event && { event: sent.event }),
    ...(sent.activity_type && { activity: sent.activity_type }),
  };
}
