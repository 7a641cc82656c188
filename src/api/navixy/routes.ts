/** The Navixy dialect on HTTP: every call of the table under `/v2` and bare, by GET and POST. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isKey } from '../../operations/access.ts';
import type { Access, Denial, Door } from '../access.ts';
import { sendWithItems } from '../long-json.ts';
import type { Answer, Call, Desk } from './call.ts';
import { type ErrorCode, type Failure, failure, failureBody, httpStatusOf } from './errors.ts';
import { readBody, readRequest } from './request.ts';
import { TASK_CALLS } from './task-calls.ts';
import { TRACKER_CALLS } from './tracker-calls.ts';
import { USER_CALLS } from './user-calls.ts';

export const CALLS: readonly Call[] = [...TASK_CALLS, ...TRACKER_CALLS, ...USER_CALLS];
const PREFIXES = ['/v2', ''];

export function addNavixyRoutes(app: FastifyInstance, desk: Desk): void {
  readBodies(app);
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
  const { caller } = request;
  return sendNavixy(reply, await entry.answer(readRequest(request).given, { isIso, caller }, desk));
}

function accessOf({ scope }: Call): Access {
  return scope === null ? { kind: 'open' } : { kind: 'key', scope, door: DOOR };
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

export function sendNavixy(reply: FastifyReply, answer: Answer): FastifyReply {
  switch (answer.kind) {
    case 'failure':
      return reply.code(httpStatusOf(answer.code)).send(failureBody(answer));
    case 'success':
      return reply.code(200).send({ success: true, ...answer.members });
    case 'listing':
      return sendWithItems(reply.code(200), { success: true }, ['list', answer.list], answer.members);
    case 'download':
      return reply
        .code(200)
        .header('content-type', answer.contentType)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(answer.fileName)}`)
        .send(answer.content);
  }
}

const RESOURCES = new Set(CALLS.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
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
