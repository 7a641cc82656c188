/** Log lines about what peers do wrong: some per minute over all connections, the others only counted. */

/** The part of a pino logger that the gateway uses. */
export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const MINUTE_MS = 60_000;
/** Enough to recognise what was sent, not enough to fill a disk. */
const HEX_BYTES_MAX = 128;

export class Complaints {
  readonly #log: Log;
  readonly #perMinuteMax: number;
  #written = 0;
  #suppressed = 0;
  #minuteMs = 0;

  constructor(log: Log, perMinuteMax: number) {
    this.#log = log;
    this.#perMinuteMax = perMinuteMax;
  }

  write(details: object, bytes: Uint8Array, message: string): void {
    if (this.#written >= this.#perMinuteMax) {
      this.#suppressed += 1;
      return;
    }
    this.#written += 1;
    this.#log.warn({ ...details, bytes: bytes.length, hex: hexOf(bytes) }, message);
  }

  /** Time passes: every full minute there is room for new lines, and the suppressed ones are told as a number. */
  age(elapsedMs: number): void {
    this.#minuteMs += elapsedMs;
    if (this.#minuteMs < MINUTE_MS) return;
    if (this.#suppressed > 0) {
      this.#log.warn({ suppressed: this.#suppressed }, 'complaints about broken input were not logged one by one');
    }
    this.#minuteMs = 0;
    this.#written = 0;
    this.#suppressed = 0;
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, HEX_BYTES_MAX)).toString('hex');
}
