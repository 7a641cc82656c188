/** The other end of the protocol, for simulators and tests: what a device sends, and what it makes of the answers. */
import { CODEC_8, CODEC_8_EXTENDED, CODEC_12, CODEC_16 } from './codecs.ts';
import { encodeMessage, RESPONSE } from './command.ts';
import { decode } from './decode.ts';
import { encodeData } from './envelope.ts';

import { frame, PING } from './frame.ts';

export { encodeData } from './envelope.ts';

/** One IO element: a number of the given width, or (codec 8 Extended only) bytes of any length. */
export type IoElement =
  | { readonly id: number; readonly bytes: 1 | 2 | 4; readonly value: number }
  | { readonly id: number; readonly bytes: 8; readonly value: bigint }
  | { readonly id: number; readonly bytes: 'x'; readonly value: Uint8Array };

export interface DeviceRecord {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM?: number;
  readonly courseDeg?: number;
  readonly satellites: number;
  readonly speedKmh: number;
  readonly priority?: number;
  readonly event?: number;
  /** Codec 16: what made the record. */
  readonly generation?: number;
  readonly io?: readonly IoElement[];
}

export type RecordCodec = typeof CODEC_8 | typeof CODEC_8_EXTENDED | typeof CODEC_16;

export function encodeLogin(imei: string): Buffer {
  const login = Buffer.alloc(2 + imei.length);
  login.writeUInt16BE(imei.length);
  login.write(imei, 2, 'latin1');
  return login;
}

export function encodePing(): Buffer {
  return Buffer.of(PING);
}

/** 1..255 records in one frame. */
export function encodeRecords(codec: RecordCodec, records: readonly DeviceRecord[]): Buffer {
  const count = Buffer.of(records.length);
  return encodeData(Buffer.concat([Buffer.of(codec), count, ...records.map((r) => encodeRecord(codec, r)), count]));
}

/** One record as it lies in a frame. */
export function encodeRecord(codec: RecordCodec, record: DeviceRecord): Buffer {
  const gps = Buffer.alloc(24);
  gps.writeBigUInt64BE(BigInt(record.timeMs));
  gps.writeUInt8(record.priority ?? 0, 8);
  gps.writeInt32BE(Math.round(record.lonDeg * 1e7), 9);
  gps.writeInt32BE(Math.round(record.latDeg * 1e7), 13);
  gps.writeInt16BE(Math.round(record.altitudeM ?? 0), 17);
  gps.writeUInt16BE(Math.round(record.courseDeg ?? 0) % 360, 19);
  gps.writeUInt8(record.satellites, 21);
  gps.writeUInt16BE(Math.round(record.speedKmh), 22);
  return Buffer.concat([gps, encodeIo(codec, record)]);
}

function encodeIo(codec: RecordCodec, { event = 0, generation = 0, io = [] }: DeviceRecord): Buffer {
  const idBytes = codec === CODEC_8 ? 1 : 2;
  const countBytes = codec === CODEC_8_EXTENDED ? 2 : 1;
  const groups = ([1, 2, 4, 8] as const).map((bytes) => {
    const elements = io.filter((element) => element.bytes === bytes);
    return [uint(elements.length, countBytes), ...elements.flatMap((e) => [uint(e.id, idBytes), elementValue(e)])];
  });
  const made = codec === CODEC_16 ? [Buffer.of(generation)] : [];
  const head = [uint(event, idBytes), ...made, uint(io.length, countBytes)];
  const variable = codec === CODEC_8_EXTENDED ? encodeVariable(io) : [];
  return Buffer.concat([...head, ...groups.flat(), ...variable]);
}

function encodeVariable(io: readonly IoElement[]): Buffer[] {
  const elements = io.filter((element) => element.bytes === 'x');
  const parts = elements.flatMap((e) => [uint(e.id, 2), uint(e.value.length, 2), Buffer.from(e.value)]);
  return [uint(elements.length, 2), ...parts];
}

function elementValue(element: IoElement): Buffer {
  switch (element.bytes) {
    case 1:
    case 2:
    case 4:
      return uint(element.value, element.bytes);
    case 8: {
      const value = Buffer.alloc(8);
      value.writeBigUInt64BE(element.value);
      return value;
    }
    case 'x':
      return Buffer.from(element.value);
  }
}

function uint(value: number, bytes: number): Buffer {
  const encoded = Buffer.alloc(bytes);
  encoded.writeUIntBE(value, 0, bytes);
  return encoded;
}

/** The same records as one UDP datagram. */
export function encodeDatagram(imei: string, packetId: number, avlPacketId: number, data: Uint8Array): Buffer {
  const login = encodeLogin(imei);
  const body = Buffer.concat([uint(packetId, 2), Buffer.of(1, avlPacketId), login, data]);
  return Buffer.concat([uint(body.length, 2), body]);
}

/** What a device says to a command, codec 12. */
export function encodeCommandResponse(text: string): Buffer {
  return encodeMessage(CODEC_12, RESPONSE, Buffer.from(text, 'utf8'));
}

/** The command at the start of what came in; null = more bytes are wanted, or it is none. `length` is how many bytes it took. */
export function readCommandRequest(bytes: Buffer): { readonly text: string; readonly length: number } | null {
  const framing = frame(bytes, 0, bytes.length);
  if (framing.kind !== 'frame') return null;
  const decoded = decode(bytes.subarray(0, framing.end));
  if (decoded.kind !== 'command') return null;
  return { text: String(decoded.attributes['command']), length: framing.end };
}

/** What the server said. */
export type Answer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'acknowledged'; readonly records: number };

/**
 * Reads the answer a device waits for from the start of what came in: one byte after a login, four after records.
 * null = more bytes are wanted; `length` is how many bytes the answer took.
 */
export function readAnswer(
  bytes: Buffer,
  awaited: 'login' | 'records',
): { readonly answer: Answer; readonly length: number } | null {
  if (awaited === 'login') {
    if (bytes.length < 1) return null;
    return { answer: { kind: bytes[0] === 1 ? 'accepted' : 'refused' }, length: 1 };
  }
  if (bytes.length < 4) return null;
  return { answer: { kind: 'acknowledged', records: bytes.readUInt32BE() }, length: 4 };
}
