/** What the protocol tests share: fixtures, a reader of whole talks, a seeded random source. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOLS } from '../../protocols/index.ts';
import type { PositionRecord } from '../../protocols/protocol.ts';
import { type TranscriptEntry, transcribe } from '../../protocols/transcript.ts';

export interface Fixture {
  readonly name: string;
  readonly title: string;
  readonly source: { readonly document: string; readonly section: string };
  readonly protocol: string;
  /** The clock that time answers carry. */
  readonly now?: string;
  /** Chunks as received, hex. */
  readonly chunks: readonly string[];
  /** What `milepost decode` says, without line and protocol; of an error its code. */
  readonly messages: readonly object[];
}

const FIXTURES_DIR = join(import.meta.dirname, '../../fixtures');

export const FIXTURES: readonly Fixture[] = PROTOCOLS.flatMap(({ name: protocol }) =>
  readdirSync(join(FIXTURES_DIR, protocol))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const fixture = JSON.parse(readFileSync(join(FIXTURES_DIR, protocol, file), 'utf8')) as Omit<Fixture, 'name'>;
      return { ...fixture, name: `${protocol}/${file.slice(0, -'.json'.length)}` };
    }),
);

export function bytesOf(fixture: Fixture): Buffer {
  return Buffer.from(fixture.chunks.join(''), 'hex');
}

/** Reads one connection in the given chunks and says it in the fixtures' words. */
export function retell(fixture: Pick<Fixture, 'protocol' | 'now'>, chunks: readonly Buffer[]): object[] {
  const lines = chunks.filter((chunk) => chunk.length > 0).map((chunk) => chunk.toString('hex'));
  const nowMs = fixture.now === undefined ? 0 : Date.parse(fixture.now);
  return [...transcribe(lines, { protocol: fixture.protocol, nowMs })].map(withoutPlace);
}

function withoutPlace(entry: TranscriptEntry): object {
  if ('error' in entry) return { error: entry.error.code, reply: entry.reply };
  const { line: _line, protocol: _protocol, ...rest } = entry;
  return rest;
}

/** How noise is cut into pieces depends on how it came in: it is left out where chunks differ. */
export function withoutJunk(messages: readonly object[]): object[] {
  return messages.filter((message) => !('error' in message && message.error === 'junk'));
}

/** A record's values on one plate: its getters live on the prototype, where comparisons do not look. */
export function plain(record: PositionRecord) {
  const { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, satellites, hasPosition } = record;
  const { priority, event, generation = null, flags, io, attributes } = record;
  const content = Buffer.from(record.content).toString('hex');
  return {
    timeMs,
    latDeg,
    lonDeg,
    altitudeM,
    speedKmh,
    courseDeg,
    satellites,
    hasPosition,
    priority,
    event,
    generation,
    flags,
    content,
    io,
    attributes,
  };
}

/** Mulberry32: small, seeded, good enough to break parsers. Returns integers in [0, below). */
export function randomSource(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
