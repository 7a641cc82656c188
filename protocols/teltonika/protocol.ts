/** The Teltonika codec family over TCP and UDP, put together. */
import type { Protocol } from '../protocol.ts';
import { commands } from './command.ts';
import { datagram } from './datagram.ts';
import { decode } from './decode.ts';
import { explain } from './explain.ts';
import { FRAME_BYTES_MAX, frame, recognise } from './frame.ts';
import { refusal, reply } from './reply.ts';

export const teltonika = {
  name: 'teltonika',
  title: 'Teltonika',
  storageCode: 1,
  port: 5027,
  isClockUtc: true,
  frameBytesMax: FRAME_BYTES_MAX,
  recognise,
  frame,
  endsInQuiet: false,
  decode,
  explain,
  commands,
  datagram,
  clockAheadMinutes: () => null,
  reply,
  refusal,
} as const satisfies Protocol;
