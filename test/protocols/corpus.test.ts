/** Real frames from the field, where a folder of them is at hand: `MILEPOST_CORPUS` names one that holds frames.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TranscriptMessage, transcribe } from '../../protocols/transcript.ts';

interface CorpusFrame {
  readonly id: string;
  readonly protocol: 'teltonika' | 'gt06';
  /** Set where the layout cannot be told from the frame alone. */
  readonly model: string | null;
  readonly hex: string;
  readonly fixes: readonly Record<string, unknown>[] | null;
  readonly attributes: Record<string, unknown>;
}

const FOLDER = process.env['MILEPOST_CORPUS'];
const FRAMES =
  FOLDER === undefined ? [] : (JSON.parse(readFileSync(join(FOLDER, 'frames.json'), 'utf8')) as CorpusFrame[]);

/** Of 100 frames, and of 100 attributes. */
const FIXES_RIGHT_MIN = 99;
const ATTRIBUTES_RIGHT_MIN = 97;

function read({ id, model, hex }: CorpusFrame): TranscriptMessage {
  const entries = [...transcribe([hex], { protocol: 'auto', nowMs: 0, model })];
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined || 'error' in entry) {
    throw new Error(`${id}: expected one message, got ${JSON.stringify(entries)}`);
  }
  return entry;
}

/** What of the fixes is not as it should be, a line each. */
function fixesMissed({ fixes }: CorpusFrame, message: TranscriptMessage): string[] {
  const expected = fixes ?? [];
  if (message.fixes.length !== expected.length) return [`${message.fixes.length} fixes: expected ${expected.length}`];
  return expected.flatMap(({ lat, lon, ...exact }, i) => {
    const fix = message.fixes[i]!;
    const isThere = Math.abs(fix.lat - Number(lat)) <= 1e-6 && Math.abs(fix.lon - Number(lon)) <= 1e-6;
    const place = isThere ? [] : [`fix ${i}: ${fix.lat} ${fix.lon}, expected ${lat} ${lon}`];
    return [...place, ...valuesMissed(exact, fix).map((text) => `fix ${i}: ${text}`)];
  });
}

function valuesMissed(expected: object, got: object): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const found = (got as Record<string, unknown>)[name];
    return plainText(found) === plainText(value) ? [] : [`${name} ${plainText(found)}, expected ${plainText(value)}`];
  });
}

/** 64-bit values are text here and, where they are small, numbers there. */
function plainText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(Object.entries(value).map(([id, inner]) => [id, String(inner)]));
}

function attributesMissed(frame: CorpusFrame, message: TranscriptMessage): string[] {
  return valuesMissed(frame.attributes, { ...message.attributes, ...message.fixes[0]?.attributes });
}

describe.skipIf(FOLDER === undefined)('the field corpus (skipped unless MILEPOST_CORPUS names its folder)', () => {
  describe.each(['teltonika', 'gt06'] as const)('%s', (protocol) => {
    const frames = FRAMES.filter((frame) => frame.protocol === protocol);

    test('every frame is one message of its protocol', () => {
      expect(frames.length).toBeGreaterThan(15);
      for (const frame of frames) expect(read(frame).protocol, frame.id).toBe(protocol);
    });

    test(`the fixes of at least ${FIXES_RIGHT_MIN} % of the frames are right`, () => {
      const missed = frames.map((frame) => ({ id: frame.id, missed: fixesMissed(frame, read(frame)) }));
      const wrong = missed.filter((frame) => frame.missed.length > 0);
      tell(`${protocol}: fixes right in ${frames.length - wrong.length} of ${frames.length} frames`, wrong);
      expect(100 * (1 - wrong.length / frames.length)).toBeGreaterThanOrEqual(FIXES_RIGHT_MIN);
    });

    test(`at least ${ATTRIBUTES_RIGHT_MIN} % of the attributes are right`, () => {
      const missed = frames.map((frame) => ({ id: frame.id, missed: attributesMissed(frame, read(frame)) }));
      const given = frames.reduce((sum, { attributes }) => sum + Object.keys(attributes).length, 0);
      const wrong = missed.reduce((sum, frame) => sum + frame.missed.length, 0);
      tell(`${protocol}: ${given - wrong} of ${given} attributes right`, missed);
      expect(100 * (given - wrong)).toBeGreaterThanOrEqual(ATTRIBUTES_RIGHT_MIN * given);
    });
  });
});

function tell(summary: string, frames: readonly { readonly id: string; readonly missed: readonly string[] }[]): void {
  const lines = frames.flatMap(({ id, missed }) => missed.map((text) => `  ${id}: ${text}`));
  console.log([summary, ...lines].join('\n'));
}
