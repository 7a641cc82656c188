/** The checkpoint thread: folds the log into the database each time it is told to, on a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { DATABASE_FILE, openFile } from './directory.ts';

const { directory } = workerData as { readonly directory: string };
const db = openFile(directory, DATABASE_FILE, 0);

parentPort?.on('message', () => {
  try {
    // PASSIVE waits for nobody, and nobody for it: what is in use stays in the log until the next time.
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // The disk is full or gone: the line finds out by itself and says so, and the log keeps what it has.
  }
  parentPort?.postMessage('done');
});
