/** Whether the data directory can be used: written to, with room, on a disk that keeps its promises. */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Finding, failure, fine, warning } from './finding.ts';

/** `probedMs`: the time that the file system put on a file just written; null = none could be written. */
export interface PlaceReport {
  readonly findings: readonly Finding[];
  readonly probedMs: number | null;
}

export function placeReport(directory: string, leastFreeBytes: number): PlaceReport {
  const path = resolve(directory);
  const existing = nearestExisting(path);
  if (!statSync(existing).isDirectory()) {
    const repair = 'choose another --data directory, or move that file away';
    return { findings: [failure('directory', `${existing} is no directory`, repair)], probedMs: null };
  }
  const probe = probeIn(existing);
  if ('error' in probe) return { findings: [notWritable(path, existing, probe.error)], probedMs: null };
  const seen = existing === path ? `${path} can be written` : `${path} can be created`;
  return {
    findings: [fine('directory', seen), roomFinding(existing, leastFreeBytes), diskFinding(existing)],
    ...probe,
  };
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function probeIn(directory: string): { readonly probedMs: number } | { readonly error: Error } {
  const path = join(directory, `.milepost-doctor-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(path, 'probe', { flag: 'wx', flush: true });
    return { probedMs: statSync(path).mtimeMs };
  } catch (error) {
    return { error: error as Error };
  } finally {
    rmSync(path, { force: true });
  }
}

function notWritable(path: string, existing: string, error: Error): Finding {
  const { code = '' } = error as NodeJS.ErrnoException;
  const seen = `${existing === path ? path : `${path} cannot be created: ${existing}`} cannot be written (${code || error.message})`;
  const repair =
    code === 'EROFS'
      ? 'mount it for writing, or choose another --data directory'
      : code === 'ENOSPC'
        ? 'free some room on that disk, or choose another --data directory'
        : `give this user write access (chown or chmod ${existing}), or choose another --data directory`;
  return failure('directory', seen, repair);
}

function roomFinding(directory: string, leastFreeBytes: number): Finding {
  const { bavail, bsize } = statfsSync(directory);
  const freeBytes = bavail * bsize;
  const seen = `${megabytes(freeBytes)} free`;
  if (freeBytes >= leastFreeBytes) return fine('room', seen);
  return warning(
    'room',
    `${seen}, limits.free-disk warns below ${megabytes(leastFreeBytes)}`,
    'free some room, keep less (--retention-fixes, see `milepost retention`), or choose another --data directory',
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000)} MB`;
}

/** `f_type` of statfs(2), as linux/magic.h names them. */
const NETWORK_DISKS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x65735546, 'FUSE'],
]);

/** `type` is only looked up by tests: a network disk cannot be had everywhere. */
export function diskFinding(directory: string, type: number = statfsSync(directory).type): Finding {
  const name = NETWORK_DISKS.get(type >>> 0);
  if (name === undefined) return fine('disk', 'a local file system');
  return warning(
    'disk',
    `${directory} lies on a ${name} file system, where locks and syncs may not be what SQLite needs`,
    'choose a --data directory on a local disk, and carry copies away with `milepost backup`',
  );
}
