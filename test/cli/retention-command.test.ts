import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { batch, DAY, frameOf, testDirectory, tracker } from '../store/kit.ts';
import { milepost } from './host-kit.ts';

/** The command goes by the real clock: what it looks at is as old as that says. */
const NOW = Date.now();

function filled(): string {
  const data = join(testDirectory(), 'data');
  const store = openStore({ directory: data });
  store.append(batch({ rows: { trackers: [tracker(1, { label: 'Van "1"' })] } }));
  for (const days of [50, 40, 20, 1]) {
    const atMs = NOW - days * DAY;
    const frames = [
      frameOf(1, [{ timeMs: atMs, hasPosition: true }], { receivedMs: atMs }),
      frameOf(1, [], { receivedMs: atMs, protocol: 'gt06' }),
    ];
    store.append(batch({ frames, clockMs: atMs }));
  }
  store.close();
  return data;
}

describe('retention', () => {
  it('tells what a shorter one would free, by tracker', async () => {
    const { code, written } = await milepost(['retention', '--fixes', '30d', '--frames', '7d', '--data', filled()]);
    expect(code).toBe(0);
    expect(written).toMatch(/^With positions kept 30 days, other frames 7 days, of \d+ bytes of frames would go:$/m);
    expect(written).toMatch(/^ {2}\d+ bytes: 2 fixes in 2 frames, 3 frames without positions$/m);
    expect(written).toMatch(/^ {2}tracker 1 "Van \\"1\\"": \d+ bytes, 2 fixes, 3 frames without positions$/m);
    expect(written).toMatch(/Nothing was deleted\.\n$/);
  });

  it('goes by the settings where nothing else is said, and speaks JSON', async () => {
    const { written } = await milepost(['retention', '--json', '--data', filled()]);
    expect(JSON.parse(written)).toMatchObject({
      fixesKeptMs: 90 * DAY,
      messagesKeptMs: 7 * DAY,
      total: { fixes: 0, messages: 3 },
      byTracker: [{ trackerId: 1 }],
    });
  });

  it.each([
    ['--fixes', 'soon'],
    ['--frames', '7'],
  ])('refuses %s %s', async (flag, value) => {
    const outcome = await milepost(['retention', flag, value, '--data', filled()]);
    expect(outcome.code).toBe(2);
    expect(outcome.complained).toContain(`${flag}: got "${value}", expected a duration`);
  });
});
