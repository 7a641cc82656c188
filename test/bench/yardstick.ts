/**
 * The least a server can do, as a process of its own: `tsx yardstick.ts bare|append DIRECTORY`. `bare` frames the stream
 * and acknowledges; `append` also appends every frame to a file and syncs it once per event-loop turn before it does.
 * No CRC, no tracker, no task. Prints `{"port": N}` once it listens.
 */
import { fdatasyncSync, openSync, writevSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

const LOGIN_BYTES = 17;
/** Preamble, length; and the checksum behind the data. */
const ENVELOPE_BYTES = 12;
const WELCOME = Buffer.of(1);

const [, , kind, directory = '.'] = process.argv;
const file = kind === 'append' ? openSync(join(directory, 'frames'), 'a') : null;
let appended: Buffer[] = [];
let owed: { readonly socket: Socket; readonly answers: Buffer }[] = [];

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | null = null;
  let hasLogin = false;
  socket.on('data', (chunk) => {
    let bytes: Buffer = rest === null ? chunk : Buffer.concat([rest, chunk]);
    if (!hasLogin && bytes.length >= LOGIN_BYTES) {
      hasLogin = true;
      bytes = bytes.subarray(LOGIN_BYTES);
      socket.write(WELCOME);
    }
    const end = hasLogin ? answer(socket, bytes) : 0;
    // A copy, or the slice would keep the whole read buffer alive.
    rest = end === bytes.length ? null : Buffer.from(bytes.subarray(end));
  });
  socket.on('error', () => socket.destroy());
});

/** Acknowledges all whole frames with one write; returns where the first incomplete one begins. */
function answer(socket: Socket, bytes: Buffer): number {
  let end = 0;
  const counts: number[] = [];
  while (end + ENVELOPE_BYTES <= bytes.length) {
    const next = end + ENVELOPE_BYTES + bytes.readUInt32BE(end + 4);
    if (next > bytes.length) break;
    counts.push(bytes[end + 9]!);
    end = next;
  }
  if (counts.length === 0) return end;
  const answers = Buffer.alloc(4 * counts.length);
  counts.forEach((count, i) => {
    answers.writeUInt32BE(count, 4 * i);
  });
  if (file === null) socket.write(answers);
  else keep(socket, bytes.subarray(0, end), answers);
  return end;
}

function keep(socket: Socket, frames: Buffer, answers: Buffer): void {
  if (owed.length === 0) setImmediate(sync);
  appended.push(frames);
  owed.push({ socket, answers });
}

function sync(): void {
  for (let at = 0; at < appended.length; at += 1000) writevSync(file!, appended.slice(at, at + 1000));
  fdatasyncSync(file!);
  for (const { socket, answers } of owed) if (!socket.destroyed) socket.write(answers);
  appended = [];
  owed = [];
}

server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
