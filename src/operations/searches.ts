/**
 * Searches beside the line: lists, counts, histories and tracks are read on a thread and a connection of their own, so
 * that they hold up no commit. One at a time, in the order they were asked: more would take processors from the line.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { openReader } from '../store/open.ts';
import { StorageError } from '../store/store.ts';
import { type Answers, answer, type Question, type QuestionKind } from './questions.ts';

export interface Searches {
  /**
   * Answers with what was committed before the call, or later. Rejects with StorageError when the disk does not answer,
   * and with SearchRefused when too many wait or the gateway closes.
   */
  ask<K extends QuestionKind>(question: Extract<Question, { kind: K }>): Promise<Answers[K]>;
  /** Refuses what waits and ends the thread. */
  close(): Promise<void>;
}

/** Not searched: a later try may be. */
export class SearchRefused extends Error {
  readonly code: 'busy' | 'closing';
  constructor(code: SearchRefused['code'], message: string) {
    super(message);
    this.name = 'SearchRefused';
    this.code = code;
  }
}

/** What comes back from the thread. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answers[QuestionKind] }
  | { readonly kind: 'storage'; readonly code: string; readonly message: string }
  | { readonly kind: 'fault'; readonly message: string; readonly stack: string };

export interface SearchThread {
  post(question: Question): void;
  stop(): Promise<unknown>;
}

export interface ThreadEvents {
  onReply(reply: Reply): void;
  /** It has ended by itself, once, with a question unanswered or not. */
  onEnd(reason: unknown): void;
}

export interface SearchLimits {
  /** Questions that may wait; one more is refused. */
  readonly waitingMax: number;
  /** How long closing waits for a search that is running: SQLite cannot be interrupted. */
  readonly closingMs: number;
}

export function openSearches(directory: string, limits: SearchLimits): Searches {
  return new SearchDesk((events) => startThread(directory, events), limits);
}

/** On the calling thread: for a program that has no line to hold up. */
export function searchInPlace(directory: string): Searches {
  const reader = openReader(directory);
  return {
    ask: async <K extends QuestionKind>(question: Extract<Question, { kind: K }>) =>
      (await answer(reader, question)) as Answers[K],
    close: async () => reader.close(),
  };
}

interface Errand {
  readonly question: Question;
  readonly resolve: (answer: Answers[QuestionKind]) => void;
  readonly reject: (error: unknown) => void;
}

export class SearchDesk implements Searches {
  readonly #start: (events: ThreadEvents) => SearchThread;
  readonly #limits: SearchLimits;
  /** Started by the first question, and anew by the first after its end. */
  #thread: SearchThread | null = null;
  #running: Errand | null = null;
  #waiting: Errand[] = [];
  #isClosed = false;

  constructor(start: (events: ThreadEvents) => SearchThread, limits: SearchLimits) {
    this.#start = start;
    this.#limits = limits;
  }

  ask<K extends QuestionKind>(question: Extract<Question, { kind: K }>): Promise<Answers[K]> {
    const { waitingMax } = this.#limits;
    if (this.#isClosed) return Promise.reject(closing());
    if (this.#waiting.length >= waitingMax) {
      return Promise.reject(new SearchRefused('busy', `${waitingMax} searches are waiting already, expected fewer`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve: resolve as Errand['resolve'], reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const errand of this.#waiting.splice(0)) errand.reject(closing());
    this.#running?.reject(closing());
    const thread = this.#thread;
    if (thread === null) return;
    let limit: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      limit = setTimeout(resolve, this.#limits.closingMs);
    });
    await Promise.race([thread.stop(), patience]);
    clearTimeout(limit);
  }

  #next(): void {
    if (this.#running !== null) return;
    const errand = this.#waiting.shift();
    if (errand === undefined) return;
    this.#running = errand;
    try {
      this.#thread ??= this.#startThread();
      this.#thread.post(errand.question);
    } catch (error) {
      this.#settle((failed) => failed.reject(error));
    }
  }

  #startThread(): SearchThread {
    return this.#start({
      onReply: (reply) => this.#settle((errand) => give(errand, reply)),
      onEnd: (reason) => {
        this.#thread = null;
        this.#settle((errand) =>
          errand.reject(new Error('the search thread ended over a question', { cause: reason })),
        );
      },
    });
  }

  #settle(settle: (errand: Errand) => void): void {
    const errand = this.#running;
    this.#running = null;
    if (errand !== null) settle(errand);
    this.#next();
  }
}

function closing(): SearchRefused {
  return new SearchRefused('closing', 'the gateway is closing');
}

function give({ resolve, reject }: Errand, reply: Reply): void {
  if (reply.kind === 'answer') resolve(reply.answer);
  else if (reply.kind === 'storage') reject(new StorageError(reply.code, reply.message));
  else reject(Object.assign(new Error(reply.message), { stack: reply.stack }));
}

/** What one search may take of memory beside SQLite's own; a page of 100 000 fixes was seen to take 400. */
const HEAP_MB_MAX = 1024;

function startThread(directory: string, { onReply, onEnd }: ThreadEvents): SearchThread {
  const worker = newWorker({
    workerData: { directory },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
  let reason: unknown = 'it ended by itself';
  worker.on('message', onReply);
  worker.on('error', (error) => {
    reason = error;
  });
  worker.on('messageerror', (error) => {
    reason = error;
    void worker.terminate();
  });
  worker.once('exit', () => onEnd(reason));
  // An idle thread is no reason for the program to stay.
  worker.unref();
  return { post: (question) => worker.postMessage(question), stop: () => worker.terminate() };
}

/** Built, the thread's file lies beside this one as JavaScript. From the sources, a new thread has no loader for them yet. */
function newWorker(options: WorkerOptions): Worker {
  const entry = new URL('./search-thread.ts', import.meta.url).href;
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(entry.replace(/ts$/, 'js')), options);
  const loading = `import("tsx/esm/api").then(({ register }) => { register(); return import("${entry}"); })`;
  return new Worker(loading, { ...options, eval: true });
}
