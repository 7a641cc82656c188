/**
 * The disk under a simulated gateway: a real database in a temporary directory that fails on command, and of which a
 * death of the process leaves what is committed at that instant.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { type Appended, StorageError, type Store } from '../../src/store/store.ts';

/** Small, so that a day seals many segments. */
const LIMITS = { sealAfterEntries: 400, segmentEntries: 32, sliceTrackers: 2, decodedBytes: 256 * 1024 };

/** In memory where the system has a place for that: a day would spend most of its time on syncing, which proves nothing here. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export class Disk {
  readonly #root = mkdtempSync(join(PLACE, 'milepost-world-'));
  #life = 0;
  #store: Store;
  #burials: (() => void)[] = [];
  /** `full`: nothing can be written. `gone`: nothing can be read either. */
  condition: 'well' | 'full' | 'gone' = 'well';
  /** Called once the next batch is committed, before anyone is told of it. */
  onCommitted: (() => void) | null = null;

  constructor() {
    this.#store = this.#open();
  }

  /** What a program that starts now finds. */
  get store(): Store {
    return this.#failing(this.#store);
  }

  /** The database as it is, whatever the disk's condition. */
  get truth(): Store {
    return this.#store;
  }

  /** The process dies: what it had committed is copied as it lies there, and opened anew. */
  die(): void {
    const former = this.#store;
    const directory = this.#directory;
    this.#life += 1;
    this.onCommitted = null;
    mkdirSync(this.#directory);
    for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
      if (existsSync(join(directory, file))) copyFileSync(join(directory, file), join(this.#directory, file));
    }
    this.#burials.push(() => {
      former.close();
      rmSync(directory, { recursive: true });
    });
    this.#store = this.#open();
  }

  /** Once nothing of the dead process runs any more. */
  bury(): void {
    for (const bury of this.#burials.splice(0)) bury();
  }

  close(): void {
    this.bury();
    this.#store.close();
    rmSync(this.#root, { recursive: true });
  }

  get #directory(): string {
    return join(this.#root, String(this.#life));
  }

  #open(): Store {
    return openStore({ directory: this.#directory, limits: LIMITS });
  }

  #failing(store: Store): Store {
    return {
      tracks: this.#readable(store.tracks),
      tasks: this.#readable(store.tasks),
      routes: this.#readable(store.routes),
      deviceCommands: this.#readable(store.deviceCommands),
      engineTasks: this.#readable(store.engineTasks),
      keys: this.#readable(store.keys),
      sessions: this.#readable(store.sessions),
      records: this.#readable(store.records),
      formFiles: this.#readable(store.formFiles),
      requests: this.#readable(store.requests),
      instructions: this.#readable(store.instructions),
      resources: this.#readable(store.resources),
      deliveries: this.#readable(store.deliveries),
      audit: this.#readable(store.audit),
      journal: this.#readable(store.journal),
      recent: (trackerId) => store.recent(trackerId),
      append: (batch) => this.#append(store, () => store.append(batch)),
      reread: (reread, follow) => this.#append(store, () => store.reread(reread, follow)),
      lastEventId: () => store.lastEventId(),
      recover: () => store.recover(),
      beginErasure: (period) => store.beginErasure(period),
      tidy: (nowMs) => {
        if (this.condition !== 'well') this.#fail();
        return store.tidy(nowMs);
      },
      size: () => store.size(),
      close: () => store.close(),
    };
  }

  #append(store: Store, append: () => Appended): Appended {
    // A turn may have several commits, and the process may have died in one of them.
    if (this.condition !== 'well' || store !== this.#store) this.#fail();
    const appended = append();
    this.onCommitted?.();
    return appended;
  }

  #readable<T extends object>(face: T): T {
    return new Proxy(face, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.condition === 'gone') this.#fail();
          return member.apply(target, args) as unknown;
        };
      },
    });
  }

  #fail(): never {
    throw new StorageError('SQLITE_FULL', `the disk is ${this.condition}`);
  }
}
