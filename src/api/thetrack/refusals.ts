/** Refusals of the line in TheTrack's words. */
import type { FastifyReply } from 'fastify';
import type { Refusal, RefusalCode } from '../../model/refusal.ts';
import { fault, NO_FIELD, sendDetail, sendFaults, sendNotFound } from '../rest/faults.ts';

const FIELDS: Partial<Readonly<Record<RefusalCode, string>>> = {
  tracker_not_found: 'driver_id',
  tracker_blocked: 'driver_id',
  already_bound: 'lookup_id',
};

export function sendRefusal(reply: FastifyReply, { code, message }: Refusal): FastifyReply {
  if (code === 'task_not_found') return sendNotFound(reply);
  if (code === 'storage_unavailable') {
    return sendDetail(reply, 503, 'Storage is not available, nothing was changed: try again.');
  }
  // The log says what it was.
  if (code === 'fault') return sendDetail(reply, 500, 'A server error occurred.');
  return sendFaults(reply, fault(FIELDS[code] ?? NO_FIELD, message));
}
