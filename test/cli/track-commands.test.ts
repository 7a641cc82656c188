/** Tracks out of a data directory and into another one, by the program. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRACK_FORMATS } from '../../src/operations/track-text.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { serve } from '../../src/serve.ts';
import { openStore } from '../../src/store/open.ts';
import { batch, frameOf, MINUTE, T0, tracker } from '../store/kit.ts';
import { milepost } from './host-kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';

let directory = '';
let data = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-tracks-'));
  data = join(directory, 'data');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A tracker with `count` fixes a minute apart, some of them in segments and some not, and a second one with none. */
function fill(count: number): void {
  const store = openStore({ directory: data, limits: { trackEntriesMax: 50 } });
  store.append(batch({ rows: { trackers: [tracker(1, { label: '=Van' }), tracker(2)] } }));
  for (let i = 0; i < count; i++) {
    const specs = [{ timeMs: T0 + i * MINUTE, hasPosition: i % 10 !== 9 }];
    store.append(batch({ frames: [frameOf(1, specs, { receivedMs: T0 + i * MINUTE })], clockMs: T0 + i * MINUTE }));
    if (i % 40 === 0) while (store.tidy(T0));
  }
  store.close();
}

function timesIn(trackerId: number): number[] {
  const store = openStore({ directory: data });
  const times = store.tracks.fixes(trackerId, 0, 8e15, 1e6).map(({ position }) => position.timeMs);
  store.close();
  return times;
}

describe('export', () => {
  it('writes the valid fixes of a period to the output, or to a file', async () => {
    fill(100);
    const { code, written } = await milepost(['export', '--tracker', '1', '--data', data]);
    expect(code).toBe(0);
    expect(written.trim().split('\r\n')).toHaveLength(1 + 90);
    const file = join(directory, 'van.gpx');
    const from = new Date(T0 + 10 * MINUTE).toISOString();
    const to = new Date(T0 + 19 * MINUTE).toISOString();
    const some = await milepost(['export', '--tracker', '1', '--from', from, '--to', to, '--data', data, file]);
    expect(some).toMatchObject({ code: 0, written: `${file}: 9 fixes of tracker 1\n` });
    expect(readFileSync(file, 'utf8').match(/<trkpt /g)).toHaveLength(9);
    const again = await milepost(['export', '--tracker', '1', '--data', data, file]);
    expect(again.code).toBe(1);
    expect(again.complained).toContain('EEXIST');
  });

  it('sees beside a running gateway what it has committed', async () => {
    fill(3);
    const store = openStore({ directory: data });
    store.append(batch({ frames: [frameOf(2, [{ timeMs: T0, hasPosition: true }])] }));
    const { written } = await milepost(['export', '--tracker', '2', '--format', 'geojson', '--data', data]);
    store.close();
    expect((JSON.parse(written) as { features: object[] }).features).toHaveLength(1);
  });

  it('goes on page by page, also where many fixes are of one instant', async () => {
    const store = openStore({ directory: data });
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    const crowd = Array.from({ length: 6000 }, (_, i) =>
      frameOf(1, [{ timeMs: T0 + MINUTE, hasPosition: true }], { salt: i % 900, receivedMs: T0 + i }),
    );
    store.append(batch({ frames: [frameOf(1, [{ timeMs: T0, hasPosition: true }]), ...crowd] }));
    store.append(batch({ frames: [frameOf(1, [{ timeMs: T0 + 2 * MINUTE, hasPosition: true }])] }));
    store.close();
    const { written } = await milepost(['export', '--tracker', '1', '--data', data]);
    expect(written.trim().split('\r\n')).toHaveLength(1 + 6002);
  });

  it.each([
    [['export'], 2, '--tracker: got nothing'],
    [['export', '--tracker', 'x'], 2, '--tracker: got "x"'],
    [['export', '--tracker', '1', '--format', 'kml'], 2, '--format: got "kml"'],
    [['export', '--tracker', '9'], 1, 'there is no tracker 9'],
  ])('%j is refused with %i', async (argv, code, words) => {
    fill(1);
    const outcome = await milepost([...argv, '--data', data]);
    expect(outcome.code).toBe(code);
    expect(outcome.complained).toContain(words);
  });

  it('of a directory without a database makes none', async () => {
    const outcome = await milepost(['export', '--tracker', '1', '--data', data]);
    expect(outcome.complained).toContain('there is no database in');
    expect(outcome.code).toBe(1);
  });
});

describe('import', () => {
  it.each(TRACK_FORMATS)('takes what export wrote as %s, once', async (format) => {
    fill(50);
    const file = join(directory, `van.${format}`);
    await milepost(['export', '--tracker', '1', '--data', data, file]);
    for (let i = 0; i < 2; i++) {
      const outcome = await milepost(['import', '--tracker', '2', '--data', data, file]);
      expect(outcome).toMatchObject({ code: 0, written: `${file}: 45 points handed in, 0 left out\n` });
    }
    expect(timesIn(2)).toEqual(timesIn(1).filter((_, i) => i % 10 !== 9));
  });

  it('says which rows it left out, and takes the others', async () => {
    fill(1);
    const input = 'time,lat,lon\n2026-03-01T08:00:00Z,59.4,24.7\nnoon,59.4,24.7\n2026-03-01T08:01:00Z,59.4,24.7\n';
    const outcome = await milepost(['import', '--tracker', '2', '--format', 'csv', '--data', data, '-'], { input });
    expect(outcome).toMatchObject({ code: 1, written: '-: 2 points handed in, 1 left out\n' });
    expect(outcome.complained).toContain('- line 3: time is "noon", expected a time from 2005 to 2099');
    expect(timesIn(2)).toHaveLength(2);
  });

  it('says how many points are older than what is kept', async () => {
    fill(1);
    const input = 'time,lat,lon\n2006-03-01T08:00:00Z,59.4,24.7\n';
    const outcome = await milepost(['import', '--tracker', '2', '--format', 'csv', '--data', data, '-'], { input });
    expect(outcome.complained).toContain('1 points are older than retention.fixes');
  });

  it('does not take anything for a tracker that is blocked', async () => {
    const store = openStore({ directory: data });
    store.append(batch({ rows: { trackers: [tracker(1, { isBlocked: true })] } }));
    store.close();
    const argv = ['import', '--tracker', '1', '--format', 'csv', '--data', data, '-'];
    const outcome = await milepost(argv, { input: 'time,lat,lon\n2026-03-01T08:00:00Z,59.4,24.7\n' });
    expect(outcome).toMatchObject({ code: 1, complained: 'milepost: tracker 1 is blocked: unblock it first\n' });
  });

  it('hands it to a running gateway by its address', async () => {
    fill(30);
    const file = join(directory, 'van.csv');
    await milepost(['export', '--tracker', '1', '--data', data, file]);
    const config = defaultConfig({
      data,
      'tcp.host': '127.0.0.1',
      'tcp.port': 0,
      ...NO_OWN_PORTS,
      'http.port': 0,
      'api-key': KEY,
    });
    const served = await serve(config, () => T0 + 1e9, silentLog());
    try {
      const locked = await milepost(['import', '--tracker', '2', '--data', data, file]);
      expect(locked.code).toBe(1);
      expect(locked.complained).toContain('hand it in with --url http://127.0.0.1:8080 --api-key KEY');
      const there = ['--url', served.httpUrl, '--api-key', KEY];
      expect((await milepost(['import', '--tracker', '2', file, ...there])).code).toBe(0);
      const nobody = await milepost(['import', '--tracker', '7', file, ...there]);
      expect(nobody.complained).toContain('there is no tracker 7');
      const stranger = await milepost([
        'import',
        '--tracker',
        '2',
        file,
        '--url',
        served.httpUrl,
        '--api-key',
        'f'.repeat(32),
      ]);
      expect(stranger.complained).toContain('was answered 401');
    } finally {
      await served.close();
    }
    expect(timesIn(2)).toHaveLength(27);
  });

  it.each([
    [['--tracker', '2', 'x.txt'], 2, '--format: got nothing'],
    [['--tracker', '9', 'x.csv'], 1, 'there is no tracker 9'],
    [['--tracker', '2', 'missing.csv'], 1, 'ENOENT'],
  ])('%j is refused with %i', async (argv, code, words) => {
    fill(1);
    const outcome = await milepost(['import', ...argv, '--data', data]);
    expect(outcome.code).toBe(code);
    expect(outcome.complained).toContain(words);
  });

  it('of a file that is something else is refused in words', async () => {
    fill(1);
    const file = join(directory, 'page.gpx');
    writeFileSync(file, '<html>no</html>');
    const outcome = await milepost(['import', '--tracker', '2', '--data', data, file]);
    expect(outcome).toMatchObject({ code: 1, complained: 'milepost: it begins with <html>, expected <gpx>\n' });
  });
});
