/** Plays a recorded talk into a gateway and holds every answer against the recorded one, byte for byte. */
import type { Talk, TalkStep } from './talk.ts';
import { Wire } from './wire.ts';

export interface ReplayOptions {
  readonly host: string;
  readonly port: number;
  /** 1 = as slow as it was recorded, 10 = ten times faster, null = as fast as the gateway answers. */
  readonly speed: number | null;
  /** Whether the gateway's clock stands at the talk's; else the time in a time answer is not compared. */
  readonly isClockPinned: boolean;
  /** How long an answer may take. */
  readonly patienceMs: number;
  readonly stopwatch: () => number;
}

export interface ReplayResult {
  /** Chunks said, and answers that were as recorded. */
  readonly said: number;
  readonly answered: number;
  /** The first answer that differs, in words; null = none did. */
  readonly difference: string | null;
}

/** Rejects only when nobody listens; a gateway that hangs up early is a difference. */
export async function replay(talk: Talk, options: ReplayOptions): Promise<ReplayResult> {
  const startMs = options.stopwatch();
  const counts = { said: 0, answered: 0 };
  let wire: Wire | null = null;
  let difference: string | null = null;
  try {
    for (const step of talk.steps) {
      if (options.speed !== null) await pause(startMs + step.atMs / options.speed - options.stopwatch());
      if (step.kind === 'connect') {
        if (wire !== null) difference = await surplus(wire, step.line, options);
        wire = await Wire.open(options.host, options.port);
      } else if (step.kind === 'say') {
        wire?.say(step.bytes);
        counts.said++;
      } else if (wire !== null) {
        difference = await compare(wire, step, options);
        counts.answered += difference === null ? 1 : 0;
      }
      if (difference !== null) return { ...counts, difference };
    }
    if (wire !== null) difference = await surplus(wire, talk.steps.at(-1)?.line ?? 0, options);
    return { ...counts, difference };
  } finally {
    wire?.destroy();
  }
}

async function compare(
  wire: Wire,
  step: TalkStep & { kind: 'expect' },
  options: ReplayOptions,
): Promise<string | null> {
  const expected = step.bytes;
  const received = await wire.hear(expected.length, options.patienceMs);
  const count = Math.max(expected.length, received.length);
  const ignored = options.isClockPinned ? NOTHING_IGNORED : timeBytes(expected);
  for (let i = 0; i < count; i++) {
    if (expected[i] !== received[i] && !ignored.has(i)) return describe(step.line, expected, received, i);
  }
  return null;
}

async function surplus(wire: Wire, line: number, options: ReplayOptions): Promise<string | null> {
  const left = await wire.finish(options.patienceMs);
  return left.length === 0 ? null : describe(line, Buffer.alloc(0), left.subarray(0, 256), 0);
}

function describe(line: number, expected: Buffer, received: Buffer, at: number): string {
  const what = received.length === 0 ? 'no answer' : `answer differs at byte ${at + 1}`;
  const show = (bytes: Buffer): string => (bytes.length === 0 ? '(nothing)' : bytes.toString('hex'));
  return [
    `line ${line}: ${what}`,
    `  expected ${show(expected)}`,
    `  received ${show(received)}`,
    `           ${' '.repeat(at * 2)}^^`,
  ].join('\n');
}

const NOTHING_IGNORED: ReadonlySet<number> = new Set();
/** GT06 time answer: 78 78 0B 8A, six bytes of time, serial, checksum, 0D 0A. */
const TIME_ANSWER_HEAD = Buffer.from('78780b8a', 'hex');
const TIME_ANSWER_CLOCK_BYTES: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 12, 13]);

/** Which bytes follow from the gateway's clock. */
function timeBytes(expected: Buffer): ReadonlySet<number> {
  const isTimeAnswer = expected.length === 16 && expected.subarray(0, 4).equals(TIME_ANSWER_HEAD);
  return isTimeAnswer ? TIME_ANSWER_CLOCK_BYTES : NOTHING_IGNORED;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
