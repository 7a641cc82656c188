/** More comes in than can be stored: real connections and a real line, over in-memory streams. Order and counts, no time. */
import { type Duplex, duplexPair } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { encodeLogin, encodeRecords } from '../../protocols/teltonika/device.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Door } from '../../src/gateway/household.ts';
import { DEFAULT_LIMITS } from '../../src/gateway/limits.ts';
import { LineKit } from '../intake/line-kit.ts';
import { quiet } from './gateway-kit.ts';

const NOW_MS = Date.UTC(2026, 4, 1, 12);
/** One record takes about 1.5 kB in the queue: room for some forty. */
const QUEUE_BYTES = 64_000;
const UNSETTLED = 16;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

interface Sender {
  readonly stream: Duplex;
  /** Receipts that came back. */
  receipts: number;
}

interface Bench {
  readonly kit: LineKit;
  /** Most that ever waited in the line. */
  readonly most: { frames: number; bytes: number };
  /** Tracker of every frame in the order of the commits. */
  readonly order: number[];
  dial(i: number): Promise<Sender>;
}

function createBench(): Bench {
  const kit = new LineKit(NOW_MS, { unknownTrackers: 'accept', queueBytesMax: QUEUE_BYTES });
  const most = { frames: 0, bytes: 0 };
  const order: number[] = [];
  const { line } = kit;
  const intake: Door = {
    command: (command) => line.command(command),
    nextDeviceCommand: (trackerId) => line.nextDeviceCommand(trackerId),
    onDeviceCommands: (listener) => line.onDeviceCommands(listener),
    tracker: (trackerId) => line.tracker(trackerId),
    admit: (imei, protocol, address) => line.admit(imei, protocol, address),
    whenRoom: (resume) => line.whenRoom(resume),
    submit(delivery, settle) {
      order.push(delivery.trackerId);
      const hasRoom = line.submit(delivery, settle);
      const { queuedFrames, queuedBytes } = line.load();
      most.frames = Math.max(most.frames, queuedFrames);
      most.bytes = Math.max(most.bytes, queuedBytes);
      return hasRoom;
    },
  };
  const limits = { ...DEFAULT_LIMITS, unsettledFramesMax: UNSETTLED };
  const gateway = createGateway({ intake, now: () => NOW_MS, tally: kit.tally, log: SILENT, listeners: [], limits });
  onTestFinished(async () => {
    await gateway.close();
    kit.close();
  });
  return {
    kit,
    most,
    order,
    async dial(i) {
      const [ours, theirs] = duplexPair({ allowHalfOpen: true });
      gateway.accept(ours, '192.0.2.1', 'auto');
      const sender = { stream: theirs, receipts: 0 };
      onTestFinished(() => void theirs.end());
      theirs.write(encodeLogin(String(356_307_042_441_000 + i)));
      await new Promise((resolve) => theirs.once('data', resolve));
      theirs.on('data', (chunk: Buffer) => {
        sender.receipts += chunk.length / 4;
      });
      return sender;
    },
  };
}

/** So many frames of one record each, in one go. */
function flood({ stream }: Sender, frames: number): void {
  const bytes = Array.from({ length: frames }, (_, i) =>
    encodeRecords(8, [
      { timeMs: NOW_MS - 86_400_000 + i * 1000, latDeg: 54.7, lonDeg: 25.3, satellites: 9, speedKmh: 40 },
    ]),
  );
  for (let i = 0; i < frames; i += 100) stream.write(Buffer.concat(bytes.slice(i, i + 100)));
}

async function until(isDone: () => boolean): Promise<void> {
  for (let turns = 0; !isDone(); turns++) {
    if (turns > 20_000) throw new Error('it does not come to an end');
    await quiet(1);
  }
}

it('one that sends without end holds up nobody: the others’ next frame waits for one queue, not for all it sent', async () => {
  const { dial, order } = createBench();
  const greedy = await dial(0);
  const modest = await Promise.all([1, 2, 3].map(dial));
  flood(greedy, 3000);
  await until(() => greedy.receipts > 100);
  const before = order.length;
  for (const sender of modest) flood(sender, 1);
  await until(() => modest.every(({ receipts }) => receipts === 1));
  expect(order.length - before).toBeLessThan(4 * UNSETTLED);
});

it('twelve that send without end take turns: none is ever far behind another', async () => {
  const { dial, order, kit } = createBench();
  const senders = await Promise.all(Array.from({ length: 12 }, (_, i) => dial(i)));
  for (const sender of senders) flood(sender, 400);
  await until(() => senders.every(({ receipts }) => receipts === 400));
  const counts = new Map<number, number>();
  let farthest = 0;
  for (const trackerId of order) {
    counts.set(trackerId, (counts.get(trackerId) ?? 0) + 1);
    if (counts.size < senders.length || Math.max(...counts.values()) === 400) continue;
    farthest = Math.max(farthest, Math.max(...counts.values()) - Math.min(...counts.values()));
  }
  expect(farthest).toBeLessThan(10 * UNSETTLED);
  expect(kit.tally).toMatchObject({
    recordsReceived: 4800,
    recordsStored: 4800,
    acknowledged: 4800,
    recordsRefused: {},
  });
});

it('what waits stays within the limit and one frame of each connection', async () => {
  const { dial, most } = createBench();
  const senders = await Promise.all(Array.from({ length: 12 }, (_, i) => dial(i)));
  for (const sender of senders) flood(sender, 200);
  await until(() => senders.every(({ receipts }) => receipts === 200));
  expect(most.bytes).toBeGreaterThan(QUEUE_BYTES * 0.9);
  expect(most.bytes).toBeLessThan(QUEUE_BYTES + 13 * 1600);
  expect(most.frames).toBeLessThan(60);
});
