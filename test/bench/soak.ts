/** `--soak SECONDS`: half of what the gateway can take, for long. Memory and latency must stay, and nothing be lost. */
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import type { Interval } from './load.ts';
import { slope } from './measure.ts';
import type { Findings } from './report.ts';

const EVERY_S = 60;
/** Long enough to be warm, also in a brief run. */
const PROBE_S = 10;

export async function soak(context: Context, seconds: number): Promise<Findings> {
  const { connections } = context.scale;
  const everyS = Math.min(EVERY_S, seconds / 4);
  const { found, faults } = await context.withGateway(context.fullSeed, async (server) => {
    const probe = await context.load(server, { ...context.drive(), warm: PROBE_S, seconds: PROBE_S });
    const rate = probe.framesPerS / 2;
    context.say(`${rate.toFixed(0)} frames/s of ${probe.framesPerS.toFixed(0)}, for ${seconds} s`);
    const frames = (rate * seconds) / connections;
    const paced = { ...context.drive('spread', 1), mode: 'open', rate, window: 64, seconds, interval: everyS } as const;
    // Every task is driven into at its time, the last one near the end.
    const report = await context.load(
      server,
      { ...paced, events: Math.max(2, Math.floor(frames / 21)) },
      (interval) => {
        context.say(progressText(interval));
      },
    );
    return { found: report, reports: [probe, report] };
  });
  const { intervals, acked } = found;
  const later = intervals.slice(Math.floor(intervals.length / 2));
  const mbPerHour = slope(later.map(({ atS, rssKb }) => [atS / 3600, rssKb / 1024]));
  const p99 = later.map(({ latency }) => latency.p99Us / 1000);
  const record = { target: '', ratio: null };
  return {
    rows: [
      scored({ ...record, name: 'soak: memory over the second half', figure: mbPerHour, unit: 'MiB/h' }, [{ faults }]),
      { ...record, name: 'soak: lowest p99 of a minute, second half', figure: Math.min(...p99), unit: 'ms' },
      { ...record, name: 'soak: highest p99 of a minute, second half', figure: Math.max(...p99), unit: 'ms' },
      { ...record, name: 'soak: acknowledged, each found in the store', figure: acked, unit: 'frames' },
    ],
  };
}

function progressText({ atS, acked, rssKb, latency }: Interval): string {
  const [p50, p99] = [latency.p50Us, latency.p99Us].map((us) => (us / 1000).toFixed(2));
  return `${String(Math.round(atS)).padStart(6)} s  ${acked} frames  p50 ${p50} ms  p99 ${p99} ms  ${Math.round(rssKb / 1024)} MiB`;
}
