/** What every protocol promises of any bytes at all. Each function throws, and shows the bytes, where it is broken. */
import { Inbox } from '../../protocols/index.ts';
import { ANY_DEVICE, type Attributes, type DeviceProfile, type Protocol } from '../../protocols/protocol.ts';
import { plain } from './kit.ts';
import type { Random } from './mutations.ts';

const INBOX_BYTES = 1 << 16;
/** What a frame may grow to as text: a hostile one must not fill the memory. Coordinates alone are 40 characters for 8 bytes. */
const SAID_PER_BYTE_MAX = 64;
const SAID_MAX = 4_000;

/** Decoded, answered and looked at value by value: nothing throws, and every value is one that JSON knows. */
export function expectRead(protocol: Protocol, frame: Buffer, profile: DeviceProfile = ANY_DEVICE): void {
  const decoded = protocol.decode(frame, profile);
  protocol.reply(frame, decoded, { nowMs: 0 });
  protocol.refusal(frame);
  const datagram = protocol.datagram?.(frame);
  if (datagram !== undefined && 'imei' in datagram) {
    protocol.decode(datagram.frame, profile);
    datagram.reply(datagram.recordsStated);
  }
  if (decoded.kind === 'malformed') {
    if (decoded.message === '') fail(frame, 'is refused without a word');
    expectShort(frame, decoded.message.length);
    return;
  }
  if (decoded.kind === 'login') protocol.clockAheadMinutes(frame);
  expectValues(frame, decoded.attributes);
  protocol.commands?.isRefusal(String(decoded.attributes['result']), profile);
  const records = decoded.records.map(plain);
  for (const { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, attributes, io } of records) {
    const numbers = [latDeg, lonDeg, altitudeM ?? 0, speedKmh ?? 0, courseDeg];
    if (!Number.isInteger(timeMs) || !numbers.every(Number.isFinite)) fail(frame, 'has a record without numbers');
    new Date(timeMs).toISOString();
    expectValues(frame, attributes);
    expectValues(frame, io);
  }
  expectShort(frame, JSON.stringify([decoded.attributes, records]).length);
}

function expectValues(frame: Buffer, values: Attributes): void {
  for (const [name, value] of Object.entries(values)) {
    const isPlain = typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);
    if (!isPlain) fail(frame, `says that ${name} is ${value}`);
  }
}

/** Told field by field, every byte belongs to one field. */
export function expectExplained(protocol: Protocol, frame: Buffer, profile: DeviceProfile = ANY_DEVICE): void {
  let at = 0;
  let said = 0;
  for (const { start, end, name, value } of protocol.explain(frame, profile)) {
    if (start !== at || end <= start) fail(frame, `has a field at ${start} after ${at}`);
    at = end;
    said += name.length + value.length;
  }
  if (at !== frame.length) fail(frame, `is explained up to ${at} of ${frame.length}`);
  expectShort(frame, said);
}

/** Line ends and blanks between frames are no unit of their own. */
const BLANKS = [0x0d, 0x0a, 0x20];

/** Framed in chunks of any size, every byte is part of one unit, or waits. */
export function expectFramed(protocol: Protocol, stream: Buffer, random: Random): void {
  let inbox = new Inbox(INBOX_BYTES);
  let taken = 0;
  for (let at = 0; at < stream.length; ) {
    const end = at + 1 + random(stream.length - at);
    if (!inbox.push(stream.subarray(at, end))) fail(stream, `leaves ${inbox.size} bytes waiting`);
    at = end;
    const isOver = at === stream.length && random(2) === 0;
    for (let unit = inbox.next(protocol, isOver); unit !== null; unit = inbox.next(protocol, isOver)) {
      if (unit.kind === 'lost') {
        taken += inbox.size;
        inbox = new Inbox(INBOX_BYTES);
        break;
      }
      const bytes = unit.kind === 'frame' ? unit.frame : unit.bytes;
      if (bytes.length === 0) fail(stream, 'has a unit without bytes');
      while (!isAt(stream, taken, bytes)) {
        if (!BLANKS.includes(stream[taken]!)) fail(stream, `has another unit at ${taken}`);
        taken += 1;
      }
      taken += bytes.length;
    }
    if (taken + inbox.size !== at) fail(stream, `has ${taken} bytes in units and ${inbox.size} waiting, of ${at}`);
  }
  if (inbox.size > protocol.frameBytesMax) fail(stream, `leaves ${inbox.size} bytes waiting`);
}

function isAt(stream: Buffer, at: number, bytes: Buffer): boolean {
  return stream.subarray(at, at + bytes.length).equals(bytes);
}

function expectShort(frame: Buffer, said: number): void {
  if (said > SAID_MAX + frame.length * SAID_PER_BYTE_MAX) fail(frame, `becomes ${said} characters`);
}

/** Enough for every frame; a stream that is made of one is told by its maker. */
const HEX_BYTES_MAX = 2_048;

function fail(bytes: Buffer, what: string): never {
  throw new Error(`${bytes.toString('hex', 0, HEX_BYTES_MAX)} (${bytes.length} bytes) ${what}`);
}
