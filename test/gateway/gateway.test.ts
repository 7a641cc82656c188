import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeLogin as encodeGt06Login } from '../../protocols/gt06/device.ts';
import { encodeBinary } from '../../protocols/h02/device.ts';
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { createKit, type Device, IMEI, type Kit, NOW_MS, OTHER_IMEI, quiet } from './gateway-kit.ts';

const LOGIN = encodeLogin(IMEI);
const DATA = encodeRecords(8, [{ timeMs: NOW_MS, latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 }]);
const RECEIPT = '00000001';

/** Time for the gateway's beat only: the event loop stays real. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await quiet();
}

async function loggedIn(kit: Kit, login = LOGIN, address?: string): Promise<Device> {
  const device = kit.dial('auto', address);
  await device.send(login);
  return device;
}

describe('deadlines', () => {
  it('close a connection that has not logged in after 15 s, whatever it sends', async () => {
    const kit = createKit();
    const [silent, busy, known] = [kit.dial(), kit.dial(), await loggedIn(kit)];
    for (let s = 0; s < 15; s += 1) {
      await busy.send(DATA);
      await pass(1_000);
    }
    expect([silent.hasEnded, busy.hasEnded]).toEqual([false, false]);
    await pass(1_000);
    expect([silent.hasEnded, busy.hasEnded, known.hasEnded]).toEqual([true, true, false]);
    expect(kit.tally.connectionsRefused).toEqual({ login_deadline: 2 });
  });

  it('say what came instead of a login', async () => {
    const kit = createKit();
    await kit.dial().send(Buffer.from('hello-2.0-x'));
    await pass(16_000);
    expect(kit.log).toMatchObject([{ details: { reason: 'login_deadline', hex: '68656c6c6f2d322e302d78' } }]);
  });

  it('end a frame without an end of its own when the line is quiet, and not before', async () => {
    const kit = createKit();
    kit.line.known.set('4210051415', 3);
    const position = { timeMs: NOW_MS - 60_000, latDeg: 54.7, lonDeg: 25.3, speedKnots: 10, courseDeg: 4 };
    const device = kit.dial('h02');
    const frame = encodeBinary('4210051415', position);
    await device.send(frame.subarray(0, 20));
    await pass(1_000);
    await device.send(frame.subarray(20));
    await pass(500);
    expect(kit.line.deliveries).toEqual([]);
    await pass(500);
    expect(kit.line.deliveries.map(({ trackerId, raw }) => [trackerId, raw.length])).toEqual([[3, 32]]);
  });

  it('close a connection whose login is never decided', async () => {
    const kit = createKit();
    kit.line.isSlowToAdmit = true;
    const device = await loggedIn(kit);
    await pass(16_000);
    await pass(3_000);
    expect([kit.gateway.connections(), device.answers]).toEqual([0, '']);
  });

  it('close a session without a whole frame for the idle time-out; a trickle of bytes is not one', async () => {
    const kit = createKit({ limits: { idleTimeoutMs: 60_000 } });
    const presence: (readonly [number, boolean])[] = [];
    kit.gateway.onPresence((trackerId, isOnline) => presence.push([trackerId, isOnline]));
    const [trickling, talking] = [await loggedIn(kit), await loggedIn(kit, encodeLogin(OTHER_IMEI))];
    for (let i = 0; i < 3; i += 1) {
      await pass(25_000);
      await trickling.send(DATA.subarray(i, i + 1));
      await talking.send(DATA);
      kit.line.settle('durable');
    }
    expect([trickling.isClosed, talking.isClosed]).toEqual([true, false]);
    expect(kit.tally.connectionsRefused).toEqual({ idle: 1 });
    expect([kit.gateway.isOnline(1), kit.gateway.isOnline(2)]).toEqual([false, true]);
    expect(presence).toEqual([
      [1, true],
      [2, true],
      [1, false],
    ]);
  });

  it('do not count the time in which we do not listen', async () => {
    const kit = createKit({ limits: { idleTimeoutMs: 60_000 } });
    const device = await loggedIn(kit);
    kit.line.hasRoom = false;
    await device.send(DATA);
    await pass(300_000);
    kit.line.makeRoom();
    await pass(59_000);
    expect(device.hasEnded).toBe(false);
    await pass(2_000);
    expect(kit.tally.connectionsRefused).toEqual({ idle: 1 });
  });

  it('cut off a peer that does not close its side', async () => {
    const kit = createKit({ limits: { closingMs: 2_000 } });
    const device = kit.dial();
    device.stream.removeAllListeners('end');
    await device.send(encodeLogin('356307042441999'));
    expect([device.answers, kit.gateway.connections()]).toEqual(['00', 1]);
    await pass(3_000);
    expect(kit.gateway.connections()).toBe(0);
  });
});

describe('a tracker', () => {
  it('has one live session: the newest, and the older one is closed', async () => {
    const kit = createKit();
    const old = await loggedIn(kit);
    await old.send(DATA);
    const young = await loggedIn(kit);
    expect(kit.gateway.isOnline(1)).toBe(true);
    kit.line.settle('durable');
    await quiet();
    expect([old.answers, old.isClosed]).toEqual([`01${RECEIPT}`, true]);
    await young.send(DATA);
    kit.line.settle('durable');
    await quiet();
    expect([young.answers, kit.gateway.isOnline(1)]).toEqual([`01${RECEIPT}`, true]);
    expect(kit.tally.connectionsRefused).toEqual({ replaced: 1 });
    expect(kit.log).toMatchObject([{ level: 'info', details: { imei: IMEI } }]);
  });

  it('is held by a session that is heard, where a hold is set, until it has been silent for that long', async () => {
    const kit = createKit({ limits: { sessionHoldMs: 60_000 } });
    const first = await loggedIn(kit);
    await pass(50_000);
    await first.send(DATA);
    kit.line.settle('durable');
    await pass(50_000);
    const early = await loggedIn(kit);
    expect([early.answers, early.isClosed, first.hasEnded]).toEqual(['00', true, false]);
    expect(kit.tally.loginsRefused).toEqual({ taken: 1 });
    await first.send(LOGIN);
    await pass(61_000);
    const late = await loggedIn(kit);
    expect([first.answers, late.answers, first.hasEnded]).toEqual([`01${RECEIPT}01`, '01', true]);
    expect(kit.tally.connectionsRefused).toEqual({ replaced: 1 });
  });

  it('is held by no device that it had before', async () => {
    const kit = createKit({ limits: { sessionHoldMs: 60_000 } });
    await loggedIn(kit);
    kit.line.known.delete(IMEI);
    kit.line.known.set('356307042441999', 1);
    kit.line.trackers.clear();
    const other = await loggedIn(kit, encodeLogin('356307042441999'));
    expect(other.answers).toBe('01');
  });

  it('accepted after it was refused is let in at its next login', async () => {
    const kit = createKit();
    const early = await loggedIn(kit, encodeLogin('356307042441999'));
    kit.line.known.set('356307042441999', 3);
    const late = await loggedIn(kit, encodeLogin('356307042441999'));
    expect([early.answers, late.answers, kit.gateway.isOnline(3)]).toEqual(['00', '01', true]);
  });

  it('can be disconnected', async () => {
    const kit = createKit();
    const device = await loggedIn(kit);
    kit.gateway.disconnect(2);
    kit.gateway.disconnect(1);
    await quiet();
    expect([device.isClosed, kit.gateway.isOnline(1)]).toEqual([true, false]);
    expect(kit.tally.connectionsRefused).toEqual({ disconnected: 1 });
  });
});

describe('a pace', () => {
  it('holds a device that floods, loses nothing of it, and holds nobody else', async () => {
    const kit = createKit({ limits: { framesPerSecondMax: 2, idleTimeoutMs: 10_000 } });
    const [hasty, modest] = [await loggedIn(kit), await loggedIn(kit, encodeLogin(OTHER_IMEI))];
    await hasty.send(...Array.from({ length: 200 }, () => DATA));
    await modest.send(DATA);
    const heard = (trackerId: number) => kit.line.deliveries.filter((each) => each.trackerId === trackerId).length;
    expect([heard(1), heard(2)]).toEqual([120, 1]);
    await pass(1_000);
    expect(heard(1)).toBe(122);
    // A device that is not read is not idle.
    for (let s = 0; s < 38; s += 1) await pass(1_000);
    expect([heard(1), hasty.isClosed]).toEqual([198, false]);
    await pass(1_000);
    await quiet(60);
    expect(heard(1)).toBe(200);
    const warnings = kit.log.filter(({ message }) => message.includes('limits.frames-per-second'));
    expect(warnings).toMatchObject([{ level: 'warn', details: { imei: IMEI, framesPerSecond: 2 } }]);
  });

  it('is of the device: to connect again renews nothing', async () => {
    const kit = createKit({ limits: { framesPerSecondMax: 1 } });
    const first = await loggedIn(kit);
    await first.send(...Array.from({ length: 60 }, () => DATA));
    const second = await loggedIn(kit);
    await second.send(DATA, DATA);
    expect(kit.line.deliveries).toHaveLength(60);
    await pass(1_000);
    expect(kit.line.deliveries).toHaveLength(61);
  });

  it('turns an address away that connects too often, and nobody else, until some is earned back', async () => {
    const kit = createKit({ limits: { newConnectionsPerSecondMax: 2 } });
    for (let i = 0; i < 121; i += 1) kit.dial('auto', '192.0.2.1').stream.destroy();
    await quiet();
    expect(kit.tally.connectionsRefused).toEqual({ too_often: 1 });
    expect((await loggedIn(kit, LOGIN, '192.0.2.2')).answers).toBe('01');
    await pass(500);
    expect((await loggedIn(kit, LOGIN, '192.0.2.1')).answers).toBe('01');
  });
});

describe('ceilings', () => {
  it('on connections refuse one more, and a place that is left is free again', async () => {
    const kit = createKit({ limits: { connectionsMax: 3, connectionsPerAddressMax: 2 } });
    const [a, b] = [kit.dial('auto', '192.0.2.1'), kit.dial('auto', '::ffff:192.0.2.1')];
    const third = kit.dial('auto', '192.0.2.1');
    const other = kit.dial('auto', '192.0.2.2');
    const fourth = kit.dial('auto', '192.0.2.3');
    await quiet();
    expect([a.isClosed, b.isClosed, other.isClosed]).toEqual([false, false, false]);
    expect(kit.tally.connectionsRefused).toEqual({ per_address: 1, limit: 1 });
    await fourth.send(LOGIN);
    await third.send(LOGIN);
    expect([fourth.answers, third.answers, kit.line.admitted.length]).toEqual(['', '', 0]);
    a.stream.destroy();
    b.stream.end();
    await quiet();
    expect(kit.gateway.connections()).toBeLessThan(3);
    expect((await loggedIn(kit)).answers).toBe('01');
  });
});

describe('closing', () => {
  it('lets what was submitted settle and be answered, takes nothing new, and ends all', async () => {
    const kit = createKit();
    const [busy, idle] = [await loggedIn(kit), await loggedIn(kit, encodeLogin(OTHER_IMEI))];
    await busy.send(DATA);
    const closed = kit.gateway.close();
    await busy.send(DATA);
    const late = kit.dial();
    await quiet();
    expect([idle.isClosed, busy.hasEnded, kit.line.deliveries.length]).toEqual([true, false, 1]);
    kit.line.settle('durable');
    await quiet();
    await closed;
    expect([busy.answers, kit.gateway.connections()]).toEqual([`01${RECEIPT}`, 0]);
    await late.send(LOGIN);
    expect(late.answers).toBe('');
  });

  it('is bounded when nothing settles', async () => {
    const kit = createKit({ limits: { closingMs: 2_000 } });
    const device = await loggedIn(kit);
    await device.send(DATA);
    const closed = kit.gateway.close();
    await pass(3_000);
    await closed;
    expect([kit.gateway.connections(), device.answers]).toEqual([0, '01']);
    kit.line.settle('durable');
    await quiet();
    expect(kit.tally.acknowledged).toBe(0);
  });

  it('with no connections is done at once', async () => {
    await createKit().gateway.close();
  });
});

describe('hostile peers', () => {
  const heads = [
    LOGIN,
    encodeGt06Login(IMEI, 1),
    Buffer.alloc(0),
    Buffer.from('78781f12', 'hex'),
    DATA.subarray(0, 20),
  ];
  const chunk = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom<Uint8Array>(DATA, LOGIN, Buffer.of(0xff)));
  const talk = fc.record({ head: fc.constantFrom(...heads), chunks: fc.array(chunk, { maxLength: 12 }) });

  it('sending anything at all break nothing for the others', async () => {
    const kit = createKit();
    const honest = await loggedIn(kit, encodeLogin(OTHER_IMEI));
    await fc.assert(
      fc.asyncProperty(fc.array(talk, { minLength: 1, maxLength: 4 }), async (talks) => {
        const peers = talks.map(({ head, chunks }) => ({ chunks: [head, ...chunks], device: kit.dial() }));
        await Promise.all(peers.map(({ device, chunks }) => device.send(...chunks)));
        honest.writes.length = 0;
        await honest.send(DATA);
        kit.line.settle('durable');
        await quiet();
        expect(honest.answers).toBe(RECEIPT);
        for (const { device } of peers) device.stream.destroy();
        await quiet(2);
      }),
      { numRuns: 150 },
    );
    expect(kit.tally.connectionsRefused).not.toHaveProperty('fault');
    expect(kit.log.filter((line) => line.level === 'error')).toEqual([]);
  });
});

describe('over real TCP', () => {
  it('a port takes a login and records, answers after the commit, and closes', async () => {
    const kit = createKit({ listeners: [{ name: 'auto', host: '127.0.0.1', port: 0, protocol: 'auto' }] });
    const [bound] = await kit.gateway.listen();
    expect(bound).toMatchObject({ name: 'auto', host: '127.0.0.1' });
    const socket = connect(bound!.port, '127.0.0.1');
    const answers: Buffer[] = [];
    const heard = (bytes: number) =>
      vi.waitFor(() => expect(Buffer.concat(answers).length).toBe(bytes), { timeout: 5_000, interval: 5 });
    socket.on('data', (chunk) => answers.push(chunk));
    socket.write(LOGIN);
    await heard(1);
    socket.write(DATA);
    await vi.waitFor(() => expect(kit.line.unsettled).toBe(1), { timeout: 5_000, interval: 5 });
    kit.line.settle('durable');
    await heard(5);
    expect(Buffer.concat(answers).toString('hex')).toBe(`01${RECEIPT}`);
    expect(kit.line.admitted).toMatchObject([{ address: '127.0.0.1' }]);
    await kit.gateway.close();
    expect(kit.gateway.connections()).toBe(0);
  });

  it('a port in use is told with its number, and no other port stays open', async () => {
    const first = createKit({ listeners: [{ name: 'auto', host: '127.0.0.1', port: 0, protocol: 'auto' }] });
    const [taken] = await first.gateway.listen();
    const second = createKit({
      listeners: [
        { name: 'free', host: '127.0.0.1', port: 0, protocol: 'auto' },
        { name: 'taken', host: '127.0.0.1', port: taken!.port, protocol: 'auto' },
      ],
    });
    await expect(second.gateway.listen()).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken!.port });
    await first.gateway.close();
  });
});
