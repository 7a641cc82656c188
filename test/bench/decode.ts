/** Records per second through the codec 8 decoder, against the same frame read by the binary-parser layout. */
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { parseRecord } from '../../protocols/teltonika/layout.ts';
import type { Context } from './context.ts';
import { interleave } from './measure.ts';
import type { Findings } from './report.ts';

const RECORDS = 20;
/** Preamble, length, codec id and first count. */
const RECORDS_AT = 10;

export async function decodeBench({ scale }: Context): Promise<Findings> {
  const frame = encodeRecords(
    8,
    Array.from({ length: RECORDS }, (_, i) => ({
      timeMs: 1_770_000_000_000 + i * 1000,
      latDeg: 52.5,
      lonDeg: 13.4,
      altitudeM: 40,
      courseDeg: 90,
      satellites: 11,
      speedKmh: 50,
    })),
  );
  const recordBytes = (frame.length - RECORDS_AT - 5) / RECORDS;
  const teltonika = protocolNamed('teltonika');
  let sink = 0;
  const times = (run: () => number) => () => {
    for (let i = 0; i < 2000; i++) sink += run();
  };
  const [reader, layout] = await interleave(scale.rounds, [
    times(() => {
      const message = teltonika.decode(frame);
      return message.kind === 'records' ? message.records[RECORDS - 1]!.timeMs : 0;
    }),
    times(() => {
      let count = 0;
      for (let at = RECORDS_AT; at + recordBytes < frame.length - 4; at += recordBytes) {
        count += parseRecord('codec8', frame.subarray(at, at + recordBytes)).satellites;
      }
      return count;
    }),
  ]);
  if (sink === 0) throw new Error('nothing was decoded');
  const perSecond = (ms: number) => Math.round((2000 * RECORDS * 1000) / ms);
  const record = { target: '', unit: 'records/s' };
  const ratio = reader!.median / layout!.median;
  return {
    rows: [
      {
        ...record,
        name: 'codec 8: frame, CRC and positions, time over layout',
        figure: perSecond(reader!.median),
        ratio,
      },
      { ...record, name: '  binary-parser layout, records only', figure: perSecond(layout!.median), ratio: null },
    ],
  };
}
