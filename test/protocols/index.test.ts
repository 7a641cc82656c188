import { expect, test } from 'vitest';
import { detect, PROTOCOLS, protocolNamed } from '../../protocols/index.ts';
import { bytesOf, FIXTURES, plain } from './kit.ts';

function detected(hex: string): string | null {
  const found = detect(Buffer.from(hex, 'hex'));
  return found === null || found === 'more' ? found : found.name;
}

test.each([
  ['a Teltonika login', '000f33', 'teltonika'],
  ['a Teltonika data frame without a login', '000000000000003608', 'teltonika'],
  ['a login of 14 digits', '000e33', 'teltonika'],
  ['a login with a letter', '000f41', 'teltonika'],
  ['a ping', 'ff', 'teltonika'],
  ['a ping glued in front of a login', 'ff000f31', 'teltonika'],
  ['a short GT06 frame', '7878', 'gt06'],
  ['a long GT06 frame', '7979', 'gt06'],
  ['a GT06 frame full of zeros', '78782516160908063736c0000000000000000f3131', 'gt06'],
  ['an H02 text', '2a48512c3432', 'h02'],
  ['an H02 text without an id', '2a48512c2c5631', 'h02'],
  ['a binary H02 frame', '2441060116601245431311165035', 'h02'],
  ['a binary H02 frame with a long id', '243524830841932930104759180817', 'h02'],
  ['half of the maker of an H02 text', '2a48', 'more'],
  ['half of a binary H02 frame', '2441060116', 'more'],
  ['nothing', '', 'more'],
  ['half a GT06 header', '78', 'more'],
  ['one zero', '00', 'more'],
  ['a preamble, no length yet', '00000000', 'more'],
  ['a login length, no digit yet', '000f', 'more'],
  ['noise before a GT06 frame', 'a1b2c378781101', 'gt06'],
  ['noise before a login', 'a1b2c3000f313233', 'teltonika'],
  ['a little noise', 'a1b2c3', 'more'],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n').toString('hex'), null],
  ['EasyTrack', Buffer.from('*ET,135790246811221,HB,A,130428#'.padEnd(40, ' ')).toString('hex'), null],
  ['Meitrack', Buffer.from('$$A138,353358017784062,AAA,35,22.5,114.0').toString('hex'), null],
  ['a TLS hello', `16030100${'5a'.repeat(60)}`, null],
])('%s', (_, hex, name) => {
  expect(detected(hex)).toBe(name);
});

test('every fixture is taken for its own protocol', () => {
  for (const fixture of FIXTURES) {
    const name = detected(bytesOf(fixture).toString('hex'));
    if (!fixture.name.endsWith('/too-long')) expect(name, fixture.name).toBe(fixture.protocol);
  }
});

test('protocols are found by name', () => {
  for (const protocol of PROTOCOLS) expect(protocolNamed(protocol.name)).toBe(protocol);
  expect(() => protocolNamed('h99')).toThrow("protocol 'h99': expected one of teltonika,gt06,h02");
});

test.each(PROTOCOLS.map((protocol) => [protocol.name, protocol] as const))(
  '%s: a time zone moves the times of its records, or the clocks are UTC by definition',
  (name, protocol) => {
    const times = (bytes: Buffer, clockAheadMinutes: number) => {
      const decoded = protocol.decode(bytes, { model: null, clockAheadMinutes });
      return decoded.kind === 'malformed' ? [] : decoded.records.map((record) => plain(record).timeMs);
    };
    const moved = FIXTURES.filter((fixture) => fixture.protocol === name)
      .map(bytesOf)
      .filter((bytes) => JSON.stringify(times(bytes, 0)) !== JSON.stringify(times(bytes, 480)));
    expect(moved.length === 0).toBe(protocol.isClockUtc);
  },
);
