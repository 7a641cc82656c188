/** Bodies of requests: JSON, and forms where a client sends them, whatever their content type says. */
import type { FastifyInstance } from 'fastify';

/** In this part of the app `request.body` is what JSON said; of a form its fields as texts; null = there was none. */
export function readBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body.toString())));
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else parse(request, body.toString(), (error, value) => done(error ?? depthFault(value), value));
  });
}

/** Of lists and objects in each other: deeper ones cannot be written back as text without running out of stack. */
const DEPTH_MAX = 64;

function depthFault(body: unknown): Error | null {
  let level: readonly unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) {
      const message = `Expected a body that is nested at most ${DEPTH_MAX} deep.`;
      return Object.assign(new Error(message), { statusCode: 400 });
    }
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return null;
}
