import { expect, it } from 'vitest';
import { Complaints } from '../../src/gateway/complaints.ts';

function createLog() {
  const lines: object[] = [];
  const write = (details: object) => void lines.push(details);
  return { lines, debug: write, info: write, warn: write, error: write };
}

it('writes some lines a minute and then the number of the others', () => {
  const log = createLog();
  const complaints = new Complaints(log, 2);
  for (let i = 0; i < 5; i += 1) complaints.write({ i }, Buffer.of(i), 'broken');
  expect(log.lines).toEqual([
    { i: 0, bytes: 1, hex: '00' },
    { i: 1, bytes: 1, hex: '01' },
  ]);
  complaints.age(59_999);
  expect(log.lines).toHaveLength(2);
  complaints.age(1);
  expect(log.lines[2]).toEqual({ suppressed: 3 });
  complaints.write({ i: 9 }, Buffer.of(9), 'broken');
  expect(log.lines[3]).toMatchObject({ i: 9 });
});

it('says nothing about a minute without complaints', () => {
  const log = createLog();
  new Complaints(log, 2).age(60_000);
  expect(log.lines).toEqual([]);
});

it('writes no more than the beginning of what was sent', () => {
  const log = createLog();
  new Complaints(log, 1).write({}, Buffer.alloc(10_000, 0xab), 'broken');
  expect(log.lines).toEqual([{ bytes: 10_000, hex: 'ab'.repeat(128) }]);
});
