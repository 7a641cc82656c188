import { describe, expect, it } from 'vitest';
import {
  encodeLogin as encodeGt06Login,
  encodeHeartbeat,
  encodeLocation,
  encodeUtcLocation,
} from '../../protocols/gt06/device.ts';
import { encodeFrame } from '../../protocols/gt06/envelope.ts';
import { encodeText } from '../../protocols/h02/device.ts';
import { encodeData, encodeLogin, encodePing, encodeRecords } from '../../protocols/teltonika/device.ts';
import { createKit, type Device, IMEI, type Kit, NOW_MS, OTHER_IMEI, quiet } from './gateway-kit.ts';

const LOGIN = encodeLogin(IMEI);
const HELLO = '01';
const STATUS = { voltageLevel: 5, gsm: 3 };
const LOCATION = { timeMs: NOW_MS, latDeg: 22.5, lonDeg: 114.1, speedKmh: 0, courseDeg: 0, satellites: 9 };

/** A codec 8 frame of n records, the first of them at the given time. */
function data(n = 1, timeMs = NOW_MS - 60_000): Buffer {
  const record = (i: number) => ({ timeMs: timeMs + i, latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 });
  return encodeRecords(
    8,
    Array.from({ length: n }, (_, i) => record(i)),
  );
}

function receipt(n: number): string {
  return n.toString(16).padStart(8, '0');
}

function broken(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy[copy.length - 1]! ^= 0xff;
  return copy;
}

async function loggedIn(kit: Kit, login = LOGIN): Promise<Device> {
  const device = kit.dial();
  await device.send(login);
  device.writes.length = 0;
  return device;
}

describe('a device that its tracker has no more', () => {
  it.each([
    ['another one is in its place', (kit: Kit) => kit.line.set(1, { imei: '490154203237519' })],
    ['the tracker is gone', (kit: Kit) => kit.line.known.delete(IMEI)],
  ])('is neither heard nor acknowledged, and has to log in again: %s', async (_, change) => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data());
    kit.line.settle('durable');
    await quiet();
    change(kit);
    expect(kit.gateway.isOnline(1)).toBe(false);
    device.writes.length = 0;
    await device.send(data(3));
    expect([device.answers, device.isClosed, kit.line.deliveries.length]).toEqual(['', true, 1]);
    expect(kit.tally.recordsRefused).toEqual({ dismissed: 3 });
    expect(kit.tally.connectionsRefused).toEqual({ dismissed: 1 });
  });

  it('is answered what was read of it before', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(2));
    kit.line.set(1, { imei: '490154203237519' });
    await device.send(data(3));
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, device.isClosed]).toEqual([receipt(2), true]);
  });
});

describe('a login', () => {
  it('of a known tracker is answered at once and makes it online', async () => {
    const kit = createKit();
    const device = kit.dial('auto', '::ffff:192.0.2.9');
    await device.send(LOGIN);
    expect(device.answers).toBe(HELLO);
    expect([kit.gateway.isOnline(1), kit.gateway.isOnline(2), kit.tally.logins]).toEqual([true, false, 1]);
    expect(kit.line.admitted).toEqual([{ imei: IMEI, protocol: 'teltonika', address: '192.0.2.9' }]);
  });

  it('of an unknown tracker is refused in the protocol’s own way, then the connection closes', async () => {
    const kit = createKit();
    const [teltonika, gt06] = [kit.dial(), kit.dial()];
    await teltonika.send(encodeLogin('356307042441999'));
    await gt06.send(encodeGt06Login('356307042441999', 1));
    expect([teltonika.answers, teltonika.isClosed]).toEqual(['00', true]);
    expect([gt06.answers, gt06.isClosed]).toEqual(['', true]);
    expect(kit.tally.loginsRefused).toEqual({ pending: 2 });
    expect(kit.gateway.connections()).toBe(0);
  });

  it('with something else than 15 digits is refused', async () => {
    const kit = createKit();
    const device = kit.dial('teltonika');
    await device.send(encodeLogin('35630704244101x'));
    expect([device.answers, device.isClosed]).toEqual(['00', true]);
    expect([kit.tally.loginsRefused, kit.line.admitted]).toEqual([{ bad_imei: 1 }, []]);
  });

  it('is answered again on an open session, also for another IMEI', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(LOGIN);
    await device.send(LOGIN);
    await device.send(encodeLogin(OTHER_IMEI));
    await device.send(data());
    expect(device.answers).toBe(HELLO.repeat(3));
    expect([kit.gateway.isOnline(1), kit.gateway.isOnline(2)]).toEqual([false, true]);
    expect(kit.line.deliveries.map((delivery) => delivery.trackerId)).toEqual([2]);
  });

  it('keeps frames behind it waiting until it is decided, and the socket unread', async () => {
    const kit = createKit();
    kit.line.isSlowToAdmit = true;
    const device = kit.dial();
    await device.send(Buffer.concat([LOGIN, data(2)]), ...Array.from({ length: 40 }, () => data(100)));
    expect(kit.line.deliveries).toEqual([]);
    expect(device.taken).toBeLessThan(20_000);
    kit.line.decide();
    await quiet(60);
    expect(kit.line.deliveries.map((delivery) => delivery.fixes.length)).toEqual([2, ...Array(40).fill(100)]);
  });

  it('that is decided after the device hung up opens nothing', async () => {
    const kit = createKit();
    kit.line.isSlowToAdmit = true;
    const device = kit.dial();
    await device.send(LOGIN);
    device.stream.destroy();
    await quiet();
    kit.line.decide();
    await quiet();
    expect([kit.gateway.isOnline(1), kit.tally.logins]).toEqual([false, 0]);
  });
});

describe('a device without a login', () => {
  const ID = '4210051415';
  const position = { latDeg: 54.7, lonDeg: 25.3, speedKnots: 10, courseDeg: 4 };
  const said = (n: number, id = ID) => encodeText(id, { ...position, timeMs: NOW_MS - 60_000 + n * 1000 });

  it('opens its session with its first frame, which is stored and answered like those that follow', async () => {
    const kit = createKit();
    kit.line.known.set(ID, 3);
    const device = kit.dial();
    await device.send(said(1), said(2));
    expect([device.answers, kit.gateway.isOnline(3), kit.tally.logins]).toEqual(['', true, 1]);
    expect(kit.line.deliveries.map(({ trackerId, fixes }) => [trackerId, fixes.length])).toEqual([
      [3, 1],
      [3, 1],
    ]);
    kit.line.settle('durable');
    await quiet();
    expect(Buffer.from(device.answers, 'hex').toString()).toBe('*HQ,4210051415,V4,V1,20260501120000#'.repeat(2));
  });

  it('is turned away in silence when it is not known, and its records are counted', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(said(1));
    expect([device.answers, device.hasEnded, kit.tally.loginsRefused]).toEqual(['', true, { pending: 1 }]);
    expect([kit.tally.recordsReceived, kit.tally.recordsRefused]).toEqual([1, { pending: 1 }]);
  });

  it('gives way to another one on the same connection', async () => {
    const kit = createKit();
    kit.line.known.set(ID, 3).set('4210051416', 4);
    const device = kit.dial();
    await device.send(said(1), said(2, '4210051416'), said(3));
    expect(kit.line.deliveries.map(({ trackerId }) => trackerId)).toEqual([3, 4, 3]);
  });
});

describe('a frame', () => {
  it('is handed to the line with its fixes judged', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    const frame = data(2);
    await device.send(frame);
    expect(kit.line.deliveries).toHaveLength(1);
    const [delivery] = kit.line.deliveries;
    expect(delivery).toMatchObject({ trackerId: 1, receivedMs: NOW_MS, protocol: 'teltonika' });
    expect(delivery!.raw).toEqual(frame);
    expect(delivery!.fixes.map((fix) => [fix.position.timeMs, fix.receivedMs, fix.invalidity])).toEqual([
      [NOW_MS - 60_000, NOW_MS, null],
      [NOW_MS - 59_999, NOW_MS, null],
    ]);
    expect(delivery!.fixes[0]!.position.latDeg).toBeCloseTo(54.7, 7);
  });

  it('is not acknowledged before it is durable', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(3));
    expect([device.answers, kit.tally.acknowledged]).toEqual(['', 0]);
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, kit.tally.acknowledged]).toEqual([receipt(3), 1]);
  });

  it('that came with the login in one segment is taken like any other', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(Buffer.concat([encodePing(), LOGIN, data(1), data(2)]));
    kit.line.settle('durable');
    await quiet();
    expect(device.answers).toBe(HELLO + receipt(1) + receipt(2));
  });

  it('cut at any byte, and byte by byte, makes the same deliveries', async () => {
    const talk = Buffer.concat([LOGIN, data(2), data(1)]);
    const cuts = [...talk.keys()].map((at) => [talk.subarray(0, at), talk.subarray(at)]);
    const crumbs = [...talk].map((byte) => Buffer.of(byte));
    for (const chunks of [...cuts, crumbs]) {
      const kit = createKit();
      const device = kit.dial();
      await device.send(...chunks);
      await quiet(chunks.length);
      expect(kit.line.deliveries.map((delivery) => delivery.raw)).toEqual([data(2), data(1)]);
    }
  });

  it('of a type nobody reads yet is kept raw and answered like the rest', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    const unknown = encodeData(Buffer.from('77050102030405', 'hex'));
    await device.send(unknown);
    expect(kit.line.deliveries).toMatchObject([{ raw: unknown, fixes: [] }]);
  });

  it('that is genuine but unreadable is kept raw, counted and acknowledged', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    const unreadable = encodeData(Buffer.from('0802ffffff02', 'hex'));
    await device.send(unreadable);
    expect(kit.line.deliveries).toMatchObject([{ raw: unreadable, fixes: [] }]);
    kit.line.settle('durable');
    await quiet();
    expect(device.answers).toBe(receipt(2));
    expect(Object.values(kit.tally.framesRefused)).toEqual([1]);
  });

  it('with a wrong checksum gets nothing, and the connection goes on', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(broken(data(1)), data(2));
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, device.hasEnded]).toEqual([receipt(2), false]);
    expect(kit.tally.framesRefused).toEqual({ bad_crc: 1 });
  });

  it('before a login is refused with its records counted, and nothing is said', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(data(3));
    expect([device.answers, device.hasEnded, kit.line.deliveries]).toEqual(['', false, []]);
    expect(kit.tally.framesRefused).toEqual({ data_before_login: 1 });
    expect([kit.tally.recordsReceived, kit.tally.recordsRefused]).toEqual([3, { data_before_login: 3 }]);
  });
});

describe('answers', () => {
  it('leave in the order of the frames, a login’s too', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(1), LOGIN, data(2));
    expect(device.answers).toBe('');
    kit.line.settle('durable', 1);
    await quiet();
    expect(device.answers).toBe(receipt(1) + HELLO);
    kit.line.settle('durable');
    await quiet();
    expect(device.answers).toBe(receipt(1) + HELLO + receipt(2));
  });

  it('of one commit leave in one write', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(1), data(2), data(3));
    kit.line.settle('durable');
    await quiet();
    expect(device.writes).toEqual([receipt(1) + receipt(2) + receipt(3)]);
  });

  it('still reach a device that has closed its side', async () => {
    const kit = createKit();
    const device = kit.dial();
    device.stream.end(Buffer.concat([LOGIN, data(2)]));
    await quiet(10);
    expect(device.isClosed).toBe(false);
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, device.isClosed, kit.gateway.connections()]).toEqual([HELLO + receipt(2), true, 0]);
  });
});

describe('when storage fails', () => {
  it('records are not acknowledged, the connection stays, and what comes again is', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(2));
    kit.line.settle('failed');
    await quiet();
    expect([device.answers, device.hasEnded, kit.gateway.isOnline(1)]).toEqual(['', false, true]);
    await device.send(data(2));
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, kit.tally.acknowledged]).toEqual([receipt(2), 1]);
  });

  it('a receipt behind a lost frame is withheld, for the device could take it for the lost one’s', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(data(1), data(1));
    kit.line.settle('failed', 1);
    kit.line.settle('durable');
    await quiet();
    expect([device.answers, kit.tally.acknowledged]).toEqual(['', 0]);
  });

  it('logins and heartbeats are answered all the same', async () => {
    const kit = createKit();
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    await device.send(encodeHeartbeat(STATUS, 2), encodeLocation(LOCATION, 3), encodeHeartbeat(STATUS, 4));
    kit.line.settle('failed');
    await device.send(encodeGt06Login(IMEI, 5));
    const types = device.answers.match(/787805(..)(....)/g);
    expect(types).toEqual(['7878051300' + '02', '7878051300' + '04', '7878050100' + '05']);
  });
});

describe('a line without room', () => {
  it('stops the socket from being read until there is room', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    kit.line.hasRoom = false;
    const flood = Array.from({ length: 50 }, () => data(200));
    await device.send(...flood);
    expect(kit.line.deliveries).toHaveLength(1);
    expect(device.taken).toBeLessThan(4 * data(200).length);
    kit.line.makeRoom();
    await quiet(120);
    expect(kit.line.deliveries).toHaveLength(50);
  });

  it('or too many unsettled frames of one device, holds that device and nobody else', async () => {
    const kit = createKit({ limits: { unsettledFramesMax: 4 } });
    const [greedy, modest] = [await loggedIn(kit), kit.dial()];
    await modest.send(encodeLogin(OTHER_IMEI));
    await greedy.send(...Array.from({ length: 30 }, () => data(100)));
    expect(kit.line.deliveries).toHaveLength(4);
    await modest.send(data(1));
    expect(kit.line.deliveries.at(-1)).toMatchObject({ trackerId: 2 });
    for (let i = 0; i < 30; i += 1) {
      kit.line.settle('durable', 1);
      await quiet(3);
      expect(kit.line.unsettled).toBeLessThanOrEqual(5);
    }
    kit.line.settle('durable');
    await quiet();
    expect(kit.line.deliveries).toHaveLength(31);
  });

  it('and a device that does not read its answers is not read either', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    device.stream.pause();
    let before = -1;
    while (kit.line.deliveries.length > before && before < 60_000) {
      before = kit.line.deliveries.length;
      await device.send(...Array.from({ length: 64 }, () => data(1)));
      kit.line.settle('durable');
      await quiet(2);
    }
    expect(before).toBeLessThan(40_000);
    device.stream.resume();
    await quiet(200);
    expect(kit.line.deliveries.length).toBeGreaterThan(before);
  });
});

describe('patience', () => {
  it('with broken frames ends, and a good frame renews it', async () => {
    const kit = createKit({ limits: { refusedFramesMax: 3 } });
    const device = await loggedIn(kit);
    await device.send(...Array(3).fill(broken(data())), data(), ...Array(3).fill(broken(data())));
    kit.line.settle('durable');
    expect(device.hasEnded).toBe(false);
    await device.send(broken(data()));
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { malformed: 1 }]);
  });

  it('with junk ends at its limit', async () => {
    const kit = createKit({ limits: { junkBytesMax: 1_000 } });
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    await device.send(Buffer.alloc(900, 0x41), encodeHeartbeat(STATUS, 2), Buffer.alloc(900, 0x41));
    expect([device.hasEnded, kit.line.deliveries.length]).toEqual([false, 1]);
    kit.line.settle('durable');
    await device.send(Buffer.alloc(200, 0x41));
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { junk: 1 }]);
    expect(kit.tally.junkBytes).toBeGreaterThan(1_900);
  });

  it('with data before a login ends, too', async () => {
    const kit = createKit({ limits: { refusedFramesMax: 3 } });
    const device = kit.dial();
    await device.send(...Array(4).fill(data()));
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { malformed: 1 }]);
  });

  it('has a stranger wait with no more than 2 KiB', async () => {
    const kit = createKit();
    const device = kit.dial('teltonika');
    await device.send(data(200).subarray(0, 2_048));
    expect(device.hasEnded).toBe(false);
    await device.send(Buffer.of(0));
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { buffer: 1 }]);
  });

  it('has bytes of another protocol closed with its name and their hex in the log', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(Buffer.from(`GET / HTTP/1.1\r\nHost: ${'example.'.repeat(60)}\r\n\r\n`));
    expect([device.hasEnded, device.answers, kit.tally.connectionsRefused]).toEqual([true, '', { http: 1 }]);
    expect(kit.log).toMatchObject([
      { level: 'warn', details: { reason: 'http', hex: expect.stringMatching(/^474554202f20/) } },
    ]);
  });

  it('has bytes of no known protocol closed with their hex in the log', async () => {
    const kit = createKit();
    const device = kit.dial();
    await device.send(Buffer.alloc(40, 'z'));
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { unknown_protocol: 1 }]);
  });

  it('has a device on the port of another protocol closed at once, and told from it', async () => {
    const kit = createKit();
    const device = kit.dial('gt06');
    await device.send(LOGIN);
    expect([device.hasEnded, kit.tally.connectionsRefused]).toEqual([true, { wrong_port: 1 }]);
    expect(kit.log).toMatchObject([
      { details: { protocol: 'gt06' }, message: expect.stringContaining('speaks Teltonika') },
    ]);
  });

  it('counts who hangs up without a word', async () => {
    const kit = createKit();
    kit.dial().stream.end();
    await quiet();
    expect([kit.gateway.connections(), kit.tally.connectionsRefused]).toEqual([0, { port_scan: 1 }]);
    expect(kit.log).toEqual([]);
  });

  it('complains once per connection, with the peer and the bytes', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    await device.send(broken(data()), broken(data()));
    const complaints = kit.log.filter((line) => line.level === 'warn');
    expect(complaints).toMatchObject([
      { details: { reason: 'bad_crc', address: '192.0.2.1', protocol: 'teltonika', imei: IMEI } },
    ]);
    expect(complaints[0]!.details['hex']).toBe(broken(data()).toString('hex'));
  });
});

describe('a fault of ours', () => {
  it('closes the connection that met it and nothing else', async () => {
    const kit = createKit();
    const [unlucky, other] = [await loggedIn(kit), kit.dial()];
    await other.send(encodeLogin(OTHER_IMEI));
    kit.line.fault = new Error('a bug');
    await unlucky.send(data());
    kit.line.fault = null;
    await other.send(data());
    expect([unlucky.isClosed, kit.gateway.isOnline(1), kit.gateway.isOnline(2)]).toEqual([true, false, true]);
    expect(kit.line.deliveries).toHaveLength(1);
    expect(kit.tally.connectionsRefused).toEqual({ fault: 1 });
    expect(kit.log.filter((line) => line.level === 'error')).toHaveLength(1);
  });
});

describe('the clock of a device', () => {
  const EAST = 480;
  const MINUTE = 60_000;
  /** A GT06 whose digits are so many minutes ahead of UTC. */
  const local = (kit: Kit, minutes: number, isReupload = false) => {
    const position = { ...LOCATION, timeMs: kit.nowMs + minutes * MINUTE };
    return encodeUtcLocation(position, { ignition: true, mode: 0, isReupload }, 1);
  };
  /** Type 70: its fix says seconds since 1970. */
  const inModules = (timeMs: number) => {
    const fix = Buffer.from('0033001200000000090014027ac7eb0c46584900148f', 'hex');
    fix.writeUInt32BE(timeMs / 1000, 4);
    return encodeFrame(0x70, fix, 1, 'long');
  };
  const last = (kit: Kit) => kit.line.deliveries.at(-1)!;
  const lastAheadMs = (kit: Kit) => last(kit).fixes[0]!.position.timeMs - kit.nowMs;

  it('is read by the time zone of its tracker, from the next frame on when that is changed', async () => {
    const kit = createKit();
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    await device.send(local(kit, EAST));
    expect([lastAheadMs(kit), last(kit).clockAheadMinutes]).toEqual([EAST * MINUTE, 0]);
    kit.line.set(1, { timeZone: '+08:00' });
    await device.send(local(kit, EAST));
    expect([lastAheadMs(kit), last(kit).clockAheadMinutes]).toEqual([0, EAST]);
  });

  it.each([
    ['login', { type: 0x36, zoneMinutes: -210 }, -210],
    ['login', undefined, 0],
    ['utc', { type: 0x36, zoneMinutes: -210 }, 0],
  ])('is what the login says only for time zone %s', async (timeZone, settings, minutes) => {
    const kit = createKit();
    kit.line.set(1, { timeZone });
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1, settings));
    await device.send(local(kit, minutes));
    expect([lastAheadMs(kit), last(kit).clockAheadMinutes]).toEqual([0, minutes]);
  });

  it('is read anew by the line when its tracker has changed since the frame came', async () => {
    const kit = createKit();
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    await device.send(local(kit, EAST));
    const delivery = last(kit);
    expect(delivery.readBy!(kit.line.tracker(1)!)).toBe(delivery);
    kit.line.set(1, { timeZone: '+08:00' });
    const reading = delivery.readBy!(kit.line.tracker(1)!);
    expect([reading.fixes[0]!.position.timeMs, reading.clockAheadMinutes]).toEqual([kit.nowMs, EAST]);
    expect(reading.fixes[0]!.position.content).toEqual(delivery.fixes[0]!.position.content);
  });

  const warnings = (kit: Kit) => kit.log.filter(({ message }) => message.includes('time zone'));

  it.each([
    ['a local time', (kit: Kit) => local(kit, EAST), EAST],
    ['UTC', (kit: Kit) => local(kit, 0), null],
    ['UTC in a message that knows no zone', (kit: Kit) => inModules(kit.nowMs + EAST * MINUTE), null],
    ['the time of a buffered record', (kit: Kit) => local(kit, -EAST, true), null],
  ])('that shows %s is suspected, and logged once, or not at all', async (_, frame, minutes) => {
    const kit = createKit();
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    for (let i = 0; i < 12; i++, kit.nowMs += MINUTE) await device.send(frame(kit));
    const suspicion = kit.gateway.clockSuspicion(1);
    expect(suspicion?.aheadMinutes ?? null).toBe(minutes);
    expect(warnings(kit).map(({ details }) => details['ahead'])).toEqual(minutes === null ? [] : ['+08:00']);
    expect(kit.gateway.clockSuspicion(2)).toBeNull();
  });

  it('is not suspected of a zone that moves nothing: Teltonika counts in UTC', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    for (let i = 0; i < 12; i++, kit.nowMs += MINUTE) await device.send(data(1, kit.nowMs + EAST * MINUTE));
    expect([kit.gateway.clockSuspicion(1), warnings(kit)]).toEqual([null, []]);
  });

  it('is not suspected any more once it is read right', async () => {
    const kit = createKit();
    const device = await loggedIn(kit, encodeGt06Login(IMEI, 1));
    for (let i = 0; i < 12; i++, kit.nowMs += MINUTE) await device.send(local(kit, EAST));
    expect(kit.gateway.clockSuspicion(1)).toMatchObject({ frames: 12, sinceMs: NOW_MS });
    kit.line.set(1, { timeZone: '+08:00' });
    await device.send(local(kit, EAST));
    expect(kit.gateway.clockSuspicion(1)).toBeNull();
  });
});
