/** Every limit of the gateway. Each has a stated effect when it is passed; what is passed is counted by name. */

export interface GatewayLimits {
  /** Open connections in all, and per peer address; one more is closed at once. */
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** New connections of one peer address per second, a burst apart (pace.ts); one more is closed at once. */
  readonly newConnectionsPerSecondMax: number;
  /** A connection without an admitted login after this time is closed. */
  readonly loginDeadlineMs: number;
  /** A session without a whole frame for this time is closed. */
  readonly idleTimeoutMs: number;
  /** After its last whole frame a session keeps its tracker for so long: other logins are refused. 0 = the newest wins. */
  readonly sessionHoldMs: number;
  /** Bytes that may wait for the rest of their frame before a login; one more and the connection is closed. */
  readonly strangerBytesMax: number;
  /** Frames of one connection that may be unsettled; then its socket is not read until some are settled. */
  readonly unsettledFramesMax: number;
  /** Frames of one tracker per second, a burst apart (pace.ts); then its socket is not read, and its datagrams are dropped. */
  readonly framesPerSecondMax: number;
  /** Bytes of answers that may wait for a device that does not read them; then its socket is not read either. */
  readonly unsentBytesMax: number;
  /** Frames refused, and bytes skipped, since the last good frame; one more and the connection is closed. */
  readonly refusedFramesMax: number;
  readonly junkBytesMax: number;
  /** Datagrams that may be unsettled, over all ports; one more is dropped, and its device sends it again. */
  readonly unsettledDatagramsMax: number;
  /** Datagrams per second of devices that were not let in yet; more are dropped unread. */
  readonly strangeDatagramsPerSecondMax: number;
  /** How long a closing connection may take to settle what it sent, take its answers and be closed by its peer. */
  readonly closingMs: number;
  /** Log lines about broken input per minute, over all connections; the others are only counted. */
  readonly complaintsPerMinuteMax: number;
  /** How long a device may take to answer a command; then it is given up, and the next one is sent. */
  readonly commandAnswerMs: number;
  /**
   * A device that has logged in delivers what it has kept before anything else. Commands wait until it has once said
   * nothing for so long, or until its session is so old.
   */
  readonly commandQuietMs: number;
  readonly commandHoldMs: number;
}

/**
 * Per address the limits are wide on purpose: a carrier's address translation puts a whole fleet behind one address, and
 * all of it comes back at once after a restart.
 */
export const DEFAULT_LIMITS: GatewayLimits = {
  connectionsMax: 50_000,
  connectionsPerAddressMax: 25_000,
  newConnectionsPerSecondMax: 500,
  loginDeadlineMs: 15_000,
  idleTimeoutMs: 30 * 60_000,
  sessionHoldMs: 0,
  strangerBytesMax: 2_048,
  unsettledFramesMax: 256,
  framesPerSecondMax: 1_000,
  unsentBytesMax: 65_536,
  refusedFramesMax: 50,
  junkBytesMax: 65_536,
  unsettledDatagramsMax: 4_096,
  strangeDatagramsPerSecondMax: 100,
  closingMs: 3_000,
  complaintsPerMinuteMax: 30,
  commandAnswerMs: 5 * 60_000,
  commandQuietMs: 2_000,
  commandHoldMs: 30_000,
};
