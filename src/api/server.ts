/** The HTTP face as one app: health, Milepost's own API and the dialects, behind one guard and one wording of failures. */
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import type { LiveStream } from '../feed/live/live-stream.ts';
import { countReason, type Tally } from '../model/tally.ts';
import { isSearchRefused, isStorageFailure } from '../operations/health.ts';
import type { Operations } from '../operations/operations.ts';
import { guardRoutes } from './access.ts';
import { auditRoutes } from './audited.ts';
import { consolePlace, readConsole } from './console/assets.ts';
import { addConsoleRoutes, type ConsoleDesk, type Roads } from './console/routes.ts';
import { addDocs } from './docs.ts';
import { addGsmtasksRoutes, isGsmtasksPath } from './gsmtasks/routes.ts';
import { addHealthRoutes, type MetricsPage } from './health.ts';
import { followingCalendar } from './navixy/calendar.ts';
import { type ErrorCode, failure } from './navixy/errors.ts';
import { addUploadRoutes } from './navixy/form-upload.ts';
import { addNavixyRoutes, isNavixyPath, unknownCall } from './navixy/routes.ts';
import { sendNavixy } from './navixy/send.ts';
import type { LogLevelSwitch } from './own/log-routes.ts';
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
  /** Absent = nobody may listen to the live stream. */
  readonly live?: LiveStream;
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
  /** The settings `console.*`; absent = maps without tiles. */
  readonly maps?: Pick<ConsoleDesk, 'tileUrl' | 'tileAttribution' | 'pmtiles'>;
  /** Of the town that the demo drives in; absent or null = there is none. */
  readonly roads?: Roads | null;
  /** How much faster than the wall `now` goes; absent = as fast. */
  readonly clockFactor?: number;
  /** Absent = nothing is logged. */
  readonly log?: FastifyBaseLogger;
  /** The log's level, which can be changed; absent = it cannot. */
  readonly logLevel?: LogLevelSwitch;
  /** The settings `http.trusted-proxies`; absent or null = nobody is believed about whose a request is. */
  readonly trustedProxies?: readonly string[] | null;
  /** The settings `http.tls.*`; absent or null = plain HTTP. */
  readonly tls?: TlsIdentity | null;
  /** The setting `limits.http-connections`; absent = no limit of ours. */
  readonly connectionsMax?: number;
  /** Absent = as usual. */
  readonly patience?: HttpPatience;
  /** Where what is turned away is counted; absent = nowhere. */
  readonly tally?: Pick<Tally, 'httpRefused'>;
}

/** How long a client may take to finish a request, and the headers of one, before it is let go; how often that is looked at. */
interface HttpPatience {
  readonly requestMs: number;
  readonly headersMs: number;
  readonly lookMs: number;
}

/** What a TLS port proves who it is with. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

const BODY_BYTES_MAX = 1_048_576;
const PATIENCE: HttpPatience = { requestMs: 60_000, headersMs: 15_000, lookMs: 5_000 };
/** Of one request, in all. */
const HEADER_BYTES_MAX = 16_384;
/** Over one connection; then it is closed, and the client opens another. */
const REQUESTS_PER_SOCKET_MAX = 10_000;
const BUSY_RETRY_S = 1;

export function createServer(deps: ServerDeps): FastifyInstance {
  const app = newApp(deps);
  guardRoutes(app, deps.operations);
  auditRoutes(app, deps.operations, deps.tally);
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
  app.register(async (pages) => addConsoleRoutes(pages, consoleDesk(deps)));
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

function newApp(deps: ServerDeps): FastifyInstance {
  const { log, tls = null, trustedProxies = null, patience = PATIENCE, connectionsMax, tally } = deps;
  const http = {
    headersTimeout: patience.headersMs,
    connectionsCheckingInterval: patience.lookMs,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  const options: FastifyServerOptions = {
    ...(log && { loggerInstance: log }),
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings) => logger.child(bindings, { serializers: { req: requestView } }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: patience.requestMs,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: AJV_OPTIONS },
    frameworkErrors: (error, request, reply) => {
      answerFailure(error, request as FastifyRequest, reply as FastifyReply);
    },
    maxRequestsPerSocket: REQUESTS_PER_SOCKET_MAX,
    ...(trustedProxies !== null && { trustProxy: [...trustedProxies] }),
  };
  const app = fastify({ ...options, ...(tls === null ? { http } : { https: { ...http, ...tls } }) } as typeof options);
  if (connectionsMax !== undefined) app.server.maxConnections = connectionsMax;
  if (tally !== undefined) app.server.on('drop', () => countReason(tally.httpRefused, 'limit'));
  return app;
}

/** Another certificate for new connections; those that are open live on. Throws where it is no pair. */
export function renewCertificate(app: FastifyInstance, tls: TlsIdentity): void {
  (app.server as unknown as { setSecureContext(identity: TlsIdentity): void }).setSecureContext(tls);
}

const NO_TILES = { tileUrl: null, tileAttribution: '', pmtiles: null };

function consoleDesk({ maps = NO_TILES, roads = null }: ServerDeps): ConsoleDesk {
  return { ...maps, roads, build: readConsole(consolePlace()) };
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
