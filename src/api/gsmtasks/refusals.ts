/** What the model refuses, in the words of this dialect. */
import type { FastifyReply } from 'fastify';
import type { Refusal, RefusalCode } from '../../model/refusal.ts';
import { type Faults, fault, NO_FIELD, sendDetail, sendFaults, sendNotFound } from '../rest/faults.ts';

/** Fields that a refusal is about, where it is about one. */
const FIELDS: Partial<Record<RefusalCode, string>> = { tracker_not_found: 'assignee', tracker_blocked: 'assignee' };

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.code === 'task_not_found') return sendNotFound(reply);
  if (refusal.code === 'storage_unavailable') {
    return sendDetail(reply, 503, 'Storage is not available, nothing was changed: try again.');
  }
  if (refusal.code === 'fault') return sendDetail(reply, 500, 'A server error occurred.');
  return sendFaults(reply, faultsOfRefusal(refusal));
}

function faultsOfRefusal({ code, message }: Refusal): Faults {
  return fault(FIELDS[code] ?? NO_FIELD, message);
}
