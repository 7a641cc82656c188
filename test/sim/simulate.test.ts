import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROTOCOLS } from '../../protocols/index.ts';
import { stopwatch } from '../../src/ops/clock.ts';
import type { Mix } from '../../src/sim/fleet.ts';
import { simulate } from '../../src/sim/simulate.ts';
import type { DeviceRecord } from '../../src/sim/speech.ts';
import { type TinyGateway, tinyGateway } from './tiny-gateway.ts';

const open: TinyGateway[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Answers every protocol; the devices wait for each answer, so a chunk is a frame. */
async function goodGateway(): Promise<TinyGateway> {
  const gateway = await tinyGateway((socket, chunk) => {
    const protocol = PROTOCOLS.find((each) => each.frame(chunk, 0, chunk.length).kind === 'frame')!;
    const answer = protocol.reply(chunk, protocol.decode(chunk), { nowMs: 0 });
    if (answer !== null) socket.write(answer);
  });
  open.push(gateway);
  return gateway;
}

const START_MS = Date.UTC(2026, 4, 4, 8);

function options(to: { host: string; port: number }, mix: Mix = 'mix') {
  const { host, port } = to;
  const patience = { backoffMsMin: 1, backoffMsMax: 5 };
  const pace = { devices: 6, rate: 20, seconds: 0.5, scale: 30, drainMs: 3000 };
  return { ...pace, mix, seed: 1, host, port, startMs: START_MS, patience };
}

const going = new AbortController().signal;

describe('a simulation', () => {
  it('sends what was asked for, at the times its clock shows, and reports it', async () => {
    const records = new Map<string, DeviceRecord[]>();
    const report = await simulate(options(await goodGateway()), {
      stopwatch,
      stopped: going,
      recordOnAcknowledged: (imei, record) => records.set(imei, [...(records.get(imei) ?? []), record]),
    });
    expect(report).toMatchObject({
      devices: 6,
      online: 6,
      sent: 60,
      acknowledged: 60,
      repeated: 0,
      lost: 0,
      refusals: 0,
    });
    expect(report.latencyMs.p99).toBeGreaterThan(0);
    expect(records.size).toBe(6);
    for (const each of records.values()) {
      expect(each).toHaveLength(10);
      expect(each.at(-1)!.timeMs - each[0]!.timeMs).toBeGreaterThanOrEqual(13_000);
      expect(each[0]!.timeMs).toBeGreaterThanOrEqual(START_MS);
      expect(each.at(-1)!.timeMs).toBeLessThan(START_MS + 15_000);
    }
  });

  it('reports as lost what nobody acknowledged until the drain was over', async () => {
    const gateway = await goodGateway();
    await gateway.close();
    open.length = 0;
    const report = await simulate({ ...options(gateway), drainMs: 20 }, { stopwatch, stopped: going });
    expect(report).toMatchObject({ sent: 0, acknowledged: 0, lost: 60, online: 0 });
    expect(report.latencyMs.p50).toBeNull();
  });

  it('stops sending when it is told to, and still waits for answers', async () => {
    const stop = new AbortController();
    const endless = { ...options(await goodGateway()), seconds: null, scale: 1 };
    let acknowledged = 0;
    const ended = simulate(endless, {
      stopwatch,
      stopped: stop.signal,
      recordOnAcknowledged: () => acknowledged++,
    });
    await vi.waitUntil(() => acknowledged > 10);
    stop.abort();
    expect((await ended).lost).toBe(0);
  });
});
