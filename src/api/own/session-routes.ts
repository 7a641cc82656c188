/** Sessions of the console: in with a key, or with a token that works once; who one is; out again. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, mayAsk, type OpenedSession, SCOPES } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import { addressOf } from '../access.ts';
import { clearSessionCookie, isFromOtherPage, setSessionCookie } from './cookie.ts';
import { asking, CROSS_ORIGIN } from './door.ts';
import { FORGIVE_MS, watchLogins } from './login-watch.ts';
import { type Problem, sendProblem } from './problem.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

export interface SessionDesk {
  readonly operations: Operations;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** How much faster than the wall it goes; absent = as fast. */
  readonly clockFactor?: number;
}

type Login = { readonly key?: string; readonly token?: string };

const WRONG_KEY: Problem = { status: 401, code: 'unknown_key', detail: 'the key is unknown, revoked or expired' };
const WRONG_TOKEN: Problem = {
  status: 401,
  code: 'unknown_token',
  detail: 'the link was used, is older than ten minutes, or is of an earlier start: log in with a key',
};
const TOO_MANY: Problem = {
  status: 429,
  code: 'too_many_logins',
  detail: 'too many logins from this address went wrong: wait a minute',
};
const NO_SESSION: Problem = {
  status: 409,
  code: 'no_session',
  detail: 'a key was shown, which does not end: revoke it',
};
const RETRY_S = FORGIVE_MS / 1000;

export function addSessionRoutes(app: FastifyInstance, desk: SessionDesk): void {
  const { operations, now } = desk;
  const watch = watchLogins();
  app.post<{ Body: Login }>(
    '/api/session',
    {
      config: { access: { kind: 'open' } },
      schema: { summary: 'Logs in to the console', body: schemas.LOGIN, gives: { 200: shapes.SESSION } },
    },
    async (request, reply) => {
      const address = addressOf(request);
      if (isFromOtherPage(request)) return sendProblem(reply, CROSS_ORIGIN);
      if (watch.isBarred(address, now())) return sendProblem(reply.header('retry-after', RETRY_S), TOO_MANY);
      const opened = openSession(request.body, operations);
      if (opened === null) {
        watch.noteFailure(address, now());
        return sendProblem(reply, request.body.key === undefined ? WRONG_TOKEN : WRONG_KEY);
      }
      setSessionCookie(reply, opened.session);
      return sessionView(opened.caller, desk);
    },
  );
  app.get(
    '/api/session',
    asking('anyone', { summary: 'Tells who is asking', gives: { 200: shapes.SESSION } }),
    async (request) => sessionView(callerOf(request), desk),
  );
  app.delete(
    '/api/session',
    asking('anyone', { summary: 'Logs out of the console', gives: { 204: '' } }),
    async (request, reply) => {
      if (!operations.closeSession(callerOf(request))) return sendProblem(reply, NO_SESSION);
      return clearSessionCookie(reply).code(204).send();
    },
  );
}

function openSession({ key, token }: Login, operations: Operations): OpenedSession | null {
  return key === undefined ? operations.openSessionByToken(token ?? '') : operations.openSessionByKey(key);
}

/** The door let nobody in without one. */
function callerOf({ caller }: FastifyRequest): Caller {
  return caller!;
}

/** With every right that those of the key bring along: who reads this needs no table of them. */
function sessionView(caller: Caller, { now, clockFactor = 1 }: SessionDesk): object {
  const scopes = caller.scopes.includes('*') ? ['*'] : SCOPES.filter((scope) => mayAsk(caller, scope));
  return { keyName: caller.keyName, scopes, clockFactor, now: new Date(now()).toISOString() };
}
