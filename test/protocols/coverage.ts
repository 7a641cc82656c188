/**
 * Which code of the protocols ran, block by block, as V8 counts it: what leads the fuzzer on, and a measure of work that
 * no busy machine changes.
 */
import { type Profiler, Session } from 'node:inspector';

/** What one piece of work ran. */
interface Run {
  readonly scripts: readonly Profiler.ScriptCoverage[];
  /** How often blocks were entered, all added up. */
  readonly work: number;
}

export class Coverage {
  readonly #session = new Session();
  /** Per script, 1 for every character of it that has run. */
  readonly #reached = new Map<string, Uint8Array>();

  /** Only functions that run for the first time after this are counted by blocks. */
  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  close(): void {
    this.#session.disconnect();
  }

  /** Characters of code that have run. */
  get size(): number {
    let size = 0;
    for (const reached of this.#reached.values()) for (const one of reached) size += one;
    return size;
  }

  run(work: () => void): Run {
    this.#take();
    work();
    const scripts = this.#take();
    const counts = scripts.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map((r) => r.count)));
    return { scripts, work: counts.reduce((sum, count) => sum + count, 0) };
  }

  /** Whether it reached what nothing did that was absorbed before. */
  isNew({ scripts }: Run): boolean {
    return scripts.some((script) => {
      const reached = this.#reached.get(script.url);
      return painted(script).some((one, at) => one === 1 && reached?.[at] !== 1);
    });
  }

  absorb({ scripts }: Run): void {
    for (const script of scripts) {
      const ran = painted(script);
      const before = this.#reached.get(script.url) ?? ran;
      const [short, long] = ran.length < before.length ? [ran, before] : [before, ran];
      this.#reached.set(
        script.url,
        long.map((one, at) => one | (short[at] ?? 0)),
      );
    }
  }

  /** What ran since the last call. */
  #take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    // In the same thread the answer comes before the call returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      taken = result;
    });
    return taken.filter(({ url }) => url.includes('/protocols/') && !url.includes('/test/'));
  }
}

/** Ranges are told from the outside inwards: the innermost one has the last word. */
function painted({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges);
  const paint = new Uint8Array(ranges.reduce((end, { endOffset }) => Math.max(end, endOffset), 0));
  for (const { startOffset, endOffset, count } of ranges) paint.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return paint;
}
