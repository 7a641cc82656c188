/** Requests over a real connection on this machine, and the ones that are not made. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { transport } from '../../src/feed/transport.ts';

const MESSAGE = { requestId: 'id', headers: { 'X-Shop': 'yes' }, body: '{"name":"Größe"}' };
const FOREVER = new AbortController().signal;
const MEGABYTE = 1_048_576;

interface Target {
  readonly url: string;
  readonly port: number;
  readonly seen: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[];
  /** Resolves when a connection is closed, with how much was written to it. */
  readonly cut: Promise<number>;
}

async function targetThat(answer: RequestListener): Promise<Target> {
  const seen: Target['seen'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  const cut = new Promise<number>((resolve) => {
    server.on('connection', (socket: Socket) => {
      socket.on('error', () => {});
      socket.on('close', () => resolve(socket.bytesWritten));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook?a=b`, port, seen, cut };
}

const near = transport({ allowsPrivate: true });

describe('a request', () => {
  it('carries the body as it is, with its headers', async () => {
    const target = await targetThat((_request, response) => response.writeHead(201).end('thanks'));
    expect(await near(target.url, MESSAGE, FOREVER)).toEqual({ kind: 'taken', status: 201 });
    const [seen] = target.seen;
    expect(seen?.body.toString()).toBe(MESSAGE.body);
    expect([seen?.url, seen?.headers]).toMatchObject([
      '/hook?a=b',
      {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(MESSAGE.body)),
        'user-agent': 'Milepost',
        'x-shop': 'yes',
        host: `127.0.0.1:${target.port}`,
      },
    ]);
  });

  it.each([400, 404, 410, 429, 500, 503])('that is answered %i was not taken', async (status) => {
    const target = await targetThat((_request, response) => response.writeHead(status).end());
    expect(await near(target.url, MESSAGE, FOREVER)).toEqual({ kind: 'refused', status, words: `answered ${status}` });
  });

  it.each([
    ['120', 'Fri, 01 May 2026 08:00:00 GMT', 120_000],
    ['Fri, 01 May 2026 08:01:00 GMT', 'Fri, 01 May 2026 08:00:00 GMT', 60_000],
    ['Fri, 01 May 2026 07:00:00 GMT', 'Fri, 01 May 2026 08:00:00 GMT', undefined],
    ['soon', 'Fri, 01 May 2026 08:00:00 GMT', undefined],
    ['-5', 'Fri, 01 May 2026 08:00:00 GMT', undefined],
    ['9'.repeat(400), 'nonsense', undefined],
  ])('hears what a server says about when to come again: %s at %s', async (asked, date, retryAfterMs) => {
    const target = await targetThat((_request, response) =>
      response.writeHead(503, { 'retry-after': asked, date }).end(),
    );
    const outcome = await near(target.url, MESSAGE, FOREVER);
    expect(outcome).toMatchObject({ kind: 'refused', status: 503 });
    expect('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined).toBe(retryAfterMs);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect with %i', async (status) => {
    const target = await targetThat((_request, response) => response.writeHead(status, { location: '/other' }).end());
    const words = `answered ${status}, and redirects are not followed`;
    expect(await near(target.url, MESSAGE, FOREVER)).toEqual({ kind: 'refused', status, words });
    expect(target.seen.map(({ url }) => url)).toEqual(['/hook?a=b']);
  });

  it('does not wait for the end of an answer that has none', async () => {
    const target = await targetThat((_request, response) => response.writeHead(200).write('a'));
    const outcome = await transport({ allowsPrivate: true, timeoutMs: 50 })(target.url, MESSAGE, FOREVER);
    expect(outcome).toEqual({ kind: 'taken', status: 200 });
    await target.cut;
  });

  it('reads little of a huge answer', async () => {
    const target = await targetThat((_request, response) => {
      response.writeHead(500);
      const chunk = Buffer.alloc(MEGABYTE);
      const fill = (): void => {
        while (response.write(chunk));
      };
      response.on('drain', fill);
      fill();
    });
    expect(await near(target.url, MESSAGE, FOREVER)).toMatchObject({ kind: 'refused', status: 500 });
    // What lies in the buffers of two sockets was written, too.
    expect(await target.cut).toBeLessThan(64 * MEGABYTE);
  });

  it('gives up on who does not answer', async () => {
    const target = await targetThat(() => {});
    const outcome = await transport({ allowsPrivate: true, timeoutMs: 50 })(target.url, MESSAGE, FOREVER);
    expect(outcome).toEqual({ kind: 'timeout', status: null, words: 'no answer within 0.05 s' });
    await target.cut;
  });

  it('gives up on a name that is not found in time', async () => {
    const slow = transport({ allowsPrivate: true, timeoutMs: 50, resolve: () => new Promise(() => {}) });
    expect(await slow('http://slow.test/', MESSAGE, FOREVER)).toMatchObject({ kind: 'timeout' });
  });

  it('is unreachable where it is hung up on, nobody listens, or a name is unknown', async () => {
    const target = await targetThat((request) => request.socket.destroy());
    expect(await near(target.url, MESSAGE, FOREVER)).toMatchObject({ kind: 'unreachable', status: null });
    const empty = await targetThat(() => {});
    const port = await freed();
    expect(await near(`http://127.0.0.1:${port}/`, MESSAGE, FOREVER)).toMatchObject({
      kind: 'unreachable',
      words: 'not reached: ECONNREFUSED',
    });
    expect(empty.seen).toEqual([]);
    const unknown = transport({
      allowsPrivate: true,
      resolve: async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    });
    expect(await unknown('http://nowhere.test/', MESSAGE, FOREVER)).toMatchObject({ words: 'not reached: ENOTFOUND' });
  });

  it('is unreachable where something else than HTTP is spoken', async () => {
    const target = await targetThat((request) => {
      request.socket.end('220 mail.example.org ESMTP\r\n');
    });
    expect(await near(target.url, MESSAGE, FOREVER)).toMatchObject({ kind: 'unreachable', status: null });
    const plain = await targetThat((_request, response) => response.end());
    const url = plain.url.replace('http:', 'https:');
    expect(await near(url, MESSAGE, FOREVER)).toMatchObject({ kind: 'unreachable', status: null });
  });

  it('ends when nobody waits for it any more', async () => {
    const waiting = new AbortController();
    const target = await targetThat(() => waiting.abort());
    expect(await near(target.url, MESSAGE, waiting.signal)).toMatchObject({ status: null });
    await target.cut;
    expect(await near(target.url, MESSAGE, waiting.signal)).toMatchObject({ status: null });
    expect(target.seen).toHaveLength(1);
  });
});

describe('a request that is not made', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://017700000001:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://①②⑦.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[0:0:0:0:0:ffff:7f00:0001]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://[2002:7f00:1::]:PORT/',
    'http://[fd00::1]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[::]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://10.0.0.1:PORT/',
    'http://100.64.0.1:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://172.16.0.1:PORT/',
    'http://192.168.0.1:PORT/',
    'http://224.0.0.1:PORT/',
    'http://255.255.255.255:PORT/',
  ])('leads to %s', async (template) => {
    const target = await targetThat((_request, response) => response.end());
    const looked: string[] = [];
    const resolve = async (name: string) => {
      looked.push(name);
      return [];
    };
    const url = template.replace('PORT', String(target.port));
    const outcome = await transport({ allowsPrivate: false, resolve })(url, MESSAGE, FOREVER);
    expect([outcome.kind, looked, target.seen]).toEqual(['forbidden', [], []]);
  });

  it.each([
    ['of this machine', ['127.0.0.1']],
    ['of this machine, in IPv6', ['::1']],
    ['in the cloud that hands out secrets', ['169.254.169.254']],
    ['of this machine beside one that is public', ['93.184.216.34', '127.0.0.1']],
    ['of this machine before one that is public', ['127.0.0.1', '93.184.216.34']],
    ['mapped', ['::ffff:127.0.0.1']],
  ])('has a name with an address %s', async (_name, addresses) => {
    const target = await targetThat((_request, response) => response.end());
    const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const far = transport({ allowsPrivate: false, resolve });
    const outcome = await far(`http://inside.test:${target.port}/`, MESSAGE, FOREVER);
    expect([outcome.kind, target.seen]).toEqual(['forbidden', []]);
    // What is where it leads to is told to nobody.
    expect('words' in outcome && addresses.some((address) => outcome.words.includes(address))).toBe(false);
  });

  it('leads to addresses that are no host, whatever is allowed', async () => {
    for (const host of ['169.254.169.254', '0.0.0.0', '[ff02::1]', '255.255.255.255']) {
      expect(await near(`http://${host}/`, MESSAGE, FOREVER)).toMatchObject({ kind: 'forbidden' });
    }
  });
});

describe('a name that has another address each time', () => {
  it('is looked up once, and the connection goes to what was judged', async () => {
    const target = await targetThat((_request, response) => response.end());
    const answers = ['127.0.0.1', '169.254.169.254'];
    let looks = 0;
    const resolve = async () => [{ address: answers[looks++]!, family: 4 }];
    const send = transport({ allowsPrivate: true, resolve });
    const url = `http://rebound.test:${target.port}/`;
    expect(await send(url, MESSAGE, FOREVER)).toEqual({ kind: 'taken', status: 200 });
    expect([looks, target.seen[0]?.headers.host]).toEqual([1, `rebound.test:${target.port}`]);
    // The next request is judged anew.
    expect(await send(url, MESSAGE, FOREVER)).toMatchObject({ kind: 'forbidden' });
    expect(target.seen).toHaveLength(1);
  });
});

/** A port that nobody listens on any more. */
async function freed(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
