/**
 * Random worlds that are about routes: what people ask for while vehicles come and go, against the book and the model.
 * PROOF_WORLDS sets how many, PROOF_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fix } from '../../src/model/fix.ts';
import type { TaskTerms } from '../../src/model/task.ts';
import { modelVerdict } from './model.ts';
import { type RouteAct, RouteBook, randomRoute, randomRouteAct } from './route-book.ts';
import { Bench, DAY0, DEPOT, fix, HOUR, MINUTE } from './world-kit.ts';

const WORLDS = Math.ceil(Number(process.env['PROOF_WORLDS'] ?? 3000) / 6);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31));

const MOVES = ['accept', 'reject', 'start', 'complete', 'cancel', 'fail', 'restart'] as const;

type Act =
  | { readonly kind: 'route'; readonly act: RouteAct }
  /** A fix of this moment, inside the zones of one place or outside all. */
  | { readonly kind: 'fix'; readonly trackerId: number; readonly place: number; readonly isInside: boolean }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'move'; readonly task: number; readonly move: (typeof MOVES)[number] };

const PLACES = [DEPOT.latDeg, DEPOT.latDeg + 1];

/** On quarters of an hour, so that ends meet beginnings. */
const randomTerms: fc.Arbitrary<TaskTerms> = fc
  .record({ place: fc.nat(1), from: fc.nat(12), quarters: fc.nat(16), stay: fc.constantFrom(0, 0, 10) })
  .map(({ place, from, quarters, stay }) => ({
    zone: { ...DEPOT, latDeg: PLACES[place]! },
    fromMs: DAY0 + from * 15 * MINUTE,
    toMs: DAY0 + (from + quarters) * 15 * MINUTE,
    maxDelayMs: 0,
    minStayMs: stay * MINUTE,
    minArrivalMs: 0,
    isFormRequired: false,
    isFormInZone: false,
  }));

const trackerId = fc.constantFrom(1, 1, 2);
const randomAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('route' as const), act: randomRouteAct(randomTerms) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fix' as const),
      trackerId,
      place: fc.nat(1),
      isInside: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      task: fc.nat(7),
      move: fc.constantFrom(...MOVES),
    }),
  },
);

const randomWorld = fc.record({
  terms: fc.array(randomTerms, { minLength: 1, maxLength: 3 }),
  routes: fc.array(randomRoute(randomTerms), { minLength: 1, maxLength: 3 }),
  acts: fc.array(randomAct, { maxLength: 30, size: 'max' }),
});

/** How often each wish was taken and refused in all worlds. */
const counts: Record<string, number> = {};

it(`${WORLDS} random worlds of routes agree with the book (seed ${SEED})`, () => {
  fc.assert(
    fc.property(randomWorld, ({ terms, routes, acts }) => {
      const bench = new Bench(DAY0);
      const ids = terms.map((one) => bench.create(one));
      const book = new RouteBook(bench, ids, counts);
      const tracks: [Fix[], Fix[]] = [[], []];
      for (const act of routes) book.play(act);
      for (const act of acts) {
        play(bench, book, ids, tracks, act);
        book.check();
      }
      bench.wait(DAY0 + 7.5 * HOUR);
      book.check();
      for (const id of ids) checkVerdict(bench, id, tracks);
    }),
    { numRuns: WORLDS, seed: SEED },
  );
}, 3_600_000);

it.runIf(WORLDS >= 500)('each wish was taken in some of them, and each that can be was refused in others', () => {
  const kinds = ['create_route', 'edit_route', 'assign_route', 'create_checkpoint', 'edit_checkpoint'];
  const both = [...kinds, 'delete_checkpoint', 'join_route', 'leave_route'];
  const expected = ['delete_route taken', ...both.flatMap((kind) => [`${kind} taken`, `${kind} refused`])];
  expect(expected.filter((what) => (counts[what] ?? 0) < 10)).toEqual([]);
});

function play(bench: Bench, book: RouteBook, ids: readonly number[], tracks: readonly Fix[][], act: Act): void {
  switch (act.kind) {
    case 'route':
      book.play(act.act);
      return;
    case 'fix': {
      const latDeg = PLACES[act.place]! + (act.isInside ? 0 : 0.1);
      const found = fix(bench.nowMs, latDeg, DEPOT.lonDeg, bench.nowMs);
      bench.deliver([found], act.trackerId);
      tracks[act.trackerId - 1]!.push(found);
      return;
    }
    case 'wait':
      bench.wait(bench.nowMs + act.minutes * MINUTE);
      return;
    case 'restart':
      bench.restart();
      return;
    case 'move': {
      const taskId = ids[act.task % ids.length];
      if (taskId !== undefined) bench.do({ kind: 'move_task', taskId, move: act.move, timeMs: null });
    }
  }
}

function checkVerdict(bench: Bench, id: number, tracks: readonly (readonly Fix[])[]): void {
  const task = bench.task(id);
  const { trackerId: own } = task.tenure;
  const { state, statusMs, arrivalMs, issues, isLate, isFaulty, startMs = null } = task.facts;
  if (own === null) expect(state).toBe(task.attempt.movedTo ?? 'unassigned');
  else {
    const found = { state, statusMs, arrivalMs, ...bench.live(id), issues, isLate, isFaulty, startMs };
    expect(found).toEqual(modelVerdict(task, tracks[own - 1]!));
  }
}
