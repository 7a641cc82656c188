import { expect, test } from 'vitest';
import { PROTOCOLS, protocolNamed } from '../../protocols/index.ts';
import { guessForeign } from '../../src/gateway/guess.ts';
import { bytesOf, FIXTURES, randomSource } from '../protocols/kit.ts';

function guess(text: string, port: 'auto' | 'teltonika' | 'gt06' | 'h02' = 'auto') {
  return guessForeign(Buffer.from(text, 'latin1'), port === 'auto' ? 'auto' : protocolNamed(port));
}

test.each([
  ['a TLS 1.0 hello', '\x16\x03\x01\x02\x00\x01\x00', 'tls'],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'http'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http'],
  ['a telephone', 'POST /?id=123456&lat=1&lon=2 HTTP/1.1\r\n', 'osmand'],
  ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', 'ssh'],
  ['SIP', 'OPTIONS sip:nm SIP/2.0\r\n', 'sip'],
  ['SMTP', 'EHLO scanner\r\n', 'smtp'],
  ['RDP', '\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00', 'rdp'],
  ['SMB', '\x00\x00\x00\x54\xffSMB\x72', 'smb'],
  ['MQTT', '\x10\x1a\x00\x04MQTT\x04\x02', 'mqtt'],
  ['a load balancer', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n', 'proxy_protocol'],
  ['TK103', '(013612345678BP05356823035368767', 'tk103'],
  ['GPS103', '##,imei:359586015829802,A;', 'gps103'],
  ['JT808 registration', '\x7e\x01\x00\x00\x2d\x01\x38', 'jt808'],
  ['JT808 position', '\x7e\x02\x00\x00\x2d\x01\x38', 'jt808'],
  ['Meitrack', '$$A138,353358017784062,AAA,35,', 'meitrack'],
  ['Queclink', '+RESP:GTFRI,040100,135790246811220', 'queclink'],
  ['Wialon IPS', '#L#353358017784062;NA\r\n', 'wialon_ips'],
  ['Suntech', 'ST300STT;100850000;', 'suntech'],
  ['EasyTrack', '*ET,135790246811221,HB,A', 'easytrack'],
  ['a watch', '[3G*8800000015*0002*LK]', 'watch'],
  ['Navtelecom', '@NTC\x01\x00\x00\x00', 'navtelecom'],
  ['EGTS', '\x01\x00\x03\x0b\x00\x23\x00', 'egts'],
  ['NMEA', '$GPRMC,123519,A,4807.038,N,', 'nmea'],
])('%s has a name', (_, bytes, reason) => {
  expect(guess(bytes)?.reason).toBe(reason);
  expect(guess(bytes)?.message).toMatch(/^this port speaks Teltonika, GT06, H02; these are bytes of .+: .+/);
  for (const protocol of PROTOCOLS) expect(protocol.recognise(Buffer.from(bytes, 'latin1')), protocol.name).toBe('no');
});

test('a device on the port of another protocol is told its own', () => {
  expect(guess('*HQ,4210051415,V1,', 'teltonika')).toEqual({
    reason: 'wrong_port',
    message: 'this port speaks Teltonika; the device speaks H02: its port is h02.port, or tcp.port for all of them',
  });
});

test('our own devices and noise have none', () => {
  for (const fixture of FIXTURES.filter(({ name }) => !name.includes('noise'))) {
    expect(guessForeign(bytesOf(fixture), protocolNamed(fixture.protocol)), fixture.name).toBeNull();
  }
  expect(guess('')).toBeNull();
  expect(guess('\xa1\xb2\xc3')).toBeNull();
});

test('random bytes are not guessed at', () => {
  const random = randomSource(5);
  let named = 0;
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(Array.from({ length: 40 }, () => random(256)));
    if (guessForeign(bytes, 'auto') !== null) named += 1;
  }
  expect(named).toBeLessThan(5);
});
