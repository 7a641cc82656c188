/** How often which size was seen: counters made once, so that noting one costs a few comparisons and no memory. */

export class Distribution {
  /** Upper bounds, ascending; a size equal to one counts there. */
  readonly bounds: readonly number[];
  /** One more than bounds: the last is for what is larger than all. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  note(size: number): void {
    const { bounds, counts } = this;
    let i = 0;
    while (i < bounds.length && size > bounds[i]!) i++;
    counts[i]! += 1;
    this.sum += size;
    this.count += 1;
  }
}
