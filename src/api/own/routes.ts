/** Milepost's own API: trackers and those that wait, what they sent and are told, and why a task is in its state. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refusal } from '../../model/refusal.ts';
import type { TrackerEdit } from '../../model/tracker.ts';
import type { Operations } from '../../operations/operations.ts';
import { TIME_ZONE_DEFAULT, type TrackerAccepted, type TrackerDraft } from '../../operations/trackers.ts';
import { jsonItems, sendWithItems } from '../long-json.ts';
import { addAlertRoutes } from './alert-routes.ts';
import { addAuditRoutes } from './audit-routes.ts';
import { addCaptureRoutes } from './capture-routes.ts';
import type { OwnDesk } from './desk.ts';
import { addDeviceCommandRoutes } from './device-commands.ts';
import { asking } from './door.ts';
import { addEventRoutes } from './event-routes.ts';
import { addFrameRoutes } from './frame-routes.ts';
import { parseInstant } from './instant.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addLiveRoutes } from './live-routes.ts';
import { addLogRoutes } from './log-routes.ts';
import { faultyParameters, notFound, type ParameterFault, refusalProblem, sendProblem } from './problem.ts';
import { fixView, pendingView, stateView, trackerReadView, trackerWrittenView } from './read.ts';
import * as schemas from './schemas.ts';
import { addSessionRoutes } from './session-routes.ts';
import * as shapes from './shapes.ts';
import { addTaskRoutes } from './task-routes.ts';
import { addTrackFileRoutes } from './track-routes.ts';
import { addWebhookRoutes } from './webhook-routes.ts';

type IdParams = { readonly id: string };
type FixesQuery = { readonly from?: string; readonly to?: string; readonly limit?: string };

const WRITTEN = { 200: shapes.TRACKER_WRITTEN };

export function addOwnRoutes(app: FastifyInstance, desk: OwnDesk): void {
  readJsonBodies(app);
  addTrackerRoutes(app, desk.operations);
  addPendingRoutes(app, desk.operations);
  addTrackRoutes(app, desk.operations);
  addDeviceCommandRoutes(app, desk);
  addTaskRoutes(app, desk);
  addSessionRoutes(app, desk);
  addFrameRoutes(app, desk);
  addLiveRoutes(app, desk);
  addEventRoutes(app, desk);
  addKeyRoutes(app, desk);
  addWebhookRoutes(app, desk);
  addTrackFileRoutes(app, desk);
  addAuditRoutes(app, desk);
  addAlertRoutes(app, desk);
  addCaptureRoutes(app, desk);
  addLogRoutes(app, desk);
}

/** An empty body is none, whatever its content type says. */
function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else parse(request, body.toString(), done);
  });
}

function addTrackerRoutes(app: FastifyInstance, operations: Operations): void {
  app.get(
    '/api/trackers',
    asking('trackers:read', { summary: 'Lists the trackers', gives: { 200: shapes.TRACKERS } }),
    async (_request, reply) => {
      const trackers = await jsonItems(operations.listTrackers(), (tracker) =>
        trackerReadView(tracker, operations.clockSuspicion(tracker.id), operations.captureUntil(tracker.id)),
      );
      return sendWithItems(reply, {}, ['trackers', trackers]);
    },
  );
  app.post<{ Body: Partial<TrackerDraft> & Pick<TrackerDraft, 'label'> }>(
    '/api/trackers',
    asking('trackers:write', {
      summary: 'Creates a tracker',
      body: schemas.NEW_TRACKER,
      gives: { 201: shapes.TRACKER_WRITTEN },
    }),
    async (request, reply) => {
      const draft = { imei: null, model: null, timeZone: TIME_ZONE_DEFAULT, ...request.body };
      return sendWritten(reply, 201, await operations.createTracker(draft));
    },
  );
  app.get<{ Params: IdParams }>(
    '/api/trackers/:id',
    asking('trackers:read', { summary: 'Reads a tracker', params: schemas.ID_PARAMS, gives: { 200: shapes.TRACKER } }),
    async (request, reply) => {
      const tracker = operations.readTracker(Number(request.params.id));
      if (tracker === null) return sendNoTracker(reply, request.params.id);
      return trackerReadView(tracker, operations.clockSuspicion(tracker.id), operations.captureUntil(tracker.id));
    },
  );
  app.patch<{ Params: IdParams; Body: TrackerEdit }>(
    '/api/trackers/:id',
    asking('trackers:write', {
      summary: 'Changes a tracker',
      params: schemas.ID_PARAMS,
      body: schemas.TRACKER_EDIT,
      gives: WRITTEN,
    }),
    async (request, reply) =>
      sendWritten(reply, 200, await operations.editTracker(Number(request.params.id), request.body)),
  );
  app.post<{ Params: IdParams; Body: { timeZone: string; restamp?: boolean } }>(
    '/api/trackers/:id/time_zone',
    asking('trackers:write', {
      summary: 'Says how the device stamps its times',
      params: schemas.ID_PARAMS,
      body: schemas.TIME_ZONE_SETTING,
      gives: WRITTEN,
    }),
    async (request, reply) => {
      const { timeZone, restamp = false } = request.body;
      return sendWritten(reply, 200, await operations.setTimeZone(Number(request.params.id), timeZone, restamp));
    },
  );
}

function addPendingRoutes(app: FastifyInstance, operations: Operations): void {
  app.get(
    '/api/trackers/pending',
    asking('trackers:read', {
      summary: 'Lists devices that wait to be accepted',
      gives: { 200: shapes.PENDING_TRACKERS },
    }),
    async () => ({
      pending: operations.listPending().map(pendingView),
    }),
  );
  app.post<{ Params: { imei: string }; Body: { label?: string } | null }>(
    '/api/trackers/pending/:imei/accept',
    asking('trackers:write', {
      summary: 'Accepts a device that waits',
      params: schemas.IMEI_PARAMS,
      body: schemas.ACCEPTANCE,
      gives: { 201: shapes.TRACKER_WRITTEN },
    }),
    async (request, reply) =>
      sendWritten(reply, 201, await operations.acceptPending(request.params.imei, request.body?.label ?? null)),
  );
}

function addTrackRoutes(app: FastifyInstance, operations: Operations): void {
  app.get<{ Params: IdParams }>(
    '/api/trackers/:id/state',
    asking('trackers:read', {
      summary: 'What is known of a tracker now',
      params: schemas.ID_PARAMS,
      gives: { 200: shapes.STATE },
    }),
    async (request, reply) => {
      const state = await operations.trackerState(Number(request.params.id));
      return state === null ? sendNoTracker(reply, request.params.id) : stateView(state);
    },
  );
  app.get<{ Params: IdParams; Querystring: FixesQuery }>(
    '/api/trackers/:id/fixes',
    asking('trackers:read', {
      summary: 'Lists what a tracker sent in a period, oldest first',
      params: schemas.ID_PARAMS,
      querystring: schemas.FIXES_QUERY,
      gives: { 200: shapes.FIXES },
    }),
    async (request, reply) => {
      const period = readPeriod(request.query);
      if (period.faults.length > 0) return sendProblem(reply, faultyParameters(period.faults));
      const trackerId = Number(request.params.id);
      const page = await operations.listFixes(trackerId, period.fromMs, period.toMs, period.limit);
      if (page === null) return sendNoTracker(reply, request.params.id);
      const fixes = await jsonItems(page.fixes, fixView);
      return sendWithItems(reply, { trackerId }, ['fixes', fixes], { hasMore: page.hasMore });
    },
  );
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly faults: readonly ParameterFault[];
}

/** What a schema cannot tell: that the date exists, and that the limit is within its own. */
function readPeriod(query: FixesQuery): Period {
  const fromMs = query.from === undefined ? Number.MIN_SAFE_INTEGER : parseInstant(query.from);
  const toMs = query.to === undefined ? Number.MAX_SAFE_INTEGER : parseInstant(query.to);
  const limit = query.limit === undefined ? schemas.FIXES_DEFAULT : Number(query.limit);
  const faults: ParameterFault[] = [];
  if (fromMs === null) faults.push({ parameter: 'from', received: query.from, expected: schemas.INSTANT_EXPECTED });
  if (toMs === null) faults.push({ parameter: 'to', received: query.to, expected: schemas.INSTANT_EXPECTED });
  if (limit < 1 || limit > schemas.FIXES_MAX) {
    faults.push({ parameter: 'limit', received: query.limit, expected: schemas.LIMIT_EXPECTED });
  }
  return { fromMs: fromMs ?? 0, toMs: toMs ?? 0, limit, faults };
}

function sendWritten(reply: FastifyReply, status: number, outcome: TrackerAccepted | Refusal): FastifyReply {
  if (outcome.kind === 'refused') return sendProblem(reply, refusalProblem(outcome));
  return reply.code(status).send(trackerWrittenView(outcome.tracker));
}

function sendNoTracker(reply: FastifyReply, id: string): FastifyReply {
  return sendProblem(reply, notFound('tracker_not_found', `there is no tracker ${id}`));
}
