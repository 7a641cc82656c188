/** Taking down what a device and the gateway say to each other. Commands may hold passwords: it asks for their right. */
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../../operations/operations.ts';
import { asking } from './door.ts';
import { notFound, refusalProblem, sendProblem } from './problem.ts';
import { instantText } from './read.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

type IdParams = { readonly id: string };

const RIGHT = 'tracker_command';

export function addCaptureRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  app.post<{ Params: IdParams; Body: { readonly minutes: number } }>(
    '/api/trackers/:id/capture',
    asking(RIGHT, {
      summary: 'Takes down the bytes of a tracker for some minutes',
      params: schemas.ID_PARAMS,
      body: schemas.NEW_CAPTURE,
      gives: { 200: shapes.CAPTURE },
    }),
    async ({ params, body }, reply) => {
      const trackerId = Number(params.id);
      const outcome = operations.capture(trackerId, body.minutes);
      if (outcome.kind === 'refused') return sendProblem(reply, refusalProblem(outcome));
      return { trackerId, captureUntil: outcome.untilMs === null ? null : instantText(outcome.untilMs) };
    },
  );
  app.get<{ Params: IdParams }>(
    '/api/trackers/:id/capture',
    asking(RIGHT, {
      summary: 'What was taken down, as a talk for `milepost replay` and `milepost decode`',
      params: schemas.ID_PARAMS,
      gives: { 200: 'text/plain' },
    }),
    async ({ params: { id } }, reply) => {
      if (operations.readTracker(Number(id)) === null) {
        return sendProblem(reply, notFound('tracker_not_found', `there is no tracker ${id}`));
      }
      const talk = operations.captured(Number(id));
      if (talk === null) return sendProblem(reply, NOT_CAPTURED);
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="tracker-${Number(id)}.talk"`)
        .send(talk);
    },
  );
}

const NOT_CAPTURED = {
  status: 404,
  code: 'not_captured',
  detail: 'nothing of this tracker was taken down since the start: POST {"minutes": 10} here, and come back',
};
