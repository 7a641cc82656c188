import { expect, it } from 'vitest';
import { inNetworks } from '../../src/gateway/sources.ts';

const isIn = inNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);

it.each([
  ['10.255.0.1', true],
  ['11.0.0.1', false],
  ['192.0.2.7', true],
  ['192.0.2.8', false],
  ['2001:db8:1::5', true],
  ['2001:db9::5', false],
  ['', false],
  ['nowhere', false],
])('%s is in 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32: %s', (address, expected) => {
  expect(isIn(address)).toBe(expected);
});
