/**
 * The pure core of `milepost decode`: recorded chunks in, one JSON-safe object per message out, or the frames field by
 * field. A recording is wrong input's natural home, so everything that cannot be read becomes a line that says why.
 */
import { detect, PROTOCOLS, protocolNamed } from './index.ts';
import type {
  Attributes,
  Datagram,
  DeviceProfile,
  Field,
  Malformed,
  Message,
  PositionRecord,
  Protocol,
} from './protocol.ts';
import { hexByte, hexExcerpt } from './wire/bytes.ts';
import { Inbox, type Unit } from './wire/inbox.ts';

export interface TranscriptOptions {
  /** A name, or `auto`. */
  readonly protocol: string;
  /** The clock that time answers carry; ms since 1970 UTC. */
  readonly nowMs: number;
  /** The tracker, where known: it decides between layouts. */
  readonly model?: string | null;
  /** Each line is a datagram of its own. */
  readonly isUdp?: boolean;
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
  /** Teltonika codec 16: what made the record. */
  readonly generation?: number;
  readonly io: PositionRecord['io'];
  readonly attributes: Attributes;
}

export interface TranscriptMessage {
  readonly line: number;
  readonly protocol: string;
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

/** What is heard on a line of a recording, before it is put into words. */
type Heard = HeardFrame | HeardFault;

interface HeardFrame {
  readonly kind: 'frame';
  readonly line: number;
  readonly protocol: Protocol;
  /** As it came: of a datagram the whole of it. */
  readonly bytes: Buffer;
  /** As `decode` read it: what `raw` shows. */
  readonly frame: Buffer;
  /** Whose a datagram says it is. */
  readonly imei: string | null;
  readonly decoded: Message | Malformed;
  readonly reply: Buffer | null;
}

interface HeardFault {
  readonly kind: 'fault';
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/**
 * One hex string per line = one chunk as received; an empty line starts a new connection; `#` begins a comment. Of a talk
 * (src/sim/talk.ts) what the device says is read, and what else it tells passed over.
 */
export function* transcribe(lines: Iterable<string>, options: TranscriptOptions): Generator<TranscriptEntry> {
  for (const heard of listen(lines, options)) yield heard.kind === 'frame' ? entryOf(heard) : failureOf(heard);
}

/** The same input, each frame field by field as text for people: offsets, bytes, name, value. */
export function* transcribeFields(lines: Iterable<string>, options: TranscriptOptions): Generator<string> {
  for (const heard of listen(lines, options)) {
    if (heard.kind === 'frame') yield* explained(heard, profileOf(options));
    else yield `line ${heard.line}: ${heard.code}: ${heard.message}`;
    yield '';
  }
}

function* listen(lines: Iterable<string>, options: TranscriptOptions): Generator<Heard> {
  let talk = new Talk(options);
  let line = 0;
  for (const text of lines) {
    line++;
    const content = text.replace(/#.*/s, '').replace(/^\s*>/, '').replace(/\s+/g, '');
    if ((content === '' && text.trim() !== '') || BESIDE_THE_BYTES.test(text)) continue;
    if (content === '' || content === '~') {
      yield* talk.end();
      talk = new Talk(options);
    } else if (!/^([0-9a-f]{2})+$/i.test(content)) {
      yield fault(line, 'bad_hex', `'${content.slice(0, 40)}': expected an even number of hex digits`);
    } else if (options.isUdp === true) {
      yield hearDatagram(Buffer.from(content, 'hex'), line, options);
    } else {
      yield* talk.hear(Buffer.from(content, 'hex'), line);
    }
  }
  yield* talk.end();
}

/** Lines of a talk that are no bytes of a device: its headers, its times, what the gateway answered. */
const BESIDE_THE_BYTES = /^\s*([a-z]+: |@ ?\d|<)/;

function profileOf({ model = null }: TranscriptOptions): DeviceProfile {
  return { model, clockAheadMinutes: 0 };
}

/** The first protocol that can read it; what the last one that cannot says. */
function hearDatagram(bytes: Buffer, line: number, options: TranscriptOptions): Heard {
  const wanted = options.protocol === 'auto' ? PROTOCOLS : [protocolNamed(options.protocol)];
  const names = wanted.map(({ name }) => name).join(' and ');
  let refusal = fault(line, 'unknown_protocol', `${hexExcerpt(bytes)}: ${names} not spoken over UDP`);
  for (const protocol of wanted) {
    const read = protocol.datagram?.(bytes);
    if (read === undefined) continue;
    if ('imei' in read) return datagramHeard(bytes, line, protocol, read, options);
    refusal = fault(line, read.code, read.message);
  }
  return refusal;
}

function datagramHeard(
  bytes: Buffer,
  line: number,
  protocol: Protocol,
  { imei, frame, recordsStated, reply }: Datagram,
  options: TranscriptOptions,
): HeardFrame {
  const decoded = protocol.decode(frame, { ...profileOf(options), imei });
  const isAnswered = protocol.reply(frame, decoded, { nowMs: options.nowMs }) !== null;
  return {
    kind: 'frame',
    line,
    protocol,
    bytes,
    frame,
    imei,
    decoded,
    reply: isAnswered ? reply(recordsStated) : null,
  };
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
  *hear(chunk: Buffer, line: number): Generator<Heard> {
    this.#line = line;
    for (let at = 0; at < chunk.length && !this.#isDeaf; at += CHUNK_BYTES_MAX) {
      this.#inbox.push(chunk.subarray(at, at + CHUNK_BYTES_MAX));
      yield* this.#read();
    }
  }

  /** What still waits is taken for a frame if it can be one. */
  *end(): Generator<Heard> {
    if (!this.#isDeaf) yield* this.#read(true);
    const waiting = this.#inbox.waiting;
    if (this.#isDeaf || waiting.length === 0) return;
    yield fault(this.#line, 'unfinished', `${hexExcerpt(waiting)}: the connection ends within a frame`);
  }

  *#read(isOver = false): Generator<Heard> {
    const protocol = this.#protocol ?? this.#detect();
    if (protocol === 'more') return;
    if (protocol === null) {
      this.#isDeaf = true;
      const names = PROTOCOLS.map(({ name }) => name).join(' or ');
      yield fault(this.#line, 'unknown_protocol', `${hexExcerpt(this.#inbox.waiting)}: expected ${names}`);
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

  #tell(protocol: Protocol, unit: Unit): Heard {
    switch (unit.kind) {
      case 'junk':
        return fault(this.#line, unit.code, `${hexExcerpt(unit.bytes)}: skipped, belongs to no frame`);
      case 'lost':
        return fault(this.#line, unit.code, unit.message);
      case 'frame':
        return this.#frameOnRead(protocol, unit.frame);
    }
  }

  #frameOnRead(protocol: Protocol, frame: Buffer): HeardFrame {
    const decoded = protocol.decode(frame, profileOf(this.#options));
    const reply = protocol.reply(frame, decoded, { nowMs: this.#options.nowMs });
    return { kind: 'frame', line: this.#line, protocol, bytes: frame, frame, imei: null, decoded, reply };
  }
}

function fault(line: number, code: string, message: string): HeardFault {
  return { kind: 'fault', line, code, message };
}

// As values.

function failureOf({ line, code, message }: HeardFault): TranscriptError {
  return { line, error: { code, message }, reply: null };
}

function entryOf({ line, protocol, frame, imei, decoded, reply: answer }: HeardFrame): TranscriptEntry {
  const reply = answer === null ? null : answer.toString('hex');
  if (decoded.kind === 'malformed') {
    return { line, error: { code: decoded.code, message: decoded.message }, reply };
  }
  return {
    line,
    protocol: protocol.name,
    message: decoded.kind,
    type: decoded.type === null ? null : hexByte(decoded.type),
    imei: decoded.imei ?? imei,
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
    ...(typeof record.generation === 'number' ? { generation: record.generation } : {}),
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

// As text.

/** Bytes of a field that are shown; the value of a longer one says the rest. */
const FIELD_BYTES_SHOWN = 16;

function* explained(heard: HeardFrame, profile: DeviceProfile): Generator<string> {
  const { line, protocol, bytes, decoded, reply } = heard;
  const what = decoded.kind === 'malformed' ? `${decoded.code}: ${decoded.message}` : decoded.kind;
  yield `line ${line}: ${protocol.name}, ${bytes.length} bytes, ${what}`;
  const fields = protocol.explain(bytes, profile);
  const shown = fields.map((field) => [range(field), hexOf(bytes, field), field.name, field.value] as const);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...shown.map((cells) => cells[column]!.length)));
  for (const [offsets, hex, name, value] of shown) {
    yield `  ${offsets.padStart(widths[0]!)}  ${hex.padEnd(widths[1]!)}  ${name.padEnd(widths[2]!)}  ${value}`;
  }
  yield `  answered with: ${reply === null ? 'nothing' : reply.toString('hex')}`;
}

/** First to last byte, counted from 0. */
function range({ start, end }: Field): string {
  return end - start === 1 ? `${start}` : `${start}-${end - 1}`;
}

function hexOf(bytes: Buffer, { start, end }: Field): string {
  const shownEnd = Math.min(end, start + FIELD_BYTES_SHOWN);
  return `${bytes.toString('hex', start, shownEnd)}${shownEnd < end ? '...' : ''}`;
}
