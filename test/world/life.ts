/** One life of the gateway's process over a disk that outlives it: the real store, line, gateway and operations. */
import type { Duplex } from 'node:stream';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import type { Door } from '../../src/gateway/household.ts';
import { DEFAULT_LIMITS } from '../../src/gateway/limits.ts';
import type { CommittedEvent, Intake } from '../../src/intake/intake.ts';
import { Line } from '../../src/intake/line.ts';
import { emptyTally, type Tally } from '../../src/model/tally.ts';
import { isStorageFailure } from '../../src/operations/health.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { SearchDesk } from '../../src/operations/searches.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import type { Disk } from './disk.ts';

export interface LifeOptions {
  readonly disk: Disk;
  readonly now: () => number;
  readonly onTold: (events: readonly CommittedEvent[], life: Life) => void;
  /** What must never happen inside the product. */
  readonly onFault: (what: string) => void;
}

const QUEUE_BYTES_MAX = 4_000;
const UNSETTLED_FRAMES_MAX = 8;
const PENDING_MAX = 5;

/** Nobody searches in these worlds. */
const NO_SEARCHES = new SearchDesk(
  () => {
    throw new Error('a search in a simulated world');
  },
  { waitingMax: 1, closingMs: 0 },
);

export class Life {
  readonly startedMs: number;
  readonly tally: Tally = emptyTally();
  readonly line: Line;
  readonly gateway: Gateway;
  readonly operations: Operations;
  /** Records that the line has taken and not settled yet. */
  unsettledRecords = 0;
  unsettledFrames = 0;
  /** When storage last failed a frame, a command or the clock, or worked again after that. */
  troubledMs = Number.NEGATIVE_INFINITY;
  /** What it still does happens to nobody. */
  isDead = false;
  readonly #disk: Disk;
  readonly #now: () => number;
  #turns: (() => void)[] = [];

  constructor({ disk, now, onTold, onFault }: LifeOptions) {
    this.#disk = disk;
    this.#now = now;
    this.startedMs = now();
    const { store } = disk;
    this.line = new Line({
      store,
      now,
      tally: this.tally,
      settings: SETTINGS,
      unknownTrackers: 'pending',
      queueBytesMax: QUEUE_BYTES_MAX,
      pendingMax: PENDING_MAX,
      onFault: (error) => onFault(`the line refused something for a fault of ours: ${String(error)}`),
      onTrouble: () => {
        this.troubledMs = now();
      },
      defer: (run) => this.#turns.push(run),
    });
    this.line.onCommitted((events) => onTold(events, this));
    this.gateway = createGateway({
      intake: this.#counted(this.line),
      now,
      tally: this.tally,
      log: { debug() {}, info() {}, warn() {}, error: (details, message) => onFault(`${message}: ${String(details)}`) },
      listeners: [],
      limits: { ...DEFAULT_LIMITS, unsettledFramesMax: UNSETTLED_FRAMES_MAX },
    });
    this.operations = createOperations({
      store,
      searches: NO_SEARCHES,
      intake: this.line,
      presence: this.gateway,
      now,
      firstKey: null,
      deviceCommands: { expireMs: 86_400_000, queuedMax: 20 },
    });
  }

  get waitingTurns(): number {
    return this.#turns.length;
  }

  accept(socket: Duplex, address: string): void {
    this.gateway.accept(socket, address, 'auto');
  }

  /** The line's next turn, if it has called for one. */
  turn(): void {
    this.#turns.shift()?.();
  }

  /** Work behind the line. */
  tidy(): void {
    try {
      this.#disk.store.tidy(this.#now());
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
    }
  }

  #counted(intake: Intake): Door {
    return {
      command: (command) => intake.command(command),
      nextDeviceCommand: (trackerId) => intake.nextDeviceCommand(trackerId),
      onDeviceCommands: (listener) => intake.onDeviceCommands(listener),
      tracker: (trackerId) => intake.tracker(trackerId),
      admit: (imei, protocol, address) => intake.admit(imei, protocol, address),
      whenRoom: (resume) => intake.whenRoom(resume),
      submit: (delivery, receipt) => {
        this.unsettledRecords += delivery.fixes.length;
        this.unsettledFrames += 1;
        return intake.submit(delivery, {
          frameOnSettled: (settled) => {
            this.unsettledRecords -= delivery.fixes.length;
            this.unsettledFrames -= 1;
            receipt.frameOnSettled(settled);
          },
        });
      },
    };
  }
}
