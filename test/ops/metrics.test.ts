/** What is scraped is what was counted. */
import { expect, it } from 'vitest';
import { Distribution } from '../../src/model/distribution.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { createMetrics, METRICS } from '../../src/ops/metrics.ts';

const LEVELS = {
  tasksByStatus: { unassigned: 1, assigned: 2, arrived: 3, done: 4, delayed: 5, failed: 6, faulty: 7 },
  trackers: 8,
  pendingTrackers: 9,
  databaseBytes: 10,
  walBytes: 11,
  freeBytes: 12,
  trackEntries: 13,
  tidyBehindMs: 14_000,
  queuedFrames: 15,
  queuedBytes: 16,
  trackersLoaded: 17,
  zonesIndexed: 18,
};

function scrapedLines(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('milepost_'));
}

it('shows the tally as it stands at every scrape', async () => {
  const tally = emptyTally();
  const metrics = createMetrics({ tally, levels: async () => LEVELS });
  expect(scrapedLines(await metrics.text())).toContain('milepost_records_stored_total 0');
  Object.assign(tally, { recordsStored: 5, connectionsOpened: 3, connectionsClosed: 1 });
  tally.framesRefused['bad_crc'] = 2;
  tally.framesRefused['strange "reason"\n'] = 1;
  for (const _scrape of [1, 2]) {
    expect(scrapedLines(await metrics.text())).toEqual(
      expect.arrayContaining([
        'milepost_records_stored_total 5',
        'milepost_connections 2',
        'milepost_frames_refused_total{reason="bad_crc"} 2',
        'milepost_frames_refused_total{reason="strange \\"reason\\"\\n"} 1',
        'milepost_tasks{status="faulty"} 7',
        'milepost_trackers 8',
        'milepost_trackers_pending 9',
        'milepost_database_bytes 10',
        'milepost_wal_bytes 11',
        'milepost_disk_free_bytes 12',
        'milepost_track_entries 13',
        'milepost_tidy_behind_seconds 14',
        'milepost_queue_frames 15',
        'milepost_queue_bytes 16',
        'milepost_trackers_loaded 17',
        'milepost_zones_indexed 18',
      ]),
    );
  }
});

it('shows what was noted as a histogram in seconds, each bucket with those below it', async () => {
  const tally = emptyTally();
  for (const ms of [0.4, 1, 1.5, 30, 60_000]) tally.commitMs.note(ms);
  const lines = scrapedLines(await createMetrics({ tally, levels: async () => LEVELS }).text());
  const shown = lines.filter((line) => line.startsWith('milepost_commit_seconds'));
  expect(shown.slice(0, 3)).toEqual([
    'milepost_commit_seconds_bucket{le="0.001"} 2',
    'milepost_commit_seconds_bucket{le="0.002"} 3',
    'milepost_commit_seconds_bucket{le="0.005"} 3',
  ]);
  expect(shown.slice(-4)).toEqual([
    'milepost_commit_seconds_bucket{le="10"} 4',
    'milepost_commit_seconds_bucket{le="+Inf"} 5',
    'milepost_commit_seconds_sum 60.0329',
    'milepost_commit_seconds_count 5',
  ]);
});

it('leaves out what cannot be told: how long a disk will last that is not filling up', async () => {
  let hoursUntilFull: number | null = 7.5;
  const metrics = createMetrics({ tally: emptyTally(), levels: async () => ({ ...LEVELS, hoursUntilFull }) });
  expect(scrapedLines(await metrics.text())).toContain('milepost_disk_hours_until_full 7.5');
  hoursUntilFull = null;
  expect((await metrics.text()).match(/^milepost_disk_hours_until_full.*$/gm)).toBeNull();
});

it('every metric of the table is scraped with its type, and none beside it', async () => {
  const text = await createMetrics({ tally: emptyTally(), levels: async () => LEVELS }).text();
  const typed = [...text.matchAll(/^# TYPE (milepost_\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  expect(typed.sort()).toEqual(METRICS.map(({ name, type }) => `${name} ${type}`).sort());
});

it('every field of the tally moves a metric of its own', async () => {
  const tally = emptyTally();
  const metrics = createMetrics({ tally, levels: async () => LEVELS });
  const seen = new Set<string>();
  for (const field of Object.keys(tally) as (keyof typeof tally)[]) {
    const before = new Set(scrapedLines(await metrics.text()));
    const value = tally[field];
    if (typeof value === 'number') Object.assign(tally, { [field]: 1234 });
    else if (value instanceof Distribution) value.note(1234);
    else value['reason'] = 1234;
    const moved = scrapedLines(await metrics.text()).filter(
      (line) => !before.has(line) && /_(total|count)\b/.test(line),
    );
    expect([field, moved.length]).toEqual([field, 1]);
    seen.add(moved[0]!);
  }
  expect(seen.size).toBe(Object.keys(tally).length);
});

it('shows the process too', async () => {
  const text = await createMetrics({ tally: emptyTally(), levels: async () => LEVELS }).text();
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});
