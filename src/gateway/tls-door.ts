/** TLS on sockets that a listener has taken. The only door to node:tls. */
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';

/** What a port proves who it is with. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** What a failed handshake was, for the metrics and for people. */
interface TlsFailure {
  readonly reason: 'not_tls' | 'tls_failed';
  readonly message: string;
}

export interface TlsDoorOptions<Entrant> {
  readonly identity: TlsIdentity;
  readonly onSecured: (entrant: Entrant, secured: TLSSocket) => void;
  /** `address`: of the peer, as far as it is known any more. */
  readonly onFailed: (failure: TlsFailure, address: string) => void;
}

export class TlsDoor<Entrant> {
  readonly #server: Server;
  /** Whose handshakes are under way. */
  readonly #entrants = new Map<string, Entrant>();

  /** Throws where certificate and key are no pair, or cannot be read. */
  constructor({ identity, onSecured, onFailed }: TlsDoorOptions<Entrant>) {
    // It never listens: sockets are handed in, and whoever handed them in ends those that take too long.
    this.#server = createServer({ ...identity, allowHalfOpen: true });
    this.#server.on('secureConnection', (secured: TLSSocket) => {
      const place = placeOf(secured);
      const entrant = this.#entrants.get(place);
      this.#entrants.delete(place);
      if (entrant === undefined) secured.destroy();
      else onSecured(entrant, secured);
    });
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, secured: TLSSocket) => {
      onFailed(failureOf(error), secured.remoteAddress ?? '');
      secured.destroy();
    });
  }

  enter(socket: Socket, entrant: Entrant): void {
    const place = placeOf(socket);
    this.#entrants.set(place, entrant);
    socket.once('close', () => this.#entrants.delete(place));
    this.#server.emit('connection', socket);
  }

  /** For connections to come. Throws where it is no pair, and stays as it was. */
  renew(identity: TlsIdentity): void {
    this.#server.setSecureContext(identity);
  }
}

/** No two open sockets have the same. */
function placeOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}

/** What OpenSSL says of bytes that are no TLS at all. */
const NOT_TLS =
  /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE/;

function failureOf({ code = '', message }: NodeJS.ErrnoException): TlsFailure {
  if (NOT_TLS.test(code)) {
    return { reason: 'not_tls', message: 'this port speaks TLS only: switch it on in the device, or use another port' };
  }
  return { reason: 'tls_failed', message: `TLS was not agreed on: ${code === '' ? message : code}` };
}
