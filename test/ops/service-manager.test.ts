/** What systemd is told, by a systemd-notify that writes it down. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serviceManager } from '../../src/ops/service-manager.ts';

let directory = '';
let told = '';
const troubles: Error[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-notify-'));
  told = join(directory, 'told');
  const script = join(directory, 'systemd-notify');
  writeFileSync(script, `#!/bin/sh\necho "$NOTIFY_SOCKET $1" >> ${told}\n`);
  chmodSync(script, 0o755);
  troubles.length = 0;
});
afterEach(() => rmSync(directory, { recursive: true }));

function manager(environment: Record<string, string>, isAlive: () => boolean = () => true) {
  return serviceManager({
    environment: { PATH: `${directory}:/bin:/usr/bin`, ...environment },
    isAlive,
    onTrouble: (error) => troubles.push(error),
  });
}

function lines(): string[] {
  return existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : [];
}

const PATIENCE = { timeout: 20_000, interval: 20 };

describe('systemd', () => {
  it('is told that the gateway is ready, and that it stops', async () => {
    const service = manager({ NOTIFY_SOCKET: '/run/notify' });
    service.ready();
    await vi.waitUntil(() => lines().length === 1, PATIENCE);
    service.stopping();
    await vi.waitUntil(() => lines().length === 2, PATIENCE);
    expect(lines()).toEqual(['/run/notify READY=1', '/run/notify STOPPING=1']);
  });

  it('gets signs of life while the gateway is alive, and none while it is not', async () => {
    let isAlive = true;
    let asked = 0;
    const service = manager({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '30000' }, () => {
      asked += 1;
      return isAlive;
    });
    service.ready();
    await vi.waitUntil(() => lines().filter((line) => line.endsWith('WATCHDOG=1')).length >= 3, PATIENCE);
    isAlive = false;
    // What was said before may still be on its way.
    const before = asked;
    await vi.waitUntil(() => asked > before + 20, PATIENCE);
    const settled = lines().length;
    const later = asked;
    await vi.waitUntil(() => asked > later + 20, PATIENCE);
    expect(lines().length).toBe(settled);
    service.stopping();
    const stopped = asked;
    await vi.waitUntil(() => lines().at(-1)?.endsWith('STOPPING=1') === true, PATIENCE);
    expect(asked).toBe(stopped);
  });

  it('that is not there is told nothing', () => {
    const service = manager({ WATCHDOG_USEC: '1000' });
    service.ready();
    service.stopping();
    expect(lines()).toEqual([]);
  });

  it('that cannot be told is a trouble, once', async () => {
    rmSync(join(directory, 'systemd-notify'));
    const service = manager({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '3000', PATH: directory });
    service.ready();
    await vi.waitUntil(() => troubles.length > 0, PATIENCE);
    service.stopping();
    expect(troubles).toHaveLength(1);
    expect(troubles[0]?.message).toContain('systemd-notify');
  });
});
