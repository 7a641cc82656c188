/**
 * Every threat that the gateway is meant to stand, and the test that reaches the limit. The table names them; what is not
 * tested beside its code is tested below, over real sockets.
 */
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { cell } from '../../src/operations/track-text.ts';
import { FakeLine, FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';

/** Threat, file, and words of the test's name. */
const THREATS: readonly (readonly [threat: string, file: string, name: string])[] = [
  ['silent sockets', 'gateway/gateway.test.ts', 'close a connection that has not logged in after 15 s'],
  ['silent sessions', 'gateway/gateway.test.ts', 'close a session without a whole frame for the idle time-out'],
  ['bytes without a frame before a login', 'gateway/connection.test.ts', 'has a stranger wait with no more than 2 KiB'],
  ['too many connections', 'gateway/gateway.test.ts', 'on connections refuse one more'],
  ['too many connections of one address', 'gateway/roster.test.ts', 'per_address'],
  [
    'an address that connects again and again',
    'gateway/gateway.test.ts',
    'turns an address away that connects too often',
  ],
  ['a login in the name of a device that is there', 'gateway/gateway.test.ts', 'is held by a session that is heard'],
  ['one device that floods', 'gateway/gateway.test.ts', 'holds a device that floods, loses nothing of it'],
  ['one device that floods over UDP', 'gateway/datagrams.test.ts', 'when its device sends too many'],
  [
    'a device that reads no answers',
    'gateway/connection.test.ts',
    'a device that does not read its answers is not read either',
  ],
  ['broken frames', 'gateway/connection.test.ts', 'with data before a login ends, too'],
  ['junk between frames', 'gateway/connection.test.ts', 'with junk ends at its limit'],
  ['more frames than can be committed', 'gateway/overload.test.ts', 'what waits stays within the limit'],
  ['datagrams of strangers', 'gateway/datagrams.test.ts', 'strangeDatagramsPerSecondMax'],
  ['a log full of complaints', 'gateway/complaints.test.ts', 'minute'],
  ['handshakes that never end', 'gateway/doors.test.ts', 'gives a socket that agrees on nothing no more time'],
  ['plain bytes on a TLS port', 'gateway/doors.test.ts', 'that is not encrypted'],
  ['old TLS', 'gateway/doors.test.ts', 'refuses and counts TLS'],
  ['a forged PROXY header', 'gateway/doors.test.ts', 'turns away whoever is no balancer'],
  ['hostile PROXY headers', 'gateway/proxy-header.test.ts', 'never throws'],
  ['hostile frames', 'protocols/hostile.test.ts', 'never'],
  ['requests without a key', 'api/server.test.ts', 'every route asks for a key before all else'],
  ['a route that forgot its right', 'api/server.test.ts', 'a route that declares no access is refused'],
  ['keys in the log', 'api/server.test.ts', 'no key reaches the log'],
  ['secrets in the audit trail', 'api/audited.test.ts', 'no secret gets into the trail'],
  ['a flood of refusals', 'operations/audit.test.ts', 'so that a flood fills no disk'],
  ['an audit trail without end', 'store/audit.test.ts', 'loses the oldest of what is too much'],
  ['too many requests', 'api/throttle.test.ts', 'second'],
  ['webhooks into the own network', 'feed/addresses.test.ts', 'private'],
  ['scripts in the words of a task', 'api/tracking/routes.test.ts', 'is text, in the page and in its data'],
  ['requests of other pages in a visitor’s name', 'api/own/session-routes.test.ts', 'from %s is refused: %s'],
  ['who guesses keys of the console', 'api/own/session-routes.test.ts', 'has to wait after ten failures'],
  ['a device in two places', 'gateway/jump-watch.test.ts', 'is a way that nothing can go in the time'],
  ['formulas in a workbook', 'operations/form-document.test.ts', 'formula'],
  ['a fuel cut on the road', 'api/own/device-commands.test.ts', 'to a vehicle that'],
  ['captures that fill the memory', 'gateway/captures.test.ts', 'stops at its limit'],
];

it.each(THREATS)('%s: there is a test in %s', (_threat, file, name) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8').toLowerCase()).toContain(name.toLowerCase());
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.test","x")'])(
  'a device that says %j puts no formula in a CSV file',
  (text) => {
    expect(cell(text).replace(/^"/, '')).toMatch(/^'/);
  },
);

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Stand {
  readonly port: number;
  readonly tally: ReturnType<typeof emptyTally>;
}

function server(more: Partial<Parameters<typeof createServer>[0]> = {}) {
  return createServer({
    operations: new FakeLine().operations,
    metrics: { contentType: 'text/plain', text: async () => '' },
    explain: async () => null,
    now: () => NOW_MS,
    timeZone: 'UTC',
    refusePastTo: false,
    ...more,
  });
}

async function stand(more: Partial<Parameters<typeof createServer>[0]> = {}): Promise<Stand> {
  const tally = emptyTally();
  const app = server({ connectionsMax: 100, ...more, tally });
  await app.listen({ host: '127.0.0.1', port: 0 });
  open.push(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  return { port: (app.server.address() as { port: number }).port, tally };
}

function dial({ port }: Stand): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  open.push(() => socket.destroy());
  return socket;
}

/** All that comes until the other end closes. */
async function said(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** The first line of what comes. */
async function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (chunk) => resolve(String(chunk).split('\r\n', 1)[0]!)));
}

describe('HTTP', () => {
  it('takes so many headers, and answers more with 431', async () => {
    const at = await stand();
    const socket = dial(at);
    socket.write(`GET /healthz HTTP/1.1\r\nhost: here\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(await firstLine(socket)).toContain('431');
  });

  it('takes a body of a megabyte, and answers more with 413', async () => {
    const at = await stand();
    const socket = dial(at);
    const head = `POST /api/trackers HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ${FIRST_KEY}\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: 1048577\r\n\r\n`);
    expect(await firstLine(socket)).toContain('413');
  });

  it('has room for so many connections, and counts the others', async () => {
    const at = await stand({ connectionsMax: 2 });
    const [first, second] = [dial(at), dial(at)];
    for (const socket of [first, second]) {
      socket.write('GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n');
      expect(await firstLine(socket)).toContain('200');
    }
    expect(await said(dial(at))).toBe('');
    expect(at.tally.httpRefused).toEqual({ limit: 1 });
  });

  it.each([
    ['headers', 'GET /healthz HTTP/1.1\r\nhost: he', { headersMs: 30, requestMs: 60_000 }],
    [
      'a body',
      'POST /api/session HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\n{',
      { headersMs: 30, requestMs: 30 },
    ],
  ])('lets a client go that does not come to the end of %s', async (_name, bytes, patience) => {
    const socket = dial(await stand({ patience: { ...patience, lookMs: 10 } }));
    socket.write(bytes);
    expect(await said(socket)).toContain('408');
  });

  it('waits for headers and requests only so long, and looks often enough', async () => {
    const app = server();
    const { headersTimeout, requestTimeout, maxRequestsPerSocket } = app.server;
    expect({ headersTimeout, requestTimeout, maxRequestsPerSocket }).toEqual({
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      maxRequestsPerSocket: 10_000,
    });
    expect(Reflect.get(app.server, 'connectionsCheckingInterval')).toBe(5_000);
    await app.close();
  });
});

it.each([
  ['/api/trackers', 'application/json; charset=utf-8'],
  ['/v2/tracker/list?hash=KEY', 'application/json; charset=utf-8'],
])('a label that is a script is data, and no browser takes it for a page: %s', async (url, type) => {
  const line = new FakeLine();
  const app = server({ operations: line.operations });
  const label = '<script>alert(1)</script>';
  const headers = { authorization: `Bearer ${FIRST_KEY}` };
  await app.inject({ method: 'POST', url: '/api/trackers', headers, payload: { label } });
  const answer = await app.inject({ url: url.replace('KEY', FIRST_KEY), headers });
  expect([answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([type, 'nosniff']);
  expect(answer.body).toContain('alert(1)');
});

describe('a path', () => {
  let at: Stand;
  let closing: (() => unknown)[];

  beforeAll(async () => {
    at = await stand();
    closing = open.splice(0);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/t/..%2f..%2fpackage.json',
    '/console/../../package.json',
    '/docs/..%5c..%5cpackage.json',
    '/form/file/download?file_id=../../milepost.db',
    '//etc/passwd',
    '/%00',
  ])('%s leads to no file', async (path) => {
    const socket = dial(at);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n`);
    const answer = await said(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|200)/);
    expect(answer).not.toMatch(/root:|"dependencies"|SQLite format/);
  });
});
