import { describe, expect, it } from 'vitest';
import type { Delivery, Intake, Receipt, Settled } from '../../src/intake/intake.ts';
import { type PhonePoint, type Point, pointOperations } from '../../src/operations/points.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

function pointAt(n: number): Point {
  return { time: NOW_MS - n * 1000, lat: 52, lon: 13 };
}

function of(trackerId: number, ...points: readonly Point[]): readonly PhonePoint[] {
  return points.map((point) => ({ trackerId, point }));
}

/** A line with room for so many frames, which settles them when it is told to. */
class Gate implements Pick<Intake, 'submit' | 'whenRoom'> {
  readonly taken: Delivery[] = [];
  readonly #receipts: Receipt[] = [];
  readonly #waiters: (() => void)[] = [];
  readonly #room: number;

  constructor(room = Infinity) {
    this.#room = room;
  }

  submit(delivery: Delivery, receipt: Receipt): boolean {
    this.taken.push(delivery);
    this.#receipts.push(receipt);
    return this.#receipts.length < this.#room;
  }

  whenRoom(resume: () => void): void {
    this.#waiters.push(resume);
  }

  async settle(...outcomes: readonly Settled[]): Promise<void> {
    for (const waiter of this.#waiters.splice(0)) waiter();
    for (const receipt of this.#receipts.splice(0)) receipt.frameOnSettled(outcomes[0] ?? 'durable');
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('points of a phone', () => {
  it('are frames of its tracker, judged as devices are', async () => {
    const gate = new Gate();
    const { takePoints } = pointOperations({ intake: gate, now: () => NOW_MS });
    const taking = takePoints(of(7, pointAt(1), { ...pointAt(-3600), speed: 4 }));
    await turn();
    expect(gate.taken).toMatchObject([
      { trackerId: 7, receivedMs: NOW_MS, protocol: 'points', fixes: [{ invalidity: null }] },
      { trackerId: 7, protocol: 'points', fixes: [{ invalidity: 'in_future', position: { speedKmh: 4 } }] },
    ]);
    await gate.settle();
    expect(await taking).toMatchObject({ kind: 'taken', locations: [{ trackerId: 7 }, { trackerId: 7 }] });
  });

  it('are taken once every one of them is on disk, and not before', async () => {
    const gate = new Gate();
    const { takePoints } = pointOperations({ intake: gate, now: () => NOW_MS });
    let isTaken = false;
    const taking = takePoints(of(7, pointAt(1), pointAt(2))).then((outcome) => {
      isTaken = true;
      return outcome;
    });
    await turn();
    expect([gate.taken.length, isTaken]).toEqual([2, false]);
    await gate.settle('durable');
    expect([isTaken, await taking]).toMatchObject([true, { kind: 'taken' }]);
  });

  it('are refused when one of them could not be written', async () => {
    const gate = new Gate();
    const { takePoints } = pointOperations({ intake: gate, now: () => NOW_MS });
    const taking = takePoints(of(7, pointAt(1)));
    await turn();
    await gate.settle('failed');
    expect(await taking).toMatchObject({ kind: 'refused', code: 'storage_unavailable' });
  });

  it('wait while the line is full, those of other phones too, and come in the order they were sent', async () => {
    const gate = new Gate(2);
    const { takePoints } = pointOperations({ intake: gate, now: () => NOW_MS });
    const first = takePoints(of(7, pointAt(3), pointAt(2), pointAt(1)));
    const second = takePoints(of(8, pointAt(1)));
    await turn();
    expect(gate.taken.map(({ trackerId }) => trackerId)).toEqual([7, 7]);
    for (let n = 0; n < 4; n++) await gate.settle();
    expect(await Promise.all([first, second])).toMatchObject([{ kind: 'taken' }, { kind: 'taken' }]);
    const times = gate.taken.filter(({ trackerId }) => trackerId === 7).map(({ fixes }) => fixes[0]!.position.timeMs);
    expect(times).toEqual([3, 2, 1].map((n) => NOW_MS - n * 1000));
  });
});
