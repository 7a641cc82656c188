/** A dialect's requests are counted: what is too many is refused before anything is done, in the dialect's own words. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from './access.ts';
import type { Throttle } from './throttle.ts';

const RETRY_S = 1;

/** By address before anything is read, and by key once it is known; the sessions of a key have a count of their own. */
export function limitRequests(
  app: FastifyInstance,
  throttle: Throttle,
  now: () => number,
  refuse: (reply: FastifyReply) => FastifyReply,
): void {
  const limit = (subjectOf: (request: FastifyRequest) => string | null) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const subject = subjectOf(request);
      if (subject === null || throttle.admits(subject, now())) return;
      return refuse(reply.header('retry-after', RETRY_S));
    };
  };
  app.addHook(
    'onRequest',
    limit((request) => `address ${addressOf(request)}`),
  );
  app.addHook(
    'preHandler',
    limit(({ caller }) => caller && `${caller.session === null ? 'key' : 'session'} ${caller.keyName}`),
  );
}
