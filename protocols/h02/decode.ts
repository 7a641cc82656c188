/** Reads one H02 frame: a text or a binary position. */
import { ANY_DEVICE, type DeviceProfile, type Malformed, type Message } from '../protocol.ts';
import { decodeBinary } from './binary.ts';
import { CROSS, DOLLAR } from './layout.ts';
import { decodeText } from './text.ts';

export function decode(frame: Buffer, profile: DeviceProfile = ANY_DEVICE): Message | Malformed {
  return isBinary(frame) ? decodeBinary(frame, profile) : decodeText(frame, profile);
}

export function isBinary(frame: Uint8Array): boolean {
  return frame[0] === DOLLAR || frame[0] === CROSS;
}
