/**
 * A socket before it is a connection: what a load balancer says of it is read, TLS is agreed on. It has its place among
 * the connections from its first moment, and no longer than a login may take.
 */
import type { Socket } from 'node:net';
import type { Protocol } from '../../protocols/protocol.ts';
import { countReason } from '../model/tally.ts';
import { normalAddress } from './address.ts';
import type { Guest, Household } from './household.ts';
import { readProxyHeader } from './proxy-header.ts';

type NewcomerHousehold = Pick<Household, 'tally' | 'complaints' | 'limits'>;

export interface NewcomerOptions {
  readonly house: NewcomerHousehold;
  /** Whether a header of the PROXY protocol comes first. */
  readonly isProxied: boolean;
  /** Of the listener, for the log. */
  readonly listener: string;
  /** It is out of the newcomer's hands: a connection now, or on to TLS. `address`: whose it is. */
  readonly onAnnounced: (newcomer: Newcomer, address: string) => void;
  readonly onClosed: (newcomer: Newcomer) => void;
}

export class Newcomer implements Guest {
  readonly address: string;
  readonly socket: Socket;
  readonly protocol: Protocol | null = null;
  readonly isSettled = false;
  readonly isDismissed = false;
  readonly isHolding = false;
  readonly #options: NewcomerOptions;
  #head: Buffer = Buffer.alloc(0);
  #waitedMs = 0;

  constructor(socket: Socket, address: string, options: NewcomerOptions) {
    this.socket = socket;
    this.address = address;
    this.#options = options;
    socket.on('error', this.#socketOnError);
    socket.once('close', this.#socketOnClose);
  }

  /** Reads what comes before the device's own bytes, if anything does. */
  begin(): void {
    if (this.#options.isProxied) this.socket.on('data', this.#socketOnData);
    else this.#options.onAnnounced(this, this.address);
  }

  /** From here on somebody else holds the socket. */
  release(): void {
    this.socket.off('close', this.#socketOnClose);
  }

  transmit(): boolean {
    return false;
  }

  retire(reason: string | null): void {
    if (reason !== null) countReason(this.#options.house.tally.connectionsRefused, reason);
    this.socket.destroy();
  }

  age(elapsedMs: number): void {
    this.#waitedMs += elapsedMs;
    if (this.#waitedMs > this.#options.house.limits.loginDeadlineMs && !this.socket.destroyed) {
      this.retire('login_deadline');
    }
  }

  /** Tells, and ends it. */
  refuse(reason: string, message: string, bytes: Buffer = this.#head): void {
    const { house, listener } = this.#options;
    house.complaints.write({ reason, address: this.address, listener }, bytes, message);
    this.retire(reason);
  }

  #socketOnData = (chunk: Buffer): void => {
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const header = readProxyHeader(this.#head);
    if (header.kind === 'more') return;
    this.socket.off('data', this.#socketOnData);
    if (header.kind === 'none') {
      this.refuse('no_proxy_header', `${header.message}: this port is for load balancers (proxy.listeners)`);
      return;
    }
    this.socket.pause();
    const rest = this.#head.subarray(header.bytes);
    this.#head = Buffer.alloc(0);
    if (rest.length > 0) this.socket.unshift(rest);
    this.#options.onAnnounced(this, header.address === null ? this.address : normalAddress(header.address));
  };

  #socketOnError = (): void => {
    // It closes by itself.
  };

  #socketOnClose = (): void => {
    this.#options.onClosed(this);
  };
}
