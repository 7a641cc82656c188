import { describe, expect, it } from 'vitest';
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { transcribe } from '../../protocols/transcript.ts';
import { CAPTURE_BYTES_MAX, CAPTURES_MAX, Captures } from '../../src/gateway/captures.ts';
import { parseTalk } from '../../src/sim/talk.ts';
import { createKit, IMEI, NOW_MS, OTHER_IMEI, quiet } from './gateway-kit.ts';

const LOGIN = encodeLogin(IMEI);
const DATA = encodeRecords(8, [{ timeMs: NOW_MS, latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 }]);
const MINUTE = 60_000;

class Bench {
  nowMs = NOW_MS;
  readonly captures = new Captures(() => this.nowMs);
}

describe('a capture', () => {
  it('takes down what device and gateway say, from the login on, as a talk that can be played', async () => {
    const kit = createKit();
    kit.gateway.captures.start(1, NOW_MS + MINUTE);
    const device = kit.dial();
    await device.send(Buffer.concat([LOGIN, DATA.subarray(0, 9)]));
    kit.nowMs += 1500;
    await device.send(DATA.subarray(9));
    kit.line.settle('durable');
    await quiet();
    const talk = parseTalk(kit.gateway.captures.talk(1)!);
    expect(talk.clockMs).toBe(NOW_MS);
    expect(talk.steps.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['connect', 0],
      ['say', 0],
      ['expect', 0],
      ['say', 1500],
      ['expect', 1500],
    ]);
    const bytes = talk.steps.flatMap((step) => (step.kind === 'connect' ? [] : [step.bytes.toString('hex')]));
    const all = Buffer.concat([LOGIN, DATA]).toString('hex');
    expect([bytes[0]! + bytes[2]!, bytes[1], bytes[3]]).toEqual([all, '01', '00000001']);
  });

  it('of an open session begins with the next byte, and says so; a login in it is no new connection', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(LOGIN);
    kit.gateway.captures.start(1, NOW_MS + MINUTE);
    await device.send(DATA);
    kit.line.settle('durable');
    await quiet();
    await device.send(LOGIN);
    const text = kit.gateway.captures.talk(1)!;
    expect(text).toContain('# The connection was open already');
    expect(parseTalk(text).steps.map(({ kind }) => kind)).toEqual(['connect', 'say', 'expect', 'say', 'expect']);
  });

  it('is of its tracker only', async () => {
    const kit = createKit();
    kit.gateway.captures.start(2, NOW_MS + MINUTE);
    await kit.dial().send(LOGIN, DATA);
    expect(parseTalk(kit.gateway.captures.talk(2)!).steps).toEqual([]);
    await kit.dial().send(encodeLogin(OTHER_IMEI));
    expect(parseTalk(kit.gateway.captures.talk(2)!).steps).toHaveLength(3);
    expect(kit.gateway.captures.talk(1)).toBeNull();
  });

  it('is read by the offline decoder', async () => {
    const kit = createKit();
    kit.gateway.captures.start(1, NOW_MS + MINUTE);
    const device = kit.dial();
    await device.send(LOGIN, DATA);
    const lines = kit.gateway.captures.talk(1)!.split('\n');
    const entries = [...transcribe(lines, { protocol: 'auto', nowMs: NOW_MS })];
    expect(entries).toMatchObject([
      { message: 'login', imei: IMEI },
      { message: 'records', fixes: [{ lat: 54.7 }] },
    ]);
  });

  it('ends by itself, and what it has taken down stays until another begins', () => {
    const bench = new Bench();
    bench.captures.start(1, NOW_MS + MINUTE);
    bench.captures.note(1, 'say', DATA);
    bench.nowMs += MINUTE;
    expect([bench.captures.has(1), bench.captures.untilMs(1)]).toEqual([false, null]);
    bench.captures.note(1, 'say', LOGIN);
    expect(parseTalk(bench.captures.talk(1)!).steps).toHaveLength(2);
    bench.captures.start(1, bench.nowMs + MINUTE);
    expect(parseTalk(bench.captures.talk(1)!).steps).toEqual([]);
  });

  it('is prolonged by another wish, and ended by a wish of its own', () => {
    const bench = new Bench();
    bench.captures.start(1, NOW_MS + MINUTE);
    bench.captures.note(1, 'say', DATA);
    bench.captures.start(1, NOW_MS + 5 * MINUTE);
    expect(bench.captures.untilMs(1)).toBe(NOW_MS + 5 * MINUTE);
    bench.captures.stop(1);
    expect([bench.captures.has(1), parseTalk(bench.captures.talk(1)!).steps.length]).toEqual([false, 2]);
  });

  it('stops at its limit, and says so', () => {
    const { captures } = new Bench();
    captures.start(1, NOW_MS + MINUTE);
    const chunk = Buffer.alloc(65_536, 7);
    for (let i = 0; i < 10; i++) captures.note(1, 'say', chunk);
    const text = captures.talk(1)!;
    expect(text.length).toBeLessThan(2 * CAPTURE_BYTES_MAX + 1000);
    expect(text).toContain('# Full: ');
  });

  it('is one of a few: the oldest that has ended gives way, one that goes on does not', () => {
    const bench = new Bench();
    for (let id = 1; id <= CAPTURES_MAX; id++) expect(bench.captures.start(id, NOW_MS + MINUTE)).toBe(true);
    expect(bench.captures.start(99, NOW_MS + MINUTE)).toBe(false);
    bench.captures.stop(3);
    expect(bench.captures.start(99, NOW_MS + MINUTE)).toBe(true);
    expect([bench.captures.talk(3), bench.captures.has(1)]).toEqual([null, true]);
  });

  it('keeps its order when the clock is set back', () => {
    const bench = new Bench();
    bench.captures.start(1, NOW_MS + MINUTE);
    bench.nowMs += 5000;
    bench.captures.note(1, 'say', LOGIN);
    bench.nowMs -= 4000;
    bench.captures.note(1, 'say', DATA);
    expect(parseTalk(bench.captures.talk(1)!).steps.map(({ atMs }) => atMs)).toEqual([5000, 5000, 5000]);
  });
});
