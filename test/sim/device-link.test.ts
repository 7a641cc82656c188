import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import { stopwatch } from '../../src/ops/clock.ts';
import { DeviceLink, FleetTally, type LinkOptions } from '../../src/sim/device-link.ts';
import { seededRandom } from '../../src/sim/random.ts';
import type { DeviceRecord } from '../../src/sim/speech.ts';
import { SPEECH_NAMES, type SpeechName, speechOf } from '../../src/sim/speeches.ts';
import { type TinyGateway, tinyGateway } from './tiny-gateway.ts';

const IMEI = '356307042441013';
const CONTEXT = { nowMs: Date.UTC(2026, 4, 4, 8) };
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function record(n: number): DeviceRecord {
  const timeMs = Date.UTC(2026, 4, 4) + n * 1000;
  return { timeMs, latDeg: 50, lonDeg: 14, speedKmh: 1, courseDeg: 1, satellites: 9, isIgnitionOn: true, odometerM: n };
}

/** A gateway that answers properly as long as `isAnswering` says so, and keeps what it answered. */
async function goodGateway(name: SpeechName, isAnswering: (frame: Buffer, socket: Socket) => boolean, port = 0) {
  const protocol = protocolNamed(name);
  const stored: number[] = [];
  const gateway = await tinyGateway((socket, chunk) => {
    let at = 0;
    for (;;) {
      const found = protocol.frame(chunk, at, chunk.length);
      if (found.kind !== 'frame') return;
      at = found.end;
      const frame = chunk.subarray(found.start, found.end);
      if (!isAnswering(frame, socket)) return;
      const decoded = protocol.decode(frame);
      if (decoded.kind !== 'malformed') stored.push(...decoded.records.map(({ timeMs }) => timeMs));
      const answer = protocol.reply(frame, decoded, CONTEXT);
      if (answer !== null) socket.write(answer);
    }
  }, port);
  open.push(gateway);
  return { gateway, stored };
}

function linkTo(name: SpeechName, gateway: TinyGateway, options: Partial<LinkOptions> = {}) {
  const tally = new FleetTally();
  const acknowledged: number[] = [];
  const { host, port } = gateway;
  const link = new DeviceLink({
    imei: IMEI,
    speech: speechOf(name),
    host,
    port,
    stopwatch,
    random: seededRandom(1),
    tally,
    recordOnAcknowledged: ({ timeMs }) => acknowledged.push(timeMs),
    ...options,
    patience: { backoffMsMin: 1, backoffMsMax: 5, answerMs: 2000, ...options.patience },
  });
  open.push({ close: () => link.stop() });
  return { link, tally, acknowledged };
}

const times = (count: number): number[] => Array.from({ length: count }, (_, n) => record(n).timeMs);

describe.each(SPEECH_NAMES)('a %s device', (name) => {
  it('sends what it has kept, oldest first, and forgets it when it is acknowledged', async () => {
    const { gateway, stored } = await goodGateway(name, () => true);
    const { link, tally, acknowledged } = linkTo(name, gateway);
    for (let n = 0; n < 40; n++) link.keep(record(n));
    link.start();
    await vi.waitUntil(() => link.waiting === 0);
    expect(acknowledged).toEqual(times(40));
    expect(stored).toEqual(times(40));
    expect(tally).toMatchObject({ recorded: 40, sent: 40, acknowledged: 40, repeated: 0, dropped: 0, connects: 1 });
    expect(tally.latency.total).toBeGreaterThan(0);
  });

  it('says again what was not answered before the connection broke', async () => {
    let frames = 0;
    const { gateway } = await goodGateway(name, (_frame, socket) => {
      frames++;
      const isLost = frames % 5 === 0;
      if (isLost) socket.destroy();
      return !isLost;
    });
    const { link, tally, acknowledged } = linkTo(name, gateway);
    for (let n = 0; n < 60; n++) link.keep(record(n));
    link.start();
    await vi.waitUntil(() => link.waiting === 0, { timeout: 5000 });
    expect(acknowledged).toEqual(times(60));
    expect(tally.repeated + tally.sent).toBeGreaterThanOrEqual(60);
    expect(tally.sent).toBe(60);
  });

  it('finds a gateway again that was killed and came back', async () => {
    const first = await goodGateway(name, () => true);
    const { link, acknowledged } = linkTo(name, first.gateway);
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => link.waiting === 0);
    await first.gateway.close();
    for (let n = 1; n < 10; n++) link.keep(record(n));
    await vi.waitUntil(() => !link.isOnline);
    expect(link.waiting).toBe(9);
    await goodGateway(name, () => true, first.gateway.port);
    await vi.waitUntil(() => link.waiting === 0, { timeout: 5000 });
    expect(acknowledged).toEqual(times(10));
  });

  it('gives up a gateway that does not answer, and keeps its records', async () => {
    let isAnswering = false;
    const { gateway } = await goodGateway(name, () => isAnswering);
    const { link, tally } = linkTo(name, gateway, { patience: { answerMs: 10 } });
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => tally.connects >= 3);
    expect(link.waiting).toBe(1);
    isAnswering = true;
    await vi.waitUntil(() => link.waiting === 0);
  });

  it('is silent out of coverage and delivers when it is back', async () => {
    const { gateway } = await goodGateway(name, () => true);
    const { link, acknowledged, tally } = linkTo(name, gateway);
    link.start();
    await vi.waitUntil(() => link.isOnline);
    link.stop();
    expect(link.isOnline).toBe(false);
    link.keep(record(0));
    await vi.waitUntil(() => gateway.sockets.size === 0);
    expect([link.waiting, tally.connects]).toEqual([1, 1]);
    link.start();
    await vi.waitUntil(() => link.waiting === 0);
    expect(acknowledged).toEqual(times(1));
  });

  it('answers commands in between, and what it has to say later on its next connection', async () => {
    const protocol = protocolNamed(name);
    const command = protocol.commands!.encode('getinfo', 5, { model: null, clockAheadMinutes: 0 });
    const results: unknown[] = [];
    let isAsking = true;
    const { gateway } = await goodGateway(name, (frame, socket) => {
      const decoded = protocol.decode(frame);
      if (decoded.kind === 'command_response') results.push(decoded.attributes['result']);
      else if (decoded.kind !== 'login' && isAsking) {
        isAsking = false;
        // In the middle of what the device waits for, and in two pieces.
        socket.write(command.subarray(0, 6));
        setImmediate(() => socket.write(command.subarray(6)));
        setImmediate(() => socket.write(protocol.reply(frame, decoded, CONTEXT)!));
        return false;
      }
      return true;
    });
    const heard: string[] = [];
    let answerLater: (text: string) => void = () => {};
    const commandOnHeard = (text: string, answer: (text: string) => void) => {
      heard.push(text);
      answer('at once');
      answerLater = answer;
    };
    const { link } = linkTo(name, gateway, { commandOnHeard });
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => link.waiting === 0 && results.length === 1);
    link.stop();
    answerLater('later');
    await vi.waitUntil(() => gateway.sockets.size === 0);
    link.start();
    await vi.waitUntil(() => results.length === 2);
    expect([heard, results]).toEqual([['getinfo'], ['at once', 'later']]);
  });

  it('counts a refused login and tries again later', async () => {
    const protocol = protocolNamed(name);
    const gateway = await tinyGateway((socket, chunk) => {
      socket.end(protocol.refusal(chunk) ?? Buffer.alloc(0));
    });
    open.push(gateway);
    const { link, tally } = linkTo(name, gateway);
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => tally.refusals >= 3);
    expect(tally).toMatchObject({ sent: 0, acknowledged: 0 });
    expect(link.waiting).toBe(1);
  });
});

describe('a device', () => {
  it('overwrites the oldest record when its memory is full', async () => {
    const { gateway } = await goodGateway('teltonika', () => true);
    const { link, tally, acknowledged } = linkTo('teltonika', gateway, { patience: { memoryRecords: 3 } });
    for (let n = 0; n < 5; n++) link.keep(record(n));
    expect([link.waiting, tally.dropped]).toEqual([3, 2]);
    link.start();
    await vi.waitUntil(() => link.waiting === 0);
    expect(acknowledged).toEqual(times(5).slice(2));
  });

  it('does not believe an answer with a wrong count', async () => {
    let isLying = true;
    const gateway = await tinyGateway((socket, chunk) => {
      if (chunk.length === 17) socket.write(Buffer.of(1));
      else socket.write(Buffer.of(0, 0, 0, isLying ? 9 : 1));
    });
    open.push(gateway);
    const { link, tally } = linkTo('teltonika', gateway);
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => tally.repeated >= 2);
    expect(tally.acknowledged).toBe(0);
    isLying = false;
    await vi.waitUntil(() => link.waiting === 0);
  });

  it('hangs up on a gateway that does not stop talking', async () => {
    const gateway = await tinyGateway((socket) => socket.write(Buffer.alloc(100_000, 0x30)));
    open.push(gateway);
    const { link, tally } = linkTo('gt06', gateway);
    link.keep(record(0));
    link.start();
    await vi.waitUntil(() => tally.connects >= 3);
    expect(link.waiting).toBe(1);
  });
});
