import { expect, test } from 'vitest';
import { bits, group, octets, s2, s4, said, spaced, table, u1, u2, u3, u4, u8 } from '../../../protocols/gt06/table.ts';

const EVERY = table({
  one: u1,
  two: u2,
  three: u3,
  four: u4,
  eight: u8,
  signedTwo: s2,
  signedFour: s4,
  raw: octets(2),
  flags: bits({ high: 1, middle: 5, low: 10 }),
  pair: group(table({ left: u1, right: u3 }), ({ left, right }) => `${left} and ${right}`),
});

test('every kind of column reads its bytes, high byte first, one behind the other', () => {
  const bytes = Buffer.from(
    'ff 0102 010203 fffffffe 0000000100000000 fffe fffffffd abcd 8401 07000008'.replace(/ /g, ''),
    'hex',
  );
  expect(EVERY.bytes).toBe(bytes.length);
  expect(EVERY.parse(bytes)).toEqual({
    one: 255,
    two: 0x0102,
    three: 0x010203,
    four: 0xffff_fffe,
    eight: 2n ** 32n,
    signedTwo: -2,
    signedFour: -3,
    raw: Buffer.from('abcd', 'hex'),
    flags: { high: 1, middle: 1, low: 1 },
    pair: { left: 7, right: 8 },
  });
});

test('columns are told in words', () => {
  const { two, raw, flags, pair } = EVERY.columns;
  expect(two.words(7)).toBe('7');
  expect(said(two, (value) => `${value} V`).words(7)).toBe('7 V');
  expect(raw.words(Buffer.of(0xab, 0xcd))).toBe('abcd');
  expect(flags.words({ high: 1, middle: 2, low: 3 })).toBe('high 1, middle 2, low 3');
  expect(pair.words({ left: 7, right: 8 })).toBe('7 and 8');
});

test.each([
  ['terminalInformation', 'terminal information'],
  ['input2', 'input 2'],
  ['mcc', 'mcc'],
])('%s is written %s', (name, words) => {
  expect(spaced(name)).toBe(words);
});
