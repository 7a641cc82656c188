/**
 * A fuzzer that is led by coverage: of mutated frames those are kept, and mutated further, that run code which no frame
 * ran before. What a protocol promises of any bytes is held against each; a broken promise shows the bytes, which become
 * a fixture. PROOF_FUZZ_SECONDS=600 for ten minutes in all.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { Inbox, PROTOCOLS } from '../../protocols/index.ts';
import type { DeviceProfile, Protocol } from '../../protocols/protocol.ts';
import { Coverage } from './coverage.ts';
import { VARIANTS } from './gt06/variants.ts';
import { bytesOf, FIXTURES, randomSource } from './kit.ts';
import { mutant, type Random } from './mutations.ts';
import { expectExplained, expectFramed, expectRead } from './promises.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const SECONDS = Number(process.env['PROOF_FUZZ_SECONDS'] ?? 0);
/** Of each protocol, where no time is given. */
const FRAMES = 2_000;
/** Frames between two looks at what has run: a look costs as much as some hundred frames. */
const FRAMES_PER_LOOK = 100;
const MODELS = [null, ...new Set(VARIANTS.map(({ model }) => model)), 'GT06N', 'FMB640 codec14', 'FTC921'];
const ZONES = [0, 0, 480, -210];

/**
 * Blocks entered per byte: a few dozens as a rule, and more where the end of a broken frame is looked for in some hundred
 * bytes, with each byte that comes. What looks through all that has come would need as many as the stream has bytes.
 */
const WORK_PER_BYTE_MAX = 2_000;
const WORK_MAX = 10_000;
const STREAM_BYTES = 4_096;

interface Sample {
  readonly bytes: Buffer;
  readonly profile: DeviceProfile;
}

const coverage = new Coverage();
afterAll(() => coverage.close());

class Fuzzer {
  readonly #protocol: Protocol;
  readonly #random: Random;
  readonly kept: Sample[] = [];
  /** Those that came from nobody but us. */
  found = 0;
  frames = 0;

  constructor(protocol: Protocol, seeds: readonly Sample[]) {
    this.#protocol = protocol;
    this.#random = randomSource(SEED);
    this.kept.push(...seeds);
    coverage.absorb(coverage.run(() => this.#expectPromises(seeds)));
  }

  /** Some more frames: those that led further are kept. */
  step(): void {
    const samples = Array.from({ length: FRAMES_PER_LOOK }, () => this.#mutant());
    this.frames += samples.length;
    const run = coverage.run(() => this.#expectPromises(samples));
    if (!coverage.isNew(run)) return;
    const leading = this.#leading(samples);
    this.found += leading.length;
    this.kept.push(...leading);
    // Whichever it was: what has run once leads no further.
    coverage.absorb(run);
  }

  /** Those that are the first to run something, found by halving. */
  #leading(samples: readonly Sample[]): Sample[] {
    const run = coverage.run(() => this.#expectPromises(samples));
    if (!coverage.isNew(run)) return [];
    if (samples.length === 1) {
      coverage.absorb(run);
      return [...samples];
    }
    const half = samples.length >> 1;
    return [...this.#leading(samples.slice(0, half)), ...this.#leading(samples.slice(half))];
  }

  #mutant(): Sample {
    const [sample, other] = [this.#any(this.kept), this.#any(this.kept)];
    const bytes = mutant(this.#protocol, sample.bytes, other.bytes, this.#random);
    const isOther = this.#random(4) === 0;
    return { bytes, profile: isOther ? this.#profile() : sample.profile };
  }

  #profile(): DeviceProfile {
    return { model: this.#any(MODELS), clockAheadMinutes: this.#any(ZONES) };
  }

  #any<T>(list: readonly T[]): T {
    return list[this.#random(list.length)]!;
  }

  #expectPromises(samples: readonly Sample[]): void {
    for (const { bytes, profile } of samples) {
      try {
        expectRead(this.#protocol, bytes, profile);
        expectExplained(this.#protocol, bytes, profile);
        // Of the bytes alone, so that a second look runs the same.
        expectFramed(this.#protocol, bytes, randomSource(bytes.length));
      } catch (error) {
        throw new Error(`${bytes.toString('hex')} as ${JSON.stringify(profile)}`, { cause: error });
      }
    }
  }
}

/** Teltonika "Codec", "Communication with server over UDP", example. */
const DATAGRAM = Buffer.from(
  '003dcafe0105000f33353230393330383634303336353508010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001',
  'hex',
);

/** Whole talks, and their frames one by one. */
function seedsOf({ name }: Protocol): Sample[] {
  const profile = { model: null, clockAheadMinutes: 0 };
  const talks = FIXTURES.filter((fixture) => fixture.protocol === name).map(bytesOf);
  const variants = name === 'gt06' ? VARIANTS : [];
  const datagrams = name === 'teltonika' ? [DATAGRAM] : [];
  return [
    ...talks.flatMap((bytes) => [bytes, ...framesOf(name, bytes)]).map((bytes) => ({ bytes, profile })),
    ...datagrams.map((bytes) => ({ bytes, profile })),
    ...variants.map(({ frame, model }) => ({ bytes: frame, profile: { ...profile, model } })),
  ];
}

function framesOf(name: string, stream: Buffer): Buffer[] {
  const protocol = PROTOCOLS.find((one) => one.name === name)!;
  const inbox = new Inbox(1 << 16);
  inbox.push(stream);
  const frames: Buffer[] = [];
  for (let unit = inbox.next(protocol, true); unit !== null; unit = inbox.next(protocol, true)) {
    if (unit.kind === 'lost') break;
    if (unit.kind === 'frame' && unit.frame.length < stream.length) frames.push(unit.frame);
  }
  return frames;
}

/** Work of the framer on a stream of one sample, byte by byte, and of the decoder on the sample; both for a byte. */
function expectLinear(protocol: Protocol, { bytes, profile }: Sample): void {
  if (bytes.length === 0) return;
  const stream = Buffer.alloc(STREAM_BYTES, bytes);
  const framing = coverage.run(() => expectFramed(protocol, stream, () => 0));
  const reading = coverage.run(() => {
    expectRead(protocol, bytes, profile);
    expectExplained(protocol, bytes, profile);
  });
  const hex = bytes.toString('hex');
  expect(framing.work, `framing ${hex}`).toBeLessThan(WORK_MAX + WORK_PER_BYTE_MAX * stream.length);
  expect(reading.work, `reading ${hex}`).toBeLessThan(WORK_MAX + WORK_PER_BYTE_MAX * bytes.length);
}

describe.each(PROTOCOLS.map((protocol) => [protocol.name, protocol] as const))('%s', (name, protocol) => {
  test(`whatever leads to new code keeps every promise (PROOF_SEED=${SEED})`, {
    timeout: 120_000 + SECONDS * 2_000,
  }, () => {
    const fuzzer = new Fuzzer(protocol, seedsOf(protocol));
    const reachedBySeeds = coverage.size;
    const endMs = performance.now() + (SECONDS * 1_000) / PROTOCOLS.length;
    const isOver = () => (SECONDS > 0 ? performance.now() >= endMs : fuzzer.frames >= FRAMES);
    while (!isOver()) fuzzer.step();
    const reached = coverage.size - reachedBySeeds;
    console.log(
      `${name}: ${fuzzer.frames} frames, seed ${SEED}; ${fuzzer.found} led to ${reached} more characters of code`,
    );
    for (const sample of fuzzer.kept) expectLinear(protocol, sample);
  });
});
