/** The Navixy dialect on HTTP: every call of the table under `/v2` and bare, by GET and POST. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isKey } from '../../operations/access.ts';
import type { Access, Denial, Door } from '../access.ts';
import { limitRequests } from '../request-limit.ts';
import type { Throttle } from '../throttle.ts';
import type { Desk } from './answer.ts';
import { BULK_CALLS } from './bulk-calls.ts';
import type { Call } from './call.ts';
import { CHECKPOINT_CALLS } from './checkpoint-calls.ts';
import { CONVERT_CALLS } from './convert-calls.ts';
import { DELIVERY_CALLS } from './delivery-calls.ts';
import { DEPOT_CALLS } from './depot-calls.ts';
import { EMPLOYEE_CALLS } from './employee-calls.ts';
import { ENTITY_CALLS } from './entity-calls.ts';
import { type ErrorCode, type Failure, failure } from './errors.ts';
import { FORM_CALLS } from './form-calls.ts';
import { FORM_LIST_CALLS } from './form-list-calls.ts';
import { FORM_TEMPLATE_CALLS } from './form-template-calls.ts';
import { GEOCODER_CALLS } from './geocoder-calls.ts';
import { HISTORY_CALLS } from './history-calls.ts';
import { IMPORT_CALLS } from './import-calls.ts';
import { KEY_CALLS } from './key-calls.ts';
import { readBody, readRequest } from './request.ts';
import { rightOf } from './rights.ts';
import { ROUTE_CALLS } from './route-calls.ts';
import { ROUTE_POINTS_CALLS } from './route-points-calls.ts';
import { RULE_CALLS } from './rule-calls.ts';
import { SCHEDULE_CALLS } from './schedule-calls.ts';
import { sendNavixy } from './send.ts';
import { SETTINGS_CALLS } from './settings-calls.ts';
import { TAG_CALLS } from './tag-calls.ts';
import { TASK_CALLS } from './task-calls.ts';
import { TRACKER_CALLS } from './tracker-calls.ts';
import { USER_CALLS } from './user-calls.ts';
import { VEHICLE_CALLS } from './vehicle-calls.ts';

export const CALLS: readonly Call[] = [
  ...TASK_CALLS,
  ...ROUTE_CALLS,
  ...ROUTE_POINTS_CALLS,
  ...CHECKPOINT_CALLS,
  ...FORM_TEMPLATE_CALLS,
  ...FORM_CALLS,
  ...FORM_LIST_CALLS,
  ...BULK_CALLS,
  ...CONVERT_CALLS,
  ...IMPORT_CALLS,
  ...TRACKER_CALLS,
  ...USER_CALLS,
  ...KEY_CALLS,
  ...SETTINGS_CALLS,
  ...TAG_CALLS,
  ...ENTITY_CALLS,
  ...EMPLOYEE_CALLS,
  ...DEPOT_CALLS,
  ...VEHICLE_CALLS,
  ...GEOCODER_CALLS,
  ...SCHEDULE_CALLS,
  ...DELIVERY_CALLS,
  ...HISTORY_CALLS,
  ...RULE_CALLS,
];
const PREFIXES = ['/v2', ''];

/** `throttle`: null = as many requests as come. */
export function addNavixyRoutes(app: FastifyInstance, desk: Desk, throttle: Throttle | null = null): void {
  readBodies(app);
  if (throttle !== null) {
    limitRequests(app, throttle, desk.rule.now, (reply) => sendNavixy(reply, failure(15)));
  }
  for (const entry of CALLS) {
    for (const prefix of PREFIXES) {
      app.route({
        method: ['GET', 'POST'],
        url: `${prefix}/${entry.path}`,
        config: { access: accessOf(entry) },
        handler: (request, reply) => answerCall(entry, request, reply, desk),
      });
    }
  }
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    const body = readBody(Buffer.from(bytes), request.headers['content-type'] ?? '');
    if (body === null) done(Object.assign(new Error('unreadable body'), { statusCode: 400 }));
    else done(null, body);
  });
}

async function answerCall(
  entry: Call,
  request: FastifyRequest,
  reply: FastifyReply,
  desk: Desk,
): Promise<FastifyReply> {
  const isIso = request.headers['nvx-iso-datetime'] === 'true';
  const { caller, protocol, host } = request;
  const baseUrl = desk.publicUrl ?? `${protocol}://${host}`;
  const idempotencyKey = request.headers['idempotency-key']?.toString() ?? null;
  const arrival = { isIso, caller, baseUrl, idempotencyKey };
  return sendNavixy(reply, await entry.answer(readRequest(request).given, arrival, desk));
}

function accessOf({ path, scope }: Call): Access {
  return scope === null ? { kind: 'open' } : { kind: 'key', scope: rightOf({ path, scope }), door: DOOR };
}

const DENIALS: Readonly<Record<Denial, ErrorCode>> = { no_key: 3, unknown_key: 4, no_right: 13 };

/** A malformed hash is a wrong one (3), a well-formed one that nobody has is an ended session (4). */
const DOOR: Door = {
  stage: 'body',
  credential(request) {
    const { hash } = readRequest(request);
    return hash !== null && isKey(hash) ? hash : null;
  },
  deny: (reply, denial) => sendNavixy(reply, failure(DENIALS[denial])),
};

/** Documented by Navixy and not served here: their actions are wrong methods, as they are no strangers. */
const UNSERVED = ['task/schedule/route', 'task/schedule/checkpoint', 'data/spreadsheet', 'user/session/push_token'];
const RESOURCES = new Set([...CALLS.map(({ path }) => path.slice(0, path.lastIndexOf('/'))), ...UNSERVED]);
/** `/api/key/*` is Navixy's by name, though `/api` is ours. */
const FOREIGN_RESOURCE = 'api/key';
/** First segments of bare paths that are Navixy's, also where no call of theirs is served. */
const FIRST_SEGMENTS = new Set(
  'data delivery department employee entity form garage geocoder history place tag task tracker user vehicle zone'.split(
    ' ',
  ),
);

/** Whether a path belongs to this dialect, known call or not. */
export function isNavixyPath(path: string): boolean {
  const bare = barePath(path);
  if (bare !== trimmed(path)) return true;
  return FIRST_SEGMENTS.has(bare.split('/', 1)[0] ?? '') || resourceOf(bare) === FOREIGN_RESOURCE;
}

/** Known resource, unknown action (or method): 112. Unknown resource: 111. */
export function unknownCall(path: string): Failure {
  const bare = barePath(path);
  return failure(RESOURCES.has(resourceOf(bare)) || RESOURCES.has(bare) ? 112 : 111);
}

function resourceOf(bare: string): string {
  return bare.slice(0, Math.max(0, bare.lastIndexOf('/')));
}

function barePath(path: string): string {
  return trimmed(path).replace(/^v2(\/|$)/, '');
}

function trimmed(path: string): string {
  return path.replace(/^\/|\/$/g, '');
}
