/** The search thread: opens the directory to read it, and answers one question after the other. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { DataDirectoryError } from '../store/directory.ts';
import { openReader } from '../store/open.ts';
import { type Reader, StorageError } from '../store/store.ts';
import { answer, type Question } from './questions.ts';
import type { Reply } from './searches.ts';

const { directory } = workerData as { readonly directory: string };
let reader: Reader | null = null;

stepBack();

parentPort?.on('message', async (question: Question) => {
  const reply = await replyTo(question);
  const isPage = reply.kind === 'answer' && reply.answer !== null && 'page' in reply.answer;
  parentPort?.postMessage(reply, isPage ? [reply.answer.page.bytes.buffer] : []);
});

async function replyTo(question: Question): Promise<Reply> {
  try {
    reader ??= openReader(directory);
    return { kind: 'answer', answer: await answer(reader, question) };
  } catch (error) {
    return failed(error);
  }
}

/** In words: errors of SQLite do not survive the way to the other thread. */
function failed(error: unknown): Reply {
  if (error instanceof StorageError || error instanceof DataDirectoryError) {
    return { kind: 'storage', code: error.code, message: error.message };
  }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'fault', message, stack };
}

/**
 * Where the two share a processor, the line goes first: on Linux a thread has a priority of its own, by its number.
 * Elsewhere searches take their share.
 */
function stepBack(): void {
  try {
    const [thread] = readlinkSync('/proc/thread-self').split('/').slice(-1);
    setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not Linux, or not allowed.
  }
}
