/** The HTTP face as one app: health, Milepost's own API and the dialects, behind one guard and one wording of failures. */
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { isSearchRefused, isStorageFailure } from '../operations/health.ts';
import type { Operations } from '../operations/operations.ts';
import { guardRoutes } from './access.ts';
import { addDocs } from './docs.ts';
import { addGsmtasksRoutes, isGsmtasksPath } from './gsmtasks/routes.ts';
import { addHealthRoutes, type MetricsPage } from './health.ts';
import { followingCalendar } from './navixy/calendar.ts';
import { type ErrorCode, failure } from './navixy/errors.ts';
import { addUploadRoutes } from './navixy/form-upload.ts';
import { addNavixyRoutes, isNavixyPath, unknownCall } from './navixy/routes.ts';
import { sendNavixy } from './navixy/send.ts';
import {
  BUSY_PROBLEM,
  failureProblem,
  faultyParameters,
  notFoundRoute,
  STORAGE_PROBLEM,
  sendProblem,
} from './own/problem.ts';
import { addOwnRoutes } from './own/routes.ts';
import { AJV_OPTIONS, faultsOf } from './own/validation.ts';
import { redactUrl } from './redact.ts';
import { limitRequests } from './request-limit.ts';
import { sendDetail, sendNotFound } from './rest/faults.ts';
import { addThetrackRoutes, isThetrackPath } from './thetrack/routes.ts';
import { createThrottle } from './throttle.ts';
import { addTrackingRoutes } from './tracking/routes.ts';

export interface ServerDeps {
  readonly operations: Operations;
  readonly metrics: MetricsPage;
  /** Why a task is in its state; null = no such task. */
  readonly explain: (taskId: number) => Promise<object | null>;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** The setting `time-zone`: the zone of Navixy's local times where the account has none of its own. */
  readonly timeZone: string;
  /** The setting `navixy.refuse-past-to`. */
  readonly refusePastTo: boolean;
  /** The setting `public-url`, for addresses in answers; absent or null = as the request was addressed. */
  readonly publicUrl?: string | null;
  /** The setting `limits.requests-per-second`; null or absent = as many as come. */
  readonly requestsPerSecond?: number | null;
  /** Absent = nothing is logged. */
  readonly log?: FastifyBaseLogger;
}

const BODY_BYTES_MAX = 1_048_576;
/** A client that does not finish its request, or an answer, in this time is let go. */
const REQUEST_MS_MAX = 60_000;
const BUSY_RETRY_S = 1;

export function createServer(deps: ServerDeps): FastifyInstance {
  const app = newApp(deps);
  guardRoutes(app, deps.operations);
  acceptAnyBody(app);
  app.addHook('onRequest', async (_request, reply) => {
    // Answers are for who asked, and are what they say they are.
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler(answerUnknown);
  app.addHook('onResponse', async (request, reply) => logAnswer(request, reply));
  addDocs(app);
  addHealthRoutes(app, deps.operations, deps.metrics);
  app.register(async (own) => addOwnRoutes(own, deps));
  app.register(async (navixy) => addNavixyRoutes(navixy, navixyDesk(deps), throttleOf(deps)));
  const { operations, publicUrl = null, timeZone, now } = deps;
  const rest = { operations, publicUrl, timeZone, now };
  app.register(async (gsmtasks) => {
    limitRest(gsmtasks, deps);
    addGsmtasksRoutes(gsmtasks, rest);
  });
  app.register(async (thetrack) => {
    limitRest(thetrack, deps);
    addThetrackRoutes(thetrack, rest);
  });
  app.register(async (pages) => addTrackingRoutes(pages, rest));
  app.register(async (uploads) => addUploadRoutes(uploads, deps.operations));
  return app;
}

function newApp({ log }: ServerDeps): FastifyInstance {
  return fastify({
    ...(log && { loggerInstance: log }),
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings) => logger.child(bindings, { serializers: { req: requestView } }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: AJV_OPTIONS },
    frameworkErrors: (error, request, reply) => {
      answerFailure(error, request as FastifyRequest, reply as FastifyReply);
    },
  });
}

function navixyDesk(deps: ServerDeps): Parameters<typeof addNavixyRoutes>[1] {
  const { operations, timeZone, refusePastTo, publicUrl = null, now } = deps;
  const calendar = followingCalendar(() => operations.account().timeZone, timeZone);
  return {
    operations,
    get calendar() {
      return calendar();
    },
    rule: { refusePastTo, now },
    publicUrl,
  };
}

function throttleOf({ requestsPerSecond = null }: ServerDeps): ReturnType<typeof createThrottle> | null {
  return requestsPerSecond === null ? null : createThrottle(requestsPerSecond);
}

function limitRest(app: FastifyInstance, deps: ServerDeps): void {
  const throttle = throttleOf(deps);
  if (throttle === null) return;
  limitRequests(app, throttle, deps.now, (reply) => sendDetail(reply, 429, 'Too many requests: try again.'));
}

/** Dialects read bodies in their own ways, and an unknown path must be answered whatever came with it. */
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** What fastify refuses before a route is reached, in Navixy's codes; whatever else a caller did is a wrong format. */
const NAVIXY_CODES: Readonly<Record<number, ErrorCode>> = { 413: 9 };

function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isSearchRefused(error)) return answerBusy(request, reply);
  const isStorage = isStorageFailure(error);
  const status = error.statusCode ?? 500;
  const isOurs = isStorage || status >= 500;
  if (isOurs) request.log.error({ err: error, url: redactUrl(request.raw.url ?? '') }, 'request failed');
  if (isNavixyPath(pathOf(request))) {
    return sendNavixy(reply, failure(isStorage ? 14 : isOurs ? 6 : (NAVIXY_CODES[status] ?? 5)));
  }
  if (isRestPath(pathOf(request))) {
    return sendDetail(reply, isStorage ? 503 : status, isOurs ? OUR_FAULTS[Number(isStorage)]! : error.message);
  }
  if (isStorage) return sendProblem(reply, STORAGE_PROBLEM);
  if (error.validation) {
    return sendProblem(reply, faultyParameters(faultsOf(error.validation, error.validationContext ?? 'request')));
  }
  return sendProblem(reply, failureProblem(status, error.message));
}

/** Nobody outside learns what it was: the log does. */
const OUR_FAULTS = ['A server error occurred.', 'Storage is not available, nothing was changed: try again.'];

/** GSMtasks and TheTrack fail in the same words. */
function isRestPath(path: string): boolean {
  return isGsmtasksPath(path) || isThetrackPath(path);
}

function answerBusy(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('retry-after', BUSY_RETRY_S);
  if (isRestPath(pathOf(request))) return sendDetail(reply, 503, 'Too many searches are waiting: try again.');
  return isNavixyPath(pathOf(request)) ? sendNavixy(reply, failure(8)) : sendProblem(reply, BUSY_PROBLEM);
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request);
  if (isNavixyPath(path)) return sendNavixy(reply, unknownCall(path));
  if (isRestPath(path)) return sendNotFound(reply);
  return sendProblem(reply, notFoundRoute(request.method, path));
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const { method, caller, raw } = request;
  const url = redactUrl(raw.url ?? '');
  const elapsedMs = Math.round(reply.elapsedTime);
  request.log.debug({ method, url, status: reply.statusCode, elapsedMs, key: caller?.keyName ?? null }, 'answered');
}

function requestView(request: FastifyRequest): object {
  return { method: request.method, url: redactUrl(request.raw?.url ?? '') };
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '/').split('?', 1)[0] ?? '/';
}
