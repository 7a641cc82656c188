/**
 * The drive of the story: a device passes three stops within four minutes from now, in a Teltonika's bytes. What is
 * given to a tracker only counts from then on, so a talk that was recorded once will not do.
 *
 *   story-drive.ts HOST:PORT IMEI
 */
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { replay } from '../../src/sim/replay.ts';
import { parseTalk } from '../../src/sim/talk.ts';

const [address = '', imei = ''] = process.argv.slice(2);
const [host = '', port = ''] = address.split(':');

const AWAY = { latDeg: 50.046, lonDeg: 14.4328 };
const STOPS = [
  { latDeg: 50.03865, lonDeg: 14.43338 },
  { latDeg: 50.05294, lonDeg: 14.42584 },
  { latDeg: 50.05957, lonDeg: 14.4458 },
];
/** Records every ten seconds: away, and seventy seconds at each stop. */
const PLACES = [AWAY, ...STOPS.flatMap((stop) => [...Array.from({ length: 7 }, () => stop), AWAY])];
const RECORDS_PER_FRAME = 5;
const GAP_MS = 10_000;

/** A device sends ahead of the gateway's clock, within what is taken. */
const firstMs = Date.now() + 1000;
const records = PLACES.map((place, n) => ({
  ...place,
  timeMs: firstMs + n * GAP_MS,
  satellites: 9,
  speedKmh: 30,
  io: [],
}));
const lines = [`> ${encodeLogin(imei).toString('hex')}`, '< 01'];
for (let n = 0; n < records.length; n += RECORDS_PER_FRAME) {
  const frame = records.slice(n, n + RECORDS_PER_FRAME);
  lines.push(`> ${encodeRecords(0x08, frame).toString('hex')}`, `< ${String(frame.length).padStart(8, '0')}`);
}

const { said, answered, difference } = await replay(parseTalk(lines.join('\n')), {
  host,
  port: Number(port),
  speed: null,
  isClockPinned: false,
  patienceMs: 10_000,
  stopwatch: () => performance.now(),
});
console.log(`the drive: ${said} said, ${answered} answered as expected`);
if (difference !== null) throw new Error(difference);
