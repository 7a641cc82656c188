import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answers, Owed } from '../../src/gateway/answers.ts';

function text(leaving: readonly Buffer[]): string {
  return leaving.map((bytes) => bytes.toString()).join(' ');
}

describe('answers', () => {
  it('leave in the order of the frames, whichever is ready first', () => {
    const answers = new Answers();
    const [first, second] = [answers.owe(new Owed(true)), answers.owe(new Owed(false))];
    answers.give(second, Buffer.from('second'));
    expect(text(answers.take())).toBe('');
    answers.give(first, Buffer.from('first'));
    expect(text(answers.take())).toBe('first second');
    expect(answers.length).toBe(0);
  });

  it('that a protocol does not have hold up no one', () => {
    const answers = new Answers();
    answers.give(answers.owe(new Owed(true)), null);
    answers.give(answers.owe(new Owed(true)), Buffer.from('next'));
    expect(text(answers.take())).toBe('next');
  });

  it('to frames behind a withheld receipt are withheld too, those that are no receipts are not', () => {
    const answers = new Answers();
    const [lost, heartbeat, later] = [
      answers.owe(new Owed(true)),
      answers.owe(new Owed(false)),
      answers.owe(new Owed(true)),
    ];
    answers.withhold(lost);
    expect(answers.give(heartbeat, Buffer.from('alive'))).toBe(true);
    expect(answers.give(later, Buffer.from('never'))).toBe(false);
    expect(text(answers.take())).toBe('alive');
  });

  it('are given again once nothing waits behind the withheld one', () => {
    const answers = new Answers();
    answers.withhold(answers.owe(new Owed(true)));
    answers.take();
    answers.give(answers.owe(new Owed(true)), Buffer.from('sent again'));
    expect(text(answers.take())).toBe('sent again');
  });

  it('keep frame order for any order of settling, and no receipt overtakes a withheld one', () => {
    const frame = fc.record({ isReceipt: fc.boolean(), isDurable: fc.boolean(), rank: fc.integer() });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const answers = new Answers();
        const owed = frames.map((each): Owed => answers.owe(new Owed(each.isReceipt)));
        const left: number[] = [];
        const order = frames.map((_, i) => i).sort((a, b) => frames[a]!.rank - frames[b]!.rank);
        for (const i of order) {
          if (frames[i]!.isDurable || !frames[i]!.isReceipt) answers.give(owed[i]!, Buffer.from(String(i)));
          else answers.withhold(owed[i]!);
          left.push(...answers.take().map((bytes) => Number(bytes.toString())));
        }
        expect(left).toEqual([...left].sort((a, b) => a - b));
        expect(answers.length).toBe(0);
        expect(left.filter((i) => !frames[i]!.isReceipt)).toEqual(
          frames.flatMap((each, i) => (each.isReceipt ? [] : [i])),
        );
        expect(left.filter((i) => frames[i]!.isReceipt && !frames[i]!.isDurable)).toEqual([]);
      }),
    );
  });
});
