/** The GT06 family over TCP, put together. */
import type { Protocol } from '../protocol.ts';
import { commands } from './command.ts';
import { decode } from './decode.ts';
import { body } from './envelope.ts';
import { explain } from './explain.ts';
import { FRAME_BYTES_MAX, frame, recognise } from './frame.ts';
import { readZoneMinutes } from './login.ts';
import { refusal, reply } from './reply.ts';

export const gt06 = {
  name: 'gt06',
  title: 'GT06',
  storageCode: 2,
  port: 5023,
  isClockUtc: false,
  frameBytesMax: FRAME_BYTES_MAX,
  recognise,
  frame,
  endsInQuiet: false,
  decode,
  explain,
  commands,
  datagram: null,
  clockAheadMinutes: (login) => readZoneMinutes(body(login)),
  reply,
  refusal,
} as const satisfies Protocol;
