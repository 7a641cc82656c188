import { expect, test } from 'vitest';
import { table, u1, u4 } from '../../../protocols/gt06/table.ts';
import { Walk } from '../../../protocols/gt06/walk.ts';
import { ANY_DEVICE, type Field } from '../../../protocols/protocol.ts';

const ONE = table({ one: u1 });
const FOUR = table({ four: u4 });

function walkThrough(hex: string): { walk: Walk; fields: Field[] } {
  const bytes = Buffer.from(hex, 'hex');
  const fields: Field[] = [];
  return { walk: new Walk(bytes, 0, bytes.length, ANY_DEVICE, fields), fields };
}

function told(fields: readonly Field[]): string[] {
  return fields.map(({ start, end, name, value }) => `${start}-${end} ${name}: ${value}`);
}

test('a part that does not fit takes nothing, and nothing behind it is taken', () => {
  const { walk, fields } = walkThrough('010203');
  expect(walk.take(ONE)).toEqual({ one: 1 });
  expect(walk.take(FOUR)).toBeNull();
  expect([walk.isStopped, walk.left, walk.take(ONE)]).toEqual([true, 0, null]);
  walk.finish();
  expect(told(fields)).toEqual(['0-1 one: 1', '1-3 not read: 0203']);
});

test('a part with bytes of its own cannot reach beyond them, and failing within them ends nothing', () => {
  const { walk, fields } = walkThrough('01020304050607');
  walk.within(3, 'inside', (inner) => {
    inner.take(ONE);
    inner.take(FOUR);
  });
  expect(walk.take(FOUR)).toEqual({ four: 0x04050607 });
  expect(told(fields)).toEqual(['0-1 one: 1', '1-3 inside: 0203', '3-7 four: 67438087']);
});

test('bytes of its own that are not there end the walk', () => {
  const { walk } = walkThrough('0102');
  walk.within(3, 'inside', () => {
    throw new Error('not reached');
  });
  expect(walk.isStopped).toBe(true);
});

test('text and raw bytes end where the body ends', () => {
  const { walk, fields } = walkThrough('4f4b');
  expect(walk.text(9, 'text')).toBe('OK');
  walk.raw(9, 'more');
  expect(told(fields)).toEqual(['0-2 text: OK']);
});
