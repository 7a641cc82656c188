/** Disks that stop working on command: a small one that is filled up, and one under the shim. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiskFault, prepareShim, shimObstacle } from './disk-shim.ts';
import type { Environment } from './program.ts';

export interface Medium {
  /** The data directory. */
  readonly data: string;
  /** For the gateway. */
  readonly environment: Environment;
  fail(): void;
  heal(): void;
  remove(): void;
}

export interface MediumKind {
  readonly name: string;
  /** What /readyz has to say for a reason. */
  readonly reason: RegExp;
  /** Why there can be none here, or null. */
  readonly obstacle: string | null;
  make(workshop: string): Medium;
}

const SMALL = '24m';
const PAGES_LEFT_BYTES = 96 * 1024;

const SMALL_FILE_SYSTEM: MediumKind = {
  name: 'a small file system is full',
  reason: /full|no space/,
  obstacle: mountObstacle(),
  make: makeSmallFileSystem,
};
const NO_GROWTH = shimmed('no file can grow', /full|no space/, 'full');
const NO_WRITES = shimmed('writes fail', /I\/O error|i\/o error/, 'write');
const NO_SYNCS = shimmed('syncs fail', /I\/O error|i\/o error/, 'sync');

export const MEDIA: readonly MediumKind[] = [SMALL_FILE_SYSTEM, NO_GROWTH, NO_WRITES, NO_SYNCS];

/** One kind of full disk and one kind of broken one. */
export const SAMPLE_OF_MEDIA: readonly MediumKind[] = [
  SMALL_FILE_SYSTEM.obstacle === null ? SMALL_FILE_SYSTEM : NO_GROWTH,
  NO_SYNCS,
];

function shimmed(name: string, reason: RegExp, fault: DiskFault): MediumKind {
  return {
    ...{ name, reason, obstacle: shimObstacle() },
    make(workshop) {
      const data = join(workshop, 'data');
      mkdirSync(data);
      const shim = prepareShim({ workshop, data, keepsJournal: false });
      return {
        ...{ data, environment: shim.environment },
        fail: () => shim.fail(fault),
        heal: () => shim.fail(null),
        remove: () => {},
      };
    },
  };
}

/** Mounting takes rights that a developer's machine seldom gives; the shim's full disk stands in for it there. */
function mountObstacle(): string | null {
  if (process.platform !== 'linux') return `no tmpfs on ${process.platform}`;
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
    ? null
    : 'no right to mount';
}

function makeSmallFileSystem(workshop: string): Medium {
  const data = join(workshop, 'small');
  const filler = join(data, 'filler');
  mkdirSync(data);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'tmpfs', data], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`);
  return {
    ...{ data, environment: {} },
    fail: () => fill(filler, data),
    heal: () => rmSync(filler),
    remove: () => void spawnSync('umount', ['--lazy', data]),
  };
}

/**
 * Leaves a few pages, so that the gateway itself meets the end: a small commit may fit where a larger one does not. It may
 * take more than these meanwhile; then there is no room left at all.
 */
function fill(path: string, fileSystem: string): void {
  const { bavail, bsize } = statfsSync(fileSystem);
  try {
    writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - PAGES_LEFT_BYTES)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
