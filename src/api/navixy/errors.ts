/** Navixy's error codes: text and HTTP status, as its user API documents them under "Error codes". */

const BAD_REQUEST = 400;

/** [text, HTTP status]; all codes that the calls on tasks, trackers and keys document. */
const ERRORS = {
  1: ['Database error', 500],
  2: ['Service Auth error', 403],
  3: ['Wrong hash', BAD_REQUEST],
  4: ['User or API key not found or session ended', BAD_REQUEST],
  5: ['Wrong request format', BAD_REQUEST],
  6: ['Unexpected error', 500],
  7: ['Invalid parameters', BAD_REQUEST],
  8: ['Queue service error, try again later', 503],
  9: ['Too large request', 412],
  11: ['Access denied', 403],
  13: ['Operation not permitted', 403],
  14: ['Database unavailable', 503],
  15: ['Too many requests (rate limit exceeded)', 429],
  101: ['In demo mode this function is disabled', 403],
  102: ['Wrong login or password', BAD_REQUEST],
  111: ['Wrong handler', BAD_REQUEST],
  112: ['Wrong method', BAD_REQUEST],
  201: ['Not found in the database', BAD_REQUEST],
  204: ['Entity not found', 404],
  208: ['Device blocked', 403],
  210: ['Geocoding failed', BAD_REQUEST],
  211: ['Requested time span is too big', BAD_REQUEST],
  212: ['Requested limit is too big', BAD_REQUEST],
  217: ['List contains nonexistent entities', BAD_REQUEST],
  224: ['Device ID already in use', BAD_REQUEST],
  231: ['Entity type mismatch', 409],
  236: ['Feature unavailable due to tariff restrictions', 402],
  233: ['No data file', BAD_REQUEST],
  242: ['There were errors during content validation', BAD_REQUEST],
  247: ['Entity already exists', 409],
  255: ['Invalid task state', BAD_REQUEST],
  263: ['No change needed, old and new values are the same', BAD_REQUEST],
  264: ['Timeout not reached', 403],
  267: ['Too many entities', BAD_REQUEST],
  268: ['Over quota', 402],
  269: ['Invalid file state', BAD_REQUEST],
  271: ['File over max size', 413],
} as const satisfies Record<number, readonly [string, number]>;

export type ErrorCode = keyof typeof ERRORS;

/** One parameter at fault: its dotted path, and what it must be. */
export interface Fault {
  readonly parameter: string;
  readonly error: string;
}

/** One field of a form at fault; the code is of a table of its own. */
interface ValueErrorWire {
  readonly field_id: string;
  readonly code: number;
  readonly error: string;
}

export interface Failure {
  readonly kind: 'failure';
  readonly code: ErrorCode;
  /** With code 7 only: every fault of the request; with 242, of what a form is filled in with. */
  readonly errors?: readonly (Fault | ValueErrorWire)[];
}

export function failure(code: ErrorCode): Failure {
  return { kind: 'failure', code };
}

export function invalid(errors: readonly Fault[]): Failure {
  return { kind: 'failure', code: 7, errors };
}

export function httpStatusOf(code: ErrorCode): number {
  return ERRORS[code][1];
}

export function failureBody({ code, errors }: Failure): object {
  const body = { success: false, status: { code, description: ERRORS[code][0] } };
  return errors === undefined ? body : { ...body, errors };
}

/** Every code with its text and HTTP status, in ascending order. */
export function errorTable(): readonly { readonly code: number; readonly text: string; readonly status: number }[] {
  return Object.entries(ERRORS).map(([code, [text, status]]) => ({ code: Number(code), text, status }));
}
