import { describe, expect, it } from 'vitest';
import {
  address,
  broker,
  choice,
  decimal,
  duration,
  flag,
  instant,
  integer,
  type Kind,
  key,
  names,
  networks,
  port,
  tiles,
  timeZone,
  unless,
  url,
} from '../../src/ops/values.ts';

const HEX = '0123456789abcdef0123456789ABCDEF';

const READ: readonly [string, Kind<unknown>, string, unknown][] = [
  ['milliseconds', duration, '500ms', 500],
  ['seconds', duration, '15s', 15_000],
  ['minutes', duration, '10m', 600_000],
  ['hours', duration, '12h', 43_200_000],
  ['days', duration, '7d', 604_800_000],
  ['nothing at all needs no unit', duration, '0', 0],
  ['any free port', port, '0', 0],
  ['the last port', port, '65535', 65_535],
  ['no port', unless('off', port), 'off', null],
  ['a port that could be off', unless('off', port), '5020', 5020],
  ['true', flag, 'true', true],
  ['one word of several', choice('a', 'b'), 'b', 'b'],
  ['a fraction', decimal(0, 2), '1.25', 1.25],
  ['a key in lower case', key, HEX, HEX.toLowerCase()],
  ['a zone', timeZone, 'Europe/Amsterdam', 'Europe/Amsterdam'],
  ['an address without its last slash', url, 'https://fleet.example.org/', 'https://fleet.example.org'],
  ['tiles', tiles, 'https://t.example.org/{z}/{x}/{y}.png', 'https://t.example.org/{z}/{x}/{y}.png'],
  ['tiles of several hosts', tiles, 'http://{s}.t.test:81/{z}/{x}/{y}?k=1', 'http://{s}.t.test:81/{z}/{x}/{y}?k=1'],
  ['a host and port', address, 'localhost:5020', { host: 'localhost', port: 5020 }],
  ['an IPv6 host and port', address, '[::1]:5020', { host: '::1', port: 5020 }],
  ['a broker', broker('mqtt', 'mqtts'), 'mqtts://u:p%25@b.test', 'mqtts://u:p%25@b.test'],
  ['names', names, 'auto, teltonika', ['auto', 'teltonika']],
  ['networks', networks, '10.0.0.0/8,192.0.2.7, 2001:db8::/32', ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']],
  ['an instant with an offset', instant, '2026-05-04T10:00:00+02:00', Date.UTC(2026, 4, 4, 8)],
];

const REFUSED: readonly [string, Kind<unknown>, string][] = [
  ['a number without a unit', duration, '10'],
  ['a negative duration', duration, '-5s'],
  ['a fraction of a unit', duration, '1.5h'],
  ['an unknown unit', duration, '3w'],
  ['blanks', duration, ' 10m'],
  ['a duration beyond ten years', duration, '4000d'],
  ['a port too high', port, '65536'],
  ['a port in hex', port, '0x50'],
  ['an empty port', port, ''],
  ['yes', flag, 'yes'],
  ['a broker of another kind', broker('mqtt', 'mqtts'), 'nats://b.test'],
  ['a broker without a host', broker('mqtt'), 'mqtt://'],
  ['a bare % in the password of a broker', broker('mqtt'), 'mqtt://u:100%@b.test'],
  ['a word in capitals', choice('faulty', 'failed'), 'FAULTY'],
  ['a number out of range', integer(1, 64), '65'],
  ['an exponent', decimal(0, 100), '1e1'],
  ['a name in capitals', names, 'Auto'],
  ['an empty name', names, 'auto,'],
  ['a network that is too narrow', networks, '10.0.0.0/33'],
  ['an address that is none', networks, '10.0.0.256'],
  ['a host for a network', networks, 'localhost'],
  ['a group too many', networks, '1:2:3:4:5:6:7:8:9/32'],
  ['a short key', key, HEX.slice(1)],
  ['a key with another letter', key, `g${HEX.slice(1)}`],
  ['a zone that is none', timeZone, 'Europe/Atlantis'],
  ['a path for an address', url, '/here'],
  ['tiles without a zoom', tiles, 'https://t.example.org/{x}/{y}.png'],
  ['tiles of this page', tiles, '/{z}/{x}/{y}.png'],
  ['tiles of a host that would go on in the policy of a page', tiles, "https://a;script-src 'self'/{z}/{x}/{y}"],
  ['tiles of any host', tiles, 'https://*/{z}/{x}/{y}'],
  ['tiles with blanks', tiles, 'https://t.test/{z}/{x}/{y} b'],
  ['a host without a port', address, 'localhost'],
  ['port 0 to connect to', address, 'localhost:0'],
  ['an instant without an offset', instant, '2026-05-04T10:00:00'],
];

describe('values', () => {
  it.each(READ)('reads %s', (_name, kind, text, value) => {
    expect(kind.parse(text)).toEqual(value);
  });

  it.each(REFUSED)('refuses %s', (_name, kind, text) => {
    expect(kind.parse(text)).toBeUndefined();
  });

  it('says what it expects, with the word for absence first', () => {
    expect(unless('off', port).expects).toBe('off or a whole number from 0 to 65535');
    expect(choice('pending', 'accept', 'reject').expects).toBe('pending, accept or reject');
  });
});
