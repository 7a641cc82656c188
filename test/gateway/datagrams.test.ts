/** UDP over a real socket on a free port of the loopback; the line is the kit's. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeDatagram, encodeRecords } from '../../protocols/teltonika/device.ts';
import type { GatewayLimits } from '../../src/gateway/limits.ts';
import { BURST_SECONDS } from '../../src/gateway/pace.ts';
import { createKit, IMEI, type Kit, NOW_MS, OTHER_IMEI } from './gateway-kit.ts';

const HOST = '127.0.0.1';
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The data field of a frame: a datagram has neither preamble nor checksum. */
function data(records = 1): Buffer {
  const position = { latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 };
  const frame = encodeRecords(
    8,
    Array.from({ length: records }, (_, i) => ({ timeMs: NOW_MS - 60_000 + i, ...position })),
  );
  return frame.subarray(8, -4);
}

async function gateway(limits: Partial<GatewayLimits> = {}): Promise<{ kit: Kit; port: number }> {
  const datagrams = [{ name: 'teltonika-udp', host: HOST, port: 0, protocol: protocolNamed('teltonika') }];
  const kit = createKit({ limits, datagrams });
  const [address] = await kit.gateway.listen();
  open.push(() => {
    kit.line.settle('failed');
    return kit.gateway.close();
  });
  return { kit, port: address!.port };
}

class Device {
  readonly socket: Socket = createSocket('udp4');
  readonly answers: string[] = [];

  constructor() {
    this.socket.on('message', (bytes) => this.answers.push(bytes.toString('hex')));
    open.push(() => void this.socket.close());
  }

  async send(port: number, ...datagrams: Buffer[]): Promise<void> {
    for (const bytes of datagrams) {
      await new Promise<void>((resolve) => this.socket.send(bytes, port, HOST, () => resolve()));
    }
  }

  async answered(): Promise<string> {
    if (this.answers.length === 0) await once(this.socket, 'message');
    return this.answers.shift()!;
  }
}

it('is answered with its own ids, after the commit and not before', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  await device.send(port, encodeDatagram(IMEI, 0xcafe, 5, data(3)));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  expect([device.answers, kit.tally.acknowledged]).toEqual([[], 0]);
  expect(kit.line.deliveries[0]).toMatchObject({ trackerId: 1, protocol: 'teltonika', receivedMs: NOW_MS });
  expect(kit.line.deliveries[0]!.fixes).toHaveLength(3);
  kit.line.settle('durable');
  expect(await device.answered()).toBe('0005cafe010503');
  expect(kit.tally.acknowledged).toBe(1);
});

it('makes its tracker online, until it is disconnected', async () => {
  const { kit, port } = await gateway();
  const online = () => [1, 2].map((trackerId) => kit.gateway.isOnline(trackerId));
  const told: boolean[] = [];
  kit.gateway.onPresence((_trackerId, isOnline) => told.push(isOnline));
  expect(online()).toEqual([false, false]);
  await new Device().send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  expect(online()).toEqual([true, false]);
  kit.gateway.disconnect(1);
  expect(online()).toEqual([false, false]);
  expect(told).toEqual([true, false]);
});

it('leaves commands waiting for a connection: no document says how one would be sent', async () => {
  const { kit, port } = await gateway({ commandQuietMs: 0 });
  const times = { createdMs: NOW_MS, expiresMs: NOW_MS + 60_000, sentMs: null, closedMs: null };
  kit.line.put({ id: 1, trackerId: 1, text: 'getinfo', state: 'queued', ...times, answer: null, reason: null });
  const device = new Device();
  await device.send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  kit.line.settle('durable');
  expect(await device.answered()).toBe('00050001010101');
  expect([kit.line.commands, device.answers]).toEqual([[], []]);
});

it('is not answered when storage fails', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  await device.send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  kit.line.settle('failed');
  await device.send(port, encodeDatagram(IMEI, 2, 2, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  kit.line.settle('durable');
  expect(await device.answered()).toBe('00050002010201');
});

it('belongs to the IMEI that it names, wherever it comes from', async () => {
  const { kit, port } = await gateway();
  const [one, other] = [new Device(), new Device()];
  await one.send(port, encodeDatagram(IMEI, 1, 1, data()), encodeDatagram(OTHER_IMEI, 2, 2, data()));
  await other.send(port, encodeDatagram(IMEI, 3, 3, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(3));
  expect(kit.line.deliveries.map(({ trackerId }) => trackerId).sort()).toEqual([1, 1, 2]);
  kit.line.settle('durable');
  expect(await other.answered()).toBe('00050003010301');
  expect([await one.answered(), await one.answered()].sort()).toEqual(['00050001010101', '00050002010201']);
});

it('of an unknown device is not stored, not answered, and counted', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  await device.send(port, encodeDatagram('356307042441021', 1, 1, data(2)));
  await vi.waitFor(() => expect(kit.tally.loginsRefused).toEqual({ pending: 1 }));
  expect(kit.line.deliveries).toEqual([]);
  expect([kit.tally.recordsReceived, kit.tally.recordsRefused]).toEqual([2, { pending: 2 }]);
  expect(kit.log).toMatchObject([
    { level: 'warn', details: { reason: 'pending', address: HOST, protocol: 'teltonika' } },
  ]);
});

it('of a device that was let in passes while strangers are over their limit', async () => {
  const { kit, port } = await gateway({ strangeDatagramsPerSecondMax: 2 });
  const device = new Device();
  await device.send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  const strangers = ['356307042441021', '356307042441039', '356307042441047', '356307042441054'];
  for (const imei of strangers) await device.send(port, encodeDatagram(imei, 1, 1, data()));
  await device.send(port, encodeDatagram(IMEI, 2, 2, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(2));
  expect([kit.tally.loginsRefused, kit.tally.framesRefused]).toEqual([{ pending: 2 }, { strangers: 2 }]);
});

it('is dropped when its device sends too many, which counts its records as refused', async () => {
  const { kit, port } = await gateway({ framesPerSecondMax: 1 });
  const device = new Device();
  for (let n = 1; n <= BURST_SECONDS + 1; n += 1) await device.send(port, encodeDatagram(IMEI, n, n, data(2)));
  await vi.waitFor(() => expect(kit.tally.framesRefused).toEqual({ too_fast: 1 }));
  expect([kit.line.unsettled, kit.tally.recordsRefused]).toEqual([BURST_SECONDS, { too_fast: 2 }]);
  await device.send(port, encodeDatagram(OTHER_IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(BURST_SECONDS + 1));
});

it('is dropped while too many wait, or the line has no room', async () => {
  const { kit, port } = await gateway({ unsettledDatagramsMax: 2 });
  const device = new Device();
  const send = (n: number) => device.send(port, encodeDatagram(IMEI, n, n, data()));
  for (const n of [1, 2, 3]) await send(n);
  await vi.waitFor(() => expect(kit.tally.framesRefused).toEqual({ no_room: 1 }));
  kit.line.settle('durable');
  kit.line.hasRoom = false;
  await send(4);
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  await send(5);
  await vi.waitFor(() => expect(kit.tally.framesRefused).toEqual({ no_room: 2 }));
  kit.line.makeRoom();
  await send(6);
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(2));
});

it.each<[string, Buffer, string]>([
  ['that is cut off', encodeDatagram(IMEI, 1, 1, data()).subarray(0, -1), 'bad_length'],
  ['of something else', Buffer.from('OPTIONS sip:nm SIP/2.0\r\n'), 'sip'],
  ['with nothing in it', Buffer.alloc(0), 'bad_length'],
])('%s is refused by name', async (_, bytes, reason) => {
  const { kit, port } = await gateway();
  await new Device().send(port, bytes);
  await vi.waitFor(() => expect(kit.tally.framesRefused).toEqual({ [reason]: 1 }));
});

it('whose content cannot be read is kept raw and acknowledged', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  const bytes = data();
  bytes[bytes.length - 1] = 2;
  await device.send(port, encodeDatagram(IMEI, 9, 9, bytes));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  kit.line.settle('durable');
  expect(await device.answered()).toBe('00050009010901');
});

it('that was read is settled and answered before the port closes', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  await device.send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
  const closed = kit.gateway.close();
  kit.line.settle('durable');
  await closed;
  expect(await device.answered()).toBe('00050001010101');
});

it('costs only itself when the line has a fault', async () => {
  const { kit, port } = await gateway();
  const device = new Device();
  kit.line.fault = new Error('broken');
  await device.send(port, encodeDatagram(IMEI, 1, 1, data()));
  await vi.waitFor(() => expect(kit.log.map(({ message }) => message)).toEqual(['fault in a datagram: it is dropped']));
  kit.line.fault = null;
  await device.send(port, encodeDatagram(IMEI, 2, 2, data()));
  await vi.waitFor(() => expect(kit.line.unsettled).toBe(1));
});
