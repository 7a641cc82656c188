/** A protocol without logins through the real program: registered by ten digits, let in by its first frame, read back from disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeBinary, encodeText } from '../../protocols/h02/device.ts';
import { ask, kill, startGateway, until } from './program.ts';

const ID = '4210051415';
const PLACE = { latDeg: 9.5, lonDeg: -84, speedKnots: 10, courseDeg: 90 };
const FIRST_MS = Date.UTC(2026, 4, 4, 8);

function saidTo(port: number, ...frames: Buffer[]): { socket: Socket; heard: () => string } {
  let heard = '';
  const socket = connect(port, '127.0.0.1', () => void socket.write(Buffer.concat(frames)));
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  return { socket, heard: () => heard };
}

it('stores text and binary positions of a device that only has ten digits', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'milepost-h02-'));
  const data = join(directory, 'data');
  let gateway = await startGateway(data);
  const { id } = await ask<{ id: number }>(gateway, '/api/trackers', { label: 'Van', imei: ID });
  const text = encodeText(ID, { ...PLACE, timeMs: FIRST_MS });
  const { socket, heard } = saidTo(
    gateway.trackersPort,
    text,
    encodeBinary(ID, { ...PLACE, timeMs: FIRST_MS + 10_000 }),
  );
  const fixes = async () => {
    const path = `/api/trackers/${id}/fixes?from=2026-05-04T00:00:00Z&to=2026-05-05T00:00:00Z`;
    return (await ask<{ fixes: { time: string; lat: number; lon: number; speed: number }[] }>(gateway, path)).fixes;
  };
  const expected = [FIRST_MS, FIRST_MS + 10_000].map((ms) => ({
    time: new Date(ms).toISOString(),
    lat: 9.5,
    lon: -84,
    speed: 18.52,
  }));

  await until('both are stored', async () => (await fixes()).length === 2);
  expect(heard()).toMatch(/^\*HQ,4210051415,V4,V1,\d{14}#$/);
  socket.destroy();
  await kill(gateway.process, 'SIGKILL');
  gateway = await startGateway(data);
  expect(await fixes()).toMatchObject(expected);
  await kill(gateway.process, 'SIGTERM');
  rmSync(directory, { recursive: true });
}, 60_000);
