/** UDP through the real program: the vendor's example pair, and what comes again is recognised. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, type Gateway, kill, startGateway } from './program.ts';

/** Teltonika "Codec", "Communication with server over UDP", example. */
const SAID =
  '003dcafe0105000f33353230393330383634303336353508010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001';
const ANSWERED = '0005cafe010501';
const IMEI = '352093086403655';

let directory: string;
let gateway: Gateway;
let device: Socket;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-udp-'));
  gateway = await startGateway(join(directory, 'data'), undefined, '--teltonika-udp', '0');
  device = createSocket('udp4');
}, 60_000);
afterEach(async () => {
  device.close();
  await kill(gateway.process, 'SIGTERM');
  rmSync(directory, { recursive: true });
});

async function say(hex: string): Promise<string> {
  const answer = once(device, 'message') as Promise<[Buffer]>;
  device.send(Buffer.from(hex, 'hex'), gateway.ports['teltonika-udp']!, '127.0.0.1');
  const [bytes] = await answer;
  return bytes.toString('hex');
}

it("answers the vendor's datagram byte for byte, and stores what comes twice once", async () => {
  const { id } = await ask<{ id: number }>(gateway, '/api/trackers', { label: 'Van', imei: IMEI });
  expect(await say(SAID)).toBe(ANSWERED);
  expect(await say(SAID)).toBe(ANSWERED);
  expect(await say(SAID.replace('cafe', 'caff'))).toBe('0005caff010501');
  const { fixes } = await ask<{ fixes: { time: string }[] }>(
    gateway,
    `/api/trackers/${id}/fixes?from=2019-06-13T00:00:00Z&to=2019-06-14T00:00:00Z`,
  );
  expect(fixes.map(({ time }) => time)).toEqual(['2019-06-13T06:23:26.000Z']);
}, 60_000);
