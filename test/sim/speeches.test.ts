import { describe, expect, it } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import type { Awaited, DeviceRecord } from '../../src/sim/speech.ts';
import { SPEECH_NAMES, speechOf } from '../../src/sim/speeches.ts';

const RECORD: DeviceRecord = {
  timeMs: Date.UTC(2026, 4, 4, 8, 0, 7, 250),
  latDeg: 50.0800123456,
  lonDeg: 14.4300987654,
  speedKmh: 47,
  courseDeg: 271,
  satellites: 11,
  isIgnitionOn: true,
  odometerM: 123_456,
};
const CONTEXT = { nowMs: Date.UTC(2026, 4, 4, 8) };
const IMEI = '356307042441013';

describe.each(SPEECH_NAMES.map((name) => [name, protocolNamed(name)] as const))(
  'a device that speaks %s',
  (name, protocol) => {
    const speech = speechOf(name);

    it('logs in so that the gateway knows it', () => {
      expect(protocol.decode(speech.login(IMEI, 1))).toMatchObject({ kind: 'login', imei: IMEI });
    });

    it('sends records that are read as they were meant, in the resolution of the wire', () => {
      const decoded = protocol.decode(speech.records([RECORD], 2, false));
      if (decoded.kind === 'malformed') throw new Error(decoded.message);
      const { timeMs, latDeg, lonDeg } = speech.asSent(RECORD);
      expect(decoded.records).toHaveLength(1);
      expect(decoded.records[0]).toMatchObject({
        timeMs,
        latDeg,
        lonDeg,
        speedKmh: 47,
        courseDeg: 271,
        satellites: 11,
      });
      expect(decoded.records[0]?.hasPosition).toBe(true);
      expect(decoded.records[0]?.attributes).toMatchObject({ ignition: true, odometer: 123_456 });
    });

    it('has no position in a tunnel', () => {
      const decoded = protocol.decode(speech.records([{ ...RECORD, satellites: 0 }], 2, false));
      expect(decoded.kind !== 'malformed' && decoded.records[0]?.hasPosition).toBe(false);
    });

    it('loses nothing more by sending twice', () => {
      const once = speech.asSent(RECORD);
      expect(speech.asSent(once)).toEqual(once);
    });

    const frames: [Awaited['kind'], Buffer | null][] = [
      ['login', speech.login(IMEI, 7)],
      ['records', speech.records([RECORD], 7, false)],
      ['heartbeat', speech.heartbeat(7)],
      ['time', speech.timeRequest(7)],
    ];
    const spoken = frames.filter((each): each is [Awaited['kind'], Buffer] => each[1] !== null);
    it.each(spoken)('takes our answer to its %s, and only when it is whole', (kind, frame) => {
      const answer = protocol.reply(frame, protocol.decode(frame), CONTEXT);
      if (answer === null) throw new Error('no answer');
      const awaited = { kind, serial: 7, records: kind === 'records' ? 1 : 0 };
      expect(speech.hear(answer, awaited)).toEqual({ used: answer.length, meaning: 'accepted' });
      for (let cut = 0; cut < answer.length; cut++) expect(speech.hear(answer.subarray(0, cut), awaited)).toBeNull();
    });

    it('hears a command once it is whole, and its answer is read as one', () => {
      const profile = { model: null, clockAheadMinutes: 0 };
      const frame = protocol.commands!.encode('getinfo', 77, profile);
      for (let cut = 1; cut < frame.length; cut++) {
        const heard = speech.order(frame.subarray(0, cut));
        expect(heard === null || heard === 'more').toBe(true);
      }
      const heard = speech.order(Buffer.concat([frame, frame]));
      if (heard === null || heard === 'more') throw new Error('not heard');
      expect([heard.used, heard.text]).toEqual([frame.length, 'getinfo']);
      const decoded = protocol.decode(heard.answer('INI:2026', 9));
      if (decoded.kind === 'malformed') throw new Error(decoded.message);
      expect([decoded.kind, decoded.attributes['result']]).toEqual(['command_response', 'INI:2026']);
      // Where the protocol has room for a number it comes back.
      expect(decoded.commandId).toBe(name === 'gt06' ? 77 : null);
    });

    it.each(spoken)('takes our answer to its %s for no command', (_kind, frame) => {
      const answer = protocol.reply(frame, protocol.decode(frame), CONTEXT)!;
      expect(speech.order(answer)).toBeNull();
    });
  },
);

describe('a device is not content with', () => {
  it('a Teltonika refusal or a wrong count', () => {
    const { hear } = speechOf('teltonika');
    expect(hear(Buffer.from([0]), { kind: 'login', serial: 1, records: 0 })?.meaning).toBe('refused');
    expect(hear(Buffer.from([0, 0, 0, 1]), { kind: 'records', serial: 1, records: 2 })?.meaning).toBe('refused');
  });

  it('a GT06 answer to another frame', () => {
    const { hear, login } = speechOf('gt06');
    expect(hear(login(IMEI, 1), { kind: 'login', serial: 2, records: 0 })?.meaning).toBe('unrelated');
    expect(hear(Buffer.from('ffff'), { kind: 'login', serial: 2, records: 0 })?.meaning).not.toBe('accepted');
  });

  it('tells the clock of a time answer from other answers', () => {
    const { clockIn } = speechOf('gt06');
    expect(clockIn(Buffer.from('78780b8a0f0c1d0000150006f0860d0a', 'hex'))).toBe(Date.UTC(2015, 11, 29, 0, 0, 21));
    expect(clockIn(Buffer.from('787805010001d9dc0d0a', 'hex'))).toBeNull();
    expect(speechOf('teltonika').clockIn(Buffer.from([1]))).toBeNull();
  });
});
