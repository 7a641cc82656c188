import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyHeader } from '../../src/gateway/proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const line = (text: string) => Buffer.from(`${text}\r\n`, 'latin1');
const binary = (commandAndFamily: string, rest: string) => {
  const length = (rest.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(`${SIGNATURE}${commandAndFamily}${length}${rest}`, 'hex');
};

const OVER_4 = 'c0000207c633640102d813c4'.replace('02d8', 'c82c');
const OVER_6 = `20010db8000000000000000000000007${'20010db8000000000000000000000001'}c82c139c`;
/** A length of what follows, and a value: the TLVs that balancers add. */
const ADDED = '030004a1b2c3d4';

const READ: readonly [string, Buffer, string | null][] = [
  ['version 1 over IPv4', line('PROXY TCP4 192.0.2.7 198.51.100.1 51234 5020'), '192.0.2.7'],
  ['version 1 over IPv6', line('PROXY TCP6 2001:db8::7 2001:db8::1 51234 5020'), '2001:db8::7'],
  ['version 1 of nobody', line('PROXY UNKNOWN'), null],
  ['version 1 of nobody, with addresses', line('PROXY UNKNOWN ffff::1 ffff::2 1 2'), null],
  ['version 2 over IPv4', binary('2111', OVER_4), '192.0.2.7'],
  ['version 2 over IPv6', binary('2121', OVER_6), '2001:db8::7'],
  ['version 2 with additions', binary('2111', OVER_4 + ADDED), '192.0.2.7'],
  ['version 2, the balancer itself', binary('2000', ''), null],
  ['version 2, the balancer itself, with addresses', binary('2011', OVER_4), null],
  ['version 2 over a Unix socket', binary('2131', '00'.repeat(216)), null],
];

describe('a header', () => {
  it.each(READ)('%s says for whom the connection is', (_name, bytes, address) => {
    expect(readProxyHeader(bytes)).toEqual({ kind: 'header', bytes: bytes.length, address });
  });

  it.each(READ)('%s leaves alone what comes behind it', (_name, bytes, address) => {
    const behind = Buffer.concat([bytes, Buffer.from('000f333536', 'hex')]);
    expect(readProxyHeader(behind)).toEqual({ kind: 'header', bytes: bytes.length, address });
  });

  it.each(READ)('%s is waited for, cut at every byte', (_name, bytes) => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect([length, readProxyHeader(bytes.subarray(0, length))]).toEqual([length, { kind: 'more' }]);
    }
  });
});

describe('no header', () => {
  it.each([
    ['a login of Teltonika', Buffer.from('000f333536333037303432343431303133', 'hex')],
    ['a login of GT06', Buffer.from('78780d01', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['the word alone', line('PROXY')],
    ['another family', line('PROXY UDP4 192.0.2.7 198.51.100.1 1 2')],
    ['no address', line('PROXY TCP4 999.0.2.7 198.51.100.1 1 2')],
    ['an address of the other family', line('PROXY TCP4 2001:db8::7 2001:db8::1 1 2')],
    ['an address that is none', line('PROXY TCP6 1:2:3 2001:db8::1 1 2')],
    ['two spaces', line('PROXY  TCP4 192.0.2.7 198.51.100.1 1 2')],
    ['a line without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(100)}`)],
    ['another version', binary('1111', OVER_4)],
    ['another command', binary('2211', OVER_4)],
    ['too little for its addresses', binary('2111', OVER_4.slice(2))],
    ['more than there may be', Buffer.from(`${SIGNATURE}2111ffff`, 'hex')],
  ])('is %s', (_name, bytes) => {
    expect(readProxyHeader(bytes).kind).toBe('none');
  });

  it('never throws, never asks for more than there may be, and what it reads are addresses', () => {
    const begun = fc.constantFrom('', 'PROXY ', 'PROXY TCP4 ', 'PROXY TCP6 ').map((text) => Buffer.from(text));
    const signed = fc
      .constantFrom('', '20', '21', '2111', '2121', '21110010')
      .map((hex) => Buffer.from(SIGNATURE + hex, 'hex'));
    const head = fc.tuple(fc.oneof(begun, signed), fc.uint8Array({ maxLength: 3000 }));
    fc.assert(
      fc.property(head, ([first, rest]) => {
        const bytes = Buffer.concat([first, rest]);
        const read = readProxyHeader(bytes);
        if (read.kind === 'more') expect(bytes.length).toBeLessThan(2_100);
        if (read.kind === 'header') expect(read.bytes).toBeLessThanOrEqual(bytes.length);
        if (read.kind === 'header' && read.address !== null) expect(read.address).toMatch(/^[0-9a-f.:]+$/i);
      }),
    );
  });
});
