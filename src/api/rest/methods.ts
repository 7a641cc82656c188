/** What a known path does not take is 405 with the methods that it does, not 404. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { sendDetail } from './faults.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** To be called before routes are added; the returned function adds the answers for the methods that they lack. */
export function watchMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  let isOver = false;
  app.addHook('onRoute', ({ method, url }) => {
    if (isOver) return;
    const methods = known.get(url) ?? new Set<string>();
    for (const each of [method].flat()) methods.add(each);
    known.set(url, methods);
  });
  return () => {
    isOver = true;
    for (const [url, methods] of known) {
      const missing = METHODS.filter((method) => !methods.has(method));
      const refuse = refusing([...methods].join(', '));
      // Nothing is told but what the API's document says anyway.
      if (missing.length > 0) {
        app.route({ method: missing, url, config: { access: { kind: 'open' } }, handler: refuse });
      }
    }
  };
}

function refusing(allowed: string): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async ({ method }, reply) => {
    reply.header('allow', allowed);
    return sendDetail(reply, 405, `Method "${method}" not allowed.`);
  };
}
