/** What the internet sends: random and mutated bytes by the hundred thousand, garbage by the mebibyte. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { detect, Inbox, PROTOCOLS } from '../../protocols/index.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import { bytesOf, FIXTURES, randomSource } from './kit.ts';
import { mutant, type Random, resealed } from './mutations.ts';
import { expectExplained, expectRead } from './promises.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const FRAMES = Number(process.env['PROOF_FRAMES'] ?? 100_000);
const MIB = 1 << 20;
const INBOX_BYTES = 1 << 16;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

describe.each(PROTOCOLS.map((protocol) => [protocol.name, protocol] as const))('%s', (name, protocol) => {
  const samples = FIXTURES.filter((fixture) => fixture.protocol === name).map(bytesOf);
  const any = (random: Random) => samples[random(samples.length)]!;
  const mutantOf = (random: Random) => mutant(protocol, any(random), any(random), random);

  test(`${FRAMES} random and mutated frames: no throw, no growth (PROOF_SEED=${SEED})`, {
    timeout: 30_000 + FRAMES / 10,
  }, () => {
    const random = randomSource(SEED);
    const round = (frames: number) => {
      for (let i = 0; i < frames; i++) {
        const noise = Buffer.from(Array.from({ length: random(80) }, () => random(256)));
        const frame = i % 4 === 0 ? resealed(protocol, noise, random) : mutantOf(random);
        expectRead(protocol, frame);
        // Text for people costs more than reading: a tenth of the frames is told.
        if (i % 10 === 0) expectExplained(protocol, frame);
      }
    };
    round(FRAMES / 10);
    const before = heapBytes();
    round(FRAMES);
    expect(heapBytes() - before).toBeLessThan(4 * MIB);
  });

  test(`a stream of mutated frames in random chunks comes to an end (PROOF_SEED=${SEED})`, () => {
    const random = randomSource(SEED);
    let inbox = new Inbox(INBOX_BYTES);
    for (let i = 0; i < 5_000; i++) {
      const sample = mutantOf(random);
      for (let at = 0; at < sample.length; ) {
        const length = 1 + random(sample.length - at);
        if (!inbox.push(sample.subarray(at, at + length))) throw new Error(`${inbox.size} bytes are waiting`);
        inbox = drain(protocol, inbox, (frame) => expectRead(protocol, frame));
        at += length;
      }
    }
    expect(inbox.size).toBeLessThanOrEqual(protocol.frameBytesMax);
  });

  const random = randomSource(SEED);
  const garbages: [string, (at: number) => number][] = [
    ['random bytes', () => random(256)],
    ['zeros', () => 0],
    ['short headers', () => 0x78],
    ['long headers', () => 0x79],
    ['halves of logins', (at) => (at % 2) * 15],
    ['headers and stops', (at) => [0x78, 0x78, 0x01, 0x0d, 0x0a, 0x0d][at % 6]!],
    ['heads without checksum', (at) => [0x78, 0x78, 0x0d, 0x01][at % 4]!],
    ['statuses without an end', (at) => [0x78, 0x78, 0x07, 0x13, 0x0d, 0x0a][at % 6]!],
    ['pings', () => 0xff],
    ['beginnings of texts', (at) => '*HQ,1'.charCodeAt(at % 5)],
    ['a text without an end', (at) => (at < 5 ? '*HQ,1'.charCodeAt(at) : 0x31)],
    ['line ends', () => 0x0a],
    ['binary frames of zeros', (at) => (at % 33 === 0 ? 0x24 : 0)],
    ['beginnings of binary frames', () => 0x24],
  ];

  test.each(garbages)('garbage byte by byte takes linear time: %s', { timeout: 30_000 }, (_, byteAt) => {
    const quarter = Buffer.from(Array.from({ length: MIB / 4 }, (_, at) => byteAt(at)));
    swallow(protocol, quarter.subarray(0, MIB / 16));
    const quarterMs = swallow(protocol, quarter);
    const wholeMs = swallow(protocol, Buffer.concat([quarter, quarter, quarter, quarter]));
    // Linear is 4, quadratic 16; a busy machine is somewhere above 4.
    expect(wholeMs).toBeLessThan(10 * quarterMs + 100);
  });
});

/** Takes out all frames; a lost stream goes on in a new inbox, as after a reconnect. */
function drain(protocol: Protocol, inbox: Inbox, look: (frame: Buffer) => void): Inbox {
  for (let unit = inbox.next(protocol); unit !== null; unit = inbox.next(protocol)) {
    if (unit.kind === 'frame') look(unit.frame);
    if (unit.kind === 'lost') return new Inbox(INBOX_BYTES);
  }
  return inbox;
}

/** Milliseconds that `garbage` takes, byte by byte, where every frame found is thrown away. */
function swallow(protocol: Protocol, garbage: Buffer): number {
  let inbox = new Inbox(INBOX_BYTES);
  const startMs = performance.now();
  for (let at = 0; at < garbage.length; at++) {
    if (!inbox.push(garbage.subarray(at, at + 1))) throw new Error(`${inbox.size} bytes are waiting`);
    inbox = drain(protocol, inbox, () => {});
  }
  return performance.now() - startMs;
}

test(`detection of random beginnings never throws (PROOF_SEED=${SEED})`, () => {
  const random = randomSource(SEED);
  for (let i = 0; i < 20_000; i++) detect(Buffer.from(Array.from({ length: random(40) }, () => random(256))));
});
