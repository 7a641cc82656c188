/** Errors of `/api/*`: problem details by RFC 9457, with a code for programs and every parameter at fault. */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Refusal, RefusalCode } from '../../model/refusal.ts';

/** One parameter at fault: what was received (absent = nothing) and what is expected. */
export interface ParameterFault {
  readonly parameter: string;
  readonly received?: unknown;
  readonly expected: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ParameterFault[];
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, code, detail, errors } = problem;
  const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail };
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(errors === undefined ? body : { ...body, errors }));
}

export function faultyParameters(errors: readonly ParameterFault[]): Problem {
  return { status: 400, code: 'invalid', detail: errors.map(faultText).join('; '), errors };
}

const REFUSAL_STATUSES: Readonly<Record<RefusalCode, number>> = {
  task_not_found: 404,
  tracker_not_found: 404,
  tracker_blocked: 409,
  task_state: 409,
  not_in_zone: 409,
  form_not_wanted: 409,
  form_exists: 409,
  field_not_found: 404,
  field_type: 409,
  file_not_found: 404,
  file_state: 409,
  file_too_large: 413,
  too_many_files: 409,
  file_quota: 409,
  imei_taken: 409,
  record_not_found: 404,
  too_many_records: 409,
  already_bound: 409,
  command_not_found: 404,
  command_state: 409,
  too_many_commands: 409,
  no_device: 409,
  invalid: 400,
  storage_unavailable: 503,
  fault: 500,
};

export function refusalProblem(refusal: Refusal): Problem {
  return { status: REFUSAL_STATUSES[refusal.code], code: refusal.code, detail: refusal.message };
}

export function notFound(code: RefusalCode, detail: string): Problem {
  return { status: 404, code, detail };
}

export function notFoundRoute(method: string, path: string): Problem {
  return { status: 404, code: 'not_found', detail: `there is nothing at ${method} ${path}; /docs tells what there is` };
}

/** What went wrong before or beneath a route: its status says whose fault it was, its message stays inside if it was ours. */
export function failureProblem(status: number, message: string): Problem {
  if (status >= 500) return { status, code: 'fault', detail: 'an unexpected error; the log of the gateway says more' };
  return { status, code: 'bad_request', detail: message };
}

export const STORAGE_PROBLEM: Problem = {
  status: 503,
  code: 'storage_unavailable',
  detail: 'storage does not take writes or answer reads; /readyz says why',
};

export const BUSY_PROBLEM: Problem = {
  status: 503,
  code: 'busy',
  detail: 'too many searches are waiting, or the gateway is closing; try again in a moment',
};

const SHOWN_MAX = 80;

function faultText({ parameter, received, expected }: ParameterFault): string {
  if (received === undefined) return `${parameter} is missing, expected ${expected}`;
  return `${parameter} is ${JSON.stringify(received).slice(0, SHOWN_MAX)}, expected ${expected}`;
}
