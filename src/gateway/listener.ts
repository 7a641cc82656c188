/** One TCP port. The only door to node:net. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Protocol } from '../../protocols/protocol.ts';
import type { TlsIdentity } from './tls-door.ts';

export interface ListenerOptions {
  /** For logs and the ready line: auto, teltonika, gt06, ... */
  readonly name: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly protocol: Protocol | 'auto';
  /** Absent = plain TCP. */
  readonly tls?: TlsIdentity;
  /** Tells who may speak for others by the PROXY protocol, which then everybody has to; absent = it is not spoken. */
  readonly isTrustedProxy?: (address: string) => boolean;
}

export interface BoundAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Trackers reconnect all at once after an outage; as many as the kernel allows wait to be accepted. */
const BACKLOG = 4_096;
/** Finds peers that went without a word long before the idle time-out does. */
const KEEP_ALIVE_MS = 60_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;

  constructor(options: ListenerOptions, serverOnConnection: (socket: Socket) => void) {
    this.#options = options;
    const socketOptions = {
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // A device may say all it has and close its side; it still gets its answers.
      allowHalfOpen: true,
    };
    this.#server = createServer(socketOptions, serverOnConnection);
  }

  /** Rejects with the system's error (EADDRINUSE, EACCES, ...), which names address and port. */
  listen(): Promise<BoundAddress> {
    const { name, host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        const bound = this.#server.address() as AddressInfo;
        resolve({ name, host: bound.address, port: bound.port });
      });
    });
  }

  /** Told what accepting fails with later on (too many open files, ...); the port stays open. */
  onError(serverOnError: (error: Error) => void): void {
    this.#server.on('error', serverOnError);
  }

  /** Takes no new connections; those it took live on. */
  close(): void {
    if (this.#server.listening) this.#server.close();
  }
}
