import { describe, expect, it } from 'vitest';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { faultOfTrack } from './audit.ts';

const BASE = 1_770_000_000_000;
const OPTIONS = { mode: 'closed', connections: 1, seconds: 1, base: BASE, step: 100, records: 2 } as const;

describe('the audit of a track', () => {
  it.each<[string, readonly number[], number, string | null]>([
    ['finds nothing wrong when all are there in order', [0, 1, 2], 3, null],
    ['misses one that was acknowledged', [0, 1], 3, '3 frames acknowledged, 2 stored'],
    ['sees one that is there twice', [0, 1, 1], 3, 'frame 2 is stored out of order or twice'],
    ['sees two that have changed places', [0, 2, 1], 3, `frame 1 is of ${BASE + 400}`],
    ['sees one that was never acknowledged', [0, 1, 2], 2, '2 frames acknowledged, 3 stored'],
    ['sees a gap', [0, 1, 3], 3, `frame 2 is of ${BASE + 600}`],
  ])('%s', (_name, sequences, acked, fault) => {
    expect(faultOfTrack(sequences.map(frame), acked, OPTIONS)).toBe(fault);
  });

  it('lets a device that reconnects leave frames out, but not turn back', () => {
    const churn = { ...OPTIONS, mode: 'churn' } as const;
    expect(faultOfTrack([0, 1, 3].map(frame), 3, churn)).toBeNull();
    expect(faultOfTrack([0, 3, 1].map(frame), 3, churn)).toBe('frame 2 is stored out of order or twice');
  });

  it('sees a frame of which a record was taken for a repeated one', () => {
    expect(faultOfTrack([{ ...frame(0), kept: [true, false] }], 1, OPTIONS)).toBe('frame 0 is stored in part');
  });
});

function frame(sequence: number) {
  const record = { latDeg: 52.5, lonDeg: 13.4, satellites: 9, speedKmh: 50 };
  const timeMs = BASE + sequence * 200;
  const records = [timeMs, timeMs + 100].map((each) => ({ ...record, timeMs: each }));
  return { raw: encodeRecords(8, records), kept: null };
}
