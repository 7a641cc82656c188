import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../certificate-kit.ts';
import { milepost } from './host-kit.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Alive, and ready or not. */
function answering(readyStatus: number): RequestListener {
  return ({ url }, response) => {
    response.statusCode = url === '/readyz' ? readyStatus : url === '/healthz' ? 200 : 404;
    response.end('{}');
  };
}

async function portOf(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return String((server.address() as AddressInfo).port);
}

describe('healthcheck', () => {
  it.each([
    [[], 200, 0],
    [[], 503, 0],
    [['--ready'], 200, 0],
    [['--ready'], 503, 1],
  ])('%j of a gateway that is ready with %i exits %i', async (argv, status, code) => {
    const port = await portOf(createServer(answering(status)));
    const outcome = await milepost(['healthcheck', '--http-port', port, '--http-host', '0.0.0.0', ...argv]);
    expect(outcome.code).toBe(code);
    expect(outcome.complained).toBe(code === 0 ? '' : `milepost: http://127.0.0.1:${port}/readyz: it answers 503\n`);
  });

  it('asks over TLS where the settings say so', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-health-'));
    closing.push(() => rmSync(directory, { recursive: true }));
    const pair = selfSigned('fleet.test');
    writeFileSync(join(directory, 'cert.pem'), pair.cert);
    const port = await portOf(createTlsServer(pair, answering(200)) as unknown as ReturnType<typeof createServer>);
    const flags = ['--http-port', port, '--http-tls-cert', join(directory, 'cert.pem')];
    expect(await milepost(['healthcheck', ...flags])).toMatchObject({ code: 0, complained: '' });
  });

  it('of nobody says so', async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const outcome = await milepost(['healthcheck', '--url', `http://127.0.0.1:${port}`]);
    expect(outcome.code).toBe(1);
    expect(outcome.complained).toContain('ECONNREFUSED');
  });
});
