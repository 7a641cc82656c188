/** A time server on this machine, and what it may do wrong. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { askTimeServer } from '../../../src/ops/doctor/sntp.ts';

const NOW = Date.UTC(2026, 9, 1, 12);
const EPOCH_S = 2_208_988_800;
/** Long enough for an answer on a busy machine, and never waited for where there is one. */
const LIMIT_MS = 10_000;

let socket: Socket;
afterEach(() => socket.close());

/** Answers each question with what `answers` makes of it. */
async function server(answers: (question: Buffer) => readonly Buffer[]): Promise<{ host: string; port: number }> {
  socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    for (const answer of answers(question)) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { host: '127.0.0.1', port: socket.address().port };
}

function answer(question: Buffer, serverMs: number, part: { mode?: number; stratum?: number } = {}): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = 0x20 | (part.mode ?? 4);
  packet[1] = part.stratum ?? 2;
  question.copy(packet, 24, 40, 48);
  for (const at of [32, 40]) {
    packet.writeUInt32BE((Math.floor(serverMs / 1000) + EPOCH_S) % 2 ** 32, at);
    packet.writeUInt32BE(Math.floor(((serverMs % 1000) / 1000) * 2 ** 32), at + 4);
  }
  return packet;
}

describe('a time server', () => {
  it.each([0, 1500, -1500, 86_400_000, -400 * 86_400_000])('that this clock is %i ms ahead of', async (aheadMs) => {
    const place = await server((question) => [answer(question, NOW - aheadMs)]);
    expect(await askTimeServer(place, () => NOW, LIMIT_MS)).toBe(aheadMs);
  });

  it('is understood after 2036, when its seconds begin anew', async () => {
    const later = Date.UTC(2040, 0, 1);
    const place = await server((question) => [answer(question, later - 3000)]);
    expect(await askTimeServer(place, () => later, LIMIT_MS)).toBe(3000);
  });

  it('takes half of the way there and back out', async () => {
    const times = [NOW, NOW + 400];
    const place = await server((question) => [answer(question, NOW + 200)]);
    expect(await askTimeServer(place, () => times.shift() ?? NOW, LIMIT_MS)).toBe(0);
  });

  it('is waited for past answers to other questions, and past what is none', async () => {
    const place = await server((question) => [
      Buffer.from('hello'),
      answer(Buffer.alloc(48), NOW - 9_000_000),
      answer(question, NOW - 9_000_000, { mode: 3 }),
      answer(question, NOW - 9_000_000, { stratum: 0 }),
      answer(question, NOW - 2000),
    ]);
    expect(await askTimeServer(place, () => NOW, LIMIT_MS)).toBe(2000);
  });

  it('that says nothing is given up', async () => {
    const place = await server(() => []);
    await expect(askTimeServer(place, () => NOW, 20)).rejects.toThrow('no answer within 20 ms');
  });
});
