/**
 * What devices and the gateway say to each other, byte for byte, of trackers that somebody asked about: bounded in memory,
 * gone with the process. Written as a talk, which `milepost replay` plays and `milepost decode` reads.
 */

type Direction = 'connect' | 'say' | 'answer';

interface Line {
  readonly atMs: number;
  readonly direction: Direction;
  readonly hex: string;
}

interface Capture {
  readonly trackerId: number;
  readonly startMs: number;
  /** A talk that begins within a connection has no login. */
  readonly lines: Line[];
  untilMs: number;
  bytes: number;
  isFull: boolean;
}

/** Trackers at once, those included of which a talk is kept; the oldest that has ended gives way. */
export const CAPTURES_MAX = 20;
/** Of one tracker; what comes after is not taken down. */
export const CAPTURE_BYTES_MAX = 262_144;
const CAPTURE_LINES_MAX = 10_000;

const SIGNS: Readonly<Record<Direction, string>> = { connect: '~', say: '> ', answer: '< ' };

export class Captures {
  readonly #now: () => number;
  /** In the order of their beginning. */
  readonly #captures = new Map<number, Capture>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What was taken down before is kept. false = there are too many. */
  start(trackerId: number, untilMs: number): boolean {
    const known = this.#captures.get(trackerId);
    if (known !== undefined && this.has(trackerId)) {
      known.untilMs = untilMs;
      return true;
    }
    this.#captures.delete(trackerId);
    if (this.#captures.size >= CAPTURES_MAX && !this.#forgetOne()) return false;
    const startMs = this.#now();
    this.#captures.set(trackerId, { trackerId, startMs, lines: [], untilMs, bytes: 0, isFull: false });
    return true;
  }

  stop(trackerId: number): void {
    const capture = this.#captures.get(trackerId);
    if (capture !== undefined) capture.untilMs = Math.min(capture.untilMs, this.#now());
  }

  /** Whether it is captured at this moment. Asked for every read, so it costs nothing where there is no capture. */
  has(trackerId: number): boolean {
    if (this.#captures.size === 0) return false;
    const capture = this.#captures.get(trackerId);
    return capture !== undefined && this.#now() < capture.untilMs;
  }

  untilMs(trackerId: number): number | null {
    return this.has(trackerId) ? this.#captures.get(trackerId)!.untilMs : null;
  }

  note(trackerId: number, direction: Direction, bytes: Uint8Array): void {
    const capture = this.has(trackerId) ? this.#captures.get(trackerId)! : null;
    if (capture === null || capture.isFull) return;
    if (capture.bytes + bytes.length > CAPTURE_BYTES_MAX || capture.lines.length >= CAPTURE_LINES_MAX) {
      capture.isFull = true;
      return;
    }
    capture.bytes += bytes.length;
    // A copy: the socket's own memory is not held for it.
    capture.lines.push({ atMs: this.#now(), direction, hex: Buffer.from(bytes).toString('hex') });
  }

  /** null = nothing is kept of it. */
  talk(trackerId: number): string | null {
    const capture = this.#captures.get(trackerId);
    return capture === undefined ? null : talkOf(capture);
  }

  #forgetOne(): boolean {
    const ended = [...this.#captures.keys()].find((trackerId) => !this.has(trackerId));
    return ended !== undefined && this.#captures.delete(ended);
  }
}

function talkOf({ trackerId, startMs, lines, isFull }: Capture): string {
  const head = [`source: captured of tracker ${trackerId}`, `clock: ${new Date(startMs).toISOString()}`, ''];
  if (lines[0] !== undefined && lines[0].direction !== 'connect') {
    head.push('# The connection was open already: its login is not part of this.');
  }
  const body: string[] = [];
  let saidMs = -1;
  for (const { atMs, direction, hex } of lines) {
    // A clock that was set back does not turn a talk around.
    const sinceMs = Math.max(saidMs, atMs - startMs, 0);
    if (sinceMs > saidMs) body.push(`@ ${sinceMs}`);
    saidMs = sinceMs;
    body.push(`${SIGNS[direction]}${hex}`);
  }
  const end = isFull
    ? [`# Full: what came after ${CAPTURE_BYTES_MAX} bytes or ${CAPTURE_LINES_MAX} lines is missing.`]
    : [];
  return `${[...head, ...body, ...end].join('\n')}\n`;
}
