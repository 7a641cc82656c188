/** The Teltonika codec family over TCP, put together. */
import type { Protocol } from '../protocol.ts';
import { decode } from './decode.ts';
import { FRAME_BYTES_MAX, frame, recognise } from './frame.ts';
import { refusal, reply } from './reply.ts';

export const teltonika: Protocol = {
  name: 'teltonika',
  frameBytesMax: FRAME_BYTES_MAX,
  recognise,
  frame,
  decode,
  reply,
  refusal,
};
