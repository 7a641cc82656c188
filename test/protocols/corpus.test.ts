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

/** Type and, where forms differ, stated length of what is read in full. */
const GT06_KINDS = ['01', '12 1f', '13 0a', '15', '16 25', '21', '22 22', '26 25', '8a'];

function isRead({ protocol, model, hex }: CorpusFrame): boolean {
  if (model !== null) return false;
  if (protocol === 'teltonika') return hex.startsWith('000f') || ['08', '8e'].includes(hex.slice(16, 18));
  const isLong = hex.startsWith('7979');
  const type = isLong ? hex.slice(8, 10) : hex.slice(6, 8);
  const isAcknowledgement = hex.startsWith('787805') && type !== '8a';
  const isSealed = hex.length / 2 === Number.parseInt(hex.slice(4, isLong ? 8 : 6), 16) + (isLong ? 6 : 5);
  return (
    isSealed && !isAcknowledgement && (GT06_KINDS.includes(type) || GT06_KINDS.includes(`${type} ${hex.slice(4, 6)}`))
  );
}

function read(frame: CorpusFrame): TranscriptMessage {
  const entries = [...transcribe([frame.hex], { protocol: 'auto', nowMs: 0 })];
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (entry === undefined || 'error' in entry) throw new Error(`${frame.id}: ${JSON.stringify(entry)}`);
  return entry;
}

describe.skipIf(FOLDER === undefined)('the field corpus (skipped unless MILEPOST_CORPUS names its folder)', () => {
  test('there are frames of the kinds that are read', () => {
    expect(FRAMES.filter(isRead).length).toBeGreaterThan(30);
  });

  test.each(FRAMES.filter(isRead).map((frame) => [frame.id, frame] as const))(
    '%s is right in every value',
    (_, frame) => {
      const message = read(frame);
      const fixes = frame.fixes ?? [];
      expect(message.protocol).toBe(frame.protocol);
      expect(message.fixes).toHaveLength(fixes.length);
      for (const [i, expected] of fixes.entries()) {
        const { lat, lon, io, ...exact } = expected;
        const fix = message.fixes[i]!;
        expect(fix).toMatchObject(exact);
        expect(Math.abs(fix.lat - Number(lat))).toBeLessThanOrEqual(1e-6);
        expect(Math.abs(fix.lon - Number(lon))).toBeLessThanOrEqual(1e-6);
        if (io !== undefined) expect(asText(fix.io)).toEqual(asText(io as object));
      }
      expect({ ...message.attributes, ...message.fixes[0]?.attributes }).toMatchObject(frame.attributes);
    },
  );

  test.each(FRAMES.filter((frame) => !isRead(frame)).map((frame) => [frame.id, frame] as const))(
    '%s is at least a message',
    (_, frame) => {
      expect(read(frame).protocol).toBe(frame.protocol);
    },
  );
});

/** 64-bit values are text here and, where they are small, numbers there. */
function asText(io: object): Record<string, string> {
  return Object.fromEntries(Object.entries(io).map(([id, value]) => [id, String(value)]));
}
