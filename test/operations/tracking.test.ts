import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { type TrackingOperations, trackingOperations } from '../../src/operations/tracking.ts';
import type { Store } from '../../src/store/store.ts';
import { LineKit } from '../intake/line-kit.ts';
import { NOW_MS } from './fake-line.ts';

let kits: LineKit[];
let tracking: TrackingOperations;

/** Every number is a task's. */
function trackingOver({ records }: Pick<Store, 'records'>): TrackingOperations {
  return trackingOperations({ store: { records }, tasks: { readTask: (id) => ({ id }) as Task } });
}

function newStore(): Store {
  const kit = new LineKit(NOW_MS);
  kits.push(kit);
  return kit.store;
}

beforeEach(() => {
  kits = [];
  tracking = trackingOver(newStore());
});

afterEach(() => {
  for (const kit of kits) kit.close();
});

const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('a code', () => {
  it('leads to its task, and is the same each time', () => {
    fc.assert(
      fc.property(number, (taskId) => {
        const code = tracking.trackingCode(taskId);
        expect(code).toMatch(/^[0-9A-Za-z]{12,20}$/);
        expect(tracking.trackingCode(taskId)).toBe(code);
        expect(tracking.taskOfCode(code)).toEqual({ id: taskId });
      }),
    );
  });

  it('is another one for each task', () => {
    const codes = Array.from({ length: 1000 }, (_, i) => tracking.trackingCode(i + 1).slice(-11));
    expect(new Set(codes).size).toBe(1000);
  });

  it('leads nowhere with any other character', () => {
    fc.assert(
      fc.property(number, fc.nat(), fc.constantFrom(...'09AZaz-_ é'), (taskId, at, character) => {
        const code = tracking.trackingCode(taskId);
        const place = at % code.length;
        const other = code.slice(0, place) + character + code.slice(place + 1);
        fc.pre(other !== code);
        expect(tracking.taskOfCode(other)).toBeNull();
      }),
    );
  });

  it('leads nowhere where it is longer, shorter or anything else', () => {
    const code = tracking.trackingCode(7);
    for (const other of [
      '',
      code.slice(1),
      code.slice(0, -1),
      `0${code}`,
      `${code}0`,
      code.slice(-11),
      'x'.repeat(5000),
    ]) {
      expect(tracking.taskOfCode(other)).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(tracking.taskOfCode(text)).toBeNull();
      }),
    );
  });

  it('is of one database', () => {
    const other = trackingOver(newStore());
    expect(other.trackingCode(7)).not.toBe(tracking.trackingCode(7));
    expect(other.taskOfCode(tracking.trackingCode(7))).toBeNull();
  });

  it('outlives the process', () => {
    const [kit] = kits;
    const code = tracking.trackingCode(7);
    kit!.restart();
    expect(trackingOver(kit!.store).taskOfCode(code)).toEqual({ id: 7 });
  });
});
