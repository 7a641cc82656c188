/** The doors of a running gateway: ports for trackers and for HTTP, their certificates, and what it takes to open and close them. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DATAGRAM_PROTOCOL_NAMES, PROTOCOL_NAMES, protocolNamed } from '../protocols/index.ts';
import type { DatagramOptions } from './gateway/datagrams.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway/limits.ts';
import type { BoundAddress, ListenerOptions } from './gateway/listener.ts';
import { inNetworks } from './gateway/sources.ts';
import type { TlsIdentity } from './gateway/tls-door.ts';
import type { Line } from './intake/line.ts';
import type { Tally } from './model/tally.ts';
import { Certificate } from './ops/certificate.ts';
import type { Clock } from './ops/clock.ts';
import type { Log } from './ops/log.ts';
import type { Config } from './ops/settings.ts';

/** The gateway cannot start. The message is one line and ends with the repair. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

/** Of the 5 s that a shutdown may take. */
const CLOSING_MS = 3000;
export const CLOSING_HTTP_MS = 1000;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

export function openGateway(
  config: Config,
  line: Line,
  clock: Clock,
  tally: Tally,
  log: Log,
  certificate: Certificate | null,
): Gateway {
  return createGateway({
    intake: line,
    now: clock,
    tally,
    log,
    listeners: listenersOf(config, certificate),
    datagrams: datagramPorts(config),
    limits: gatewayLimits(config),
  });
}

function listenersOf(config: Config, certificate: Certificate | null): readonly ListenerOptions[] {
  const host = config['tcp.host'];
  const listeners: ListenerOptions[] = [];
  if (config['tcp.port'] !== null) listeners.push({ name: 'auto', host, port: config['tcp.port'], protocol: 'auto' });
  const tls = identityOf(config, certificate);
  const tlsPort = config['tcp.tls.port'];
  if (tlsPort !== null && tls !== null) listeners.push({ name: 'tls', host, port: tlsPort, protocol: 'auto', tls });
  for (const name of PROTOCOL_NAMES) {
    const port = config[`${name}.port`];
    if (port !== null) listeners.push({ name, host, port, protocol: protocolNamed(name) });
  }
  return behindProxies(config, listeners);
}

/** Listeners that only load balancers reach. */
function behindProxies(config: Config, listeners: readonly ListenerOptions[]): readonly ListenerOptions[] {
  const { 'proxy.listeners': names, 'proxy.trusted': trusted } = config;
  if (names === null) return listeners;
  if (trusted === null)
    throw new StartError('proxy.listeners is set and proxy.trusted is not: name the load balancers');
  const unknown = names.filter((name) => !listeners.some((listener) => listener.name === name));
  if (unknown.length > 0) {
    const known = listeners.map(({ name }) => name).join(', ');
    throw new StartError(`proxy.listeners: no port is called ${unknown.join(', ')}; those that are open are ${known}`);
  }
  const isTrustedProxy = inNetworks(trusted);
  return listeners.map((listener) => (names.includes(listener.name) ? { ...listener, isTrustedProxy } : listener));
}

export interface Certificates {
  readonly trackers: Certificate | null;
  readonly http: Certificate | null;
  look(): void;
}

export function openCertificates(config: Config, log: Log): Certificates {
  if (config['tcp.tls.port'] !== null && config['tls.cert'] === null) {
    throw new StartError('tcp.tls.port is set and tls.cert is not: name the files of a certificate and of its key');
  }
  const trackers = openCertificate('tls', config['tls.cert'], config['tls.key'], log);
  const http = openCertificate('http.tls', config['http.tls.cert'], config['http.tls.key'], log);
  return {
    trackers,
    http,
    look() {
      trackers?.look();
      http?.look();
    },
  };
}

function openCertificate(
  prefix: string,
  certPath: string | null,
  keyPath: string | null,
  log: Log,
): Certificate | null {
  if (certPath === null && keyPath === null) return null;
  if (certPath === null || keyPath === null) {
    throw new StartError(`of ${prefix}.cert and ${prefix}.key one is set: they are needed both`);
  }
  try {
    return new Certificate({ certPath, keyPath, log });
  } catch (error) {
    const { message } = error as Error;
    throw new StartError(
      `${prefix}.cert and ${prefix}.key: ${message}: name a certificate and its key as PEM files`,
      error,
    );
  }
}

export function minVersionOf(config: Config): TlsIdentity['minVersion'] {
  return `TLSv${config['tls.min-version']}`;
}

export function identityOf(config: Config, certificate: Certificate | null): TlsIdentity | null {
  return certificate && { ...certificate.pair, minVersion: minVersionOf(config) };
}

export function hasCertificates({ trackers, http }: Certificates): boolean {
  return trackers !== null || http !== null;
}

function datagramPorts(config: Config): DatagramOptions[] {
  return DATAGRAM_PROTOCOL_NAMES.flatMap((name) => {
    const port = config[`${name}.udp`];
    return port === null
      ? []
      : [{ name: `${name}-udp`, host: config['tcp.host'], port, protocol: protocolNamed(name) }];
  });
}

function gatewayLimits(config: Config): GatewayLimits {
  return {
    connectionsMax: config['limits.connections'],
    connectionsPerAddressMax: config['limits.connections-per-address'],
    newConnectionsPerSecondMax: config['limits.new-connections-per-second'] ?? Infinity,
    loginDeadlineMs: config['limits.login-deadline'],
    idleTimeoutMs: config['limits.idle-timeout'],
    sessionHoldMs: config['limits.session-hold'] ?? 0,
    strangerBytesMax: config['limits.stranger-bytes'],
    unsettledFramesMax: config['limits.unsettled-frames'],
    framesPerSecondMax: config['limits.frames-per-second'] ?? Infinity,
    unsentBytesMax: config['limits.unsent-bytes'],
    refusedFramesMax: config['limits.refused-frames'],
    junkBytesMax: config['limits.junk-bytes'],
    unsettledDatagramsMax: config['limits.unsettled-datagrams'],
    strangeDatagramsPerSecondMax: config['limits.strange-datagrams'],
    complaintsPerMinuteMax: config['limits.complaints-per-minute'],
    closingMs: CLOSING_MS,
    commandAnswerMs: config['commands.answer-within'],
    commandQuietMs: DEFAULT_LIMITS.commandQuietMs,
    commandHoldMs: DEFAULT_LIMITS.commandHoldMs,
  };
}

export async function listenHttp(server: FastifyInstance, config: Config): Promise<BoundAddress> {
  try {
    await server.listen({ host: config['http.host'], port: config['http.port'] });
  } catch (error) {
    throw portError(error);
  }
  const { address, port } = server.server.address() as AddressInfo;
  return { name: 'http', host: address, port };
}

/** Requests being answered are finished, within reason. */
export async function closeHttp(server: FastifyInstance): Promise<void> {
  const limit = setTimeout(() => server.server.closeAllConnections(), CLOSING_HTTP_MS);
  await server.close();
  clearTimeout(limit);
}

export async function listenTrackers(gateway: Gateway): Promise<readonly BoundAddress[]> {
  try {
    return await gateway.listen();
  } catch (error) {
    throw portError(error);
  }
}

const PORT_REPAIRS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: stop the program that holds it or choose another port (0 = any free one)',
  EACCES: 'may not be opened by this user: choose a port above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine: choose one that is, or 0.0.0.0',
  ENOTFOUND: 'is not a known host: choose an address of this machine, or 0.0.0.0',
};

/** A system error of `listen` in the operator's words; anything else as it is. */
function portError(error: unknown): unknown {
  const { code, address, hostname, port } = error as {
    code?: string;
    address?: string;
    hostname?: string;
    port?: number;
  };
  const repair = code === undefined ? undefined : PORT_REPAIRS[code];
  if (repair === undefined) return error;
  const place = code === 'EADDRINUSE' || code === 'EACCES' ? `port ${port} on ${address}` : (address ?? hostname);
  return new StartError(`${place} ${repair}`, error);
}

/** IPv6 addresses stand in brackets before a port. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
