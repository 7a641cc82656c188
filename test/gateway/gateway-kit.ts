/** A gateway over in-memory streams: a line that settles when told, devices that remember what they were answered. */
import { type Duplex, duplexPair } from 'node:stream';
import type { ProtocolName } from '../../protocols/index.ts';
import { protocolNamed } from '../../protocols/index.ts';
import type { DatagramOptions } from '../../src/gateway/datagrams.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from '../../src/gateway/limits.ts';
import type { ListenerOptions } from '../../src/gateway/listener.ts';
import type { Admission, Delivery, Intake, Receipt, Settled } from '../../src/intake/intake.ts';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import { type DeviceCommand, isOpenCommand } from '../../src/model/device-command.ts';
import { refuse } from '../../src/model/refusal.ts';
import { emptyTally, type Tally } from '../../src/model/tally.ts';
import type { Tracker } from '../../src/model/tracker.ts';

export const NOW_MS = Date.UTC(2026, 4, 1, 12, 0, 0);
export const IMEI = '356307042441013';
export const OTHER_IMEI = '352093086403655';

interface LogLine {
  readonly level: string;
  readonly details: Record<string, unknown>;
  readonly message: string;
}

export interface KitOptions {
  readonly limits?: Partial<GatewayLimits>;
  readonly listeners?: readonly ListenerOptions[];
  readonly datagrams?: readonly DatagramOptions[];
}

export interface Kit {
  nowMs: number;
  readonly gateway: Gateway;
  readonly line: FakeLine;
  readonly tally: Tally;
  readonly log: LogLine[];
  dial(protocol?: ProtocolName | 'auto', address?: string): Device;
}

export function createKit(options: KitOptions = {}): Kit {
  const line = new FakeLine();
  const tally = emptyTally();
  const log: LogLine[] = [];
  const writer = (level: string) => (details: object, message: string) => {
    log.push({ level, details: details as Record<string, unknown>, message });
  };
  const gateway = createGateway({
    intake: line,
    now: () => kit.nowMs,
    tally,
    log: { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') },
    listeners: options.listeners ?? [],
    datagrams: options.datagrams ?? [],
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  const kit: Kit = { nowMs: NOW_MS, gateway, line, tally, log, dial };
  return kit;

  function dial(protocol: ProtocolName | 'auto' = 'auto', address = '192.0.2.1'): Device {
    const [ours, theirs] = duplexPair({ allowHalfOpen: true });
    breakTogether(ours, theirs);
    gateway.accept(ours, address, protocol === 'auto' ? 'auto' : protocolNamed(protocol));
    return new Device(theirs);
  }
}

/** The line as the gateway sees it; knows IMEI and OTHER_IMEI as trackers 1 and 2. */
export class FakeLine {
  readonly known = new Map([
    [IMEI, 1],
    [OTHER_IMEI, 2],
  ]);
  readonly trackers = new Map<number, Tracker>();
  readonly deliveries: Delivery[] = [];
  readonly admitted: { readonly imei: string; readonly protocol: string; readonly address: string }[] = [];
  /** While true, logins wait for `decide`. */
  isSlowToAdmit = false;
  hasRoom = true;
  isStorageSound = true;
  /** What `submit` throws, if anything. */
  fault: Error | null = null;
  #receipts: Receipt[] = [];
  #resumes: (() => void)[] = [];
  #undecided: (() => void)[] = [];

  async admit(imei: string, protocol: string, address: string): Promise<Admission> {
    this.admitted.push({ imei, protocol, address });
    if (this.isSlowToAdmit) await new Promise<void>((resolve) => this.#undecided.push(resolve));
    const id = this.known.get(imei);
    return id === undefined ? { kind: 'pending' } : { kind: 'admitted', tracker: trackerOf(id, imei) };
  }

  tracker(trackerId: number): Tracker | null {
    const [imei] = [...this.known].find(([, id]) => id === trackerId) ?? [];
    if (imei === undefined) return null;
    let tracker = this.trackers.get(trackerId);
    if (tracker === undefined) {
      tracker = trackerOf(trackerId, imei);
      this.trackers.set(trackerId, tracker);
    }
    return tracker;
  }

  /** Puts a tracker in with other settings. */
  set(trackerId: number, part: Partial<Tracker>): void {
    this.trackers.set(trackerId, { ...this.tracker(trackerId)!, ...part });
  }

  submit(delivery: Delivery, receipt: Receipt): boolean {
    if (this.fault !== null) throw this.fault;
    this.deliveries.push(delivery);
    this.#receipts.push(receipt);
    return this.hasRoom;
  }

  whenRoom(resume: () => void): void {
    this.#resumes.push(resume);
  }

  /** Commands to devices, by tracker, that wait to be sent or answered. */
  readonly orders = new Map<number, DeviceCommand[]>();
  /** Every command the gateway gave, and whether their commits wait for `commit`. */
  readonly commands: Command[] = [];
  isSlowToCommit = false;
  #uncommitted: (() => void)[] = [];
  #commandListeners = new Set<Parameters<Intake['onDeviceCommands']>[0]>();

  nextDeviceCommand(trackerId: number): DeviceCommand | null {
    const orders = this.orders.get(trackerId) ?? [];
    return orders.some(({ state }) => state === 'sent') ? null : (orders[0] ?? null);
  }

  onDeviceCommands(listener: Parameters<Intake['onDeviceCommands']>[0]): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
  }

  async command(command: Command): Promise<CommandOutcome> {
    this.commands.push(command);
    if (this.isSlowToCommit) await new Promise<void>((resolve) => this.#uncommitted.push(resolve));
    if (!this.isStorageSound) return refuse('storage_unavailable', 'disk full');
    if (command.kind !== 'send_device_command' && command.kind !== 'reject_device_command') {
      throw new Error(`no gateway gives a ${command.kind} command`);
    }
    const before = [...this.orders.values()].flat().find(({ id }) => id === command.commandId)!;
    const isSent = command.kind === 'send_device_command';
    return { kind: 'device_command', command: this.put({ ...before, state: isSent ? 'sent' : 'refused' }) };
  }

  /** Lets the commands that wait be committed. */
  commit(): void {
    for (const commit of this.#uncommitted.splice(0)) commit();
  }

  /** A command, or its next version, is durable; everyone is told. */
  put(order: DeviceCommand): DeviceCommand {
    const others = (this.orders.get(order.trackerId) ?? []).filter(({ id }) => id !== order.id);
    this.orders.set(order.trackerId, isOpenCommand(order) ? [...others, order].sort((a, b) => a.id - b.id) : others);
    for (const listener of this.#commandListeners) listener([order]);
    return order;
  }

  /** Settles the oldest `n` frames, or all. */
  settle(settled: Settled, n = this.#receipts.length): void {
    for (const receipt of this.#receipts.splice(0, n)) receipt.frameOnSettled(settled);
  }

  get unsettled(): number {
    return this.#receipts.length;
  }

  decide(): void {
    for (const decide of this.#undecided.splice(0)) decide();
  }

  makeRoom(): void {
    this.hasRoom = true;
    for (const resume of this.#resumes.splice(0)) resume();
  }
}

/** The far end of a connection. */
export class Device {
  readonly stream: Duplex;
  /** Every write of the gateway, as it came. */
  readonly writes: string[] = [];
  hasEnded = false;
  isClosed = false;
  /** Bytes the gateway has taken so far. */
  taken = 0;

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on('data', (chunk: Buffer) => this.writes.push(chunk.toString('hex')));
    stream.on('end', () => {
      this.hasEnded = true;
      stream.end();
    });
    stream.on('close', () => {
      this.isClosed = true;
    });
    stream.on('error', () => {});
  }

  /** All answers so far, hex. */
  get answers(): string {
    return this.writes.join('');
  }

  async send(...chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      // As with TCP, what arrives lies in memory of its own.
      this.stream.write(Buffer.from(chunk), () => {
        this.taken += chunk.length;
      });
    }
    await quiet();
  }
}

/** Lets everything that is due in this and the next turns of the event loop happen. No clock is involved. */
export async function quiet(turns = 6): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** As with TCP: when one end is gone, so is the other. */
function breakTogether(ours: Duplex, theirs: Duplex): void {
  ours.on('close', () => setImmediate(() => theirs.destroy()));
  theirs.on('close', () => setImmediate(() => ours.destroy()));
}

function trackerOf(id: number, imei: string): Tracker {
  return {
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    label: `tracker ${id}`,
    imei,
    model: null,
    timeZone: 'utc',
    isBlocked: false,
    createdMs: 0,
  };
}
