/** Asks a time server by how much this clock is ahead of its own: SNTP, RFC 4330, one question over UDP. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

const PACKET_BYTES = 48;
/** Version 4, client. */
const CLIENT = 0x23;
const MODE_SERVER = 4;
const ORIGINATE_AT = 24;
const RECEIVE_AT = 32;
const TRANSMIT_AT = 40;
/** From 1900 to 1970, seconds. */
const EPOCH_S = 2_208_988_800;
/** Seconds of 32 bits begin anew in 2036. */
const ERA_S = 2 ** 32;
const FRACTION = 2 ** 32;

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Rejects when there is no answer in time, or none that is one. */
export function askTimeServer({ host, port }: ServerAddress, now: () => number, limitMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const limit = setTimeout(() => end(new Error(`no answer within ${limitMs} ms`)), limitMs);
    const end = (outcome: Error | number): void => {
      clearTimeout(limit);
      socket.close();
      if (typeof outcome === 'number') resolve(outcome);
      else reject(outcome);
    };
    const question = Buffer.alloc(PACKET_BYTES);
    question[0] = CLIENT;
    const askedMs = now();
    writeTime(question, TRANSMIT_AT, askedMs);
    socket.once('error', end);
    socket.on('message', (answer) => {
      // Whoever does not know the question answers something else: it is passed over.
      if (isAnswer(question, answer)) end(aheadMs(answer, askedMs, now()));
    });
    socket.send(question, port, host, (error) => {
      if (error !== null) end(error);
    });
  });
}

function isAnswer(question: Buffer, answer: Buffer): boolean {
  if (answer.length < PACKET_BYTES || (answer[0]! & 7) !== MODE_SERVER || answer[1] === 0) return false;
  return answer.subarray(ORIGINATE_AT, RECEIVE_AT).equals(question.subarray(TRANSMIT_AT, PACKET_BYTES));
}

/** Half of the way there and back is taken out (RFC 4330, section 5). */
function aheadMs(answer: Buffer, askedMs: number, answeredMs: number): number {
  const receivedMs = readTime(answer, RECEIVE_AT);
  const sentMs = readTime(answer, TRANSMIT_AT);
  return Math.round((askedMs - receivedMs + (answeredMs - sentMs)) / 2);
}

function writeTime(packet: Buffer, at: number, timeMs: number): void {
  packet.writeUInt32BE((Math.floor(timeMs / 1000) + EPOCH_S) % ERA_S, at);
  packet.writeUInt32BE(Math.floor(((timeMs % 1000) / 1000) * FRACTION), at + 4);
}

function readTime(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at);
  // The high bit unset: the era after 2036 (RFC 4330, section 3).
  const era = seconds < 0x8000_0000 ? ERA_S : 0;
  return (seconds + era - EPOCH_S) * 1000 + (packet.readUInt32BE(at + 4) / FRACTION) * 1000;
}
