/** One sample, many tests: every fixture whole, cut at every byte, byte by byte, twice in one segment, after noise. */
import { describe, expect, test } from 'vitest';
import { PROTOCOLS, protocolNamed } from '../../protocols/index.ts';
import { bytesOf, FIXTURES, type Fixture, retell, withoutJunk } from './kit.ts';

const NOISE = Buffer.from('a1b2c3d4e5', 'hex');

function has(fixture: Fixture, key: string, ...values: string[]): boolean {
  return fixture.messages.some((message) => values.includes(String((message as Record<string, unknown>)[key])));
}

test.each(PROTOCOLS.map(({ name }) => name))('there are fixtures of %s', (protocol) => {
  expect(FIXTURES.filter((fixture) => fixture.protocol === protocol).length).toBeGreaterThan(15);
});

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  const bytes = bytesOf(fixture);

  test(`reads as it says: ${fixture.title}`, () => {
    expect(fixture.source.document).toMatch(/\w/);
    expect(fixture.source.section).toMatch(/\w/);
    expect(retell(fixture, [bytes])).toEqual(fixture.messages);
  });

  test('cut at any byte, it says the same', () => {
    for (let at = 1; at < bytes.length; at++) {
      const told = retell(fixture, [bytes.subarray(0, at), bytes.subarray(at)]);
      expect(withoutJunk(told), `cut at ${at}`).toEqual(withoutJunk(fixture.messages));
    }
  });

  test('byte by byte, it says the same', () => {
    const told = retell(
      fixture,
      [...bytes].map((byte) => Buffer.of(byte)),
    );
    expect(withoutJunk(told)).toEqual(withoutJunk(fixture.messages));
  });

  test.skipIf(has(fixture, 'error', 'too_long'))('twice in one segment, it says the same twice', () => {
    const twice = [...fixture.messages, ...fixture.messages];
    expect(
      withoutJunk(
        retell(
          fixture,
          [bytes, bytes].map((b) => Buffer.from(b)),
        ),
      ),
      'two segments',
    ).toEqual(withoutJunk(twice));
    expect(withoutJunk(retell(fixture, [Buffer.concat([bytes, bytes])])), 'one segment').toEqual(withoutJunk(twice));
  });

  test.skipIf(has(fixture, 'message', 'ping') || has(fixture, 'error', 'bad_imei', 'too_long'))(
    'after noise, it says the same',
    () => {
      const told = retell(fixture, [Buffer.concat([NOISE, bytes])]);
      expect(told[0]).toEqual({ error: 'junk', reply: null });
      expect(withoutJunk(told)).toEqual(withoutJunk(fixture.messages));
    },
  );

  // One dialect of GT06, and H02, have no checksum that could tell.
  test.skipIf(/^(gt06\/no-crc|h02\/)/.test(fixture.name))(
    'any single bit flipped, nothing of it is believed and nothing answered',
    () => {
      const protocol = protocolNamed(fixture.protocol);
      const decoded = protocol.decode(bytes);
      if (
        decoded.kind === 'malformed' ||
        (['ping', 'login', 'unknown'].includes(decoded.kind) && fixture.protocol === 'teltonika')
      )
        return;
      if (decoded.kind === 'unknown') return;
      for (let bit = 16; bit < (bytes.length - 2) * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 0x80 >> (bit & 7);
        const seen = protocol.decode(flipped);
        expect(['malformed', 'unknown'], `bit ${bit}`).toContain(seen.kind);
        expect(seen.kind === 'malformed' && seen.isGenuine, `bit ${bit}`).toBe(false);
        expect(protocol.reply(flipped, seen, { nowMs: 0 }), `bit ${bit}`).toBeNull();
      }
    },
  );
});
