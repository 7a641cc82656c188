/** P7: devices that send three times what can be taken in. Memory stays, work goes on, nothing acknowledged is lost. */
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import { median } from './measure.ts';
import { type Findings, ratioAtLeast, ratioAtMost } from './report.ts';

const ROUNDS_MAX = 3;
const OVERLOAD = 3;
/** Frames a device sends ahead of their acknowledgements. */
const WINDOW = 64;

interface Overloaded {
  readonly memoryRatio: number;
  readonly workRatio: number;
  readonly peakBytes: number;
  readonly framesPerS: number;
  readonly acked: number;
  readonly faults: readonly string[];
}

export async function overloadBench(context: Context): Promise<Findings> {
  const results: Overloaded[] = [];
  for (let round = 0; round < Math.min(context.scale.rounds, ROUNDS_MAX); round++)
    results.push(await overload(context));
  const middle = (pick: (each: Overloaded) => number) => median(results.map(pick));
  const acked = results.reduce((sum, each) => sum + each.acked, 0);
  const name = `at ${OVERLOAD} x capacity`;
  return {
    rows: [
      scored(
        {
          target: 'P7',
          name: `memory ${name} against at capacity`,
          figure: middle(({ peakBytes }) => peakBytes / 2 ** 20),
          unit: 'MiB',
          ratio: middle(({ memoryRatio }) => memoryRatio),
          bound: ratioAtMost(1.3),
        },
        results,
      ),
      scored(
        {
          target: 'P7',
          name: `work ${name} against at capacity`,
          figure: middle(({ framesPerS }) => framesPerS),
          unit: 'frames/s',
          ratio: middle(({ workRatio }) => workRatio),
          bound: ratioAtLeast(0.8),
        },
        results,
      ),
      { target: '', name: '  acknowledged, each found in the store', figure: acked, unit: 'frames', ratio: null },
    ],
  };
}

/** `step` small: at full speed the fleet's clocks must not overtake the server's. */
async function overload(context: Context): Promise<Overloaded> {
  const { found, faults } = await context.withGateway(context.fullSeed, async (server) => {
    const fleet = { window: WINDOW, step: 20, drain: 120 };
    const seconds = Math.max(context.scale.seconds, context.scale.overloadS / 3);
    const warm = await context.load(server, { ...context.drive(), ...fleet, seconds });
    const pushed = await context.load(server, {
      ...context.drive('spread', 1),
      ...fleet,
      mode: 'open',
      rate: warm.framesPerS * OVERLOAD,
      seconds: context.scale.overloadS,
    });
    return { found: { warm, pushed }, reports: [warm, pushed] };
  });
  const { warm, pushed } = found;
  const peakKb = Math.max(...pushed.intervals.map(({ rssKb }) => rssKb), pushed.rssKb);
  return {
    memoryRatio: peakKb / warm.rssKb,
    workRatio: pushed.framesPerS / warm.framesPerS,
    peakBytes: peakKb * 1024,
    framesPerS: pushed.framesPerS,
    acked: warm.acked + pushed.acked,
    faults,
  };
}
