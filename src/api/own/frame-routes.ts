/** Raw frames under `/api`: what a device sent, byte by byte, what was made of it, and which tasks it moved. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ShownFrame } from '../../operations/frames.ts';
import type { Operations } from '../../operations/operations.ts';
import { jsonItems, sendWithItems } from '../long-json.ts';
import { asking } from './door.ts';
import { historyEventView } from './event-view.ts';
import * as frames from './frame-shapes.ts';
import { parseInstant } from './instant.ts';
import { iso } from './iso.ts';
import { faultyParameters, notFound, type ParameterFault, sendProblem } from './problem.ts';
import { fixView } from './read.ts';
import { ID_PARAMS, INSTANT_EXPECTED } from './schemas.ts';
import { HISTORY } from './task-shapes.ts';
import { nameIn } from './task-view.ts';

interface FramesQuery {
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
  readonly fix?: string;
  readonly limit?: string;
}

type IdParams = { readonly id: string };

export function addFrameRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  app.get<{ Params: IdParams; Querystring: FramesQuery }>(
    '/api/trackers/:id/frames',
    asking('trackers:read', {
      summary: 'Lists the raw frames of a tracker, newest receipt first, or those of one fix',
      params: ID_PARAMS,
      querystring: frames.FRAMES_QUERY,
      gives: { 200: frames.FRAMES },
    }),
    async ({ params, query }, reply) => {
      const trackerId = Number(params.id);
      const faults: ParameterFault[] = [];
      const read = (name: 'from' | 'to' | 'before' | 'fix') => instantOf(name, query[name], faults);
      const [fromMs, toMs, beforeMs, fixMs] = [read('from'), read('to'), read('before'), read('fix')];
      if (faults.length > 0) return sendProblem(reply, faultyParameters(faults));
      const untilMs = Math.min(toMs ?? Infinity, beforeMs === null ? Infinity : beforeMs - 1);
      const limit = Number(query.limit ?? frames.FRAMES_DEFAULT);
      const page =
        fixMs === null
          ? await operations.listFrames(trackerId, fromMs ?? -Infinity, untilMs, limit)
          : await operations.framesOfFix(trackerId, fixMs);
      if (page === null) return sendNoTracker(reply, params.id);
      const items = await jsonItems(page.frames, frameView);
      return sendWithItems(reply, { trackerId }, ['frames', items], { hasMore: page.hasMore });
    },
  );
  app.get<{ Params: IdParams; Querystring: { readonly fix: string } }>(
    '/api/trackers/:id/transitions',
    asking('trackers:read', {
      summary: 'Lists what a fix has moved: the events that name it as their witness',
      params: ID_PARAMS,
      querystring: frames.TRANSITIONS_QUERY,
      gives: { 200: HISTORY },
    }),
    async ({ params, query }, reply) => {
      const faults: ParameterFault[] = [];
      const fixMs = instantOf('fix', query.fix, faults);
      if (fixMs === null) return sendProblem(reply, faultyParameters(faults));
      const events = await operations.eventsOfFix(Number(params.id), fixMs);
      if (events === null) return sendNoTracker(reply, params.id);
      return { events: events.map((event) => historyEventView(event, nameIn(operations))) };
    },
  );
}

/** null = it was not sent, or is at fault. */
function instantOf(parameter: string, text: string | undefined, faults: ParameterFault[]): number | null {
  if (text === undefined) return null;
  const timeMs = parseInstant(text);
  if (timeMs === null) faults.push({ parameter, received: text, expected: INSTANT_EXPECTED });
  return timeMs;
}

function frameView({ receivedMs, fixes, ...frame }: ShownFrame): object {
  return {
    receivedAt: iso(receivedMs),
    ...frame,
    fixes: fixes.map(({ isKept, ...fix }) => ({ ...fixView(fix), isKept })),
  };
}

function sendNoTracker(reply: FastifyReply, id: string): FastifyReply {
  return sendProblem(reply, notFound('tracker_not_found', `there is no tracker ${id}`));
}
