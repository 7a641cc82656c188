/** What comes before a device's own bytes, over real sockets: TLS, and what a load balancer says. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeLogin } from '../../protocols/teltonika/device.ts';
import type { ListenerOptions } from '../../src/gateway/listener.ts';
import { BURST_SECONDS } from '../../src/gateway/pace.ts';
import type { TlsIdentity } from '../../src/gateway/tls-door.ts';
import { selfSigned } from '../certificate-kit.ts';
import { createKit, IMEI, type Kit, type KitOptions } from './gateway-kit.ts';

const LOGIN = encodeLogin(IMEI);
const HEADER = Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 51234 5020\r\n');
const pairs = [selfSigned('first'), selfSigned('second')] as const;

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  vi.useRealTimers();
});

function identity(n: 0 | 1 = 0, minVersion: TlsIdentity['minVersion'] = 'TLSv1.2'): TlsIdentity {
  return { ...pairs[n], minVersion };
}

interface Stand {
  readonly kit: Kit;
  readonly port: number;
}

async function stand(listener: Partial<ListenerOptions>, options: KitOptions = {}): Promise<Stand> {
  const kit = createKit({
    ...options,
    listeners: [{ name: 'auto', host: '127.0.0.1', port: 0, protocol: 'auto', ...listener }],
  });
  const [address] = await kit.gateway.listen();
  open.push(() => kit.gateway.close());
  return { kit, port: address!.port };
}

function dial({ port }: Stand): Socket {
  const socket = connectTcp(port, '127.0.0.1').on('error', () => {});
  open.push(() => socket.destroy());
  return socket;
}

function dialTls({ port }: Stand, options: object = {}): TLSSocket {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }).on('error', () => {});
  open.push(() => socket.destroy());
  return socket;
}

/** The first bytes of an answer, hex; '' = it was closed without one. */
function answer(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('hex')));
    socket.once('close', () => resolve(''));
  });
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe('a TLS port', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('takes devices over %s, by what they are', async (version) => {
    const at = await stand({ name: 'tls', tls: identity() });
    const device = dialTls(at, { minVersion: version, maxVersion: version });
    device.write(LOGIN);
    expect(await answer(device)).toBe('01');
    expect([device.getProtocol(), at.kit.line.admitted[0]?.address]).toEqual([version, '127.0.0.1']);
    expect(at.kit.gateway.connections()).toBe(1);
  });

  it('turns an address away that connects too often, before it agrees on anything', async () => {
    const at = await stand({ name: 'tls', tls: identity() }, { limits: { newConnectionsPerSecondMax: 1 } });
    await Promise.all(Array.from({ length: BURST_SECONDS }, () => closed(dial(at).end('no TLS at all'))));
    const device = dialTls(at);
    device.write(LOGIN);
    expect(await answer(device)).toBe('');
    expect(at.kit.tally.connectionsRefused).toMatchObject({ too_often: 1 });
  });

  it.each([
    ['1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, 'TLSv1.2'],
    ['1.2 where the setting says 1.3', { maxVersion: 'TLSv1.2' }, 'TLSv1.3'],
  ] as const)('refuses and counts TLS %s', async (_name, options, minVersion) => {
    const at = await stand({ tls: identity(0, minVersion) });
    await closed(dialTls(at, options));
    await vi.waitFor(() => expect(at.kit.tally.connectionsRefused).toEqual({ tls_failed: 1 }));
    expect(at.kit.tally.connectionsOpened).toBe(0);
  });

  it.each([
    ['a login', LOGIN],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('closes and counts %s that is not encrypted, and says what to do', async (_name, bytes) => {
    const at = await stand({ tls: identity() });
    const device = dial(at);
    device.write(bytes);
    device.resume();
    await closed(device);
    await vi.waitFor(() => expect(at.kit.tally.connectionsRefused).toEqual({ not_tls: 1 }));
    expect(at.kit.log).toMatchObject([{ level: 'warn', details: { reason: 'not_tls', address: '127.0.0.1' } }]);
    await vi.waitFor(() => expect(at.kit.gateway.connections()).toBe(0));
  });

  it('gives a socket that agrees on nothing no more time than a login, and a place among the others', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const at = await stand({ tls: identity() }, { limits: { connectionsMax: 1 } });
    const silent = dial(at);
    await vi.waitFor(() => expect(at.kit.gateway.connections()).toBe(1));
    const second = dial(at);
    await closed(second.resume());
    expect(at.kit.tally.connectionsRefused).toEqual({ limit: 1 });
    vi.advanceTimersByTime(16_000);
    await closed(silent.resume());
    expect(at.kit.tally.connectionsRefused).toEqual({ limit: 1, login_deadline: 1 });
    await vi.waitFor(() => expect(at.kit.gateway.connections()).toBe(0));
  });

  it('shows a renewed certificate to whoever comes then; those that are there stay, and one that is none changes nothing', async () => {
    const at = await stand({ tls: identity(0) });
    const names: string[] = [];
    const device = dialTls(at);
    device.write(LOGIN);
    await answer(device);
    names.push(String(device.getPeerCertificate().subject.CN));
    at.kit.gateway.renewTls(identity(1));
    expect(() => at.kit.gateway.renewTls({ ...identity(0), key: pairs[1].key })).toThrow();
    expect(() => at.kit.gateway.renewTls({ ...identity(0), cert: 'no certificate' })).toThrow();
    const later = dialTls(at);
    await new Promise((resolve) => later.once('secureConnect', resolve));
    names.push(String(later.getPeerCertificate().subject.CN));
    expect(names).toEqual(['first', 'second']);
    expect(at.kit.gateway.isOnline(1)).toBe(true);
  });

  it('cannot be opened with what is no certificate', () => {
    const listener = { name: 'tls', host: '127.0.0.1', port: 0, protocol: 'auto' as const };
    expect(() => createKit({ listeners: [{ ...listener, tls: { ...identity(), key: pairs[1].key } }] })).toThrow();
  });

  it('closes with the gateway, also what has not agreed on anything', async () => {
    const at = await stand({ tls: identity() });
    const [silent, device] = [dial(at), dialTls(at)];
    device.write(LOGIN);
    await answer(device);
    await vi.waitFor(() => expect(at.kit.gateway.connections()).toBe(2));
    const ends = [closed(silent.resume()), closed(device.resume())];
    await at.kit.gateway.close();
    await Promise.all(ends);
  });
});

describe('a port behind a load balancer', () => {
  const trusting = { isTrustedProxy: (address: string) => address === '127.0.0.1' };

  it.each([
    ['in one piece', [Buffer.concat([HEADER, LOGIN])]],
    ['header first', [HEADER, LOGIN]],
    ['byte by byte', [...Buffer.concat([HEADER, LOGIN])].map((byte) => Buffer.of(byte))],
  ])('takes a device for the one that the header names, %s', async (_name, chunks) => {
    const at = await stand(trusting);
    const device = dial(at).setNoDelay();
    const answered = answer(device);
    for (const chunk of chunks) {
      device.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await answered).toBe('01');
    expect(at.kit.line.admitted).toMatchObject([{ imei: IMEI, address: '192.0.2.7' }]);
  });

  it('counts connections by the address that the header names', async () => {
    const at = await stand(trusting, { limits: { connectionsPerAddressMax: 1 } });
    const first = dial(at);
    first.write(Buffer.concat([HEADER, LOGIN]));
    await answer(first);
    const second = dial(at);
    second.write(Buffer.concat([HEADER, LOGIN]));
    expect(await answer(second)).toBe('');
    expect(at.kit.tally.connectionsRefused).toEqual({ per_address: 1 });
    const other = dial(at);
    other.write(Buffer.concat([Buffer.from(HEADER.toString().replace('.7 ', '.8 ')), LOGIN]));
    expect(await answer(other)).toBe('01');
  });

  it('counts how often somebody connects by the address that the header names', async () => {
    const at = await stand(trusting, { limits: { newConnectionsPerSecondMax: 1 } });
    for (let i = 0; i <= BURST_SECONDS; i += 1) {
      const device = dial(at);
      device.write(Buffer.concat([HEADER, LOGIN]));
      expect(await answer(device)).toBe(i < BURST_SECONDS ? '01' : '');
      device.destroy();
    }
    expect(at.kit.tally.connectionsRefused).toMatchObject({ too_often: 1 });
    const other = dial(at);
    other.write(Buffer.concat([Buffer.from(HEADER.toString().replace('.7 ', '.8 ')), LOGIN]));
    expect(await answer(other)).toBe('01');
  });

  it('takes the balancer itself, which asks whether anyone is there', async () => {
    const at = await stand(trusting);
    const device = dial(at);
    device.write(Buffer.concat([Buffer.from('PROXY UNKNOWN\r\n'), LOGIN]));
    expect(await answer(device)).toBe('01');
    expect(at.kit.line.admitted).toMatchObject([{ address: '127.0.0.1' }]);
  });

  it('closes and counts what begins with no header', async () => {
    const at = await stand(trusting);
    const device = dial(at);
    device.write(LOGIN);
    expect(await answer(device)).toBe('');
    expect(at.kit.tally.connectionsRefused).toEqual({ no_proxy_header: 1 });
    expect(at.kit.log).toMatchObject([{ details: { reason: 'no_proxy_header', hex: LOGIN.toString('hex') } }]);
  });

  it('closes and counts what says nothing until the login would be due', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const at = await stand(trusting);
    const device = dial(at);
    device.write(HEADER.subarray(0, 20));
    await vi.waitFor(() => expect(at.kit.gateway.connections()).toBe(1));
    vi.advanceTimersByTime(16_000);
    await closed(device.resume());
    expect(at.kit.tally.connectionsRefused).toEqual({ login_deadline: 1 });
  });

  it('turns away whoever is no balancer, whatever it says', async () => {
    const at = await stand({ isTrustedProxy: () => false });
    const device = dial(at);
    device.write(Buffer.concat([HEADER, LOGIN]));
    expect(await answer(device)).toBe('');
    await vi.waitFor(() => expect(at.kit.tally.connectionsRefused).toEqual({ untrusted_proxy: 1 }));
    expect(at.kit.line.admitted).toEqual([]);
  });

  it('is no other port: there a header is nothing that is known', async () => {
    const at = await stand({});
    const device = dial(at);
    device.write(Buffer.concat([HEADER, LOGIN]));
    expect(await answer(device)).toBe('');
    expect(at.kit.tally.connectionsRefused).toEqual({ proxy_protocol: 1 });
  });

  it('may speak TLS behind the header', async () => {
    const at = await stand({ ...trusting, tls: identity() });
    const raw = dial(at);
    raw.write(HEADER);
    const device = dialTls(at, { socket: raw });
    device.write(LOGIN);
    expect(await answer(device)).toBe('01');
    expect(at.kit.line.admitted).toMatchObject([{ address: '192.0.2.7' }]);
  });
});
