/**
 * Folding the write-ahead log into the database beside the line. Within a commit it would hold up everything for the
 * time of a second sync, that of the database file. Without this thread, or where it does not keep up, SQLite does it
 * within a commit as soon as the log is longer than LOG_PAGES_MAX (store/database.ts).
 */
import { Worker } from 'node:worker_threads';

const SOURCE = /\.ts$/;
/** A new thread has no loader for the sources, which tests run from. */
const FROM_SOURCE = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
})`;

export class Checkpoints {
  readonly #worker: Worker;
  #running: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  #hasEnded = false;

  /** `onEnd`: the thread has ended by itself. */
  constructor(directory: string, onEnd: (error: unknown) => void) {
    const { url } = import.meta;
    const entry = new URL('./checkpoint-thread.ts', url).href;
    this.#worker = SOURCE.test(url)
      ? new Worker(FROM_SOURCE, { eval: true, workerData: { directory, entry } })
      : new Worker(new URL(entry.replace(SOURCE, '.js')), { workerData: { directory } });
    this.#worker.on('message', () => this.#end());
    this.#worker.on('error', onEnd);
    this.#worker.once('exit', () => {
      this.#hasEnded = true;
      this.#end();
    });
    // An idle thread is no reason for the program to stay.
    this.#worker.unref();
  }

  /** Resolves once it is done; one at a time. */
  run(): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    if (this.#running === null) {
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#running = { ended, end };
      this.#worker.postMessage('run');
    }
    return this.#running.ended;
  }

  /** To be awaited before the store is closed: the last one to close folds and removes the log. */
  async stop(): Promise<void> {
    this.#hasEnded = true;
    await this.#running?.ended;
    await this.#worker.terminate();
  }

  #end(): void {
    this.#running?.end();
    this.#running = null;
  }
}
