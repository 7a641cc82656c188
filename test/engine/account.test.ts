import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Account, account } from '../../src/engine/account.ts';
import { type EngineSettings, NO_HYGIENE } from '../../src/engine/verdict.ts';
import type { Fix } from '../../src/model/fix.ts';
import type { TaskTerms, Zone } from '../../src/model/task.ts';
import { modelVerdict } from './model.ts';
import { at, Bench, DAY0, fix, inside, MINUTE, outside, SETTINGS, terms } from './world-kit.ts';

const NINE_TO_TEN = terms('09:00', '10:00');

interface Given {
  readonly terms?: TaskTerms;
  readonly fixes: readonly Fix[];
  readonly settings?: EngineSettings;
  readonly nowMs?: number;
  readonly misdated?: readonly Fix[];
}

/** A task born with the tracker, and an account of these fixes as the store would hand them over. */
function accountOf({
  terms: asked = NINE_TO_TEN,
  fixes,
  settings = SETTINGS,
  nowMs = at('23:59'),
  misdated = [],
}: Given): Account {
  const bench = new Bench();
  const task = bench.task(bench.create(asked));
  const sorted = [...fixes].sort((a, b) => a.position.timeMs - b.position.timeMs);
  const { minSatellites } = settings.hygiene;
  const track = {
    evidence: sorted.filter((f) => f.invalidity === null && (f.position.satellites ?? 64) >= minSatellites),
    records: (fromMs: number, toMs: number) =>
      sorted.filter(({ position }) => position.timeMs >= fromMs && position.timeMs <= toMs),
    misdated,
  };
  return account(task, track, settings, nowMs);
}

function spot(hhmm: string, latDeg: number, lonDeg: number): Fix {
  return fix(at(hhmm), latDeg, lonDeg, at(hhmm));
}

/** Without GPS. */
function blind(hhmm: string): Fix {
  return fix(at(hhmm), 0, 0, at(hhmm), false);
}

describe('visits', () => {
  it('are clipped to the span, with the fixes they come from', () => {
    const { visits } = accountOf({ fixes: [inside('08:00'), inside('09:02'), outside('09:10')] });
    expect(visits).toEqual([
      { startMs: at('09:00'), endMs: at('09:02'), firstFixMs: at('08:00'), lastFixMs: at('09:02'), isCounting: true },
    ]);
  });

  it('that are too short are seen and do not count', () => {
    const { visits, missing } = accountOf({
      terms: terms('09:00', '10:00', { minArrivalMs: 5 * MINUTE }),
      fixes: [inside('09:10'), inside('09:12'), outside('09:15')],
    });
    expect(visits.map(({ isCounting }) => isCounting)).toEqual([false]);
    expect(missing).toEqual(['no_visit']);
  });

  it('are those of the settings: a passage counts where the engine counts it', () => {
    const fixes = [spot('09:10', 52.53, 13.405), spot('09:11', 52.51, 13.405)];
    const hygiene = { ...NO_HYGIENE, passThroughMs: 5 * MINUTE };
    const seen = accountOf({ fixes, settings: { ...SETTINGS, hygiene } });
    expect([seen.visits.length, seen.missing, seen.passages]).toEqual([1, [], []]);
  });

  it('prove what the slow model proves', () => {
    const minute = fc.integer({ min: 8 * 60, max: 11 * 60 });
    const track = fc.array(fc.tuple(minute, fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(track, fc.constantFrom(0, 5, 90), fc.constantFrom(0, 3), (spots, stayMin, visitMin) => {
        const asked = terms('09:00', '10:00', { minStayMs: stayMin * MINUTE, minArrivalMs: visitMin * MINUTE });
        const fixes = spots.map(([minutes, isInside]) => fixAt(DAY0 + minutes * MINUTE, isInside));
        const bench = new Bench();
        const model = modelVerdict(bench.task(bench.create(asked)), fixes);
        const { visits, missing, nearest, fixesInSpan } = accountOf({ terms: asked, fixes });
        const counting = visits.filter(({ isCounting }) => isCounting);
        expect(counting[0]?.startMs ?? null).toBe(model.arrivalMs);
        expect(missing).toEqual(model.issues);
        if (model.state === 'failed') expect(sum(counting.map((v) => v.endMs - v.startMs))).toBe(model.stayMs);
        expect(nearest !== null).toBe(visits.length === 0 && fixesInSpan > 0);
      }),
    );
  });
});

function fixAt(timeMs: number, isInside: boolean): Fix {
  return fix(timeMs, isInside ? 52.52 : 52.53, 13.405, timeMs);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

describe('inside, but outside of the span', () => {
  it.each([
    ['before the window', [inside('08:00'), inside('08:59'), outside('09:05')], 'before_window', '08:00', '08:59'],
    ['after the deadline', [outside('09:05'), inside('10:02'), inside('10:20')], 'after_deadline', '10:02', '10:20'],
  ])('%s', (_, fixes, when, first, last) => {
    const { outsideSpan, visits } = accountOf({ fixes });
    expect(visits).toEqual([]);
    expect(outsideSpan).toEqual([{ when, firstFixMs: at(first), lastFixMs: at(last) }]);
  });

  it('before the task was given to this tracker', () => {
    const bench = new Bench();
    const id = bench.create(NINE_TO_TEN, null);
    bench.clock(at('09:30'));
    bench.do({ kind: 'assign_task', taskId: id, trackerId: 1, by: 'navixy' });
    const track = { evidence: [inside('09:10'), outside('09:20')], records: () => [], misdated: [] };
    expect(account(bench.task(id), track, SETTINGS, at('10:00')).outsideSpan).toEqual([
      { when: 'before_start', firstFixMs: at('09:10'), lastFixMs: at('09:10') },
    ]);
  });
});

describe('the nearest fix', () => {
  it('is the one of the span that came closest to the edge, with the metres that were missing', () => {
    const fixes = [outside('09:05'), spot('09:10', 52.522, 13.405), outside('09:15'), spot('11:00', 52.521, 13.405)];
    const { nearest } = accountOf({ fixes });
    expect(nearest?.fix.position.timeMs).toBe(at('09:10'));
    expect(nearest?.toEdgeM).toBeCloseTo(122.5, 0);
  });

  it('is none where one is inside', () => {
    expect(accountOf({ fixes: [outside('09:05'), inside('09:10')] }).nearest).toBeNull();
  });
});

describe('gaps', () => {
  const QUARTERS = [outside('09:00'), outside('09:05'), outside('09:55'), outside('10:00')];

  it('without any record are silent', () => {
    expect(accountOf({ fixes: QUARTERS }).gaps).toEqual([
      { fromMs: at('09:05'), toMs: at('09:55'), useless: {}, silenceMs: 50 * MINUTE },
    ]);
  });

  it('with records that are no evidence say why, and how long there was none at all', () => {
    const ahead = fix(at('09:40'), 52.53, 13.405, at('09:30'));
    const { gaps } = accountOf({ fixes: [...QUARTERS, blind('09:10'), blind('09:15'), ahead] });
    expect(gaps).toMatchObject([{ useless: { no_position: 2, in_future: 1 }, silenceMs: 25 * MINUTE }]);
  });

  it('name fixes that are below the settings', () => {
    const weak = { ...outside('09:30'), position: { ...outside('09:30').position, satellites: 3 } };
    const hygiene = { ...NO_HYGIENE, minSatellites: 4 };
    const { gaps } = accountOf({ fixes: [...QUARTERS, weak], settings: { ...SETTINGS, hygiene } });
    expect(gaps).toMatchObject([{ fromMs: at('09:05'), useless: { below_settings: 1 } }]);
  });

  it('between two fixes of a visit miss nothing', () => {
    expect(accountOf({ fixes: [inside('08:00'), inside('10:30')] }).gaps).toEqual([]);
  });

  it('end now, where the deadline lies ahead', () => {
    const { gaps } = accountOf({ fixes: [outside('09:05')], nowMs: at('09:20') });
    expect(gaps).toMatchObject([{ fromMs: at('09:05'), toMs: at('09:20') }]);
    expect(accountOf({ fixes: [], nowMs: at('08:00') }).gaps).toEqual([]);
  });

  it('lie within the span, hold no evidence, and are the longest', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 8 * 60, max: 11 * 60 }), { maxLength: 12 }), (minutes) => {
        const times = minutes.map((n) => DAY0 + n * MINUTE);
        const { gaps } = accountOf({ fixes: times.map((timeMs) => fixAt(timeMs, false)) });
        for (const { fromMs, toMs } of gaps) {
          expect(fromMs >= at('09:00') && toMs <= at('10:00') && toMs - fromMs >= 10 * MINUTE).toBe(true);
          expect(times.some((timeMs) => timeMs > fromMs && timeMs < toMs)).toBe(false);
        }
        const lengths = gaps.map(({ fromMs, toMs }) => toMs - fromMs);
        const edges = [at('09:00'), ...times.filter((t) => t >= at('09:00') && t <= at('10:00')), at('10:00')].sort(
          (a, b) => a - b,
        );
        const all = edges.slice(1).map((toMs, i) => toMs - edges[i]!);
        const expected = all.filter((ms) => ms >= 10 * MINUTE).sort((a, b) => b - a);
        expect(lengths).toEqual(expected.slice(0, 3));
      }),
    );
  });
});

describe('a possible passage', () => {
  const straight = [spot('09:10', 52.53, 13.405), spot('09:13', 52.51, 13.405)];
  const besides = [spot('09:10', 52.53, 13.42), spot('09:13', 52.51, 13.42)];
  const times = ({ passages }: Account) =>
    passages.map(({ before, after }) => [before.position.timeMs, after.position.timeMs]);

  it.each<[string, readonly Fix[], Zone | null, boolean]>([
    ['is seen where the line between two outside fixes crosses the zone', straight, null, true],
    ['is none where it goes by', besides, null, false],
    ['is none before the span', [spot('08:10', 52.53, 13.405), spot('08:13', 52.51, 13.405)], null, false],
    [
      'is seen across the antimeridian',
      [spot('09:10', 0.001, 179.99), spot('09:13', -0.001, -179.99)],
      { latDeg: 0, lonDeg: 180, radiusM: 100 },
      true,
    ],
  ])('%s', (_, fixes, zone, isSeen) => {
    const seen = accountOf({ fixes, terms: { ...NINE_TO_TEN, zone: zone ?? NINE_TO_TEN.zone } });
    expect(seen.visits).toEqual([]);
    expect(times(seen)).toEqual(isSeen ? [fixes.map(({ position }) => position.timeMs)] : []);
  });

  it('is told of closest in time first, and not where a visit is seen', () => {
    const later = [spot('09:20', 52.51, 13.405), spot('09:21', 52.53, 13.405)];
    expect(times(accountOf({ fixes: [...straight, ...later] }))).toEqual([
      [at('09:20'), at('09:21')],
      [at('09:10'), at('09:13')],
    ]);
    expect(times(accountOf({ fixes: [straight[0]!, inside('09:11'), straight[1]!] }))).toEqual([]);
  });
});

describe('late fixes', () => {
  const late = (hhmm: string, received: string) => outside(hhmm, at(received));

  it('are one backlog where neighbours came in together, in whatever order', () => {
    const fixes = [outside('09:00'), late('09:10', '12:04'), late('09:20', '12:02'), late('09:30', '12:00')];
    expect(accountOf({ fixes }).backlogs).toEqual([
      {
        fixes: 3,
        firstMs: at('09:10'),
        lastMs: at('09:30'),
        firstReceivedMs: at('12:00'),
        lastReceivedMs: at('12:04'),
      },
    ]);
  });

  it('are several where they came on several occasions, the largest first', () => {
    const fixes = [
      late('09:10', '11:00'),
      late('09:20', '12:00'),
      late('09:30', '12:01'),
      outside('09:40'),
      late('09:50', '12:01'),
    ];
    expect(accountOf({ fixes }).backlogs.map((backlog) => backlog.fixes)).toEqual([2, 1, 1]);
  });

  it('are not those that came within five minutes', () => {
    expect(accountOf({ fixes: [late('09:10', '09:14')] }).backlogs).toEqual([]);
  });
});

describe('misdated records', () => {
  it('are told by reason where they were received within the span', () => {
    const old = (received: string) => fix(Date.UTC(1999, 7, 22), 52.52, 13.405, at(received));
    const ahead = fix(at('20:00'), 52.52, 13.405, at('09:30'));
    const { misdated } = accountOf({ fixes: [], misdated: [old('08:00'), old('09:20'), old('09:10'), ahead] });
    expect(misdated).toMatchObject([
      { invalidity: 'before_2005', fixes: 2, firstReceivedMs: at('09:10'), lastReceivedMs: at('09:20') },
      { invalidity: 'in_future', fixes: 1, firstMs: at('20:00') },
    ]);
  });
});
