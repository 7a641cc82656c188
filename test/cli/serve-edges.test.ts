/** The gateway's edges, put together as the program does it: certificates, proxies, the audit trail on disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeLogin } from '../../protocols/teltonika/device.ts';
import { pinnedClock } from '../../src/ops/clock.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { type Config, NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { type Served, serve } from '../../src/serve.ts';
import { openStore } from '../../src/store/open.ts';
import { selfSigned } from '../certificate-kit.ts';
import { milepost } from './host-kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const NOW_MS = Date.UTC(2026, 4, 1, 12);
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function directory(): string {
  const data = mkdtempSync(join(tmpdir(), 'milepost-edges-'));
  open.push(() => rmSync(data, { recursive: true, force: true }));
  return data;
}

interface Files {
  readonly cert: string;
  readonly key: string;
  renew(name: string): void;
}

function certificate(name: string): Files {
  const folder = directory();
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const renew = (owner: string): void => {
    const pair = selfSigned(owner);
    writeFileSync(files.cert, pair.cert);
    writeFileSync(files.key, pair.key);
  };
  renew(name);
  return { ...files, renew };
}

async function gateway(settings: Partial<Config>): Promise<Served> {
  const config = defaultConfig({
    data: directory(),
    'tcp.host': '127.0.0.1',
    'tcp.port': null,
    ...NO_OWN_PORTS,
    'http.port': 0,
    'api-key': KEY,
    ...settings,
  });
  const served = await serve(config, pinnedClock(NOW_MS), silentLog());
  open.push(() => served.close());
  return served;
}

function portOf({ addresses }: Served, name: string): number {
  return addresses.find((each) => each.name === name)!.port;
}

async function ownerAt(port: number): Promise<string> {
  const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  open.push(() => socket.destroy());
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return String(socket.getPeerCertificate().subject.CN);
}

/** Over HTTPS, whoever signed the certificate. */
function ask(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KEY}` };
    const asked = request({ port, host: '127.0.0.1', path, headers, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}

describe('certificates', () => {
  it('serve trackers and HTTP, each its own, and are renewed while the gateway runs', async () => {
    const [trackers, http] = [certificate('trackers'), certificate('http')];
    const served = await gateway({
      'tcp.tls.port': 0,
      'tls.cert': trackers.cert,
      'tls.key': trackers.key,
      'http.tls.cert': http.cert,
      'http.tls.key': http.key,
    });
    const ports = [portOf(served, 'tls'), portOf(served, 'http')] as const;
    expect(served.httpUrl).toBe(`https://127.0.0.1:${ports[1]}`);
    expect(await Promise.all(ports.map(ownerAt))).toEqual(['trackers', 'http']);
    expect(await ask(ports[1], '/api/trackers')).toEqual({ status: 200, text: '{"trackers":[]}' });
    trackers.renew('trackers 2');
    http.renew('http 2');
    served.renewCertificates!();
    expect(await Promise.all(ports.map(ownerAt))).toEqual(['trackers 2', 'http 2']);
    writeFileSync(http.cert, 'half a certificate');
    served.renewCertificates!();
    expect(await ownerAt(ports[1])).toBe('http 2');
  });

  it.each([
    ['a port without one', { 'tcp.tls.port': 0 }, 'tcp.tls.port is set and tls.cert is not'],
    ['one without its key', { 'tls.cert': 'here.pem' }, 'of tls.cert and tls.key one is set'],
    [
      'one that is not there',
      { 'http.tls.cert': '/no/c.pem', 'http.tls.key': '/no/k.pem' },
      'http.tls.cert and http.tls.key',
    ],
  ])('are needed where they are asked for: %s', async (_name, settings, message) => {
    await expect(gateway(settings)).rejects.toThrow(message);
  });

  it.each(['tls', 'http.tls'] as const)('have to be a pair: %s', async (prefix) => {
    const [one, other] = [certificate('one'), certificate('other')];
    const settings = { [`${prefix}.cert`]: one.cert, [`${prefix}.key`]: other.key };
    const port = prefix === 'tls' ? { 'tcp.tls.port': 0 } : {};
    await expect(gateway({ ...port, ...settings })).rejects.toThrow(`${prefix}.cert and ${prefix}.key`);
  });
});

describe('load balancers', () => {
  it('name the device at the ports that are theirs', async () => {
    const served = await gateway({
      'tcp.port': 0,
      'proxy.listeners': ['auto'],
      'proxy.trusted': ['127.0.0.0/8'],
    });
    const socket = connect(portOf(served, 'auto'), '127.0.0.1');
    open.push(() => socket.destroy());
    socket.write('PROXY TCP4 192.0.2.7 198.51.100.1 51234 5020\r\n');
    socket.write(encodeLogin('356307042441013'));
    await new Promise((resolve) => socket.once('data', resolve));
    expect(served.operations.listPending()).toMatchObject([{ imei: '356307042441013', address: '192.0.2.7' }]);
  });

  it.each([
    [
      'a port that nobody opened',
      { 'proxy.listeners': ['gt06'], 'proxy.trusted': ['10.0.0.0/8'] },
      'no port is called gt06',
    ],
    ['nobody to trust', { 'tcp.port': 0, 'proxy.listeners': ['auto'] }, 'proxy.trusted is not'],
  ])('have to be said in full: %s', async (_name, settings, message) => {
    await expect(gateway(settings)).rejects.toThrow(message);
  });

  it.each([
    [['127.0.0.1'], '203.0.113.9', '203.0.113.9'],
    [['10.0.0.0/8'], '203.0.113.9, 10.0.0.7', '10.0.0.7'],
  ])('of HTTP that are trusted (%s) and send %s name %s', async (trusted, forwarded, address) => {
    const served = await gateway({ 'http.trusted-proxies': trusted });
    const headers = {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'x-forwarded-for': forwarded,
    };
    await fetch(`${served.httpUrl}/api/trackers`, { method: 'POST', headers, body: '{"label":"Van 1"}' });
    expect(served.operations.listAudit(Number.MAX_SAFE_INTEGER, 1).entries).toMatchObject([{ address }]);
  });
});

describe('the audit trail', () => {
  it('is on disk when the gateway has closed', async () => {
    const data = directory();
    const served = await gateway({ data });
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    await fetch(`${served.httpUrl}/api/trackers`, { method: 'POST', headers, body: '{"label":"Van 1"}' });
    await served.close();
    const store = openStore({ directory: data });
    expect(store.audit.list(Number.MAX_SAFE_INTEGER, 10)).toMatchObject([
      { action: 'tracker.create', keyName: 'api-key' },
    ]);
    store.close();
  });

  it('has the keys that the command line makes and takes back, and not their digits', async () => {
    const data = directory();
    const { written: key } = await milepost(['keys', 'create', 'dispatch', '--scopes', 'tasks:read', '--data', data]);
    await milepost(['keys', 'revoke', 'dispatch', '--data', data]);
    expect((await milepost(['keys', 'revoke', 'nobody', '--data', data])).code).toBe(1);
    const store = openStore({ directory: data });
    const entries = store.audit.list(Number.MAX_SAFE_INTEGER, 10);
    expect(entries).toMatchObject([
      { action: 'key.revoke', subject: 'key dispatch', keyName: null, address: null },
      { action: 'key.create', subject: 'key dispatch', after: { scopes: ['tasks:read'] } },
    ]);
    expect(JSON.stringify(entries)).not.toContain(key.trim());
    store.close();
  });
});
