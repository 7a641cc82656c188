/**
 * What the line has counted since start; `/metrics` shows all of it. Rooms add to it, nobody subtracts.
 * Conservation: records received = stored + duplicates + refused (each with its reason).
 */
export interface Tally {
  connectionsOpened: number;
  connectionsClosed: number;
  /** By reason: limit, per_address, login_deadline, idle, replaced, unknown_protocol, lost_framing, ... */
  connectionsRefused: Record<string, number>;
  bytesReceived: number;
  framesReceived: number;
  /** By MalformedCode or session refusal (data_before_login, ...). */
  framesRefused: Record<string, number>;
  junkBytes: number;
  recordsReceived: number;
  recordsStored: number;
  recordsDuplicate: number;
  /** By reason: storage_failed, expired (acknowledged all the same), ... */
  recordsRefused: Record<string, number>;
  /** Stored records that are no evidence, by Invalidity. */
  fixesInvalid: Record<string, number>;
  logins: number;
  /** By reason: pending, rejected, bad_imei. */
  loginsRefused: Record<string, number>;
  acknowledged: number;
  commits: number;
  commitsFailed: number;
  /** Sum over commits, ms. */
  commitMs: number;
  fixesLate: number;
  derivations: number;
  transitions: number;
  revisions: number;
}

export function emptyTally(): Tally {
  return {
    connectionsOpened: 0,
    connectionsClosed: 0,
    connectionsRefused: {},
    bytesReceived: 0,
    framesReceived: 0,
    framesRefused: {},
    junkBytes: 0,
    recordsReceived: 0,
    recordsStored: 0,
    recordsDuplicate: 0,
    recordsRefused: {},
    fixesInvalid: {},
    logins: 0,
    loginsRefused: {},
    acknowledged: 0,
    commits: 0,
    commitsFailed: 0,
    commitMs: 0,
    fixesLate: 0,
    derivations: 0,
    transitions: 0,
    revisions: 0,
  };
}

/** Adds one (or n) under a reason. */
export function countReason(counts: Record<string, number>, reason: string, n = 1): void {
  counts[reason] = (counts[reason] ?? 0) + n;
}
