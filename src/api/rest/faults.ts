/** Failures as Django REST Framework words them, which GSMtasks and TheTrack are made with. */
import type { FastifyReply } from 'fastify';

/** By field; nested as the body is. An item of a list that is in order is `{}`. */
export interface Faults {
  readonly [field: string]: readonly string[] | Faults | readonly Faults[];
}

/** Where a fault is about no field. */
export const NO_FIELD = 'non_field_errors';

export function fault(field: string, ...words: readonly string[]): Faults {
  return { [field]: words };
}

export function sendFaults(reply: FastifyReply, faults: Faults | readonly Faults[]): FastifyReply {
  return reply.code(400).send(faults);
}

/** A failure that is about the request as a whole. */
export function sendDetail(reply: FastifyReply, status: number, detail: string): FastifyReply {
  return reply.code(status).send({ detail });
}

export function sendNotFound(reply: FastifyReply): FastifyReply {
  return sendDetail(reply, 404, 'Not found.');
}
