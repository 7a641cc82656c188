/** How Milepost's own API takes a key: `Authorization: Bearer KEY`, or the cookie of a session of the console. */
import type { FastifyRequest, FastifySchema } from 'fastify';
import type { Right } from '../../operations/access.ts';
import type { Access, Denial, Door } from '../access.ts';
import type { JsonSchema } from '../navixy/shapes.ts';
import { isFromOurPage, sessionCookie } from './cookie.ts';
import { type Problem, sendProblem } from './problem.ts';

/** What a route answers, by status: JSON, or a text of this content type; empty = nothing. */
export type Gives = Readonly<Record<number, JsonSchema | string>>;

declare module 'fastify' {
  /** For the API's document; the answers of a test are held to it. */
  interface FastifySchema {
    readonly summary?: string;
    readonly gives?: Gives;
  }
}

const DENIALS: Readonly<Record<Denial, Problem>> = {
  no_key: { status: 401, code: 'no_key', detail: 'a key is needed: Authorization: Bearer <32 hex digits>' },
  unknown_key: { status: 401, code: 'unknown_key', detail: 'the key is unknown, revoked or expired' },
  no_right: { status: 403, code: 'no_right', detail: 'the key does not carry the right for this call' },
};

export const CROSS_ORIGIN: Problem = {
  status: 403,
  code: 'cross_origin',
  detail: 'a session of the console is for its own pages: ask from there, or with a key',
};

export const OWN_DOOR: Door = {
  stage: 'headers',
  credential: (request) => (isForged(request) ? null : (bearer(request) ?? sessionCookie(request))),
  deny(reply, denial) {
    const problem = isForged(reply.request) ? CROSS_ORIGIN : DENIALS[denial];
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="milepost"');
    return sendProblem(reply, problem);
  },
};

function bearer({ headers }: FastifyRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** A browser brought the cookie along for a page that is not ours. */
function isForged(request: FastifyRequest): boolean {
  const isByCookie = request.headers.authorization === undefined && sessionCookie(request) !== null;
  return isByCookie && !isFromOurPage(request);
}

/** A route of this API: the right it asks for, and what it takes. */
export function asking(
  scope: Right,
  schema: FastifySchema = {},
): { config: { access: Access }; schema: FastifySchema } {
  return { config: { access: { kind: 'key', scope, door: OWN_DOOR } }, schema };
}
