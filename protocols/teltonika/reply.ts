/** What the device is answered, byte for byte. Teltonika "Codec", "Communication with server". */
import type { Malformed, Message } from '../protocol.ts';
import { COMMAND_CODECS, DATA_CODECS } from './codecs.ts';
import { TAIL_BYTES } from './envelope.ts';
import { DATA_AT, OVERHEAD_BYTES } from './frame.ts';

const ACCEPTED = 0x01;
const REJECTED = 0x00;

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
  return ACKNOWLEDGEMENTS[records]!;
}

/** A count is one byte on the wire. Made once: a gateway gives a thousand of them at a time. */
const ACKNOWLEDGEMENTS: readonly Buffer[] = Array.from({ length: 256 }, (_, records) => {
  const answer = Buffer.alloc(4);
  answer.writeUInt32BE(records);
  return answer;
});

function replyToUnknown(frame: Buffer): Buffer | null {
  const count = frame[DATA_AT + 1]!;
  const isData = !COMMAND_CODECS.has(frame[DATA_AT]!) && frame[frame.length - TAIL_BYTES] === count;
  return isData ? acknowledgement(count) : null;
}

/** A record that cannot be read would otherwise come again for ever, and everything behind it never. */
function replyToMalformed(frame: Buffer, malformed: Malformed): Buffer | null {
  if (malformed.code === 'bad_imei') return refusal();
  const isData = frame.length > OVERHEAD_BYTES && DATA_CODECS.has(frame[DATA_AT]!);
  return malformed.isGenuine && isData ? acknowledgement(frame[DATA_AT + 1]!) : null;
}
