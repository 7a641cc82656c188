import { describe, expect, it } from 'vitest';
import { DiskWatch } from '../../src/ops/disk-watch.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GB = 1e9;

function watch(): { disk: DiskWatch; told: string[] } {
  const told: string[] = [];
  const write = (_details: object, message: string): void => void told.push(message);
  const log = { warn: write, info: write } as unknown as ConstructorParameters<typeof DiskWatch>[0]['log'];
  return { disk: new DiskWatch({ leastFreeBytes: GB, log }), told };
}

/** Hours until full, with so much room at each look, one every half an hour. */
function hours(looks: readonly number[]): number | null {
  const { disk } = watch();
  for (const [i, freeBytes] of looks.entries()) disk.note(i * 30 * MINUTE, freeBytes);
  return disk.hoursUntilFull((looks.length - 1) * 30 * MINUTE, looks.at(-1)!);
}

describe('hours until full', () => {
  it.each([
    ['not watched for long', [100 * GB], null],
    ['filling up by 2 GB an hour', [100 * GB, 99 * GB, 98 * GB], 49],
    ['as full as before', [100 * GB, 100 * GB], null],
    ['emptier than before', [100 * GB, 120 * GB], null],
    ['full', [100 * GB, 0], 0],
    ['quick for a while, seen over hours', [100 * GB, 100 * GB, 100 * GB, 100 * GB, 98 * GB], 98],
    ['what was before the last six hours does not count', [500 * GB, ...Array(13).fill(100 * GB), 99 * GB], 99 * 6],
  ])('%s', (_name, looks, expected) => {
    expect(hours(looks)).toBe(expected);
  });

  it('are not told from a clock that was set back', () => {
    const { disk } = watch();
    disk.note(10 * HOUR, 100 * GB);
    disk.note(HOUR, 90 * GB);
    expect(disk.hoursUntilFull(2 * HOUR, 80 * GB)).toBe(8);
  });

  it('looks that come often are told apart by five minutes, so memory stays small and short noise out', () => {
    const { disk } = watch();
    for (let i = 0; i < 1000; i++) disk.note(i * 1000, 100 * GB);
    expect(disk.hoursUntilFull(HOUR, 99 * GB)).toBe(99);
  });
});

it('a disk that is nearly full is told of once, and once when it has room again', () => {
  const { disk, told } = watch();
  for (const [i, gb] of [2, 0.9, 0.8, 0.9, 1.1, 1.2, 0.5].entries()) disk.note(i * MINUTE, gb * GB);
  expect(told).toEqual(['the disk is nearly full', 'the disk has room again', 'the disk is nearly full']);
});
