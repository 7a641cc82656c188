/** One run of the whole gateway under a load, as one side of a comparison. */
import type { Context } from './context.ts';
import type { LoadOptions, LoadReport } from './load.ts';
import { failed, type Row } from './report.ts';
import type { Seed } from './seed.ts';

export interface Side {
  readonly report: LoadReport;
  /** What was lost, doubled or out of order; empty = nothing. */
  readonly faults: readonly string[];
}

export async function cpuOfGateway(context: Context, seed: Seed, options: Partial<LoadOptions>): Promise<Side> {
  const { found, faults } = await context.withGateway(seed, async (server) => {
    const report = await context.load(server, options);
    return { found: report, reports: [report] };
  });
  return { report: found, faults };
}

/** The row, or 0 if one of the sides behind it is faulty. */
export function scored(row: Row, sides: readonly { readonly faults: readonly string[] }[]): Row {
  const faults = sides.flatMap((side) => side.faults);
  return faults.length === 0 ? row : failed(row, faults);
}
