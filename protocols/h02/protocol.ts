/** H02 over TCP, put together. */
import type { Protocol } from '../protocol.ts';
import { commands } from './command.ts';
import { decode } from './decode.ts';
import { explain } from './explain.ts';
import { FRAME_BYTES_MAX, frame, recognise } from './frame.ts';
import { reply } from './reply.ts';

export const h02 = {
  name: 'h02',
  title: 'H02',
  storageCode: 3,
  port: 5013,
  // The documents say UTC, and nothing in a frame holds a device to it.
  isClockUtc: false,
  frameBytesMax: FRAME_BYTES_MAX,
  recognise,
  frame,
  endsInQuiet: true,
  decode,
  explain,
  commands,
  datagram: null,
  // There is no login.
  clockAheadMinutes: () => null,
  reply,
  // A device that is not wanted hears nothing.
  refusal: () => null,
} as const satisfies Protocol;
