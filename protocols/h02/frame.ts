/**
 * Finds H02 frames in a byte stream. Text frames begin with `*` and end with `#`. Binary ones have neither length nor end:
 * they end at one of the known lengths, where the next frame begins or the line goes quiet.
 */
import type { Framing } from '../protocol.ts';
import { BINARY_BYTES, CROSS, CROSS_BYTES, DOLLAR } from './layout.ts';

const STAR = 0x2a;
const HASH = 0x23;
const COMMA = 0x2c;
/** Texts carry lists of cells; the longest seen have some 300 bytes. */
export const FRAME_BYTES_MAX = 2048;
/** Line ends and blanks that some devices send behind a text frame. */
const BLANKS_MAX = 4;

type Certainty = 'yes' | 'no' | 'more';

export function frame(bytes: Buffer, offset: number, end: number, isOver = false): Framing {
  const start = behindBlanks(bytes, offset, end);
  if (start === end && !(isOver && start > offset)) return { kind: 'wait', needed: end - offset + 1 };
  switch (beginning(bytes, start, end)) {
    case 'no':
      return skipNoise(bytes, offset, start, end);
    case 'more':
      return { kind: 'wait', needed: end - offset + 1 };
    case 'yes':
      return bytes[start] === STAR
        ? frameText(bytes, offset, start, end)
        : frameBinary(bytes, offset, start, end, isOver);
  }
}

export function recognise(head: Uint8Array): Certainty {
  return head.length === 0 ? 'more' : beginning(head, 0, head.length);
}

function behindBlanks(bytes: Uint8Array, offset: number, end: number): number {
  let at = offset;
  while (at < end && at < offset + BLANKS_MAX && isBlank(bytes[at]!)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x20;
}

/** On to the next place where a frame begins, as far as its bytes are there. */
function skipNoise(bytes: Buffer, offset: number, start: number, end: number): Framing {
  let at = start + 1;
  while (at < end && beginning(bytes, at, end) === 'no') at++;
  return { kind: 'junk', start: offset, end: Math.min(at, end), code: 'junk' };
}

/** To the `#`. What is no text, or begins anew before it, was broken off. */
function frameText(bytes: Buffer, offset: number, start: number, end: number): Framing {
  const textEnd = Math.min(end, start + FRAME_BYTES_MAX);
  for (let at = start + 1; at < textEnd; at++) {
    const byte = bytes[at]!;
    if (byte === HASH) return { kind: 'frame', start, end: behindBlanks(bytes, at + 1, end) };
    if (byte === STAR) {
      const begins = beginning(bytes, at, end);
      if (begins === 'more') return { kind: 'wait', needed: end - offset + 1 };
      if (begins === 'yes') return { kind: 'junk', start: offset, end: at, code: 'junk' };
    } else if (byte < 0x20 || byte > 0x7e) {
      return skipNoise(bytes, offset, at - 1, end);
    }
  }
  if (end - start < FRAME_BYTES_MAX) return { kind: 'wait', needed: end - offset + 1 };
  return skipNoise(bytes, offset, start, end);
}

/** At the first known length behind which a frame begins; where none does, the shortest, and the rest is noise. */
function frameBinary(bytes: Buffer, offset: number, start: number, end: number, isOver: boolean): Framing {
  const lengths = bytes[start] === CROSS ? [CROSS_BYTES] : BINARY_BYTES;
  for (const length of lengths) {
    const at = start + length;
    if (at > end && !isOver) return { kind: 'wait', needed: at - offset };
    if (at > end) break;
    if (at === end && (isOver || length === lengths.at(-1))) return { kind: 'frame', start, end };
    if (at === end) return { kind: 'wait', needed: at - offset + 1 };
    const begins = beginning(bytes, at, end);
    if (begins === 'yes') return { kind: 'frame', start, end: at };
    if (begins === 'more' && !isOver) return { kind: 'wait', needed: end - offset + 1 };
  }
  const shortest = start + lengths[0]!;
  if (shortest > end) return { kind: 'wait', needed: shortest - offset };
  return { kind: 'frame', start, end: shortest };
}

function beginning(bytes: Uint8Array, at: number, end: number): Certainty {
  if (at >= end) return 'no';
  switch (bytes[at]) {
    case STAR:
      return textBegins(bytes, at, end);
    case DOLLAR:
    case CROSS:
      return binaryBegins(bytes, at, end);
    default:
      return 'no';
  }
}

/** `*`, two letters of the maker, a comma, and a number or nothing. `*ET,` is another protocol, EasyTrack. */
function textBegins(bytes: Uint8Array, at: number, end: number): Certainty {
  const shape = [isLetter, isLetter, isComma, isDigitOrComma];
  for (const [i, isRight] of shape.entries()) {
    if (at + 1 + i >= end) return 'more';
    if (!isRight(bytes[at + 1 + i]!)) return 'no';
  }
  return bytes[at + 1] === 0x45 && bytes[at + 2] === 0x54 ? 'no' : 'yes';
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isComma(byte: number): boolean {
  return byte === COMMA;
}

function isDigitOrComma(byte: number): boolean {
  return isComma(byte) || (byte >= 0x30 && byte <= 0x39);
}

/** Digits of an id, then of a time and a date that can be: 5 bytes of id as a rule, 8 in one form. */
function binaryBegins(bytes: Uint8Array, at: number, end: number): Certainty {
  const verdicts = [momentBegins(bytes, at, end, 5), momentBegins(bytes, at, end, 8)];
  return verdicts.includes('yes') ? 'yes' : verdicts.includes('more') ? 'more' : 'no';
}

/** Hour, minute, second, day, month, year; an unset clock says 0. */
const MOMENT_MAX = [23, 59, 59, 31, 12, 99];

function momentBegins(bytes: Uint8Array, at: number, end: number, idBytes: number): Certainty {
  for (let i = 1; i <= idBytes + MOMENT_MAX.length; i++) {
    if (at + i >= end) return 'more';
    const max = i <= idBytes ? 99 : MOMENT_MAX[i - idBytes - 1]!;
    // The last half byte of a long id is filling.
    const isFilled = idBytes === 8 && i === idBytes;
    if (!isFilled && !isDecimal(bytes[at + i]!, max)) return 'no';
  }
  return 'yes';
}

function isDecimal(byte: number, max: number): boolean {
  const [high, low] = [byte >> 4, byte & 0x0f];
  return high <= 9 && low <= 9 && high * 10 + low <= max;
}
