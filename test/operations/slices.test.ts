/** Long lists in small bites. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer, pack, unpack } from '../../src/operations/slices.ts';

describe('packing', () => {
  it('gives back what was packed, however much', () => {
    const row = fc.tuple(fc.string({ unit: 'binary', maxLength: 9 }), fc.integer(), fc.constantFrom(null, true, 0.1));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 170 }), (values) => {
        expect([...unpack(pack(values))]).toEqual(values);
      }),
      { numRuns: 30 },
    );
  });

  it('fills a buffer of its own, so that it can change hands', () => {
    const { bytes } = pack(['a']);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
});

/** Counts the turns of the event loop while `work` runs. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return turns;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const NUMBERS = Array.from({ length: 1000 }, (_, i) => i);

describe('a pacer', () => {
  it('lets the loop turn after so many items, even if the clock stands still', async () => {
    const pacer = new Pacer(() => 0);
    expect(await all(pacer.through(NUMBERS))).toEqual(NUMBERS);
    expect(await turnsDuring(() => all(pacer.through(NUMBERS)))).toBeGreaterThanOrEqual(10);
  });

  it('lets the loop turn after so much time, however few items that was', async () => {
    let nowMs = 0;
    const pacer = new Pacer(() => nowMs);
    const work = async (): Promise<void> => {
      for await (const _item of pacer.through(NUMBERS.slice(0, 20))) nowMs += 5;
    };
    expect(await turnsDuring(work)).toBeGreaterThanOrEqual(20);
  });

  it('gives each turn to one list: many at once take longer, not larger bites', async () => {
    const pacer = new Pacer(() => 0);
    const lists = NUMBERS.slice(0, 30).map(() => all(pacer.through(NUMBERS.slice(0, 250))));
    expect(await turnsDuring(() => Promise.all(lists))).toBeGreaterThanOrEqual(85);
    for (const list of await Promise.all(lists)) expect(list).toHaveLength(250);
  });

  it('passes on a failure of what makes the items', async () => {
    function* failing(): Generator<number> {
      yield 1;
      throw new Error('the disk is gone');
    }
    await expect(all(new Pacer(() => 0).through(failing()))).rejects.toThrow('the disk is gone');
  });
});
