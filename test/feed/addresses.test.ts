/** Which addresses are whose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOf } from '../../src/feed/addresses.ts';

describe('an address', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['192.169.0.1', 'public'],
    ['2606:4700:4700::1111', 'public'],
    ['2a00:1450:4001::200e', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['10.255.255.255', 'private'],
    ['100.64.0.1', 'private'],
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['::1', 'private'],
    ['fc00::1', 'private'],
    ['fdff:ffff::1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['192.0.2.1', 'never'],
    ['198.19.0.1', 'never'],
    ['224.0.0.1', 'never'],
    ['239.255.255.255', 'never'],
    ['255.255.255.255', 'never'],
    ['::', 'never'],
    // As IPv4 was once written in IPv6 (RFC 4291, 2.5.5.1).
    ['::7f00:1', 'never'],
    ['::8.8.8.8', 'never'],
    ['64:ff9b:1::8.8.8.8', 'never'],
    ['2001:0:1234::1', 'never'],
    ['2001:db8::1', 'never'],
    ['2002:7f00:1::1', 'never'],
    ['2002:808:808::1', 'never'],
    ['fe80::1', 'never'],
    ['fe80::1%2', 'never'],
    ['fec0::1', 'never'],
    ['ff02::1', 'never'],
    ['3fff::1', 'never'],
    ['4000::1', 'never'],
    ['localhost', 'never'],
    ['', 'never'],
    ['1.2.3', 'never'],
  ])('%s is %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  it('is as far away in each of its spellings', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const [a, b, c, d] = bytes;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const reach = reachOf(bytes.join('.'));
        const others = [`::ffff:${bytes.join('.')}`, `::ffff:${hex}`, `64:ff9b::${hex}`];
        expect(others.map(reachOf)).toEqual([reach, reach, reach]);
      }),
    );
  });
});
