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
    else parse(request, body.toString(), done);
  });
}
