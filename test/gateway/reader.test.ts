import { describe, expect, it } from 'vitest';
import { encodeHeartbeat } from '../../protocols/gt06/device.ts';
import { PROTOCOLS, protocolNamed } from '../../protocols/index.ts';
import { Reader } from '../../src/gateway/reader.ts';

const GT06 = encodeHeartbeat({ voltageLevel: 5, gsm: 3 }, 2);
/** H02: 32 bytes of binary, and nothing behind them that says that they are all. */
const H02 = Buffer.from('2441091144271222470112142233983006114026520e000000fffffbffff0000', 'hex');
const HTTP = Buffer.from('GET / HTTP/1.1\r\n\r\n');

/** What the bytes are, one after the other. */
function kinds(reader: Reader, bytes: Buffer, isStranger = true): string[] {
  reader.push(Buffer.from(bytes));
  const found: string[] = [];
  for (let arrival = reader.next(false, isStranger); arrival !== null; arrival = reader.next(false, isStranger)) {
    found.push(arrival.kind === 'foreign' ? arrival.guess.reason : arrival.kind);
    if (arrival.kind === 'foreign' || arrival.kind === 'unknown') break;
  }
  return found;
}

describe('a reader', () => {
  it.each<[string, 'auto' | 'gt06', Buffer, string[], string | null]>([
    ['takes the protocol that the first bytes speak', 'auto', Buffer.concat([GT06, GT06]), ['frame', 'frame'], 'gt06'],
    ['waits for bytes that tell', 'auto', GT06.subarray(0, 1), [], null],
    ['finds a frame behind noise', 'auto', Buffer.concat([Buffer.of(1, 2, 3), GT06]), ['junk', 'frame'], 'gt06'],
    ['names what it does not speak', 'auto', HTTP, ['http'], null],
    ['names what its port does not speak', 'gt06', HTTP, ['http'], 'gt06'],
    ['says when it is nothing known', 'auto', Buffer.alloc(40, 'z'), ['unknown'], null],
  ])('%s', (_, spoken, bytes, expected, protocol) => {
    const reader = new Reader(spoken === 'auto' ? spoken : protocolNamed(spoken));
    expect(kinds(reader, bytes)).toEqual(expected);
    expect(reader.protocol?.name ?? null).toBe(protocol);
  });

  it('has junk of somebody it knows be junk', () => {
    expect(kinds(new Reader(protocolNamed('gt06')), HTTP, false)).toEqual(['junk']);
  });

  it('takes no more than the longest frame of all, and one read', () => {
    const reader = new Reader('auto');
    const most = Math.max(...PROTOCOLS.map((protocol) => protocol.frameBytesMax)) + 65_536;
    expect([reader.push(Buffer.alloc(most)), reader.push(Buffer.of(0))]).toEqual([true, false]);
  });

  it('takes a frame without an end for whole after a beat without a byte, and not when nobody listened', () => {
    const reader = new Reader('auto');
    expect(kinds(reader, H02)).toEqual([]);
    expect([reader.age(false), reader.age(true)]).toEqual([false, false]);
    expect(reader.next(false, true)?.kind).toBe('frame');
  });
});
