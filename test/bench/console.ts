/** P9: consoles that watch: the live stream to many clients while fixes come in, and what that costs those. */
import { connect, type Socket } from 'node:net';
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import { median } from './measure.ts';
import { type Findings, ratioAtMost } from './report.ts';
import { API_KEY, type Server } from './servers.ts';

const CLIENTS = 50;
const REQUEST = `GET /api/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\n\r\n`;
const POSITION = Buffer.from('event: position\n');

interface Watched {
  readonly ackRatio: number;
  readonly ackMs: number;
  /** Heard by each client. */
  readonly bytesPerS: number;
  readonly faults: readonly string[];
}

export async function consoleBench(context: Context): Promise<Findings> {
  const results: Watched[] = [];
  for (let round = 0; round < context.scale.rounds; round++) results.push(await watch(context, round % 2 === 1));
  const ack = {
    target: 'P9',
    name: `ACK p99 with ${CLIENTS} clients of the live stream against without`,
    figure: median(results.map(({ ackMs }) => ackMs)),
    unit: 'ms',
    ratio: median(results.map(({ ackRatio }) => ackRatio)),
    bound: ratioAtMost(1.5),
  };
  const heard = {
    target: '',
    name: '  each client of the live stream hears',
    figure: median(results.map(({ bytesPerS }) => bytesPerS)) / 1000,
    unit: 'KB/s',
    ratio: null,
  };
  return { rows: [scored(ack, results), heard] };
}

/** `isFirst`: whether the watched load comes before the other, in turns: a database grows with each. */
async function watch(context: Context, isFirst: boolean): Promise<Watched> {
  const { rate } = context.scale;
  const paced = { mode: 'open', rate, window: 64, step: 200 } as const;
  const { found, faults } = await context.withGateway(context.fullSeed, async (server) => {
    const alone = (former: number) => context.load(server, { ...context.drive('spread', former), ...paced });
    const watched = async (former: number) => {
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(server)));
      const load = await alone(former);
      const silent = clients.filter((client) => client.isClosed || client.positions === 0).length;
      const bytes = median(clients.map((client) => client.bytes));
      for (const client of clients) client.close();
      return { load, silent, bytesPerS: (bytes * 1000) / (load.endedMs - load.startedMs) };
    };
    const before = isFirst ? null : await alone(0);
    const busy = await watched(isFirst ? 0 : 1);
    const quiet = before ?? (await alone(1));
    return { found: { quiet, busy }, reports: isFirst ? [busy.load, quiet] : [quiet, busy.load] };
  });
  const { quiet, busy } = found;
  const deaf = busy.silent === 0 ? [] : [`${busy.silent} of ${CLIENTS} clients heard nothing, or not to the end`];
  return {
    ackRatio: busy.load.latency.p99Us / quiet.latency.p99Us,
    ackMs: busy.load.latency.p99Us / 1000,
    bytesPerS: busy.bytesPerS,
    faults: [...faults, ...deaf],
  };
}

/** Reads and throws away, as cheaply as can be: it is not the browser that is measured. */
class Client {
  readonly #socket: Socket;
  bytes = 0;
  positions = 0;
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      if (chunk.includes(POSITION)) this.positions += 1;
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('error', () => {});
  }

  /** Resolves once it is greeted. */
  static open(server: Server): Promise<Client> {
    const socket = connect(server.httpPort!, '127.0.0.1');
    socket.write(REQUEST);
    const client = new Client(socket);
    return new Promise((resolve, reject) => {
      socket.once('data', () => resolve(client));
      socket.once('close', () => reject(new Error('the live stream was refused')));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
