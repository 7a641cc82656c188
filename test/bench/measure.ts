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
  const timed = candidates.map((run) => async () => {
    const start = process.hrtime.bigint();
    await run();
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
  const samples = (await alternate(rounds + 1, timed)).map((own) => own.slice(1));
  return samples.map((own) => ({ median: median(own), rounds: own }));
}

/** What each candidate found in each round. */
export async function alternate<T>(rounds: number, candidates: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const found: T[][] = candidates.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of candidates.entries()) found[i]!.push(await run());
  }
  return found;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Of each round's own ratio. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, i) => value / below[i]!));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

/** Of the straight line nearest to the points, by least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
