/** The smallest other end: a TCP server on a free port that does with each chunk what a test says. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface TinyGateway {
  readonly host: string;
  readonly port: number;
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

/** `port` 0 = any free one. A socket that is ended by the peer is ended by us. */
export async function tinyGateway(
  socketOnData: (socket: Socket, chunk: Buffer) => void,
  port = 0,
  socketOnConnect: (socket: Socket) => void = () => {},
): Promise<TinyGateway> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => socketOnData(socket, chunk));
    socketOnConnect(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
