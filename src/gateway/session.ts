/**
 * What a connection may do: a pure table of (session, what was decoded) -> what is to happen.
 * A connection is a stranger until a login, or a frame that names its device, is admitted; every later frame belongs to
 * the last of these.
 */
import type { Malformed, Message } from '../../protocols/protocol.ts';
import type { Admission } from '../intake/intake.ts';

/** Logged in as this tracker. */
export interface OpenSession {
  readonly kind: 'open';
  readonly imei: string;
  readonly trackerId: number;
}

export type Session =
  /** Nobody has logged in yet: nothing is listened to but what says who it is. */
  { readonly kind: 'stranger' } | OpenSession;

export type Decision =
  /** Nothing to keep and nothing to answer. */
  | { readonly kind: 'ignore' }
  /** Ask the line whether this device is let in; what the frame holds besides is its tracker's. */
  | { readonly kind: 'admit'; readonly imei: string }
  /** Hand the frame to the line as this tracker's; it is answered when it is settled. */
  | { readonly kind: 'submit'; readonly trackerId: number }
  /** Count it, answer nothing, go on. */
  | { readonly kind: 'refuse'; readonly reason: string }
  /** Refuse in the protocol's own way, then close. */
  | { readonly kind: 'turn_away'; readonly reason: string };

export type Welcome =
  | { readonly kind: 'welcome'; readonly session: OpenSession }
  | (Decision & { readonly kind: 'turn_away' });

export const STRANGER: Session = { kind: 'stranger' };

export function decide(session: Session, decoded: Message | Malformed): Decision {
  switch (decoded.kind) {
    case 'login':
      // Also on an open session: devices log in again at will, and are answered again.
      return decoded.imei === null ? turnAway('bad_imei') : { kind: 'admit', imei: decoded.imei };
    case 'ping':
      return { kind: 'ignore' };
    case 'malformed':
      return decideMalformed(session, decoded);
    case 'records':
    case 'location':
    case 'heartbeat':
    case 'alarm':
    case 'status':
    case 'time_request':
    case 'command_response':
    case 'command':
    case 'unknown':
      return isNewcomer(session, decoded.imei)
        ? { kind: 'admit', imei: decoded.imei }
        : submitOr(session, 'data_before_login');
  }
}

/** Of protocols whose every frame names the device: the first one opens the session, and so does one of another device. */
function isNewcomer(session: Session, imei: string | null): imei is string {
  return imei !== null && !(session.kind === 'open' && session.imei === imei);
}

/** Engine rules, section 8: wrong checksum, nothing; right checksum but unreadable, kept raw and acknowledged. */
function decideMalformed(session: Session, malformed: Malformed): Decision {
  if (malformed.code === 'bad_imei') return turnAway('bad_imei');
  if (!malformed.isGenuine) return { kind: 'refuse', reason: malformed.code };
  return submitOr(session, malformed.code);
}

function submitOr(session: Session, reason: string): Decision {
  return session.kind === 'open' ? { kind: 'submit', trackerId: session.trackerId } : { kind: 'refuse', reason };
}

function turnAway(reason: string): Decision & { readonly kind: 'turn_away' } {
  return { kind: 'turn_away', reason };
}

/** What the line's word on a login means for the connection. `isTaken`: another session holds that tracker. */
export function decideAdmission(imei: string, admission: Admission, isTaken: boolean): Welcome {
  switch (admission.kind) {
    case 'admitted':
      if (isTaken) return turnAway('taken');
      return { kind: 'welcome', session: { kind: 'open', imei, trackerId: admission.tracker.id } };
    case 'pending':
    case 'rejected':
      return turnAway(admission.kind);
  }
}

/**
 * Whether the answer to this frame is a receipt, on which the device deletes what it sent: only given for what is
 * durable. The others only keep the link alive and are given even while storage fails (engine rules, section 8).
 */
export function isReceipt(decoded: Message | Malformed): boolean {
  return decoded.kind !== 'heartbeat' && decoded.kind !== 'time_request' && decoded.kind !== 'login';
}
