/**
 * The pure core of `milepost decode`: recorded chunks in, one JSON-safe object per message out.
 * A recording is wrong input's natural home, so everything that cannot be read becomes a line that says why.
 */
import { detect, PROTOCOLS, protocolNamed } from './index.ts';
import type { Attributes, Malformed, Message, PositionRecord, Protocol, ProtocolName } from './protocol.ts';
import { hexByte, hexExcerpt } from './wire/bytes.ts';
import { Inbox, type Unit } from './wire/inbox.ts';

export interface TranscriptOptions {
  readonly protocol: 'auto' | ProtocolName;
  /** The clock that time answers carry; ms since 1970 UTC. */
  readonly nowMs: number;
}

/** Codes that only a recording can give; the others are those of `Malformed`. */
export type TranscriptCode = 'bad_hex' | 'unknown_protocol' | 'unfinished';

export const TRANSCRIPT_CODES: readonly TranscriptCode[] = ['bad_hex', 'unknown_protocol', 'unfinished'];

interface TranscriptError {
  readonly line: number;
  readonly error: { readonly code: string; readonly message: string };
  readonly reply: string | null;
}

interface TranscriptFix {
  readonly time: string;
  readonly lat: number;
  readonly lon: number;
  readonly altitude: number | null;
  readonly speed: number | null;
  readonly course: number;
  readonly satellites: number | null;
  readonly valid: boolean;
  /** The protocol's course/status word, 4 hex digits, where it has one. */
  readonly flags?: string;
  readonly priority: number;
  readonly event: number;
  readonly io: PositionRecord['io'];
  readonly attributes: Attributes;
}

export interface TranscriptMessage {
  readonly line: number;
  readonly protocol: ProtocolName;
  readonly message: Message['kind'];
  /** Codec id or message type, 2 hex digits. */
  readonly type: string | null;
  readonly imei: string | null;
  readonly fixes: readonly TranscriptFix[];
  readonly attributes: Attributes;
  readonly reply: string | null;
  /** The whole frame in hex, where its type is not read. */
  readonly raw?: string;
}

export type TranscriptEntry = TranscriptMessage | TranscriptError;

/** One hex string per line = one chunk as received; an empty line starts a new connection; `#` begins a comment. */
export function* transcribe(lines: Iterable<string>, options: TranscriptOptions): Generator<TranscriptEntry> {
  let talk = new Talk(options);
  let line = 0;
  for (const text of lines) {
    line++;
    const content = text.replace(/#.*/s, '').replace(/\s+/g, '');
    if (content === '' && text.trim() !== '') continue;
    if (content === '') {
      yield* talk.end();
      talk = new Talk(options);
    } else if (/^([0-9a-f]{2})+$/i.test(content)) {
      yield* talk.hear(Buffer.from(content, 'hex'), line);
    } else {
      yield failure(line, 'bad_hex', `'${content.slice(0, 40)}': expected an even number of hex digits`);
    }
  }
  yield* talk.end();
}

const CHUNK_BYTES_MAX = 1 << 16;

/** One connection of the recording. */
class Talk {
  readonly #options: TranscriptOptions;
  readonly #inbox = new Inbox(2 * CHUNK_BYTES_MAX);
  #protocol: Protocol | null;
  #line = 0;
  #isDeaf = false;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#protocol = options.protocol === 'auto' ? null : protocolNamed(options.protocol);
  }

  /** A line may be longer than any segment: it is heard in pieces, as a socket would give it. */
  *hear(chunk: Buffer, line: number): Generator<TranscriptEntry> {
    this.#line = line;
    for (let at = 0; at < chunk.length && !this.#isDeaf; at += CHUNK_BYTES_MAX) {
      this.#inbox.push(chunk.subarray(at, at + CHUNK_BYTES_MAX));
      yield* this.#read();
    }
  }

  /** What still waits is taken for a frame if it can be one. */
  *end(): Generator<TranscriptEntry> {
    if (!this.#isDeaf) yield* this.#read(true);
    const waiting = this.#inbox.waiting;
    if (this.#isDeaf || waiting.length === 0) return;
    yield failure(this.#line, 'unfinished', `${hexExcerpt(waiting)}: the connection ends within a frame`);
  }

  *#read(isOver = false): Generator<TranscriptEntry> {
    const protocol = this.#protocol ?? this.#detect();
    if (protocol === 'more') return;
    if (protocol === null) {
      this.#isDeaf = true;
      const names = PROTOCOLS.map(({ name }) => name).join(' or ');
      yield failure(this.#line, 'unknown_protocol', `${hexExcerpt(this.#inbox.waiting)}: expected ${names}`);
      return;
    }
    for (;;) {
      const unit = this.#inbox.next(protocol, isOver);
      if (unit === null) return;
      yield this.#tell(protocol, unit);
      if (unit.kind === 'lost') {
        this.#isDeaf = true;
        return;
      }
    }
  }

  #detect(): Protocol | 'more' | null {
    const found = detect(this.#inbox.waiting);
    if (found !== null && found !== 'more') this.#protocol = found;
    return found;
  }

  #tell(protocol: Protocol, unit: Unit): TranscriptEntry {
    switch (unit.kind) {
      case 'junk':
        return failure(this.#line, unit.code, `${hexExcerpt(unit.bytes)}: skipped, belongs to no frame`);
      case 'lost':
        return failure(this.#line, unit.code, unit.message);
      case 'frame': {
        const decoded = protocol.decode(unit.frame);
        const answer = protocol.reply(unit.frame, decoded, { nowMs: this.#options.nowMs });
        const reply = answer === null ? null : answer.toString('hex');
        if (decoded.kind === 'malformed') return refusalOf(this.#line, decoded, reply);
        return messageOf(this.#line, protocol, decoded, reply, unit.frame);
      }
    }
  }
}

function failure(line: number, code: string, message: string): TranscriptError {
  return { line, error: { code, message }, reply: null };
}

function refusalOf(line: number, { code, message }: Malformed, reply: string | null): TranscriptError {
  return { line, error: { code, message }, reply };
}

function messageOf(
  line: number,
  protocol: Protocol,
  decoded: Message,
  reply: string | null,
  frame: Buffer,
): TranscriptMessage {
  return {
    line,
    protocol: protocol.name,
    message: decoded.kind,
    type: decoded.type === null ? null : hexByte(decoded.type),
    imei: decoded.imei,
    fixes: decoded.records.map(fixOf),
    attributes: decoded.attributes,
    reply,
    ...(decoded.kind === 'unknown' ? { raw: frame.toString('hex') } : {}),
  };
}

function fixOf(record: PositionRecord): TranscriptFix {
  return {
    time: new Date(record.timeMs).toISOString(),
    lat: rounded(record.latDeg),
    lon: rounded(record.lonDeg),
    altitude: record.altitudeM,
    speed: record.speedKmh,
    course: record.courseDeg,
    satellites: record.satellites,
    valid: isValid(record),
    ...(record.flags === null ? {} : { flags: record.flags.toString(16).padStart(4, '0') }),
    priority: record.priority,
    event: record.event,
    io: record.io,
    attributes: record.attributes,
  };
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

const YEAR_2005_MS = Date.UTC(2005, 0, 1);

/** What the engine takes for evidence, but for the comparison with the moment of receipt, which a recording lacks. */
function isValid(record: PositionRecord): boolean {
  const inRange = Math.abs(record.latDeg) <= 90 && Math.abs(record.lonDeg) <= 180;
  return record.hasPosition && inRange && record.timeMs >= YEAR_2005_MS;
}
