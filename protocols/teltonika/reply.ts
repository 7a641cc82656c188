/** What the device is answered, byte for byte. Teltonika "Codec", "Communication with server". */
import type { Malformed, Message } from '../protocol.ts';
import { CODEC_8, CODEC_8_EXTENDED } from './decode.ts';
import { DATA_AT, OVERHEAD_BYTES } from './frame.ts';

const ACCEPTED = 0x01;
const REJECTED = 0x00;
/** GPRS commands. An acknowledgement of these makes devices log an error and drop the link. */
const COMMAND_CODECS: ReadonlySet<number> = new Set([0x0c, 0x0d, 0x0e, 0x0f]);

export function reply(frame: Buffer, decoded: Message | Malformed): Buffer | null {
  switch (decoded.kind) {
    case 'login':
      return Buffer.of(ACCEPTED);
    case 'records':
      return acknowledgement(decoded.records.length);
    case 'unknown':
      return replyToUnknown(frame);
    case 'malformed':
      return replyToMalformed(frame, decoded);
    case 'ping':
    case 'location':
    case 'heartbeat':
    case 'alarm':
    case 'status':
    case 'time_request':
    case 'command_response':
    case 'command':
      return null;
  }
}

export function refusal(): Buffer {
  return Buffer.of(REJECTED);
}

/** The number of records accepted: fewer than were sent, and the whole frame comes again. */
function acknowledgement(records: number): Buffer {
  const answer = Buffer.alloc(4);
  answer.writeUInt32BE(records);
  return answer;
}

function replyToUnknown(frame: Buffer): Buffer | null {
  const count = frame[DATA_AT + 1]!;
  const isData = !COMMAND_CODECS.has(frame[DATA_AT]!) && frame[frame.length - 5] === count;
  return isData ? acknowledgement(count) : null;
}

/** A record that cannot be read would otherwise come again for ever, and everything behind it never. */
function replyToMalformed(frame: Buffer, malformed: Malformed): Buffer | null {
  if (malformed.code === 'bad_imei') return refusal();
  const isData = frame.length > OVERHEAD_BYTES && [CODEC_8, CODEC_8_EXTENDED].includes(frame[DATA_AT]!);
  return malformed.isGenuine && isData ? acknowledgement(frame[DATA_AT + 1]!) : null;
}
