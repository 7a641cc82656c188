/** What the line refused, in Navixy's codes. */
import type { Refusal } from '../../model/refusal.ts';
import { type ErrorCode, type Failure, failure, invalid } from './errors.ts';

/** The model's words for what a caller got wrong, in the wire's. */
const PARAMETERS: Readonly<Record<string, string>> = {
  label: 'task.label',
  description: 'task.description',
  externalId: 'task.external_id',
  zone: 'task.location',
  fromMs: 'task.from',
  toMs: 'task.to',
  maxDelayMs: 'task.max_delay',
  minStayMs: 'task.min_stay_duration',
  minArrivalMs: 'task.min_arrival_duration',
  trackerId: 'tracker_id',
};

/** `unknownTracker`: task/create documents 201 for it, task/assign 204. */
export function refusalFailure(refusal: Refusal, unknownTracker: ErrorCode = 201): Failure {
  switch (refusal.code) {
    case 'task_not_found':
      return failure(201);
    case 'tracker_not_found':
      return failure(unknownTracker);
    case 'tracker_blocked':
      return failure(208);
    case 'task_state':
    case 'not_in_zone':
      return failure(255);
    case 'form_not_wanted':
    case 'field_not_found':
    case 'file_not_found':
      return failure(201);
    case 'form_exists':
      return failure(247);
    case 'field_type':
      return failure(231);
    case 'file_state':
      return failure(269);
    case 'file_too_large':
      return failure(271);
    case 'too_many_files':
      return failure(267);
    case 'file_quota':
      return failure(268);
    case 'imei_taken':
      return failure(224);
    case 'record_not_found':
      return failure(201);
    case 'too_many_records':
      return failure(267);
    case 'already_bound':
      return failure(247);
    case 'storage_unavailable':
      return failure(14);
    case 'command_not_found':
    case 'command_state':
    case 'too_many_commands':
    case 'no_device':
    case 'fault':
      // No call of this dialect leads to a command.
      return failure(6);
    case 'invalid':
      return invalid([{ parameter: wireName(refusal.parameter), error: refusal.message }]);
  }
}

function wireName(parameter: string | undefined): string {
  return parameter === undefined ? 'task' : (PARAMETERS[parameter] ?? parameter);
}
