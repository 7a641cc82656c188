import { describe, expect, it } from 'vitest';
import type { Tracker } from '../../src/model/tracker.ts';
import { ALERTS_MAX, alertOperations } from '../../src/operations/alerts.ts';
import { HOUR, T0, tracker } from '../store/kit.ts';

class Bench {
  nowMs = T0;
  readonly heardMs = new Map<number, number>();
  readonly suspicions = new Map<number, { aheadMinutes: number; sinceMs: number }>();
  trackers: Tracker[] = [];
  readonly alerts;

  constructor(silentAfterMs: number | null = 24 * HOUR) {
    this.alerts = alertOperations({
      store: { tracks: { lastReceivedMs: (id: number) => this.heardMs.get(id) ?? null } as never },
      intake: {
        tracker: (id) => this.trackers.find((each) => each.id === id) ?? null,
        trackers: () => this.trackers,
      },
      clockSuspicion: (id) => this.suspicions.get(id) ?? null,
      now: () => this.nowMs,
      alertRules: { silentAfterMs },
    });
  }

  get shown() {
    return this.alerts.alerts().map(({ kind, tracker: { id }, sinceMs }) => [kind, id, (sinceMs - T0) / HOUR]);
  }
}

describe('a silent tracker', () => {
  it('is one not heard of for longer than the setting says; it is told when it falls silent and when it is back', () => {
    const bench = new Bench();
    bench.trackers = [tracker(1), tracker(2)];
    bench.heardMs.set(1, T0 + HOUR);
    bench.nowMs = T0 + 24 * HOUR;
    expect(bench.alerts.lookForSilence()).toEqual([]);
    bench.nowMs = T0 + 25 * HOUR;
    expect(bench.alerts.lookForSilence()).toMatchObject([{ tracker: { id: 2 }, isSilent: true, sinceMs: T0 }]);
    bench.nowMs += 1;
    expect(bench.alerts.lookForSilence()).toMatchObject([{ tracker: { id: 1 }, isSilent: true }]);
    expect(bench.shown).toEqual([
      ['silent', 2, 0],
      ['silent', 1, 1],
    ]);
    expect(bench.alerts.alerts().map((alert) => alert.kind === 'silent' && alert.hasBeenHeard)).toEqual([false, true]);
    bench.heardMs.set(2, bench.nowMs);
    expect(bench.alerts.lookForSilence()).toMatchObject([{ tracker: { id: 2 }, isSilent: false }]);
    expect([bench.shown.length, bench.alerts.silentTrackers()]).toEqual([1, 1]);
  });

  it.each([
    ['one without a device', { imei: null }],
    ['one that is blocked', { isBlocked: true }],
  ])('is not: %s', (_name, part) => {
    const bench = new Bench();
    bench.trackers = [tracker(1, part)];
    bench.nowMs = T0 + 100 * HOUR;
    bench.alerts.lookForSilence();
    expect(bench.alerts.silentTrackers()).toBe(0);
  });

  it('is nobody where the setting is off', () => {
    const bench = new Bench(null);
    bench.trackers = [tracker(1)];
    bench.nowMs = T0 + 1000 * HOUR;
    expect([bench.alerts.lookForSilence(), bench.shown]).toEqual([[], []]);
  });

  it('is forgotten with its tracker', () => {
    const bench = new Bench();
    bench.trackers = [tracker(1)];
    bench.nowMs = T0 + 100 * HOUR;
    bench.alerts.lookForSilence();
    bench.trackers = [];
    expect(bench.shown).toEqual([]);
    bench.alerts.lookForSilence();
    expect(bench.alerts.silentTrackers()).toBe(0);
  });

  it('is found among many in some beats, and no more are listed than the limit', () => {
    const bench = new Bench();
    bench.trackers = Array.from({ length: 1500 }, (_, i) => tracker(i + 1));
    bench.nowMs = T0 + 100 * HOUR;
    const found = Array.from({ length: 4 }, () => {
      bench.alerts.lookForSilence();
      return bench.alerts.silentTrackers();
    });
    expect([found, bench.shown.length]).toEqual([[400, 800, 1200, 1500], ALERTS_MAX]);
  });

  it('is no news in the first round after a start, which finds out how things are', () => {
    const bench = new Bench();
    bench.trackers = Array.from({ length: 500 }, (_, i) => tracker(i + 1));
    bench.nowMs = T0 + 100 * HOUR;
    expect([bench.alerts.lookForSilence(), bench.alerts.lookForSilence()]).toEqual([[], []]);
    for (const { id } of bench.trackers) bench.heardMs.set(id, bench.nowMs);
    expect(bench.alerts.lookForSilence()).toHaveLength(400);
  });
});

describe('a clock that seems wrong', () => {
  it('is an alert for as long as it is suspected', () => {
    const bench = new Bench();
    bench.trackers = [tracker(1)];
    bench.heardMs.set(1, T0);
    bench.suspicions.set(1, { aheadMinutes: 180, sinceMs: T0 + HOUR });
    bench.alerts.lookForSilence();
    expect(bench.shown).toEqual([['clock', 1, 1]]);
    bench.suspicions.clear();
    expect(bench.shown).toEqual([]);
  });
});
