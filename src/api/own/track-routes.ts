/** Tracks as files, and points that were recorded elsewhere: what leaves the gateway can come into another one. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Operations } from '../../operations/operations.ts';
import { isPointTime, POINT_TIME_EXPECTED, type Point } from '../../operations/points.ts';
import type { LocationPlace } from '../../operations/time-locations.ts';
import { TRACK_TYPES, type TrackFormat, type TrackPoint, trackText } from '../../operations/track-text.ts';
import { asking } from './door.ts';
import { parseInstant } from './instant.ts';
import { faultyParameters, notFound, type ParameterFault, refusalProblem, sendProblem } from './problem.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

type IdParams = { readonly id: string };
type TrackQuery = { readonly from?: string; readonly to?: string; readonly format?: TrackFormat };

interface NewPoint {
  readonly time: string;
  readonly lat: number;
  readonly lon: number;
  readonly altitude?: number;
  readonly speed?: number;
  readonly course?: number;
}

/** Fixes asked for at a time. */
const PAGE = 1000;

export function addTrackFileRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  app.get<{ Params: IdParams; Querystring: TrackQuery }>(
    '/api/trackers/:id/track',
    asking('trackers:read', {
      summary: 'The valid fixes of a period as a file: CSV, GPX or GeoJSON',
      params: schemas.ID_PARAMS,
      querystring: schemas.TRACK_QUERY,
      gives: { 200: 'text/csv' },
    }),
    async ({ params: { id }, query }, reply) => {
      const fromMs = query.from === undefined ? Number.MIN_SAFE_INTEGER : parseInstant(query.from);
      const toMs = query.to === undefined ? Number.MAX_SAFE_INTEGER : parseInstant(query.to);
      if (fromMs === null || toMs === null) return sendProblem(reply, faultyParameters(periodFaults(query)));
      const tracker = operations.readTracker(Number(id));
      if (tracker === null) return sendNoTracker(reply, id);
      const points = validFixes(operations, tracker.id, fromMs, toMs);
      // The first look may fail, and can still be told.
      const first = await points.next();
      const format = query.format ?? 'csv';
      reply.header('content-disposition', `attachment; filename="tracker-${tracker.id}.${format}"`);
      const text = trackText(format, tracker.label, first.done === true ? [] : following(first.value, points));
      return reply.type(TRACK_TYPES[format]).send(Readable.from(text));
    },
  );
  app.post<{ Params: IdParams; Body: { readonly points: readonly NewPoint[] } }>(
    '/api/trackers/:id/points',
    asking('trackers:write', {
      summary: 'Hands in points that were recorded elsewhere; repeated ones are known',
      params: schemas.ID_PARAMS,
      body: schemas.NEW_POINTS,
      gives: { 200: shapes.POINTS_TAKEN },
    }),
    async ({ params: { id }, body }, reply) => {
      const tracker = operations.readTracker(Number(id));
      if (tracker === null) return sendNoTracker(reply, id);
      if (tracker.isBlocked) {
        return sendProblem(reply, { status: 409, code: 'tracker_blocked', detail: `tracker ${id} is blocked` });
      }
      const faults: ParameterFault[] = [];
      const points = body.points.flatMap((said, i) => pointOf(said) ?? noTime(faults, i, said.time));
      if (faults.length > 0) return sendProblem(reply, faultyParameters(faults));
      const outcome = await operations.takePoints(points.map((point) => ({ trackerId: tracker.id, point })));
      if (outcome.kind === 'refused') return sendProblem(reply, refusalProblem(outcome));
      return { trackerId: tracker.id, taken: points.length };
    },
  );
}

async function* validFixes(
  operations: Operations,
  trackerId: number,
  fromMs: number,
  toMs: number,
): AsyncGenerator<TrackPoint, void, undefined> {
  let after: LocationPlace | null = null;
  do {
    const page = await operations.listLocations({ trackerIds: [trackerId], fromMs, toMs, after, limit: PAGE });
    for (const { fix } of page.locations) yield fix.position;
    after = page.next;
  } while (after !== null);
}

async function* following<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

/** null = there is no such date, or none of a track. */
function pointOf({ time, course, ...said }: NewPoint): Point | null {
  const timeMs = parseInstant(time);
  if (timeMs === null || !isPointTime(timeMs)) return null;
  return { ...said, time: timeMs, ...(course !== undefined && { heading: course }) };
}

function noTime(faults: ParameterFault[], index: number, received: string): [] {
  faults.push({ parameter: `points[${index}].time`, received, expected: POINT_TIME_EXPECTED });
  return [];
}

function periodFaults({ from, to }: TrackQuery): ParameterFault[] {
  return Object.entries({ from, to })
    .filter(([, text]) => text !== undefined && parseInstant(text) === null)
    .map(([parameter, received]) => ({ parameter, received, expected: schemas.INSTANT_EXPECTED }));
}

function sendNoTracker(reply: FastifyReply, id: string): FastifyReply {
  return sendProblem(reply, notFound('tracker_not_found', `there is no tracker ${id}`));
}
