/** Which process holds a port, as far as Linux shows it to this user. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortHolder {
  readonly processId: number;
  readonly name: string;
}

const LISTENING = '0A';
/** A UDP socket that is bound and nothing else. */
const UNCONNECTED = '07';

/** null = it cannot be told. */
export function portHolder(kind: 'tcp' | 'udp', port: number): PortHolder | null {
  try {
    const sockets = new Set([...inodes(kind, port), ...inodes(`${kind}6`, port)].map((inode) => `socket:[${inode}]`));
    if (sockets.size === 0) return null;
    const processId = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsOne(name, sockets));
    if (processId === undefined) return null;
    return { processId: Number(processId), name: readFileSync(`/proc/${processId}/comm`, 'utf8').trim() };
  } catch {
    return null;
  }
}

function inodes(table: string, port: number): string[] {
  const state = table.startsWith('tcp') ? LISTENING : UNCONNECTED;
  const digits = port.toString(16).toUpperCase().padStart(4, '0');
  const [, ...rows] = readFileSync(`/proc/net/${table}`, 'utf8').split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((cells) => cells[1]?.endsWith(`:${digits}`) === true && cells[3] === state)
    .flatMap((cells) => cells[9] ?? []);
}

/** Processes of other users do not show what they hold, and others end meanwhile. */
function holdsOne(processId: string, sockets: ReadonlySet<string>): boolean {
  const directory = `/proc/${processId}/fd`;
  try {
    return readdirSync(directory).some((fd) => sockets.has(linkAt(`${directory}/${fd}`)));
  } catch {
    return false;
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
