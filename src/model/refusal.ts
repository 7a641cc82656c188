/** What a caller did wrong, as a value. Each dialect words these in its own way. */

export type RefusalCode =
  | 'task_not_found'
  | 'tracker_not_found'
  | 'tracker_blocked'
  | 'task_state'
  /** The form is only taken inside the zone, and the tracker is not known to be there. */
  | 'not_in_zone'
  | 'form_not_wanted'
  | 'form_exists'
  /** The form has no such field. */
  | 'field_not_found'
  /** A field that is not answered with files. */
  | 'field_type'
  | 'file_not_found'
  /** It does not wait to be uploaded: it has been, is being, or its time is over. */
  | 'file_state'
  | 'file_too_large'
  | 'too_many_files'
  /** All files together take as much as they may. */
  | 'file_quota'
  | 'command_not_found'
  /** The command is not queued any more. */
  | 'command_state'
  | 'too_many_commands'
  /** A tracker without IMEI. */
  | 'no_device'
  | 'invalid'
  | 'imei_taken'
  /** Of people, vehicles, tags and the like. */
  | 'record_not_found'
  | 'too_many_records'
  /** Somebody or something else has that tracker. */
  | 'already_bound'
  | 'storage_unavailable'
  /** A fault of ours; logged. */
  | 'fault';

export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** The parameter at fault in the model's words, where one is. */
  readonly parameter?: string;
  /** Names the value received and the thing expected. */
  readonly message: string;
}

export function refuse(code: RefusalCode, message: string, parameter?: string): Refusal {
  return parameter === undefined ? { kind: 'refused', code, message } : { kind: 'refused', code, message, parameter };
}
