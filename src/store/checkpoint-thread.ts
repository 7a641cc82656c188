/** The checkpoint thread: folds the log into the database each time it is told to, on a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { DATABASE_FILE, openFile } from './directory.ts';

/** For a moment between two commits; a line that is never idle has many of them. */
const BUSY_MS = 100;
/** 64 MiB: each time costs the commits of some 50 ms one wait, however little there is to fold. */
const RESTART_PAGES = 16_384;

const { directory } = workerData as { readonly directory: string };
const db = openFile(directory, DATABASE_FILE, BUSY_MS);

parentPort?.on('message', () => {
  try {
    // PASSIVE waits for nobody, and nobody for it: what is in use stays in the log until the next time.
    const [{ log }] = db.pragma('wal_checkpoint(PASSIVE)') as [{ readonly log: number }];
    // Under load commits have added to the log meanwhile, so that it would grow until one of them had to fold all of it.
    // The little that they have added is folded while they wait, and the log begins anew.
    if (log >= RESTART_PAGES) db.pragma('wal_checkpoint(RESTART)');
  } catch {
    // The disk is full or gone: the line finds out by itself and says so, and the log keeps what it has.
  }
  parentPort?.postMessage('done');
});
