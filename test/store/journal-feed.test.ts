/** The journal row by row, for whoever hands on all that is stored. */
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { JournalledFix, Store } from '../../src/store/store.ts';
import { batch, DAY, frameOf, MINUTE, T0, testDirectory, testStore, tracker } from './kit.ts';

function fixesOf(store: Store, fromRow = 0): JournalledFix[] {
  const fixes: JournalledFix[] = [];
  for (let page = store.journal.after(fromRow); page !== null; page = store.journal.after(page.toRow)) {
    fixes.push(...page.fixes);
  }
  return fixes;
}

const at = (minute: number) => ({ timeMs: T0 + minute * MINUTE, hasPosition: true });

describe('the journal', () => {
  it('is read in the order of commits, all trackers together, and what is a repeat is left out', () => {
    const store = testStore();
    store.append(
      batch({ rows: { trackers: [tracker(1), tracker(2)] }, frames: [frameOf(2, [at(5)]), frameOf(1, [at(1)])] }),
    );
    store.append(
      batch({ frames: [frameOf(1, [at(1), at(0)], { mask: [false, true] }), frameOf(1, [], { protocol: 'gt06' })] }),
    );
    const said = fixesOf(store).map(({ trackerId, fix }) => [trackerId, (fix.position.timeMs - T0) / MINUTE]);
    expect(said).toEqual([
      [2, 5],
      [1, 1],
      [1, 0],
    ]);
    expect(store.journal.lastRow()).toBe(2);
    expect(fixesOf(store, 1)).toHaveLength(1);
    expect(store.journal.after(2)).toBeNull();
  });

  it('names each record by a place that no other has and that stays after a restart', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    const frames = Array.from({ length: 300 }, (_, i) => frameOf(1 + (i % 3), [at(i), at(i + 1000)], { salt: i }));
    store.append(batch({ rows: { trackers: [tracker(1), tracker(2), tracker(3)] }, frames }));
    const before = fixesOf(store).map(({ place }) => place);
    store.close();
    const again = openStore({ directory });
    expect(fixesOf(again).map(({ place }) => place)).toEqual(before);
    expect([before.length, new Set(before).size, again.journal.lastRow() > 1]).toEqual([600, 600, true]);
    again.close();
  });

  it('says what retention has taken', () => {
    const store = testStore({ limits: { fixesKeptMs: DAY, messagesKeptMs: DAY } });
    for (let day = 0; day < 5; day += 1) {
      const receivedMs = T0 + day * DAY;
      const frame = frameOf(1, [{ timeMs: receivedMs, hasPosition: true }], { receivedMs });
      store.append(batch({ rows: { trackers: [tracker(1)] }, frames: [frame], clockMs: receivedMs }));
    }
    while (store.tidy(T0 + 10 * DAY));
    const page = store.journal.after(0);
    const kept = page === null ? 5 : page.missingRows;
    expect([kept > 0, store.journal.lastRow()]).toEqual([true, 5]);
  });
});
