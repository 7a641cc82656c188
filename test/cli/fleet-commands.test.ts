import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../protocols/index.ts';
import { parseTalk } from '../../src/sim/talk.ts';
import { tinyGateway } from '../sim/tiny-gateway.ts';
import { milepost } from './host-kit.ts';

const TALKS = new URL('../../fixtures/talks/', import.meta.url);
const talks = readdirSync(TALKS).map((name) => new URL(name, TALKS).pathname);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-fleet-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('recorded talks', () => {
  it('are there for every protocol and say where they are from', () => {
    for (const { name } of PROTOCOLS) expect(talks.some((path) => path.includes(name))).toBe(true);
    for (const path of talks) {
      const { headers, clockMs } = parseTalk(readFileSync(path, 'utf8'));
      expect(headers.get('source')).toMatch(/\S/);
      expect(clockMs).not.toBeNull();
    }
  });

  it.each(talks)('%s is answered byte for byte', async (path) => {
    const { code, written, complained } = await milepost(['replay', path]);
    expect([written, complained]).toEqual([expect.stringMatching(/: \d+ said, \d+ answered as recorded\n$/), '']);
    expect(code).toBe(0);
  });
});

describe('milepost replay', () => {
  it('leaves with 1 and a diff when an answer is another one', async () => {
    const path = join(directory, 'other.talk');
    writeFileSync(path, 'source: a test\n> 000f333536333037303432343431303133\n< 00\n');
    const { code, written } = await milepost(['replay', path]);
    expect(code).toBe(1);
    expect(written).toContain(`${path} line 3: answer differs at byte 1\n  expected 00\n  received 01\n`);
  });

  it('leaves with 2 when a file is no talk', async () => {
    const path = join(directory, 'broken.talk');
    writeFileSync(path, '> 0\n');
    const { code, complained } = await milepost(['replay', path]);
    expect(code).toBe(2);
    expect(complained).toContain(`${path} line 1: got "> 0", expected`);
  });

  it('leaves with 1 when nobody listens', async () => {
    const gateway = await tinyGateway(() => {});
    await gateway.close();
    const { code, complained } = await milepost(['replay', talks[0]!, '--to', `127.0.0.1:${gateway.port}`]);
    expect(code).toBe(1);
    expect(complained).toContain('ECONNREFUSED');
  });
});

describe('milepost simulate', () => {
  it('lists the IMEIs to register', async () => {
    const { written } = await milepost(['simulate', '--imeis', '--devices', '3']);
    expect(written).toMatch(/^(\d{15}\n){3}$/);
  });

  it('keeps a ledger of what was acknowledged, and a talk that can be replayed', async () => {
    const protocol = PROTOCOLS[0]!;
    const gateway = await tinyGateway((socket, chunk) => {
      const answer = protocol.reply(chunk, protocol.decode(chunk), { nowMs: 0 });
      if (answer !== null) socket.write(answer);
    });
    const [ledger, record] = [join(directory, 'ledger'), join(directory, 'recorded.talk')];
    const { code, written } = await milepost([
      ...['simulate', '--protocol', protocol.name, '--devices', '1', '--rate', '20', '--seconds', '0.3', '--json'],
      ...['--to', `127.0.0.1:${gateway.port}`, '--ledger', ledger, '--record', record],
    ]);
    await gateway.close();
    expect(code).toBe(0);
    expect(JSON.parse(written)).toMatchObject({ sent: 6, acknowledged: 6, lost: 0 });
    expect(readFileSync(ledger, 'utf8')).toMatch(/^(\d{15},[-\dT:.]+Z,50\.\d{7},14\.\d{7}\n){6}$/);
    expect(await milepost(['replay', record])).toMatchObject({ code: 0 });
  });

  it('leaves with 1 and advice when the gateway knows none of the trackers', async () => {
    const gateway = await tinyGateway((socket) => socket.end(Buffer.of(0)));
    const argv = ['--protocol', 'teltonika', '--devices', '1', '--seconds', '0.1', '--rate', '20', '--drain', '50ms'];
    const { code, written } = await milepost(['simulate', ...argv, '--to', `127.0.0.1:${gateway.port}`]);
    await gateway.close();
    expect(code).toBe(1);
    expect(written).toMatch(/^lost +2$/m);
    expect(written).toContain('--unknown-trackers accept');
  });
});

describe('milepost demo', () => {
  it('shows every outcome within seconds and cleans up', async () => {
    const { code, written, complained } = await milepost(['demo', '--seconds', '12']);
    expect(complained).toBe('');
    expect(code).toBe(0);
    expect(written).toMatch(/^Milepost demo: http:\/\/127\.0\.0\.1:\d+, API key [0-9a-f]{32}; ready\n/);
    expect(written).toMatch(/^Console: http:\/\/127\.0\.0\.1:\d+\/#token=\w+ /m);
    expect(written).toMatch(/online \d+\/13 \| fixes\/s [1-9]/);
    expect(written).toMatch(/webhook task\.\w+ \S+ signed$/m);
  }, 40_000);
});
