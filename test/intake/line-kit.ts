/** A line over a real database in a temporary directory, with a clock to set and a disk that fails on command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLocation } from '../../protocols/gt06/device.ts';
import { protocolNamed } from '../../protocols/index.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { Acquaintance } from '../../src/gateway/acquaintance.ts';
import { Submission } from '../../src/gateway/submission.ts';
import type { CommittedEvent, Delivery, Settled } from '../../src/intake/intake.ts';
import { Line, type LineOptions } from '../../src/intake/line.ts';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import { judgeFix } from '../../src/model/fix.ts';
import { emptyTally, type Tally } from '../../src/model/tally.ts';
import { openStore } from '../../src/store/open.ts';
import { type Appended, type Batch, StorageError, type Store } from '../../src/store/store.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { PLACE } from '../store/kit.ts';

export interface Spot {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  /** 0 = without GPS; 9 where nothing is said. */
  readonly satellites?: number;
}

export class LineKit {
  readonly directory = mkdtempSync(join(PLACE, 'milepost-line-'));
  readonly log: string[] = [];
  readonly events: CommittedEvent[] = [];
  readonly #options: Partial<LineOptions>;
  tally: Tally = emptyTally();
  nowMs: number;
  isDiskFull = false;
  store: Store;
  line: Line;

  constructor(nowMs: number, options: Partial<LineOptions> = {}) {
    this.nowMs = nowMs;
    this.#options = options;
    this.store = openStore({ directory: this.directory });
    this.line = this.#openLine();
  }

  restart(): void {
    this.store.close();
    this.store = openStore({ directory: this.directory });
    this.line = this.#openLine();
  }

  close(): void {
    this.store.close();
    rmSync(this.directory, { recursive: true });
  }

  async do(command: Command): Promise<CommandOutcome> {
    return this.line.command(command);
  }

  async register(imei: string): Promise<number> {
    const outcome = await this.do({
      kind: 'create_tracker',
      tracker: { uuid: crypto.randomUUID(), label: imei, imei, model: null, timeZone: 'utc' },
    });
    if (outcome.kind !== 'tracker') throw new Error(JSON.stringify(outcome));
    return outcome.tracker.id;
  }

  /** A real frame with these records. */
  delivery(trackerId: number, spots: readonly Spot[]): Delivery {
    const raw = encodeRecords(
      8,
      spots.map((spot) => ({ altitudeM: 30, courseDeg: 90, satellites: 9, speedKmh: 40, ...spot })),
    );
    const message = protocolNamed('teltonika').decode(raw);
    if (message.kind !== 'records') throw new Error(JSON.stringify(message));
    const fixes = message.records.map((record) => judgeFix(record, this.nowMs));
    return { trackerId, receivedMs: this.nowMs, protocol: 'teltonika', raw, fixes };
  }

  /** The frame of a GT06 whose clock is `clock` minutes ahead of UTC, as a connection hands it in at this moment. */
  submission(trackerId: number, spot: Spot, clock: number, settle: (settled: Settled) => void = () => {}): Submission {
    const gt06 = protocolNamed('gt06');
    const acquaintance = new Acquaintance(null);
    const profile = acquaintance.profile(this.line.tracker(trackerId)!);
    const position = { satellites: 9, ...spot, timeMs: spot.timeMs + clock * 60_000, speedKmh: 40, courseDeg: 90 };
    const raw = encodeLocation(position, 1);
    const submitter = { submissionOnSettled: (_: Submission, settled: Settled) => settle(settled) };
    const decoded = gt06.decode(raw, profile);
    const reading = { protocol: gt06, frame: raw, decoded, profile, acquaintance };
    return new Submission(submitter, trackerId, this.nowMs, reading);
  }

  deliverLocal(trackerId: number, spot: Spot, clock: number): Promise<Settled> {
    return new Promise((resolve) => {
      const submission = this.submission(trackerId, spot, clock, resolve);
      this.line.submit(submission, submission);
    });
  }

  deliver(trackerId: number, spots: readonly Spot[]): Promise<Settled> {
    return new Promise((resolve) => {
      this.line.submit(this.delivery(trackerId, spots), {
        frameOnSettled: (settled) => {
          this.log.push(settled);
          resolve(settled);
        },
      });
    });
  }

  async tick(): Promise<void> {
    this.line.tick();
    await this.line.drained();
  }

  #openLine(): Line {
    const line = new Line({
      store: {
        ...bound(this.store),
        append: (batch) => this.#append(batch),
        // Fails at the last moment: all has been computed, nothing is committed.
        reread: (reread, follow) =>
          this.store.reread(reread, () => {
            const batch = follow();
            if (this.isDiskFull) throw new StorageError('SQLITE_FULL', 'database or disk is full');
            return batch;
          }),
      },
      now: () => this.nowMs,
      tally: this.tally,
      settings: SETTINGS,
      unknownTrackers: 'pending',
      queueBytesMax: 10_000_000,
      pendingMax: 3,
      ...this.#options,
    });
    line.onCommitted((events) => this.events.push(...events));
    return line;
  }

  #append(batch: Batch): Appended {
    if (this.isDiskFull) throw new StorageError('SQLITE_FULL', 'database or disk is full');
    const appended = this.store.append(batch);
    this.log.push('commit');
    return appended;
  }
}

function bound(store: Store): Store {
  return {
    tracks: store.tracks,
    tasks: store.tasks,
    routes: store.routes,
    deviceCommands: store.deviceCommands,
    engineTasks: store.engineTasks,
    keys: store.keys,
    sessions: store.sessions,
    records: store.records,
    formFiles: store.formFiles,
    requests: store.requests,
    instructions: store.instructions,
    resources: store.resources,
    deliveries: store.deliveries,
    audit: store.audit,
    journal: store.journal,
    recent: (trackerId) => store.recent(trackerId),
    append: (batch) => store.append(batch),
    reread: (reread, follow) => store.reread(reread, follow),
    recover: () => store.recover(),
    beginErasure: (period) => store.beginErasure(period),
    lastEventId: () => store.lastEventId(),
    tidy: (nowMs) => store.tidy(nowMs),
    size: () => store.size(),
    close: () => store.close(),
  };
}
