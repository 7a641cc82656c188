/** Commands on their way to devices: what is sent when, and what must never be. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as gt06 from '../../protocols/gt06/device.ts';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeCommandResponse, encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import type { DeviceCommand } from '../../src/model/device-command.ts';
import { createKit, type Device, FakeLine, IMEI, type Kit, NOW_MS, OTHER_IMEI, quiet } from './gateway-kit.ts';

function order(id: number, part: Partial<DeviceCommand> = {}): DeviceCommand {
  const times = { createdMs: NOW_MS, expiresMs: NOW_MS + 60_000, sentMs: null, closedMs: null };
  return { id, trackerId: 1, text: 'getinfo', state: 'queued', ...times, answer: null, reason: null, ...part };
}

/** The frame of a command as the protocol writes it, hex. */
function frameOf(id: number, name: 'teltonika' | 'gt06' = 'teltonika', text = 'getinfo'): string {
  return protocolNamed(name).commands!.encode(text, id, { model: null, clockAheadMinutes: 0 }).toString('hex');
}

async function loggedIn(kit: Kit, login = encodeLogin(IMEI)): Promise<Device> {
  const device = kit.dial();
  await device.send(login);
  return device;
}

const RECORD = { timeMs: NOW_MS, latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 };
const HELLO = '01';
/** Devices that are spoken to at once. */
const AT_ONCE = { limits: { commandQuietMs: 0 } };

describe('a command', () => {
  it('that waits leaves after the login of its tracker, and that is after its answer', async () => {
    const kit = createKit(AT_ONCE);
    kit.line.put(order(7));
    const device = await loggedIn(kit);
    expect(device.answers).toBe(HELLO + frameOf(7));
    expect(kit.line.commands).toMatchObject([{ kind: 'send_device_command', commandId: 7 }]);
  });

  it('of a tracker that is connected leaves when it is queued', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit, gt06.encodeLogin(IMEI, 1));
    device.writes.length = 0;
    kit.line.put(order(9));
    await quiet();
    expect(device.answers).toBe(frameOf(9, 'gt06'));
  });

  it('does not leave to a device that its tracker has no more', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit);
    device.writes.length = 0;
    kit.line.set(1, { imei: '490154203237519' });
    kit.line.put(order(1));
    await quiet();
    expect([kit.line.commands, device.answers]).toEqual([[], '']);
  });

  it('does not leave before it is marked as sent on disk', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit);
    device.writes.length = 0;
    kit.line.isSlowToCommit = true;
    kit.line.put(order(1));
    await quiet();
    expect([kit.line.commands.length, device.answers]).toEqual([1, '']);
    kit.line.commit();
    await quiet();
    expect(device.answers).toBe(frameOf(1));
  });

  it('leaves once, however often its tracker logs in', async () => {
    const kit = createKit(AT_ONCE);
    kit.line.put(order(1));
    const first = await loggedIn(kit);
    const second = await loggedIn(kit);
    await second.send(encodeLogin(IMEI));
    expect([first.answers, second.answers]).toEqual([HELLO + frameOf(1), HELLO + HELLO]);
  });

  it('leaves on the connection that its tracker has by then', async () => {
    const kit = createKit(AT_ONCE);
    const first = await loggedIn(kit);
    kit.line.isSlowToCommit = true;
    kit.line.put(order(1));
    await quiet();
    const second = await loggedIn(kit);
    kit.line.commit();
    await quiet();
    expect([first.answers, second.answers]).toEqual([HELLO, HELLO + frameOf(1)]);
  });

  it('that was marked as sent for a connection that is gone is not sent again', async () => {
    const kit = createKit(AT_ONCE);
    const first = await loggedIn(kit);
    kit.line.isSlowToCommit = true;
    kit.line.put(order(1));
    await quiet();
    first.stream.destroy();
    await quiet();
    kit.line.commit();
    await quiet();
    const second = await loggedIn(kit);
    expect([first.answers, second.answers]).toEqual([HELLO, HELLO]);
    expect(kit.line.orders.get(1)).toMatchObject([{ state: 'sent' }]);
    expect(kit.log.map(({ details }) => details)).toContainEqual({ commandId: 1, trackerId: 1 });
  });

  it('waits behind the answers that are owed', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit);
    device.writes.length = 0;
    await device.send(encodeRecords(8, [RECORD, { ...RECORD, timeMs: NOW_MS - 1000 }]));
    kit.line.put(order(1));
    await quiet();
    expect(device.answers).toBe('');
    kit.line.settle('durable');
    await quiet();
    expect(device.answers).toBe(`00000002${frameOf(1)}`);
  });

  it('waits until a device that has just logged in is quiet, or has been there for long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const kit = createKit({ limits: { commandQuietMs: 2000, commandHoldMs: 4000 } });
    kit.line.put(order(1));
    kit.line.put(order(2, { trackerId: 2 }));
    const [silent, busy] = [await loggedIn(kit), await loggedIn(kit, encodeLogin(OTHER_IMEI))];
    const passed: [number, boolean, boolean][] = [];
    for (let ms = 500; ms <= 4000; ms += 500) {
      await busy.send(encodeRecords(8, [{ ...RECORD, timeMs: NOW_MS + ms }]));
      kit.line.settle('durable');
      vi.advanceTimersByTime(500);
      await quiet();
      passed.push([ms, silent.answers.includes(frameOf(1)), busy.answers.includes(frameOf(2))]);
    }
    expect(passed.filter(([, isSilentTold]) => isSilentTold)[0]?.[0]).toBe(2000);
    expect(passed.filter(([, , isBusyTold]) => isBusyTold)[0]?.[0]).toBe(4000);
  });

  it('waits until the one before it has come to its end', async () => {
    const kit = createKit(AT_ONCE);
    kit.line.put(order(1));
    kit.line.put(order(2));
    const device = await loggedIn(kit);
    expect(device.answers).toBe(HELLO + frameOf(1));
    kit.line.put(order(1, { state: 'expired', sentMs: NOW_MS, closedMs: NOW_MS }));
    await quiet();
    expect(device.answers).toBe(HELLO + frameOf(1) + frameOf(2));
  });

  it.each([
    ['teltonika', encodeLogin(IMEI), 513, 'teltonika: command of 513 bytes: expected 1 to 512'],
    ['gt06', gt06.encodeLogin(IMEI, 1), 512, 'gt06: command of 512 bytes: expected 1 to 245'],
  ] as const)(
    'that %s cannot carry is refused with the reason, and the next one leaves',
    async (name, login, n, reason) => {
      const kit = createKit(AT_ONCE);
      kit.line.put(order(1, { text: 'x'.repeat(n) }));
      kit.line.put(order(2));
      const device = await loggedIn(kit, login);
      expect(kit.line.commands).toMatchObject([
        { kind: 'reject_device_command', commandId: 1, reason },
        { kind: 'send_device_command', commandId: 2 },
      ]);
      expect(device.answers.endsWith(frameOf(2, name))).toBe(true);
    },
  );

  it('names the device in codec 14 where the model says so', async () => {
    const kit = createKit(AT_ONCE);
    kit.line.set(1, { model: 'FMB640 codec14' });
    kit.line.put(order(1));
    const device = await loggedIn(kit);
    const profile = { model: 'FMB640 codec14', imei: IMEI, clockAheadMinutes: 0 };
    expect(device.answers).toBe(
      HELLO + protocolNamed('teltonika').commands!.encode('getinfo', 1, profile).toString('hex'),
    );
  });
});

describe('when storage fails', () => {
  it('no command leaves, and it leaves when storage works again', async () => {
    const line = new FakeLine();
    const left: string[] = [];
    const transmit = (bytes: Buffer) => left.push(bytes.toString('hex')) > 0;
    const addressee = () => ({ protocol: protocolNamed('teltonika'), isSettled: true, transmit });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const dispatcher = new Dispatcher({ intake: line, now: () => NOW_MS, log, answerMs: 1000, addressee });
    line.isStorageSound = false;
    line.put(order(1));
    dispatcher.attend(1);
    await quiet();
    dispatcher.beat();
    await quiet();
    expect([left, line.commands.length]).toEqual([[], 2]);
    line.isStorageSound = true;
    dispatcher.beat();
    await quiet();
    dispatcher.beat();
    await quiet();
    expect([left, line.commands.length]).toEqual([[frameOf(1)], 3]);
  });
});

describe('an answer', () => {
  it.each([
    ['teltonika', encodeLogin(IMEI), encodeCommandResponse('INI:2026 ERR:0'), null],
    ['gt06', gt06.encodeLogin(IMEI, 1), gt06.encodeCommandAnswer(Buffer.of(0, 0, 0, 5), 'INI:2026 ERR:0', 2), 5],
  ] as const)('of a %s device goes to the line with its frame', async (_name, login, bytes, commandId) => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit, login);
    await device.send(bytes);
    const answer = { commandId, text: 'INI:2026 ERR:0', isRefusal: false };
    expect(kit.line.deliveries).toMatchObject([{ trackerId: 1, raw: bytes, answer }]);
  });

  it('that says no is a refusal', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit);
    await device.send(encodeCommandResponse('ERROR: unknown command'));
    expect(kit.line.deliveries).toMatchObject([{ answer: { text: 'ERROR: unknown command', isRefusal: true } }]);
  });

  it('is kept up to a length', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit, gt06.encodeLogin(IMEI, 1));
    await device.send(gt06.encodeCommandAnswer(Buffer.of(0, 0, 0, 5), 'x'.repeat(5000), 2));
    expect(kit.line.deliveries[0]?.answer?.text.length).toBe(4096);
  });

  it('is not what other messages are', async () => {
    const kit = createKit(AT_ONCE);
    const device = await loggedIn(kit, gt06.encodeLogin(IMEI, 1));
    await device.send(gt06.encodeHeartbeat({ voltageLevel: 5, gsm: 3 }, 2));
    expect(kit.line.deliveries).toMatchObject([{ answer: null }]);
  });
});
