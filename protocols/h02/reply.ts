/** What the device is answered. Positions need no answer by most documents; the kinds below are confirmed where they are known. */
import type { Malformed, Message, ReplyContext } from '../protocol.ts';
import { isBinary } from './decode.ts';
import { readSentence } from './sentence.ts';

/** Confirmed with V4, the kind and our time. */
const CONFIRMED: ReadonlySet<string> = new Set(['V1', 'NBR']);
/** Answered with their own beginning. */
const ECHOED: ReadonlySet<string> = new Set(['HTBT', 'V0']);

export function reply(frame: Buffer, decoded: Message | Malformed, { nowMs }: ReplyContext): Buffer | null {
  if (decoded.kind === 'malformed' || decoded.imei === null || isBinary(frame)) return null;
  const sentence = readSentence(frame);
  if (sentence === null) return null;
  const { maker, id, kind } = sentence;
  if (CONFIRMED.has(kind)) return sentenceOf(maker, id, 'V4', kind, timeDigits(nowMs));
  return ECHOED.has(kind) ? sentenceOf(maker, id, kind) : null;
}

export function sentenceOf(...fields: readonly string[]): Buffer {
  return Buffer.from(`*${fields.join(',')}#`, 'latin1');
}

/** yyyymmddhhmmss, UTC. */
function timeDigits(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\..*/, '').replace(/\D/g, '');
}
