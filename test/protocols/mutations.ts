/** Bytes that are nearly right: what wears, cuts and liars make of a good frame. */
import { encodeFrame } from '../../protocols/gt06/envelope.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import { encodeData } from '../../protocols/teltonika/envelope.ts';

/** Integers in [0, below). */
export type Random = (below: number) => number;

type Change = (bytes: Buffer, other: Buffer, random: Random) => Buffer;

const BYTES_MAX = 2_048;
const CHANGES_MAX = 4;
/** Ends of ranges, and what headers, stops and fields of the protocols begin and end with. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0d, 0x0a, 0x78, 0x79, 0x24, 0x58, ...Buffer.from('*#,;AV-.')];

const CHANGES: readonly Change[] = [
  (bytes, _, random) => put(bytes, random(bytes.length), (byte) => byte ^ (1 << random(8))),
  (bytes, _, random) => put(bytes, random(bytes.length), () => random(256)),
  (bytes, _, random) => put(bytes, random(bytes.length), () => TELLING[random(TELLING.length)]!),
  (bytes, _, random) => put(bytes, random(bytes.length), (byte) => byte + random(9) - 4),
  // Cut off, cut out, said twice, with something between, and with the tail of another.
  (bytes, _, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, _, random) => {
    const [start, end] = part(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, _, random) => {
    const [start, end] = part(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, _, random) => {
    const at = random(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: random(12) }, () => random(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  (bytes, other, random) =>
    Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]),
];

/** A few changes to a frame, now and then with its checksum made right again, so that more than the first check is met. */
export function mutant(protocol: Protocol, sample: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(sample);
  for (let n = 1 + random(CHANGES_MAX); n > 0; n--) bytes = CHANGES[random(CHANGES.length)]!(bytes, other, random);
  bytes = bytes.subarray(0, BYTES_MAX);
  return random(2) === 0 ? bytes : resealed(protocol, bytes, random);
}

/** The same with the length and the checksum that its content calls for, where the protocol has these. */
export function resealed(protocol: Protocol, frame: Buffer, random: Random): Buffer {
  switch (protocol.name) {
    case 'teltonika':
      return frame.length < 15 ? frame : encodeData(frame.subarray(8, -4));
    case 'gt06':
      if (frame.length < 11) return frame;
      return frame[0] === 0x79
        ? encodeFrame(frame[4]!, frame.subarray(5, -6), random(65_536), 'long')
        : encodeFrame(frame[3]!, frame.subarray(4, -6).subarray(0, 250), random(65_536));
    default:
      return frame;
  }
}

function put(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  copy[at] = change(copy[at]!);
  return copy;
}

/** A stretch of it, not longer than 32 bytes. */
function part(bytes: Buffer, random: Random): [number, number] {
  const start = random(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random(33))];
}
