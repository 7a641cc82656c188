/** Polygons on both roads: who is inside, when a visit ends, and what of a way leads through. */
import { describe, expect, it } from 'vitest';
import { type Hygiene, NO_HYGIENE } from '../../src/engine/verdict.ts';
import type { Fix } from '../../src/model/fix.ts';
import { NOTCHED, ringAt, SQUARE, zoneAt } from '../geo/polygons.ts';
import { at, Bench, fix, MINUTE, SETTINGS, submission, terms } from './world-kit.ts';

/** A unit is 111 m of latitude. */
const PLACE = { latDeg: 52.52, lonDeg: 13.405 };
const UNIT = 0.001;

function spot(hhmm: string, x: number, y: number): Fix {
  const [lonDeg, latDeg] = ringAt(PLACE, UNIT, [[x, y]])[0]!;
  return fix(at(hhmm), latDeg, lonDeg, at(hhmm));
}

/** Delivered in order, and all at once in the wrong one. */
function both(corners: readonly (readonly [number, number])[], hygiene: Partial<Hygiene>, fixes: readonly Fix[]) {
  return [false, true].map((isLate) => {
    const bench = new Bench(at('07:00'), { ...SETTINGS, hygiene: { ...NO_HYGIENE, ...hygiene } });
    const zone = zoneAt(PLACE, UNIT, corners);
    const id = bench.create(terms('09:00', '12:00', { zone, minStayMs: 120 * MINUTE }));
    if (isLate) for (const each of fixes.toReversed()) bench.deliver([{ ...each, receivedMs: at('11:59') }]);
    else for (const each of fixes) bench.deliver([each]);
    return { arrivalMs: bench.task(id).facts.arrivalMs, ...bench.live(id) };
  });
}

function same<T>(value: T): T[] {
  return [value, value];
}

describe('a polygon zone', () => {
  it('is not entered by entering its circle', () => {
    const fixes = [spot('09:10', 1.8, 1.8), spot('09:20', 0, 0), spot('09:30', 1.8, 1.8)];
    expect(both(NOTCHED, {}, fixes)).toEqual(same({ arrivalMs: null, stayMs: 0, departureMs: null }));
  });

  it('holds a visit from the first fix inside to the last', () => {
    const fixes = [spot('09:00', 5, 0), spot('09:10', -1, 0), spot('09:20', 0, -2), spot('09:30', 0, 0)];
    const visited = { arrivalMs: at('09:10'), stayMs: 10 * MINUTE, departureMs: at('09:20') };
    expect(both(NOTCHED, {}, fixes)).toEqual(same(visited));
  });

  it.each([
    ['less than the margin', 1.7, 20],
    ['more than the margin', 1.8, 10],
    ['less than the margin from a corner', 1.6, 20],
  ])('with an exit margin is left by a fix %s away from its edge', (_name, x, stayMin) => {
    const y = x === 1.6 ? 1.6 : 0;
    const fixes = [spot('09:10', 0, 0), spot('09:20', 1, 0), spot('09:30', x, y), spot('09:40', 9, 0)];
    const [followed, derived] = both(SQUARE, { exitMarginM: 40 }, fixes);
    expect([followed?.stayMs, derived?.stayMs]).toEqual(same(stayMin * MINUTE));
  });

  it('counts every part of a way through it as a visit, entry and exit interpolated', () => {
    // From -5 to 5 in ten minutes: inside from -2.4 to -0.4, and from 0.733 to 2.4.
    const fixes = [spot('09:10', -5, 0), spot('09:20', 5, 0)];
    const [followed, derived] = both(NOTCHED, { passThroughMs: 15 * MINUTE }, fixes);
    expect(followed).toEqual(derived);
    expect(followed?.arrivalMs).toBe(at('09:10') + 156_000);
    expect(followed?.departureMs).toBe(at('09:10') + 444_000);
    expect(followed?.stayMs).toBe(120_000 + 100_000);
  });

  it('takes a form from inside of it only', () => {
    const bench = new Bench(at('09:00'));
    const zone = zoneAt(PLACE, UNIT, NOTCHED);
    const taskId = bench.create(terms('09:00', '12:00', { zone, isFormRequired: true, isFormInZone: true }));
    const place = ({ position }: Fix) => ({ latDeg: position.latDeg, lonDeg: position.lonDeg });
    const form = submission(bench, taskId);
    expect(bench.do({ ...form, place: place(spot('09:00', 0, 0)) })).toMatchObject({
      code: 'not_in_zone',
      message: `the form of task ${taskId} is only taken inside its polygon`,
    });
    expect(bench.do({ ...form, place: place(spot('09:00', 0, -1)) })).toMatchObject({ kind: 'task' });
  });

  it('is judged anew from stored fixes when the polygon is taken away or another is drawn', () => {
    const bench = new Bench(at('07:00'));
    const circle = { ...PLACE, radiusM: 100 };
    const id = bench.create(terms('09:00', '12:00', { zone: circle, minStayMs: 60 * MINUTE }), 1, 'gsmtasks');
    bench.deliver([spot('09:10', 0, 0)]);
    const { text, terms: asked } = bench.task(id);
    const edit = { kind: 'edit_task', taskId: id, text, by: 'gsmtasks' } as const;
    bench.do({ ...edit, terms: { ...asked, zone: zoneAt(PLACE, UNIT, NOTCHED) } });
    expect(bench.task(id).facts.arrivalMs).toBeNull();
    bench.do({ ...edit, terms: { ...asked, zone: zoneAt(PLACE, UNIT, SQUARE) } });
    expect(bench.task(id).facts.arrivalMs).toBe(at('09:10'));
    bench.restart();
    bench.deliver([spot('09:20', 1.35, 1.35)]);
    expect(bench.live(id).stayMs).toBe(10 * MINUTE);
  });
});
