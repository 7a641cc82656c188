import { describe, expect, it } from 'vitest';
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { JumpWatch } from '../../src/gateway/jump-watch.ts';
import { type Fix, judgeFix, type Position } from '../../src/model/fix.ts';
import { createKit, IMEI, NOW_MS } from './gateway-kit.ts';

const MINUTE = 60_000;

function fix(minute: number, latDeg: number, lonDeg: number, part: Partial<Position> = {}): Fix {
  const timeMs = NOW_MS + minute * MINUTE;
  const position = { timeMs, latDeg, lonDeg, hasPosition: true, ...part } as Position;
  return judgeFix(position, timeMs);
}

function jumps(...fixes: readonly Fix[]) {
  const watch = new JumpWatch();
  return fixes.map((each) => watch.note(7, each)).filter((jump) => jump !== null);
}

describe('a jump', () => {
  it('is a way that nothing can go in the time', () => {
    expect(jumps(fix(0, 50, 14), fix(1, 51, 14))).toEqual([{ distanceKm: 111, seconds: 60 }]);
  });

  it.each([
    ['a drive', [fix(0, 50, 14), fix(1, 50.02, 14)]],
    ['a flight', [fix(0, 50, 14), fix(60, 58, 14)]],
    ['a first fix that is off', [fix(0, 50, 14), fix(0.02, 50.1, 14)]],
    ['the other way around the antimeridian, slowly', [fix(0, 0, 179.9), fix(60, 0, -179.9)]],
    ['an older record', [fix(10, 50, 14), fix(9, 60, 14)]],
    ['a place without a fix', [fix(0, 50, 14), fix(1, 0, 0, { hasPosition: false })]],
  ])('is not %s', (_name, fixes) => {
    expect(jumps(...fixes)).toEqual([]);
  });

  it('is told once an hour, of each tracker for itself', () => {
    const there = (minute: number) => fix(minute, minute % 2 === 0 ? 50 : 60, 14);
    const watch = new JumpWatch();
    const told = Array.from({ length: 120 }, (_, minute) => minute).filter((m) => watch.note(7, there(m)) !== null);
    expect(told).toEqual([1, 61]);
    watch.note(8, there(120));
    expect(watch.note(8, there(121))).not.toBeNull();
  });

  it('is in the log, with who and from where', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(encodeLogin(IMEI));
    const record = (agoMs: number, latDeg: number) => ({
      timeMs: NOW_MS - agoMs,
      latDeg,
      lonDeg: 25,
      satellites: 9,
      speedKmh: 40,
    });
    await device.send(encodeRecords(8, [record(2 * MINUTE, 50)]), encodeRecords(8, [record(MINUTE, 55)]));
    expect(kit.log).toMatchObject([
      {
        level: 'warn',
        message: 'a tracker moved faster than anything can: another device may speak under its number',
        details: { imei: IMEI, address: '192.0.2.1', distanceKm: 556, seconds: 60 },
      },
    ]);
  });
});
