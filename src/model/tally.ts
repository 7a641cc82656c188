import { Distribution } from './distribution.ts';

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
  /** How long each commit took, ms, and how many frames it took in. */
  readonly commitMs: Distribution;
  readonly commitFrames: Distribution;
  commitsFailed: number;
  /** From the read of a frame's last byte to the write of its answer, ms. */
  readonly ackMs: Distribution;
  fixesLate: number;
  derivations: number;
  transitions: number;
  revisions: number;
  /** Commands to devices by the state they came to. */
  deviceCommands: Record<string, number>;
  /** Answers of devices that no command waited for. */
  commandAnswersUnclaimed: number;
  /** Requests to webhooks by what came of them: taken, refused, timeout, unreachable, forbidden, fault. */
  deliveries: Record<string, number>;
  /** Fixes that were forwarded, and rows of the journal that retention took before they were, by broker. */
  forwarded: Record<string, number>;
  forwardingMissed: Record<string, number>;
  /** Clients of the live stream that were let go because they did not read. */
  streamsDropped: number;
  /** HTTP connections over the limit, and requests turned away at the door, by reason. */
  httpRefused: Record<string, number>;
}

/** Upper bounds of what is told apart. */
const LATENCY_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const COMMIT_FRAMES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

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
    commitMs: new Distribution(LATENCY_MS),
    commitFrames: new Distribution(COMMIT_FRAMES),
    commitsFailed: 0,
    ackMs: new Distribution(LATENCY_MS),
    fixesLate: 0,
    derivations: 0,
    transitions: 0,
    revisions: 0,
    deviceCommands: {},
    commandAnswersUnclaimed: 0,
    deliveries: {},
    forwarded: {},
    forwardingMissed: {},
    streamsDropped: 0,
    httpRefused: {},
  };
}

/** Adds one (or n) under a reason. */
export function countReason(counts: Record<string, number>, reason: string, n = 1): void {
  counts[reason] = (counts[reason] ?? 0) + n;
}
