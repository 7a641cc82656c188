/** Whether the ports of the settings can be opened, by opening them; and if not, who holds them. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { DATAGRAM_PROTOCOL_NAMES, PROTOCOL_NAMES } from '../../../protocols/index.ts';
import { type Config, flagOf } from '../settings.ts';
import { type Finding, failure, fine } from './finding.ts';
import { portHolder } from './port-holder.ts';

export interface WantedPort {
  readonly kind: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly key: string;
}

/** Those that any free port would do for are left out. */
export function wantedPorts(config: Config): readonly WantedPort[] {
  const { 'tcp.host': host } = config;
  const ports: readonly { kind: 'tcp' | 'udp'; host: string; port: number | null; key: string }[] = [
    { kind: 'tcp', host, port: config['tcp.port'], key: 'tcp.port' },
    { kind: 'tcp', host, port: config['tcp.tls.port'], key: 'tcp.tls.port' },
    ...PROTOCOL_NAMES.map((name) => ({
      kind: 'tcp' as const,
      host,
      port: config[`${name}.port`],
      key: `${name}.port`,
    })),
    ...DATAGRAM_PROTOCOL_NAMES.map((name) => ({
      kind: 'udp' as const,
      host,
      port: config[`${name}.udp`],
      key: `${name}.udp`,
    })),
    { kind: 'tcp', host: config['http.host'], port: config['http.port'], key: 'http.port' },
  ];
  return ports.flatMap((each) => (each.port === null || each.port === 0 ? [] : [{ ...each, port: each.port }]));
}

/** `isRunning`: a gateway holds the data directory, so its ports are in use as they should be. */
export async function portFinding(wanted: WantedPort, isRunning: boolean): Promise<Finding> {
  const { kind, host, port, key } = wanted;
  const place = `${key} ${kind} ${host} ${port}`;
  const code = kind === 'tcp' ? await tryTcp(host, port) : await tryUdp(host, port);
  if (code === null) return fine('port', `${place} is free`);
  if (code !== 'EADDRINUSE') return failure('port', `${place} cannot be opened (${code})`, repairOf(code, key));
  if (isRunning) return fine('port', `${place} is in use, by the gateway that runs on this data directory`);
  const holder = portHolder(kind, port);
  return failure(
    'port',
    `${place} is in use${holder === null ? '' : ` by ${holder.name}, process ${holder.processId}`}`,
    `stop ${holder === null ? 'the program that holds it' : `process ${holder.processId}`}, or choose another port with ${flagOf(key)}`,
  );
}

const REPAIRS: Readonly<Record<string, (key: string) => string>> = {
  EACCES: (key) => `choose a port above 1023 with ${flagOf(key)}, or give the program CAP_NET_BIND_SERVICE`,
  EADDRNOTAVAIL: (key) => `choose an address of this machine, or 0.0.0.0, with ${flagOf(hostKey(key))}`,
  ENOTFOUND: (key) => `choose an address of this machine, or 0.0.0.0, with ${flagOf(hostKey(key))}`,
};

function repairOf(code: string, key: string): string {
  return REPAIRS[code]?.(key) ?? `choose another port with ${flagOf(key)}`;
}

function hostKey(key: string): string {
  return key === 'http.port' ? 'http.host' : 'tcp.host';
}

/** null = it could be opened; else the system's code. */
function tryTcp(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function tryUdp(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      resolve(codeOf(error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
