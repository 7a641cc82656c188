/**
 * Engine section 10: random worlds, random deliveries; the verdict equals the model's and does not depend on the order
 * of arrival. PROOF_WORLDS sets how many, PROOF_SEED repeats a run.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fix } from '../../src/model/fix.ts';
import type { TaskTerms } from '../../src/model/task.ts';
import { modelVerdict } from './model.ts';
import { Bench, DAY0, fix, HOUR, MINUTE } from './world-kit.ts';

const WORLDS = Number(process.env['PROOF_WORLDS'] ?? 1500);
const SEED = process.env['PROOF_SEED'] === undefined ? undefined : Number(process.env['PROOF_SEED']);

/** Places a little inside, on the edge of, and outside the zones that tasks use; also across 180 degrees and a pole. */
const PLACES = [
  { centre: [52.52, 13.405], step: [0.0004, 0] },
  { centre: [-17, 180], step: [0, 0.0004] },
  { centre: [-17, -179.9998], step: [0, 0.0004] },
  { centre: [89.9999, 20], step: [0.00005, 90] },
] as const;

interface RandomTask {
  readonly terms: TaskTerms;
  readonly trackerId: number | null;
  readonly place: number;
}

const minutes = (max: number) => fc.integer({ min: 0, max }).map((n) => n * MINUTE);

const randomTask = fc
  .record({
    place: fc.nat(PLACES.length - 1),
    from: minutes(180),
    length: minutes(120),
    delay: fc.oneof(fc.constant(0), minutes(40)),
    stay: fc.oneof(fc.constant(0), minutes(40)),
    arrival: fc.oneof(fc.constant(0), minutes(12)),
    radius: fc.constantFrom(30, 60, 100),
    trackerId: fc.constantFrom(1, 1, 2, null),
  })
  .map(({ place, from, length, delay, stay, arrival, radius, trackerId }): RandomTask => {
    const [latDeg, lonDeg] = PLACES[place]!.centre;
    return {
      place,
      trackerId,
      terms: {
        zone: { latDeg, lonDeg, radiusM: radius },
        fromMs: DAY0 + HOUR + from,
        toMs: DAY0 + HOUR + from + length,
        maxDelayMs: delay,
        minStayMs: stay,
        minArrivalMs: arrival,
        isFormRequired: false,
      },
    };
  });

/** A fix somewhere around one of the places: `steps` away from its centre. */
const randomFix = fc
  .record({
    minute: fc.integer({ min: 0, max: 420 }),
    offset: fc.constantFrom(0, 0, 0, 1, 999, 30_000),
    place: fc.nat(PLACES.length - 1),
    steps: fc.integer({ min: 0, max: 4 }),
    isValid: fc.constantFrom(true, true, true, true, false),
  })
  .map(({ minute, offset, place, steps, isValid }) => {
    const { centre, step } = PLACES[place]!;
    const timeMs = DAY0 + minute * MINUTE + offset;
    const lonDeg = centre[1] + steps * step[1];
    return fix(timeMs, centre[0] - steps * step[0], lonDeg > 180 ? lonDeg - 360 : lonDeg, timeMs + 1000, isValid);
  });

/** Stretches of fixes at one place, as a parked or driving vehicle leaves them. */
const randomTrack = fc
  .array(fc.tuple(randomFix, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
    maxLength: 14,
  })
  .map((stretches) =>
    stretches.flatMap(([start, count, gap]) =>
      Array.from({ length: count }, (_, i) => {
        const { timeMs, latDeg, lonDeg, hasPosition } = start.position;
        const at = timeMs + i * gap * MINUTE;
        return fix(at, latDeg, lonDeg, at + 1000, hasPosition);
      }),
    ),
  );

type Act =
  | { readonly kind: 'deliver'; readonly picks: readonly number[]; readonly trackerId: number; readonly parts: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'fail'; readonly picks: readonly number[] }
  | { readonly kind: 'assign'; readonly task: number; readonly trackerId: number | null }
  | { readonly kind: 'edit'; readonly task: number; readonly terms: TaskTerms };

const picks = fc.array(fc.nat(200), { minLength: 1, maxLength: 12 });
const randomAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      picks,
      trackerId: fc.constantFrom(1, 1, 2),
      parts: fc.constantFrom(1, 1, 3),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: minutes(90) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), picks }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('assign' as const),
      task: fc.nat(4),
      trackerId: fc.constantFrom(1, 2, null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      task: fc.nat(4),
      terms: randomTask.map(({ terms }) => terms),
    }),
  },
);

const randomWorld = fc.record({
  tasks: fc.array(randomTask, { minLength: 1, maxLength: 5 }),
  tracks: fc.tuple(randomTrack, randomTrack),
  acts: fc.array(randomAct, { maxLength: 30 }),
  isInOrder: fc.boolean(),
});

it(`${WORLDS} random worlds agree with the model, whatever the deliveries`, () => {
  fc.assert(
    fc.property(randomWorld, ({ tasks, tracks, acts, isInOrder }) => {
      const bench = new Bench(DAY0);
      const ids = tasks.map((task) => bench.create(task.terms, task.trackerId));
      const delivered = [new Set<number>(), new Set<number>()];
      for (const act of acts) {
        play(bench, ids, tracks, delivered, act, isInOrder);
        for (const { followed, derived, isInside } of bench.bothRoads()) {
          expect(followed).toEqual(derived);
          expect(isInside[0]).toBe(isInside[1]);
        }
      }
      for (const [t, track] of tracks.entries()) {
        const rest = track.filter((_, i) => !delivered[t]!.has(i));
        if (rest.length > 0) bench.deliver(received(bench, rest), t + 1);
      }
      bench.wait(DAY0 + 20 * HOUR);
      for (const id of ids) check(bench, id, tracks);
    }),
    { numRuns: WORLDS, ...(SEED === undefined ? {} : { seed: SEED }) },
  );
}, 600_000);

function play(
  bench: Bench,
  ids: readonly number[],
  tracks: readonly (readonly Fix[])[],
  delivered: readonly Set<number>[],
  act: Act,
  isInOrder: boolean,
): void {
  switch (act.kind) {
    case 'deliver': {
      const track = tracks[act.trackerId - 1]!;
      const seen = delivered[act.trackerId - 1]!;
      const chosen = isInOrder ? nextInOrder(track, seen, act.picks.length) : act.picks.map((n) => n % track.length);
      for (const i of chosen) seen.add(i);
      bench.deliver(
        received(
          bench,
          chosen.map((i) => track[i]!),
        ),
        act.trackerId,
        act.parts,
      );
      return;
    }
    case 'wait':
      bench.wait(bench.nowMs + act.ms);
      return;
    case 'restart':
      bench.restart();
      return;
    case 'fail':
      bench.deliverInVain(
        received(
          bench,
          act.picks.map((n) => tracks[0]![n % tracks[0]!.length]!),
        ),
      );
      return;
    case 'assign':
      bench.do({ kind: 'assign_task', taskId: ids[act.task % ids.length]!, trackerId: act.trackerId });
      return;
    case 'edit': {
      const taskId = ids[act.task % ids.length]!;
      bench.do({ kind: 'edit_task', taskId, text: bench.task(taskId).text, terms: act.terms });
    }
  }
}

function nextInOrder(track: readonly Fix[], seen: ReadonlySet<number>, count: number): number[] {
  const rest = track.map((_, i) => i).filter((i) => !seen.has(i));
  return rest.sort((a, b) => track[a]!.position.timeMs - track[b]!.position.timeMs).slice(0, count);
}

/** The same records, received now or, where the clock is behind them, at their own time. */
function received(bench: Bench, fixes: readonly Fix[]): Fix[] {
  return fixes.map((f) => ({ ...f, receivedMs: Math.max(bench.nowMs, f.position.timeMs) }));
}

function check(bench: Bench, id: number, tracks: readonly (readonly Fix[])[]): void {
  const task = bench.task(id);
  const { trackerId } = task.tenure;
  if (trackerId === null) {
    expect(task.facts.state).toBe('unassigned');
    return;
  }
  const { state, statusMs, arrivalMs, stayMs, issues, isLate, isFaulty } = task.facts;
  const found = { state, statusMs, arrivalMs, stayMs: bench.liveStayMs(id), issues, isLate, isFaulty };
  expect(found).toEqual(modelVerdict(task, tracks[trackerId - 1]!));
  if (task.facts.isSettled) expect(stayMs).toBe(found.stayMs);
}
