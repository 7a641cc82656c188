/**
 * Engine section 10: random worlds, random deliveries; the verdict equals the model's and does not depend on the order
 * of arrival. PROOF_WORLDS sets how many, PROOF_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Hygiene, NO_HYGIENE } from '../../src/engine/verdict.ts';
import { type NewTask, PERSONAL_MOVES, type PersonalMove } from '../../src/model/command.ts';
import type { Fix } from '../../src/model/fix.ts';
import { type Dialect, isOpen, type OpenEnds, type TaskTerms, type Zone } from '../../src/model/task.ts';
import { NOTCHED, SQUARE, TRIANGLE, zoneAt } from '../geo/polygons.ts';
import { modelVerdict, queueFaults } from './model.ts';
import { type RouteAct, RouteBook, randomRouteAct } from './route-book.ts';
import { Bench, DAY0, fix, formFor, HOUR, MINUTE, SETTINGS, submission, terms } from './world-kit.ts';

const WORLDS = Number(process.env['PROOF_WORLDS'] ?? 3000);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31));

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
  readonly dialect: Dialect;
  readonly begins: NewTask['begins'] | null;
}

/** For each place its zones: circles, and polygons of whose edges no fix beside the place is in doubt. */
const ZONES = PLACES.map(({ centre: [latDeg, lonDeg] }): Zone[] => {
  const circles = [30, 60, 100].map((radiusM) => ({ latDeg, lonDeg, radiusM }));
  // Around a pole there are no polygons.
  if (latDeg > 80) return circles;
  const polygons = [SQUARE, NOTCHED, TRIANGLE].map((corners) => zoneAt({ latDeg, lonDeg }, 0.0004, corners));
  return [...circles, ...polygons];
});

const minutes = (max: number) => fc.integer({ min: 0, max }).map((n) => n * MINUTE);

const randomTask = fc
  .record({
    place: fc.nat(PLACES.length - 1),
    from: minutes(180),
    length: minutes(120),
    delay: fc.oneof(fc.constant(0), minutes(40)),
    stay: fc.oneof(fc.constant(0), minutes(40)),
    arrival: fc.oneof(fc.constant(0), minutes(12)),
    zone: fc.nat(),
    trackerId: fc.constantFrom(1, 1, 2, null),
    dialect: fc.constantFrom<Dialect>('navixy', 'navixy', 'navixy', 'gsmtasks', 'thetrack', 'thetrack'),
    isFormRequired: fc.boolean(),
    hasPlace: fc.constantFrom(true, true, true, true, true, true, true, false),
    openEnds: fc.constantFrom<(OpenEnds | null)[]>(null, null, null, null, 'from', 'to', 'both'),
    position: fc.constantFrom(null, null, null, 0, 1, 1.5, 2),
    begins: fc.constantFrom<(NewTask['begins'] | null)[]>(null, null, null, null, null, null, 'draft', 'scheduled'),
  })
  .map((wish): RandomTask => {
    const { place, from, length, delay, stay, arrival, zone, isFormRequired, openEnds, position } = wish;
    const zones = ZONES[place]!;
    return {
      ...{ place, trackerId: wish.trackerId, dialect: wish.dialect, begins: wish.begins },
      terms: {
        zone: wish.hasPlace ? zones[zone % zones.length]! : null,
        fromMs: DAY0 + HOUR + from,
        toMs: DAY0 + HOUR + from + length,
        maxDelayMs: delay,
        minStayMs: stay,
        minArrivalMs: arrival,
        isFormRequired,
        isFormInZone: false,
        ...(openEnds !== null && { openEnds }),
        ...(position !== null && { position }),
      },
    };
  });

/** A stretch of fixes as a parked or driving vehicle leaves them: from some steps beside a place, onwards by `drift`. */
const randomStretch = fc
  .record({
    minute: fc.integer({ min: 0, max: 420 }),
    offset: fc.constantFrom(0, 0, 0, 1, 999, 30_000),
    place: fc.nat(PLACES.length - 1),
    steps: fc.integer({ min: -4, max: 4 }),
    drift: fc.constantFrom(0, 0, 1, -1, 5, -6),
    count: fc.integer({ min: 1, max: 8 }),
    gap: fc.integer({ min: 1, max: 9 }),
    isValid: fc.constantFrom(true, true, true, true, false),
    satellites: fc.constantFrom(8, 9, 10),
    hdop: fc.constantFrom(null, 1, 3),
  })
  .map(({ minute, offset, place, steps, drift, count, gap, isValid, satellites, hdop }) =>
    Array.from({ length: count }, (_, i) => {
      const timeMs = DAY0 + (minute + i * gap) * MINUTE + offset;
      const { latDeg, lonDeg } = beside(place, steps + i * drift);
      return fix(timeMs, latDeg, lonDeg, timeMs + 1000, isValid, satellites, hdop);
    }),
  );

function beside(place: number, steps: number): { latDeg: number; lonDeg: number } {
  const { centre, step } = PLACES[place]!;
  const latDeg = centre[0] - steps * step[0];
  const lonDeg = centre[1] + steps * step[1];
  // Over the pole, down the other side.
  return { latDeg: latDeg > 90 ? 180 - latDeg : latDeg, lonDeg: ((((lonDeg + 180) % 360) + 360) % 360) - 180 };
}

const randomTrack = fc.array(randomStretch, { minLength: 1, maxLength: 14 }).map((stretches) => stretches.flat());

type Act =
  | { readonly kind: 'route'; readonly act: RouteAct }
  | { readonly kind: 'deliver'; readonly picks: readonly number[]; readonly trackerId: number; readonly parts: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'fail'; readonly picks: readonly number[] }
  | {
      readonly kind: 'assign';
      readonly task: number;
      readonly trackerId: number | null;
      readonly by: Dialect;
      readonly toMs: number | null;
    }
  | { readonly kind: 'move'; readonly task: number; readonly move: PersonalMove; readonly agoMs: number }
  | { readonly kind: 'form'; readonly task: number; readonly agoMs: number }
  | {
      readonly kind: 'edit';
      readonly task: number;
      readonly terms: TaskTerms;
      readonly by: Dialect;
      readonly isKept: boolean;
    }
  | { readonly kind: 'set_form'; readonly task: number; readonly isGiven: boolean; readonly isFinishedToo: boolean }
  | { readonly kind: 'correct_form'; readonly task: number };

const randomTerms = randomTask.map(({ terms }) => terms);
const picks = fc.array(fc.nat(200), { minLength: 1, maxLength: 12 });
const by = fc.constantFrom<Dialect>('navixy', 'gsmtasks', 'thetrack');
const taskAt = fc.nat(4);
const ago = fc.oneof(fc.constant(0), minutes(120));
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
      task: taskAt,
      trackerId: fc.constantFrom(1, 2, null),
      by,
      toMs: fc.option(minutes(400).map((ms) => DAY0 + HOUR + ms)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      task: taskAt,
      terms: randomTask.map(({ terms }) => terms),
      by,
      isKept: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      task: taskAt,
      move: fc.constantFrom(...PERSONAL_MOVES),
      agoMs: ago,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('form' as const), task: taskAt, agoMs: ago }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('route' as const), act: randomRouteAct(randomTerms) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('set_form' as const),
      task: taskAt,
      isGiven: fc.boolean(),
      isFinishedToo: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('correct_form' as const), task: taskAt }) },
);

/** Mostly off, as they come. */
const randomHygiene: fc.Arbitrary<Hygiene> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NO_HYGIENE) },
  {
    weight: 1,
    arbitrary: fc.record({
      minSatellites: fc.constantFrom(0, 0, 9, 10),
      maxHdop: fc.constantFrom(Number.POSITIVE_INFINITY, 2),
      maxGapMs: fc.constantFrom(Number.POSITIVE_INFINITY, 3 * MINUTE, 10 * MINUTE),
      exitMarginM: fc.constantFrom(0, 0, 20, 60),
      passThroughMs: fc.constantFrom(0, 0, 5 * MINUTE, 30 * MINUTE),
    }),
  },
);

const randomWorld = fc.record({
  tasks: fc.array(randomTask, { minLength: 1, maxLength: 5 }),
  tracks: fc.tuple(randomTrack, randomTrack),
  acts: fc.array(randomAct, { maxLength: 30 }),
  isInOrder: fc.boolean(),
  hygiene: randomHygiene,
});

it(`${WORLDS} random worlds agree with the model, whatever the deliveries (seed ${SEED})`, () => {
  fc.assert(
    fc.property(randomWorld, ({ tasks, tracks, acts, isInOrder, hygiene }) => {
      const bench = new Bench(DAY0, { ...SETTINGS, hygiene });
      const ids = tasks.map((task) => {
        return bench.create(task.terms, task.trackerId, task.dialect, task.begins ?? undefined);
      });
      const book = new RouteBook(bench, ids);
      const delivered = [new Set<number>(), new Set<number>()];
      const filed = new Set<number>();
      const isReordered = acts.some(({ kind }) => kind === 'edit');
      for (const act of acts) {
        if (act.kind === 'route') book.play(act.act);
        else if (ids.length > 0) play(bench, ids, tracks, delivered, filed, act, isInOrder);
        book.check();
        const all = ids.map((id) => bench.task(id));
        expect([1, 2].flatMap((trackerId) => queueFaults(all, trackerId, isReordered))).toEqual([]);
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
      book.check();
      for (const id of ids) check(bench, id, tracks, filed, hygiene);
    }),
    { numRuns: WORLDS, seed: SEED },
  );
}, 3_600_000);

function play(
  bench: Bench,
  ids: readonly number[],
  tracks: readonly (readonly Fix[])[],
  delivered: readonly Set<number>[],
  filed: Set<number>,
  act: Exclude<Act, { kind: 'route' }>,
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
      bench.do({
        kind: 'assign_task',
        taskId: ids[act.task % ids.length]!,
        trackerId: act.trackerId,
        by: act.by,
        ...(act.toMs === null ? {} : { toMs: act.toMs }),
      });
      return;
    case 'move': {
      const taskId = ids[act.task % ids.length]!;
      bench.do({ kind: 'move_task', taskId, move: act.move, timeMs: bench.nowMs - act.agoMs });
      return;
    }
    case 'form': {
      const taskId = ids[act.task % ids.length]!;
      bench.do(submission(bench, taskId, bench.nowMs - act.agoMs));
      return;
    }
    case 'edit': {
      const taskId = ids[act.task % ids.length]!;
      const form = act.isKept ? {} : { form: formFor(act.terms, bench.nowMs) };
      bench.do({ kind: 'edit_task', taskId, text: bench.task(taskId).text, terms: act.terms, by: act.by, ...form });
      return;
    }
    case 'set_form': {
      const form = act.isGiven ? formFor({ ...terms('09:00', '10:00'), isFormRequired: true }, bench.nowMs) : null;
      const taskId = ids[act.task % ids.length]!;
      if (!isOpen(bench.task(taskId).facts.state)) filed.add(taskId);
      bench.do({ kind: 'set_form', taskId, form, isFinishedToo: act.isFinishedToo });
      return;
    }
    case 'correct_form': {
      const taskId = ids[act.task % ids.length]!;
      const formMs = bench.task(taskId).text.form?.createdMs ?? 0;
      bench.do({ kind: 'correct_form', taskId, formMs, values: {}, isFinishedToo: true });
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

function check(
  bench: Bench,
  id: number,
  tracks: readonly (readonly Fix[])[],
  filed: ReadonlySet<number>,
  hygiene: Hygiene,
): void {
  const task = bench.task(id);
  const { form } = task.text;
  // What is judged of a form is what is written in it. One that was given when all was over is only kept, even if late
  // data opens the task again.
  if (task.terms.isFormRequired) expect(form).toMatchObject({ submittedMs: task.attempt.formMs });
  else if (isOpen(task.facts.state)) {
    expect(task.attempt.formMs).toBeNull();
    if (!filed.has(id)) expect(form).toBeNull();
  }
  const { trackerId } = task.tenure;
  if (trackerId === null) {
    expect(task.facts.state).toBe(task.attempt.movedTo ?? 'unassigned');
    return;
  }
  const { state, statusMs, arrivalMs, stayMs, departureMs, issues, isLate, isFaulty, startMs = null } = task.facts;
  const live = bench.live(id);
  const found = { state, statusMs, arrivalMs, ...live, issues, isLate, isFaulty, startMs };
  expect(found).toEqual(modelVerdict(task, tracks[trackerId - 1]!, hygiene));
  if (task.facts.isSettled) expect({ stayMs, departureMs }).toEqual(live);
}
