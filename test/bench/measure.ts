/** Interleaved rounds: A B A B ..., so that a busy machine hurts all candidates alike. */

export interface Timing {
  readonly median: number;
  readonly rounds: readonly number[];
}

/** Wall milliseconds per round of each candidate; the first round of each warms up and is not counted. */
export async function interleave(
  rounds: number,
  candidates: readonly (() => void | Promise<void>)[],
): Promise<readonly Timing[]> {
  const samples: number[][] = candidates.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, run] of candidates.entries()) {
      const start = process.hrtime.bigint();
      await run();
      if (round > 0) samples[i]!.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return samples.map((own) => ({ median: median(own), rounds: own }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
