/**
 * The contract between a tracker protocol and everything that uses one: bytes in, values out.
 * A protocol holds no socket, no clock and no state; a connection's state lives with its owner.
 */

/** Raw sensor values by the vendor's id. 64-bit integers are decimal strings, variable-length values are hex. */
export type IoValues = Record<string, number | string>;

/** Named, scaled values; the names, types and units are listed in protocols/README.md. */
export type Attributes = Record<string, number | string | boolean>;

/** One position record as the device stored it. Not every record is a usable fix: see `hasPosition`. */
export interface PositionRecord {
  /** Device time, integer ms since 1970 UTC, from the frame's own digits. */
  readonly timeMs: number;
  /** WGS84 degrees. Present even without a fix: then the last known place, or 0. */
  readonly latDeg: number;
  readonly lonDeg: number;
  /** Metres; null where the protocol does not carry it. */
  readonly altitudeM: number | null;
  /** Null where the frame does not carry it. */
  readonly speedKmh: number | null;
  readonly courseDeg: number;
  /** Null where the frame does not carry it. */
  readonly satellites: number | null;
  /** The device's own claim to a position (Teltonika: satellites 1..64 and not 0/0; GT06: status bit 12). */
  readonly hasPosition: boolean;
  /** 0 low, 1 high, 2 panic. */
  readonly priority: number;
  /** The vendor id that caused the record; 0 = periodic. */
  readonly event: number;
  /** What made the record, as the protocol numbers it (Teltonika codec 16); absent or null where it does not say. */
  readonly generation?: number | null;
  /** The protocol's own course/status word where it has one, else null. */
  readonly flags: number | null;
  /** Identity: the record's raw content without serial, checksum and re-upload flag. Equal content = same record. */
  readonly content: Uint8Array;
  /** Decoded on access, so that the hot path does not pay for it. */
  readonly io: IoValues;
  readonly attributes: Attributes;
}

/** What kind of message a frame holds. `unknown` = checksum right, type not (yet) read: kept raw. */
export type MessageKind =
  | 'login'
  | 'ping'
  | 'records'
  | 'location'
  | 'heartbeat'
  | 'alarm'
  | 'status'
  | 'time_request'
  | 'command_response'
  | 'command'
  | 'unknown';

export interface Message {
  readonly kind: MessageKind;
  /** Codec id (Teltonika) or message type (GT06), as on the wire; null for a login or ping without one. */
  readonly type: number | null;
  /** Whose it is, 10 to 15 digits: in a login, and in every message of a protocol whose frames all name the device. */
  readonly imei: string | null;
  /** Position records in wire order; empty where the message has none. */
  readonly records: readonly PositionRecord[];
  /** Values that belong to the message rather than to one record. Decoded on access. */
  readonly attributes: Attributes;
  /** Of an answer to a command: the number the command carried; null where the protocol or the device leaves it out. */
  readonly commandId: number | null;
}

/** What is known of a device besides its bytes. */
export interface DeviceProfile {
  /** As the operator entered it, such as `FMB920` or `GT06N`; null = not known. Decides between layouts. */
  readonly model: string | null;
  /** 10 to 15 digits, where they are known; commands that name the device (Teltonika codec 14) carry them. */
  readonly imei?: string;
  /** How far the clock of its frames is ahead of UTC, minutes; 0 for protocols whose clocks are in UTC. */
  readonly clockAheadMinutes: number;
}

/** A device of which nothing is known. */
export const ANY_DEVICE: DeviceProfile = Object.freeze({ model: null, clockAheadMinutes: 0 });

/** One field of a frame, for people: bytes[start..end) are `name`, which reads `value`. */
export interface Field {
  readonly start: number;
  readonly end: number;
  /** As the vendor's document calls it, with the record it belongs to where there are several. */
  readonly name: string;
  /** With its unit; what the value means where it is a code. */
  readonly value: string;
}

/** Commands to devices. */
export interface Commands {
  /** Longest text, bytes of UTF-8. */
  readonly textBytesMax: number;
  /** The frame that carries a command; throws RangeError for a text that is empty or too long. `id` is 1..2^32-1. */
  encode(text: string, id: number, profile: DeviceProfile): Buffer;
  /** Whether a device's answer says that it did not do it. */
  isRefusal(result: string, profile: DeviceProfile): boolean;
  /** Whether the command cuts fuel or power, so that a vehicle stops: a documented one, or an output switched on. */
  cutsEngine(text: string): boolean;
}

/** One datagram: whose it is, the frame in it, and what is answered. */
export interface Datagram {
  readonly imei: string;
  /** How many records it says it holds: what is answered for a frame that is acknowledged, also an unreadable one. */
  readonly recordsStated: number;
  /** Decodes as a frame of the same protocol; a copy. */
  readonly frame: Buffer;
  /** The answer once `accepted` records of it are durable. */
  reply(accepted: number): Buffer;
}

/** Why a frame or a stream was refused. Every code is listed in protocols/README.md, held true by a test. */
export type MalformedCode = 'bad_crc' | 'bad_length' | 'bad_content' | 'bad_count' | 'bad_imei' | 'too_long' | 'junk';

/**
 * A frame that could not be read. `isGenuine` = the checksum was right (or the protocol has none for it), so the
 * device is not to be asked for it again: the frame is kept raw and acknowledged.
 */
export interface Malformed {
  readonly kind: 'malformed';
  readonly code: MalformedCode;
  /** Names the value received and what was expected. */
  readonly message: string;
  readonly isGenuine: boolean;
}

/** The next unit of a byte stream, as offsets into the bytes given to `frame`. */
export type Framing =
  /** bytes[start..end) is one frame; what stands before it, if anything, are blanks between frames. */
  | { readonly kind: 'frame'; readonly start: number; readonly end: number }
  /** bytes[start..end) belongs to no frame; skip it. */
  | { readonly kind: 'junk'; readonly start: number; readonly end: number; readonly code: MalformedCode }
  /** Not enough bytes yet; at least `needed` bytes in all, counted from `offset`, are wanted. */
  | { readonly kind: 'wait'; readonly needed: number }
  /** The stream cannot be followed any further: close the connection. */
  | { readonly kind: 'lost'; readonly code: MalformedCode; readonly message: string };

export interface ReplyContext {
  /** Wall clock for messages that ask for the time; ms since 1970 UTC. */
  readonly nowMs: number;
}

/** What is needed to read frames back that were kept. */
export type Kept = Pick<Protocol, 'name' | 'storageCode' | 'decode'>;

export interface Protocol {
  /** In settings, logs and transcripts: lower-case letters and digits. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What stands for it in stored frames, 1..255: never changed, never given to another. */
  readonly storageCode: number;
  /** The port its devices dial by custom. */
  readonly port: number;
  /** Whether the clocks of its devices are UTC by definition: then `clockAheadMinutes` of a profile changes nothing. */
  readonly isClockUtc: boolean;
  /** Longest frame that is let into memory, bytes. */
  readonly frameBytesMax: number;
  /** Whether a unit of this protocol begins with these bytes; `more` = too few bytes to tell. */
  recognise(head: Uint8Array): 'yes' | 'no' | 'more';
  /**
   * Finds the next unit in bytes[offset..end). Pure: calling it again with more bytes continues. Never throws.
   * `isOver`: no more bytes will come (the recording ends, the line has gone quiet), so a doubtful end is an end.
   */
  frame(bytes: Buffer, offset: number, end: number, isOver?: boolean): Framing;
  /**
   * Whether frames have neither length nor end mark, so that the last one ends where the line goes quiet: then
   * `isOver` is to be asked for, and a frame that is only half there must not be taken for a whole one.
   */
  readonly endsInQuiet: boolean;
  /** Reads one frame as found by `frame`. Never throws: what cannot be read is a `Malformed`. */
  decode(frame: Buffer, profile?: DeviceProfile): Message | Malformed;
  /**
   * The same, field by field from the first byte to the last; also of a whole datagram, where the protocol has them.
   * Never throws; bytes not understood are a field too.
   */
  explain(frame: Buffer, profile?: DeviceProfile): readonly Field[];
  /** null = the protocol has none. */
  readonly commands: Commands | null;
  /** Reads one UDP datagram; null = the protocol is not spoken over UDP. Never throws. */
  readonly datagram: ((bytes: Buffer) => Datagram | Malformed) | null;
  /**
   * Minutes by which a login says the device's clock is ahead of UTC; null = it does not say.
   * (Only asked of frames that decode as `login`.)
   */
  clockAheadMinutes(frame: Buffer): number | null;
  /**
   * What the device is answered once the message is durable, or null where nothing is answered.
   * For a `Malformed` that is genuine this is the answer that makes the device go on.
   */
  reply(frame: Buffer, decoded: Message | Malformed, context: ReplyContext): Buffer | null;
  /** The answer to a login that is refused, or null where the protocol refuses by silence. */
  refusal(frame: Buffer): Buffer | null;
}
