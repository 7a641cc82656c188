/**
 * The disk that can be trusted less (shim/storage.c): compiled, put under a gateway, and after a kill the power cut,
 * which takes with it what was not synced.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../src/sim/random.ts';
import type { Environment } from './program.ts';

const SOURCE = fileURLToPath(new URL('shim/storage.c', import.meta.url));
const CREATED = 1;
const CHANGED = 2;
const SYNCED = 3;
const DIRECTORY_SYNCED = 4;
const HEADER_BYTES = 40;
/** A disk writes a sector whole or not at all; this is the smallest there is. */
const SECTOR_BYTES = 512;

/** Why there can be no shim here, or null. */
export function shimObstacle(): string | null {
  if (process.platform !== 'linux') return `no preloading as on Linux on ${process.platform}`;
  return spawnSync('cc', ['--version']).status === 0 ? null : 'no C compiler `cc`';
}

/** What the disk can be told to fail at, by the first letter of the fault file. */
export type DiskFault = 'full' | 'write' | 'sync';

export interface Shim {
  readonly environment: Environment;
  /** Fails until told null. */
  fail(what: DiskFault | null): void;
  /**
   * To be called when the process is gone. `keeps` decides for each unsynced sector whether it had made it.
   * Returns how many writes were not synced.
   */
  cutPower(keeps: (() => boolean) | 'nothing'): number;
}

export interface ShimOptions {
  /** Where the shim keeps its own files; not the data directory. */
  readonly workshop: string;
  /** Absolute; has to exist. */
  readonly data: string;
  /** Syncs only pretend. */
  readonly isSyncIgnored?: boolean;
  /** A slow disk: how long a sync takes at least. */
  readonly syncMs?: number;
  /** Off where there will be no power cut: the journal grows with every write. */
  readonly keepsJournal?: boolean;
}

export function prepareShim({
  workshop,
  data,
  isSyncIgnored = false,
  syncMs = 0,
  keepsJournal = true,
}: ShimOptions): Shim {
  const library = join(workshop, 'storage.so');
  const journal = join(workshop, 'unsynced');
  const fault = join(workshop, 'fault');
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror'];
  const made = spawnSync('cc', [...flags, '-o', library, SOURCE, '-ldl', '-lpthread'], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${SOURCE} does not compile:\n${made.stderr}`);
  return {
    environment: {
      LD_PRELOAD: library,
      PROOF_SHIM_DIRECTORY: data,
      PROOF_SHIM_FAULT: fault,
      PROOF_SHIM_SYNC_MS: String(syncMs),
      ...(keepsJournal && { PROOF_SHIM_JOURNAL: journal }),
      ...(isSyncIgnored && { PROOF_SHIM_NO_SYNC: '1' }),
    },
    fail: (what) => (what === null ? rmSync(fault, { force: true }) : writeFileSync(fault, what)),
    cutPower(keeps) {
      // A process killed at its very beginning may not have got that far.
      const files = existsSync(journal) ? unsyncedOf(readFileSync(journal)) : new Map<string, Unsynced>();
      takeBack(data, files, keeps);
      rmSync(journal, { force: true });
      // Shared memory lives in memory.
      rmSync(join(data, 'milepost.db-shm'), { force: true });
      return [...files.values()].reduce((sum, { changes }) => sum + changes.length, 0);
    },
  };
}

/** Bytes [offset, offset + before.length) of a file that had `size` bytes. */
interface Change {
  readonly offset: number;
  readonly before: Buffer;
  readonly size: number;
}

/** What a file has gone through since its last sync. */
interface Unsynced {
  changes: Change[];
  isNew: boolean;
}

function unsyncedOf(journal: Buffer): Map<string, Unsynced> {
  const files = new Map<string, Unsynced>();
  for (let at = 0; at + HEADER_BYTES <= journal.length; ) {
    const [kind, nameBytes, offset, length, size] = Array.from({ length: 5 }, (_, i) =>
      Number(journal.readBigUInt64LE(at + 8 * i)),
    ) as [number, number, number, number, number];
    const nameAt = at + HEADER_BYTES;
    const bytesAt = nameAt + nameBytes;
    at = bytesAt + length;
    // The kill came while the entry was written, so the change it announces was not made.
    if (at > journal.length) break;
    const name = journal.toString('utf8', nameAt, bytesAt);
    const file = files.get(name) ?? { changes: [], isNew: false };
    files.set(name, file);
    if (kind === CREATED) files.set(name, { changes: [], isNew: true });
    else if (kind === CHANGED) file.changes.push({ offset, before: journal.subarray(bytesAt, at), size });
    else if (kind === SYNCED) file.changes = [];
    else if (kind === DIRECTORY_SYNCED) for (const each of files.values()) each.isNew = false;
    else throw new Error(`entry of kind ${kind} in the journal of the shim, expected 1 to 4`);
  }
  return files;
}

function takeBack(data: string, files: ReadonlyMap<string, Unsynced>, keeps: (() => boolean) | 'nothing'): void {
  for (const [name, { changes, isNew }] of files) {
    const path = join(data, name);
    if (name === '' || !existsSync(path)) continue;
    const isLost = isNew && (keeps === 'nothing' || !keeps());
    if (isLost) rmSync(path);
    else if (changes.length > 0) writeFileSync(path, afterPowerCut(readFileSync(path), changes, keeps));
  }
}

/** A file as a power cut leaves it: as it was before the changes, but for sectors that had made it to the disk. */
export function afterPowerCut(now: Buffer, changes: readonly Change[], keeps: (() => boolean) | 'nothing'): Buffer {
  const image = Buffer.alloc(Math.max(now.length, ...changes.map((change) => change.size)));
  now.copy(image);
  let size = now.length;
  for (const change of [...changes].reverse()) {
    change.before.copy(image, change.offset);
    size = change.size;
  }
  image.fill(0, size);
  if (keeps === 'nothing') return image.subarray(0, size);
  for (const at of differingSectors(now, image)) {
    if (!keeps()) continue;
    now.copy(image, at, at, at + SECTOR_BYTES);
    size = Math.max(size, Math.min(now.length, at + SECTOR_BYTES));
  }
  return image.subarray(0, size);
}

function differingSectors(now: Buffer, image: Buffer): number[] {
  const sectors: number[] = [];
  for (let at = 0; at < now.length; at += SECTOR_BYTES) {
    const end = Math.min(now.length, at + SECTOR_BYTES);
    if (now.compare(image, at, end, at, end) !== 0) sectors.push(at);
  }
  return sectors;
}

/** Of what was not synced nothing, half or nearly all had made it: a different share at each cut. */
export function randomLoss(random: Random): (() => boolean) | 'nothing' {
  const share = random();
  return share < 0.5 ? 'nothing' : () => random() < share;
}
